/** The vault key, encrypted by a WebCrypto key that no script can read. */

/** @typedef {{ wrappingKey: CryptoKey, iv: Uint8Array<ArrayBuffer>, wrapped: ArrayBuffer }} WrappedKey */

const PURPOSE = new TextEncoder().encode("waxseal vault key");
const IV_LEN = 12;

/** @param {Uint8Array<ArrayBuffer>} iv */
const aesGcm = (iv) => ({ name: "AES-GCM", iv, additionalData: PURPOSE });

/**
 * @param {Uint8Array} key
 * @returns {Promise<WrappedKey>}
 */
export async function wrapKey(key) {
  const wrappingKey = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  const iv = crypto.getRandomValues(new Uint8Array(IV_LEN));
  const plain = /** @type {Uint8Array<ArrayBuffer>} */ (key);
  return { wrappingKey, iv, wrapped: await crypto.subtle.encrypt(aesGcm(iv), wrappingKey, plain) };
}

/**
 * @param {WrappedKey} stored
 * @returns {Promise<Uint8Array>}
 */
export async function unwrapKey({ wrappingKey, iv, wrapped }) {
  return new Uint8Array(await crypto.subtle.decrypt(aesGcm(iv), wrappingKey, wrapped));
}
