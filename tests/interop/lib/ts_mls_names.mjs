// What both versions of ts-mls share: names of suites, and octets that they write differently from
// RFC 9420.
import { p256, p384, p521 } from "@noble/curves/nist.js";
import { CUSTOM } from "./member.mjs";

/** @type {Record<number, string>} */
export const SUITES = {
  1: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  2: "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
  3: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
  4: "MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448",
  5: "MLS_256_DHKEMP521_AES256GCM_SHA512_P521",
  6: "MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448",
  7: "MLS_256_DHKEMP384_AES256GCM_SHA384_P384",
};
/** @type {Record<number, typeof p256>} */
const NIST_CURVES = { 2: p256, 5: p521, 7: p384 };
/** Octets of an HPKE public key. @type {Record<number, number>} */
const PUBLIC_KEY_LENS = { 1: 32, 2: 65, 3: 32, 4: 56, 5: 133, 6: 56, 7: 97 };

/** Whether the suite's signature keys are subject to deviation `ts-mls-compressed-keys`. @param {number} suite */
export const hasPoints = (suite) => suite in NIST_CURVES;

/** Lifetimes that every peer accepts: begun an hour ago, 84 days long. */
export function lifetime() {
  const notBefore = Math.floor(Date.now() / 1000) - 3600;
  return { notBefore: BigInt(notBefore), notAfter: BigInt(notBefore + 84 * 24 * 3600) };
}

/**
 * A signature key pair with the public key as RFC 9420 section 5.1.1 wants it: deviation
 * `ts-mls-compressed-keys`.
 * @param {any} impl
 * @param {number} suite
 */
export async function signatureKeyPair(impl, suite) {
  const pair = await impl.signature.keygen();
  const curve = NIST_CURVES[suite];
  return curve ? { ...pair, publicKey: curve.getPublicKey(pair.signKey, false) } : pair;
}

/** @param {Uint8Array} octets as an opaque<V> with its length before it */
function withLength(octets) {
  const { length } = octets;
  const prefix = length < 64 ? [length] : [0x40 | (length >> 8), length & 0xff];
  return Uint8Array.from([...prefix, ...octets]);
}

/**
 * ts-mls with an `external_pub` that has its length before it, as in RFC 9420 section 12.4.3.2:
 * deviation `ts-mls-external-pub`. For reading GroupInfos.
 * @param {any} impl
 * @param {number} suite
 */
export function readingExternalPub(impl, suite) {
  const len = PUBLIC_KEY_LENS[suite] ?? 0;
  /** @param {Uint8Array} key */
  const importPublicKey = (key) => impl.hpke.importPublicKey(key.subarray(-len));
  return { ...impl, hpke: { ...impl.hpke, importPublicKey } };
}

/**
 * The same for making GroupInfos, in which `external_pub` is the only public key that is exported.
 * @param {any} impl
 */
export function writingExternalPub(impl) {
  /** @param {any} key */
  const exportPublicKey = async (key) => withLength(await impl.hpke.exportPublicKey(key));
  return { ...impl, hpke: { ...impl.hpke, exportPublicKey } };
}

/**
 * Capabilities with the proposals that members here support.
 * @template {{ proposals: number[] }} T
 * @param {T} capabilities
 * @returns {T}
 */
export const supporting = (capabilities) => ({
  ...capabilities,
  proposals: [...capabilities.proposals, CUSTOM],
});
