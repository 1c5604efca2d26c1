/** ts-mls 2.0.0-rc.10 with its default provider: WebCrypto, and noble where that has no algorithm. */
import * as ts from "ts-mls-2";
import { LISTED_SUITES, lifetime, NO_OCTETS } from "./library.js";

const version = ts.protocolVersions.mls10;

/** @type {import("./library.js").Load} */
export async function load({ suite }) {
  const name = Object.entries(ts.ciphersuites).find(([, id]) => id === suite)?.[0];
  const impl = await ts.getCiphersuiteImpl(/** @type {any} */ (name));
  const context = { cipherSuite: impl, authService: ts.unsafeTestingAuthenticationService };
  /** @type {any} */
  const capabilities = {
    versions: [version],
    ciphersuites: LISTED_SUITES,
    extensions: [],
    proposals: [],
    credentials: [ts.defaultCredentialTypes.basic, ts.defaultCredentialTypes.x509],
  };

  /** @param {{ identity: string, keys: any }} client */
  function newKeyPackage({ identity, keys }) {
    return ts.generateKeyPackageWithKey({
      credential: {
        credentialType: ts.defaultCredentialTypes.basic,
        identity: new TextEncoder().encode(identity),
      },
      capabilities,
      lifetime: lifetime(),
      extensions: [], // else it adds random ones
      signatureKeyPair: keys,
      cipherSuite: impl,
    });
  }

  /** @param {any} message */
  const encode = (message) => ts.encode(ts.mlsMessageEncoder, message);

  /** @param {Uint8Array} octets @returns {any} */
  function decode(octets) {
    const message = ts.decode(ts.mlsMessageDecoder, octets);
    if (!message) throw new Error("ts-mls cannot decode this.");
    return message;
  }

  /** @param {any} group @param {any[]} extraProposals */
  async function commit(group, extraProposals) {
    const { state } = group;
    const made = await ts.createCommit({
      context,
      state,
      extraProposals,
      ratchetTreeExtension: true,
    });
    group.state = made.newState;
    made.consumed.forEach(ts.zeroOutUint8Array);
    return {
      commit: encode(made.commit),
      welcome: made.welcome ? encode(made.welcome) : NO_OCTETS,
    };
  }

  /** @param {any} group @param {Uint8Array} octets @returns {Promise<any>} */
  async function receive(group, octets) {
    const result = await ts.processMessage({
      context,
      state: group.state,
      message: decode(octets),
    });
    group.state = result.newState;
    result.consumed.forEach(ts.zeroOutUint8Array);
    return result;
  }

  return {
    name: "ts-mls 2 rc",
    client: async (identity) => ({ identity, keys: await impl.signature.keygen(), own: undefined }),
    async keyPackage(client) {
      client.own = await newKeyPackage(client);
      const keyPackage = client.own.publicPackage;
      return encode({ keyPackage, wireformat: ts.wireformats.mls_key_package, version });
    },
    async create(client, groupId) {
      const { publicPackage, privatePackage } = await newKeyPackage(client);
      const state = await ts.createGroup({
        context,
        groupId,
        keyPackage: publicPackage,
        privateKeyPackage: privatePackage,
      });
      return { state };
    },
    add: (group, keyPackages) =>
      commit(
        group,
        keyPackages.map((octets) => ({
          proposalType: ts.defaultProposalTypes.add,
          add: { keyPackage: decode(octets).keyPackage },
        })),
      ),
    async join({ own }, octets) {
      const { publicPackage, privatePackage } = own;
      const state = await ts.joinGroup({
        context,
        welcome: decode(octets).welcome,
        keyPackage: publicPackage,
        privateKeys: privatePackage,
      });
      return { state };
    },
    update: (group) => commit(group, []),
    remove: (group, { leaf }) =>
      commit(group, [{ proposalType: ts.defaultProposalTypes.remove, remove: { removed: leaf } }]),
    noRemove: "a commit of one Remove has no path here, and the removed member reads on",
    async process(group, octets) {
      const { kind } = await receive(group, octets);
      if (kind !== "newState") throw new Error(`This is no commit, but: ${kind}`);
    },
    async protect(group, message) {
      const made = await ts.createApplicationMessage({ context, state: group.state, message });
      group.state = made.newState;
      made.consumed.forEach(ts.zeroOutUint8Array);
      return encode(made.message);
    },
    async unprotect(group, octets) {
      const result = await receive(group, octets);
      if (result.kind !== "applicationMessage") throw new Error(`This is no text: ${result.kind}`);
      return result.message;
    },
    exported: ({ state }) =>
      ts.mlsExporter(state.keySchedule.exporterSecret, "exporter", NO_OCTETS, 32, impl),
  };
}
