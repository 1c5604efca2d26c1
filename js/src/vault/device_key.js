/**
 * A wrapping key from WebCrypto that scripts of the page can use but not read. The browser keeps its
 * octets in its profile in clear: this keeps out other sites and casual readers, not somebody with a
 * copy of the disk, nor a script that got into the page.
 */

const SALT_LEN = 32;

/** @returns {Promise<{ key: Uint8Array, params: Record<string, any> }>} */
export async function createDeviceKey() {
  const algorithm = { name: "HMAC", hash: "SHA-256", length: 256 };
  const params = {
    key: await crypto.subtle.generateKey(algorithm, false, ["sign"]),
    salt: crypto.getRandomValues(new Uint8Array(SALT_LEN)),
  };
  return { key: await deviceKey(params), params };
}

/** @param {Record<string, any>} params */
export async function deviceKey({ key, salt }) {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, salt));
}
