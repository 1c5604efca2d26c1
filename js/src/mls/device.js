/** What a device has before it is in any group: a signature key and KeyPackages. */
import { core } from "../wasm/init.js";
import { Request } from "../wasm/wire.js";
import * as check from "./check.js";
import { readExtensions, writeExtensions, writeTypes } from "./extension.js";
import { checkVault } from "./vault.js";

/** @typedef {import("./vault.js").Vault} Vault */
/** @typedef {import("./extension.js").Extension} Extension */
/** @typedef {import("../types.js").Slot} Slot */
/** @typedef {import("../types.js").SealedRecord} SealedRecord */

const MAX_U16 = 0xffff;
const NO_OCTETS = new Uint8Array();
/** Lifetime of what we make, in seconds: 84 days, begun an hour ago because clocks differ. */
const LIFETIME = 84 * 24 * 3600;
const CLOCK_SKEW = 3600;

/**
 * The ciphersuites of the core, best first. signatureScheme: TLS's number; one signature key serves
 * all suites that have the same.
 * @returns {{ id: number, name: string, signatureScheme: number }[]}
 */
export function suites() {
  const reply = core().call("wx_suites");
  return reply.list(() => ({
    id: reply.u32(),
    name: reply.text(),
    signatureScheme: reply.u32(),
  }));
}

/**
 * Who creates a KeyPackage or a group.
 * @typedef {object} MemberOptions
 * @property {Vault} vault
 * @property {SealedRecord} signatureKey from createSignatureKey()
 * * @property {string | Uint8Array} [identity] of the basic credential; in the Fediverse the actor's id
 * @property {Uint8Array} [certificates] instead of an identity: an X.509 credential, what is inside
 *   RFC 9420's `Certificate certificates<V>`; nobody here reads it, see `accept`
 * @property {number} [suite] ciphersuite, the best one of the core unless given
 * @property {number} [notBefore] seconds since 1970
 * @property {number} [notAfter] seconds since 1970
 * @property {Extension[]} [leafExtensions] of its leaf, for all members to read; it keeps them
 * @property {number[]} [extensionTypes] that the application supports besides
 * @property {number[]} [proposalTypes] that the application supports: those of "custom" proposals
 * @property {boolean} [grease] adds random values that others must ignore (RFC 9420 section 13.5)
 */

/**
 * What only a KeyPackage has. lastResort: it may be used more than once.
 * @typedef {{ lastResort?: boolean, keyPackageExtensions?: Extension[] }} KeyPackageOptions
 */

/**
 * Writes the `member` part of a request.
 * @param {Request} request
 * @param {MemberOptions & KeyPackageOptions} options
 * @returns {Request}
 */
export function writeMember(request, options) {
  const now = check.time(undefined);
  request
    .record(check.sealedRecord(options.signatureKey, "signatureKey"))
    .u32(suiteOf(options.suite))
    .bytes(options.certificates ? NO_OCTETS : check.octetsOrText(options.identity, "identity"))
    .bytes(check.octets(options.certificates ?? NO_OCTETS, "certificates"))
    .u64(check.integer(options.notBefore ?? now - CLOCK_SKEW, "notBefore"))
    .u64(check.integer(options.notAfter ?? now - CLOCK_SKEW + LIFETIME, "notAfter"))
    .flag(options.lastResort === true)
    .flag(options.grease === true);
  writeExtensions(request, options.leafExtensions, "leafExtensions");
  writeExtensions(request, options.keyPackageExtensions, "keyPackageExtensions");
  writeTypes(request, options.extensionTypes, "extensionTypes");
  return writeTypes(request, options.proposalTypes, "proposalTypes");
}

/** @param {number | undefined} suite */
export function suiteOf(suite) {
  return check.integer(suite ?? suites()[0]?.id, "suite", MAX_U16);
}

/**
 * Makes a signature key pair. One per device: it stays the same over groups and KeyPackages.
 * @param {{ vault: Vault, suite?: number, slot?: Slot }} options slot: where the key will be stored
 * @returns {{ signatureKey: SealedRecord, publicKey: Uint8Array }}
 */
export function createSignatureKey({ vault, suite, slot }) {
  const place = check.slot(slot ?? { name: "signature-key", counter: 0 }, "slot");
  const request = new Request().u32(checkVault(vault).handle).slot(place).u32(suiteOf(suite));
  const reply = core().call("wx_signature_key_new", request);
  return { signatureKey: { ...place, sealed: reply.bytes() }, publicKey: reply.bytes() };
}

/**
 * Makes a KeyPackage to publish, so that others can add this device to groups while it is offline.
 * @param {MemberOptions & KeyPackageOptions & { slot?: Slot }} options
 *   slot: where the secret will be stored
 * @returns {{ keyPackage: Uint8Array, secret: SealedRecord }} secret: keep it for joinGroup()
 */
export function createKeyPackage(options) {
  const place = check.slot(options.slot ?? { name: "key-package", counter: 0 }, "slot");
  const request = new Request().u32(checkVault(options.vault).handle).slot(place);
  const reply = core().call("wx_key_package_new", writeMember(request, options));
  const sealed = reply.bytes();
  return { keyPackage: reply.bytes(), secret: { ...place, sealed } };
}

/**
 * @typedef {object} KeyPackageInfo
 * @property {number} suite
 * @property {Uint8Array} identity empty unless the credential is basic
 * @property {Uint8Array} signatureKey public
 * @property {Uint8Array} ref KeyPackageRef (RFC 9420 section 5.2)
 * @property {number} notBefore seconds since 1970
 * @property {number} notAfter seconds since 1970
 * @property {boolean} lastResort
 * @property {Extension[]} extensions
 * @property {Extension[]} leafExtensions those of its leaf
 */

/**
 * Reads a KeyPackage and checks its signatures, keys and lifetime (RFC 9420 section 10.1).
 * @param {Uint8Array} keyPackage raw or wrapped in an MLSMessage
 * @param {{ now?: number }} [options]
 * @returns {KeyPackageInfo}
 */
export function checkKeyPackage(keyPackage, { now } = {}) {
  const request = new Request().bytes(check.octets(keyPackage, "keyPackage"));
  const reply = core().call("wx_key_package_check", request.u64(check.time(now)));
  return {
    suite: reply.u32(),
    identity: reply.bytes(),
    signatureKey: reply.bytes(),
    ref: reply.bytes(),
    notBefore: reply.u64(),
    notAfter: reply.u64(),
    lastResort: reply.flag(),
    extensions: readExtensions(reply),
    leafExtensions: readExtensions(reply),
  };
}
