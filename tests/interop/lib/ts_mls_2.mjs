// The calls of ts-mls 2.0.0-rc.10, for ts_mls.mjs.
import * as ts from "ts-mls-2";
import {
  lifetime,
  readingExternalPub,
  SUITES,
  supporting,
  writingExternalPub,
} from "./ts_mls_names.mjs";

const version = ts.protocolVersions.mls10;

/** @param {import("./ts_mls.mjs").Context} context @param {any} [impl] */
export function contextOf({ impl: own, config, psks }, impl = own) {
  return {
    cipherSuite: impl,
    authService: ts.unsafeTestingAuthenticationService,
    clientConfig: config,
    externalPsks: psks,
  };
}

/** @type {import("./ts_mls.mjs").Library} */
export const tsMls2 = {
  kind: "ts-mls 2.0.0-rc.10",
  implementation: (suite) => ts.getCiphersuiteImpl(/** @type {any} */ (SUITES[suite])),
  exporter: ts.mlsExporter,

  decode(octets) {
    const message = ts.decode(ts.mlsMessageDecoder, octets);
    if (!message) throw new Error("ts-mls cannot decode this");
    return message;
  },
  encode: (message) => ts.encode(ts.mlsMessageEncoder, message),
  message: (wireFormat, content) =>
    /** @type {any} */ ({ version, wireformat: ts.wireformats[wireFormat], ...content }),

  keyPackage: (identity, signatureKeyPair, { impl }) =>
    ts.generateKeyPackageWithKey({
      credential: { credentialType: ts.defaultCredentialTypes.basic, identity },
      capabilities: supporting(ts.defaultCapabilities()),
      lifetime: lifetime(),
      extensions: [], // deviation `ts-mls-2-grease-extensions`
      signatureKeyPair,
      cipherSuite: impl,
    }),
  proposals: {
    add: (keyPackage) => ({ proposalType: ts.defaultProposalTypes.add, add: { keyPackage } }),
    remove: (removed) => ({ proposalType: ts.defaultProposalTypes.remove, remove: { removed } }),
    psk: (pskId, pskNonce) => ({
      proposalType: ts.defaultProposalTypes.psk,
      psk: { preSharedKeyId: { psktype: ts.pskTypes.external, pskId, pskNonce } },
    }),
  },

  create: (groupId, { publicPackage, privatePackage }, context) =>
    ts.createGroup({
      context: contextOf(context),
      groupId,
      keyPackage: publicPackage,
      privateKeyPackage: privatePackage,
    }),
  join: (welcome, { publicPackage, privatePackage }, context) =>
    ts.joinGroup({
      context: contextOf(context),
      welcome,
      keyPackage: publicPackage,
      privateKeys: privatePackage,
    }),
  joinExternal: (groupInfo, { publicPackage, privatePackage }, resync, context) =>
    ts.joinGroupExternal({
      context: contextOf(context, readingExternalPub(context.impl, context.suite)),
      groupInfo,
      keyPackage: publicPackage,
      privateKeys: privatePackage,
      resync,
    }),
  groupInfo: (state, { impl }) =>
    ts.createGroupInfoWithExternalPubAndRatchetTree(state, [], writingExternalPub(impl)),

  commit: (state, extraProposals, wireAsPublicMessage, context) =>
    ts.createCommit({
      context: contextOf(context),
      state,
      extraProposals,
      wireAsPublicMessage,
      ratchetTreeExtension: true,
    }),
  propose: (state, proposal, wireAsPublicMessage, context) =>
    ts.createProposal({ context: contextOf(context), state, proposal, wireAsPublicMessage }),
  encrypt: (state, message, context) =>
    ts.createApplicationMessage({ context: contextOf(context), state, message }),
  // Not processMessage(): deviation `ts-mls-private-psks`.
  process(state, message, ours) {
    const context = contextOf(ours);
    const { publicMessage, privateMessage } = message;
    return publicMessage
      ? ts.processPublicMessage({ context, state, publicMessage })
      : ts.processPrivateMessage({ context, state, privateMessage });
  },
  config: (padding) => ({
    keyRetentionConfig: ts.defaultKeyRetentionConfig,
    lifetimeConfig: ts.defaultLifetimeConfig,
    keyPackageEqualityConfig: ts.defaultKeyPackageEqualityConfig,
    paddingConfig: padding,
  }),
};
