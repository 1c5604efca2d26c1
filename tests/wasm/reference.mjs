// The same algorithms by node:crypto: an implementation that shares nothing with ours.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  sign,
  verify,
} from "node:crypto";

/** @typedef {{ id: number, aead: import("node:crypto").CipherGCMTypes, keyLen: number }} Suite */

/** @type {Suite[]} */
export const SUITES = [
  { id: 1, aead: "aes-128-gcm", keyLen: 16 },
  // A type of CipherGCMTypes in name only: @types/node has no name for all AEADs.
  { id: 3, aead: /** @type {any} */ ("chacha20-poly1305"), keyLen: 32 },
];
export const TAG_LEN = 16;

/**
 * @param {Suite} suite @param {Uint8Array} key @param {Uint8Array} nonce
 * @param {Uint8Array} aad @param {Uint8Array} plaintext
 */
export function seal(suite, key, nonce, aad, plaintext) {
  const cipher = createCipheriv(suite.aead, key, nonce, { authTagLength: TAG_LEN });
  cipher.setAAD(aad, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/**
 * @param {Suite} suite @param {Uint8Array} key @param {Uint8Array} nonce
 * @param {Uint8Array} aad @param {Uint8Array} sealed
 */
export function open(suite, key, nonce, aad, sealed) {
  const len = sealed.length - TAG_LEN;
  const decipher = createDecipheriv(suite.aead, key, nonce, { authTagLength: TAG_LEN });
  decipher.setAAD(aad, { plaintextLength: len });
  decipher.setAuthTag(sealed.subarray(len));
  return Buffer.concat([decipher.update(sealed.subarray(0, len)), decipher.final()]);
}

/** @param {Uint8Array} key @param {Uint8Array[]} parts */
export function hmac(key, ...parts) {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/** HKDF-Expand. @param {Uint8Array} prk @param {Uint8Array} info @param {number} len */
export function expand(prk, info, len) {
  /** @type {Buffer[]} */
  const blocks = [];
  for (let i = 1; 32 * blocks.length < len; i++) {
    blocks.push(hmac(prk, blocks.at(-1) ?? Buffer.alloc(0), info, Buffer.from([i])));
  }
  return Buffer.concat(blocks).subarray(0, len);
}

// Raw keys as DER (RFC 8410): what stands in front of the 32 octets.
const PREFIX = {
  x25519: ["302e020100300506032b656e04220420", "302a300506032b656e032100"],
  ed25519: ["302e020100300506032b657004220420", "302a300506032b6570032100"],
};

/** @param {keyof typeof PREFIX} kind @param {Uint8Array} raw */
export function privateKey(kind, raw) {
  const key = Buffer.concat([Buffer.from(PREFIX[kind][0], "hex"), raw]);
  return createPrivateKey({ key, format: "der", type: "pkcs8" });
}

/** @param {keyof typeof PREFIX} kind @param {Uint8Array} raw */
export function publicKey(kind, raw) {
  const key = Buffer.concat([Buffer.from(PREFIX[kind][1], "hex"), raw]);
  return createPublicKey({ key, format: "der", type: "spki" });
}

/** The raw public key of a raw private one. @param {keyof typeof PREFIX} kind @param {Uint8Array} raw */
export function publicOf(kind, raw) {
  const der = createPublicKey(privateKey(kind, raw)).export({ format: "der", type: "spki" });
  return der.subarray(der.length - 32);
}

/** @param {Uint8Array} own @param {Uint8Array} theirs */
export function x25519(own, theirs) {
  return diffieHellman({
    privateKey: privateKey("x25519", own),
    publicKey: publicKey("x25519", theirs),
  });
}

/** @param {Uint8Array} seed @param {Uint8Array} message */
export const ed25519Sign = (seed, message) => sign(null, message, privateKey("ed25519", seed));

/** @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature */
export const ed25519Verify = (key, message, signature) =>
  verify(null, message, publicKey("ed25519", key), signature);

// ---- HPKE, base mode (RFC 9180), DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 ----

/** @param {number} n */
const u16 = (n) => Buffer.from([n >> 8, n & 255]);
const KEM_ID = Buffer.concat([Buffer.from("KEM"), u16(0x20)]);

/** @param {Uint8Array} id @param {Uint8Array} salt @param {string} label @param {Uint8Array} ikm */
const labeledExtract = (id, salt, label, ikm) =>
  hmac(salt, Buffer.from("HPKE-v1"), id, Buffer.from(label), ikm);

/** @param {Uint8Array} id @param {Uint8Array} prk @param {string} label @param {Uint8Array} info @param {number} len */
const labeledExpand = (id, prk, label, info, len) =>
  expand(prk, Buffer.concat([u16(len), Buffer.from("HPKE-v1"), id, Buffer.from(label), info]), len);

/**
 * Key and nonce of the first message.
 * @param {Suite} suite @param {Uint8Array} dh @param {Uint8Array} enc
 * @param {Uint8Array} pkR @param {Uint8Array} info
 */
function hpkeKeys(suite, dh, enc, pkR, info) {
  const none = Buffer.alloc(0);
  const eae = labeledExtract(KEM_ID, none, "eae_prk", dh);
  const shared = labeledExpand(KEM_ID, eae, "shared_secret", Buffer.concat([enc, pkR]), 32);
  const id = Buffer.concat([Buffer.from("HPKE"), u16(0x20), u16(1), u16(suite.id)]);
  const context = Buffer.concat([
    Buffer.from([0]),
    labeledExtract(id, none, "psk_id_hash", none),
    labeledExtract(id, none, "info_hash", info),
  ]);
  const secret = labeledExtract(id, shared, "secret", none);
  return {
    key: labeledExpand(id, secret, "key", context, suite.keyLen),
    nonce: labeledExpand(id, secret, "base_nonce", context, 12),
  };
}

/**
 * @param {Suite} suite @param {Uint8Array} skE  the ephemeral private key
 * @param {Uint8Array} pkR @param {Uint8Array} info @param {Uint8Array} plaintext
 */
export function hpkeSeal(suite, skE, pkR, info, plaintext) {
  const enc = publicOf("x25519", skE);
  const { key, nonce } = hpkeKeys(suite, x25519(skE, pkR), enc, pkR, info);
  return { enc, ciphertext: seal(suite, key, nonce, Buffer.alloc(0), plaintext) };
}

/**
 * @param {Suite} suite @param {Uint8Array} skR @param {Uint8Array} enc
 * @param {Uint8Array} info @param {Uint8Array} ciphertext
 */
export function hpkeOpen(suite, skR, enc, info, ciphertext) {
  const pkR = publicOf("x25519", skR);
  const { key, nonce } = hpkeKeys(suite, x25519(skR, enc), enc, pkR, info);
  return open(suite, key, nonce, Buffer.alloc(0), ciphertext);
}
