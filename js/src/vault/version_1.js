/**
 * The vault key of a database of version 1. In browsers it stands encrypted by a WebCrypto
 * key beside it, in Node it is the key file: the store shows it as its header.
 */
import { localError } from "../errors.js";

const PURPOSE = new TextEncoder().encode("waxseal vault key");

/**
 * @param {Record<string, any> | undefined} header
 * @returns {Promise<Uint8Array>}
 */
export async function legacyKey(header) {
  const { deviceKey } = header ?? {};
  if (!deviceKey) throw localError("DATABASE_BROKEN");
  if (deviceKey instanceof Uint8Array) return deviceKey.slice();
  const { wrappingKey, iv, wrapped } = deviceKey;
  const algorithm = { name: "AES-GCM", iv, additionalData: PURPOSE };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, wrappingKey, wrapped));
}
