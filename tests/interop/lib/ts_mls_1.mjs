// The calls of ts-mls 1.6.4, for ts_mls.mjs.
import * as ts from "ts-mls";
import {
  lifetime,
  readingExternalPub,
  SUITES,
  supporting,
  writingExternalPub,
} from "./ts_mls_names.mjs";

const version = "mls10";

/** @type {import("./ts_mls.mjs").Library} */
export const tsMls1 = {
  kind: "ts-mls 1.6.4",
  implementation: (suite) =>
    ts.getCiphersuiteImpl(ts.getCiphersuiteFromName(/** @type {any} */ (SUITES[suite]))),
  exporter: ts.mlsExporter,

  decode(octets) {
    const decoded = ts.decodeMlsMessage(octets, 0);
    if (decoded?.[1] !== octets.length) throw new Error("ts-mls cannot decode this");
    return decoded[0];
  },
  encode: (message) => ts.encodeMlsMessage(message),
  message: (wireFormat, content) => ({ version, wireformat: wireFormat, ...content }),

  keyPackage: (identity, signatureKeyPair, { impl }) =>
    ts.generateKeyPackageWithKey(
      { credentialType: "basic", identity },
      supporting(ts.defaultCapabilities()),
      lifetime(),
      [],
      signatureKeyPair,
      impl,
    ),
  proposals: {
    add: (keyPackage) => ({ proposalType: "add", add: { keyPackage } }),
    remove: (removed) => ({ proposalType: "remove", remove: { removed } }),
    psk: (pskId, pskNonce) => ({
      proposalType: "psk",
      psk: { preSharedKeyId: { psktype: "external", pskId, pskNonce } },
    }),
  },

  create: (groupId, { publicPackage, privatePackage }, { impl, config }) =>
    ts.createGroup(groupId, publicPackage, privatePackage, [], impl, config),
  join: (welcome, { publicPackage, privatePackage }, { impl, config, psks }) =>
    ts.joinGroup(
      welcome,
      publicPackage,
      privatePackage,
      ts.makePskIndex(undefined, psks),
      impl,
      undefined,
      undefined,
      config,
    ),
  joinExternal: (info, { publicPackage, privatePackage }, resync, { impl, config, suite }) =>
    ts.joinGroupExternal(
      info,
      publicPackage,
      privatePackage,
      resync,
      readingExternalPub(impl, suite),
      undefined,
      config,
    ),
  groupInfo: (state, { impl }) =>
    ts.createGroupInfoWithExternalPubAndRatchetTree(state, [], writingExternalPub(impl)),

  async commit(state, extraProposals, wireAsPublicMessage, { impl, psks }) {
    const pskIndex = ts.makePskIndex(state, psks);
    const result = await ts.createCommit(
      { state, cipherSuite: impl, pskIndex },
      { extraProposals, wireAsPublicMessage, ratchetTreeExtension: true },
    );
    const { commit, newState, welcome } = result;
    return {
      newState,
      commit,
      welcome: welcome && { welcome, wireformat: "mls_welcome", version },
    };
  },
  propose: (state, proposal, asPublicMessage, { impl }) =>
    ts.createProposal(state, asPublicMessage, proposal, impl),
  async encrypt(state, content, { impl }) {
    const { newState, privateMessage } = await ts.createApplicationMessage(state, content, impl);
    return { newState, message: { version, wireformat: "mls_private_message", privateMessage } };
  },
  // Not processMessage(): deviation `ts-mls-private-psks`.
  process(state, message, { impl, psks }) {
    const index = ts.makePskIndex(state, psks);
    return message.wireformat === "mls_public_message"
      ? ts.processPublicMessage(state, message.publicMessage, index, impl, ts.acceptAll)
      : ts.processPrivateMessage(state, message.privateMessage, index, impl, ts.acceptAll);
  },
  config: (padding) => ({
    keyRetentionConfig: ts.defaultKeyRetentionConfig,
    lifetimeConfig: ts.defaultLifetimeConfig,
    keyPackageEqualityConfig: ts.defaultKeyPackageEqualityConfig,
    paddingConfig: padding,
    authService: ts.defaultAuthenticationService,
  }),
};
