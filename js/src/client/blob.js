/** Files that lie encrypted elsewhere: sealed and opened in the core. */
import { fromBase64, toBase64 } from "../bytes.js";
import { localError } from "../errors.js";
import { Request } from "../wasm/wire.js";

/** @typedef {import("../wasm/host.js").Host} Host */

/** What sealing adds to a file, in octets, at most. */
export const BLOB_OVERHEAD = 73;

/**
 * Encrypts a file under a fresh key.
 * @param {Host} host
 * @param {Uint8Array} plaintext
 * @returns {Promise<{ blob: Uint8Array, key: string, sha256: string, size: number }>} key, sha256:
 *   base64
 */
export async function sealBlob(host, plaintext) {
  const reply = await host.call("wx_fedi_blob_seal", new Request().bytes(plaintext));
  const blob = reply.bytes();
  const key = toBase64(reply.bytes());
  const sha256 = toBase64(reply.bytes());
  reply.wipe();
  return { blob, key, sha256, size: plaintext.length };
}

/**
 * @param {Host} host
 * @param {Uint8Array} blob
 * @param {{ key?: string, sha256?: string, size?: number }} promised by the message
 * @returns {Promise<Uint8Array>} the file
 * @throws {import("../errors.js").WaxsealError} BAD_BLOB when it is not what was promised
 */
export async function openBlob(host, blob, { key = "", sha256 = "", size = 0 }) {
  const [keyOctets, hash] = [fromBase64(key), fromBase64(sha256)];
  if (!keyOctets || !hash) throw localError("FILE_BROKEN");
  const request = new Request().bytes(keyOctets).bytes(hash).u64(size).bytes(blob);
  return (await host.call("wx_fedi_blob_open", request)).bytes();
}
