/**
 * The vault key of a database of version 1. In browsers it stands in the header, encrypted by a
 * WebCrypto key beside it; in Node it is the key file.
 */
import { localError } from "../errors.js";

const PURPOSE = new TextEncoder().encode("waxseal vault key");

/**
 * @param {Record<string, any> | undefined} header
 * @param {import("./ways.js").Unlock} unlock
 * @param {import("./ways.js").Tools} tools
 * @returns {Promise<Uint8Array>}
 */
export async function legacyKey(header, { keyFile }, { keyFiles }) {
  if (header?.deviceKey) {
    const { wrappingKey, iv, wrapped } = header.deviceKey;
    const algorithm = { name: "AES-GCM", iv, additionalData: PURPOSE };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, wrappingKey, wrapped));
  }
  if (!keyFiles || keyFile === undefined) throw localError("WRONG_KEY_FILE");
  return keyFiles.read(keyFile);
}
