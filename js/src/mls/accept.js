/** Who may come into a group: the application decides (RFC 9420 section 5.3.1). */
import { invalidArgument } from "../errors.js";
import * as check from "./check.js";

/**
 * Who somebody says they are, and the key they sign with. The signatures were checked; whether the
 * key is that of whom it names, only the application can tell.
 * @typedef {object} Credential
 * @property {"basic" | "x509"} type
 * @property {Uint8Array} identity basic: the identity; x509: what is inside
 *   `Certificate certificates<V>`
 * @property {Uint8Array} signatureKey public
 */

/**
 * The application's check: true lets them in. It is asked for everybody in a group that is joined,
 * and for everybody who is added or gets a new key later.
 * @typedef {(credential: Credential) => boolean} Accept
 */

/** By the numbers of mls_credential_type. */
const TYPES = /** @type {const} */ ({ 1: "basic", 2: "x509" });

/**
 * @param {import("../wasm/wire.js").Reply} reply
 * @returns {Credential}
 */
export function readCredential(reply) {
  const type = TYPES[/** @type {keyof typeof TYPES} */ (reply.u32())];
  return { type, identity: reply.bytes(), signatureKey: reply.bytes() };
}

/**
 * @param {import("../wasm/wire.js").Request} request
 * @param {Credential} credential
 */
export function writeCredential(request, { type, identity, signatureKey }) {
  if (type !== "basic" && type !== "x509") {
    throw invalidArgument('A credential\'s type must be "basic" or "x509".');
  }
  request.u32(type === "basic" ? 1 : 2).bytes(check.octets(identity, "identity"));
  request.bytes(check.octets(signatureKey, "signatureKey"));
}

/**
 * @param {Accept | undefined} accept
 * @returns {Accept | undefined}
 */
export function checkAccept(accept) {
  if (accept === undefined || typeof accept === "function") return accept;
  throw invalidArgument("accept must be a function that gets a credential.");
}
