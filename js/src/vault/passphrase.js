/** A wrapping key from a passphrase, by Argon2id in an instance of the core of its own. */
import { utf8 } from "../bytes.js";
import { invalidArgument, localError } from "../errors.js";
import { openHost } from "../wasm/host.js";
import { Request } from "../wasm/wire.js";

const SALT_LEN = 16;
const PASSES = 3;
const KIB = 64 * 1024;
/** What a database may ask for, so that a changed one can't exhaust the device. */
const MAX_PASSES = 64;
const MAX_KIB = 1024 * 1024;

/** What a new passphrase is stored with. */
export function newSalt() {
  return { salt: crypto.getRandomValues(new Uint8Array(SALT_LEN)), passes: PASSES, kib: KIB };
}

/**
 * @param {unknown} passphrase
 * @param {Record<string, any>} params
 * @param {{ module: WebAssembly.Module, worker: boolean }} tools
 * @returns {Promise<Uint8Array>} 32 octets
 */
export async function passphraseKey(passphrase, { salt, passes, kib }, { module, worker }) {
  if (typeof passphrase !== "string" || passphrase === "") {
    throw invalidArgument("passphrase must be a text of at least one letter.");
  }
  if (!(salt instanceof Uint8Array) || !(passes <= MAX_PASSES) || !(kib <= MAX_KIB)) {
    throw localError("DATABASE_BROKEN");
  }
  const text = utf8(passphrase.normalize("NFC"));
  // The memory that it takes goes with the instance.
  const host = await openHost(module, { worker });
  try {
    const request = new Request().bytes(text).bytes(salt).u32(passes).u32(kib);
    const reply = await host.call("wx_passphrase_key", request);
    const key = reply.bytes();
    reply.wipe();
    return key;
  } finally {
    text.fill(0);
    host.close();
  }
}
