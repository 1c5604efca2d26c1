// A member that is ts-mls 1.6.4.
import { p256 } from "@noble/curves/nist.js";
import * as ts from "ts-mls";

/** @typedef {import("./member.mjs").Member} Member */

/** @type {Record<number, ts.CiphersuiteName>} */
const SUITES = {
  1: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  2: "MLS_128_DHKEMP256_AES128GCM_SHA256_P256",
  3: "MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519",
};
/** An MLSMessage begins with u16 version and u16 wire_format. */
const MESSAGE_HEADER_LEN = 4;
const version = "mls10";

/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text);

/**
 * @param {Uint8Array} octets
 * @returns {any} an MLSMessage
 */
function decode(octets) {
  const decoded = ts.decodeMlsMessage(octets, 0);
  if (decoded?.[1] !== octets.length) throw new Error("ts-mls cannot decode this");
  return decoded[0];
}

/**
 * ts-mls makes P-256 keys as compressed points; RFC 9420 section 5.1.1 wants them uncompressed,
 * which ts-mls reads as well.
 * @param {ts.CiphersuiteImpl} impl
 * @param {number} suite
 */
async function signatureKeyPair(impl, suite) {
  const pair = await impl.signature.keygen();
  if (suite !== 2) return pair;
  return { ...pair, publicKey: p256.getPublicKey(pair.signKey, false) };
}

/**
 * @param {string} identity
 * @param {number} suite
 * @returns {Promise<Member>}
 */
export async function tsMlsMember(identity, suite) {
  const name = /** @type {ts.CiphersuiteName} */ (SUITES[suite]);
  const impl = await ts.getCiphersuiteImpl(ts.getCiphersuiteFromName(name));
  const { publicPackage, privatePackage } = await ts.generateKeyPackageWithKey(
    { credentialType: "basic", identity: utf8(identity) },
    ts.defaultCapabilities(),
    ts.defaultLifetime,
    [],
    await signatureKeyPair(impl, suite),
    impl,
  );
  const ownKeyPackage = () =>
    ts.encodeMlsMessage({ keyPackage: publicPackage, wireformat: "mls_key_package", version });
  /** @type {any} */
  let state;

  /**
   * @param {ts.Proposal[]} extraProposals
   * @param {import("./member.mjs").Options} options
   */
  async function commit(extraProposals, { asPublicMessage = false }) {
    const options = {
      extraProposals,
      ratchetTreeExtension: true,
      wireAsPublicMessage: asPublicMessage,
    };
    const result = await ts.createCommit({ state, cipherSuite: impl }, options);
    state = result.newState;
    const { welcome } = result;
    return {
      commit: ts.encodeMlsMessage(result.commit),
      welcome: welcome
        ? ts.encodeMlsMessage({ welcome, wireformat: "mls_welcome", version })
        : new Uint8Array(),
    };
  }

  return {
    name: "ts-mls",
    identity,
    keyPackage: ownKeyPackage,
    rawKeyPackage: () => ownKeyPackage().subarray(MESSAGE_HEADER_LEN),
    async create(groupId) {
      state = await ts.createGroup(utf8(groupId), publicPackage, privatePackage, [], impl);
    },
    async join(octets) {
      const { welcome } = decode(octets);
      state = await ts.joinGroup(welcome, publicPackage, privatePackage, ts.emptyPskIndex, impl);
    },
    add(keyPackages, options) {
      const proposals = keyPackages.map((octets) => ({
        proposalType: /** @type {const} */ ("add"),
        add: { keyPackage: decode(octets).keyPackage },
      }));
      return commit(proposals, options);
    },
    remove: (removed, options) =>
      commit([{ proposalType: "remove", remove: { removed } }], options),
    update: (options) => commit([], options),
    async proposeRemoval(removed, asPublicMessage) {
      /** @type {ts.Proposal} */
      const proposal = { proposalType: "remove", remove: { removed } };
      const result = await ts.createProposal(state, asPublicMessage, proposal, impl);
      state = result.newState;
      return ts.encodeMlsMessage(result.message);
    },
    commitProposals: () => commit([], {}),
    async encrypt(text) {
      const { newState, privateMessage } = await ts.createApplicationMessage(
        state,
        utf8(text),
        impl,
      );
      state = newState;
      return ts.encodeMlsMessage({ privateMessage, wireformat: "mls_private_message", version });
    },
    async receive(octets) {
      const result = await ts.processMessage(
        decode(octets),
        state,
        ts.emptyPskIndex,
        ts.acceptAll,
        impl,
      );
      state = result.newState;
      const isText = result.kind === "applicationMessage";
      return isText ? new TextDecoder().decode(result.message) : undefined;
    },
    leafOf(of) {
      const at = state.ratchetTree.findIndex((/** @type {any} */ node, /** @type {number} */ i) => {
        const credential = i % 2 === 0 ? node?.leaf?.credential : undefined;
        return credential && new TextDecoder().decode(credential.identity) === of;
      });
      return at / 2;
    },
    epoch: () => Number(state.groupContext.epoch),
    authenticator: () => state.keySchedule.epochAuthenticator,
    exportSecret: (label, context, length) =>
      ts.mlsExporter(state.keySchedule.exporterSecret, label, utf8(context), length, impl),
  };
}
