/** ts-mls 1.6.4 with its default provider: WebCrypto, and noble where that has no algorithm. */
import * as ts from "ts-mls";
import { LISTED_SUITES, lifetime, NO_OCTETS } from "./library.js";

const version = "mls10";
const NAMES = /** @type {Record<number, any>} */ (
  Object.fromEntries(Object.entries(ts.ciphersuites).map(([name, id]) => [id, name]))
);

/** @type {import("./library.js").Load} */
export async function load({ suite }) {
  const impl = await ts.getCiphersuiteImpl(ts.getCiphersuiteFromName(NAMES[suite]));
  /** @type {any} */
  const capabilities = {
    versions: [version],
    ciphersuites: LISTED_SUITES.map((id) => NAMES[id]),
    extensions: [],
    proposals: [],
    credentials: ["basic", "x509"],
  };

  /** @param {{ identity: string, keys: any }} client */
  function newKeyPackage({ identity, keys }) {
    /** @type {any} */
    const credential = { credentialType: "basic", identity: new TextEncoder().encode(identity) };
    return ts.generateKeyPackageWithKey(credential, capabilities, lifetime(), [], keys, impl);
  }

  /** @param {Uint8Array} octets @returns {any} */
  function decode(octets) {
    const decoded = ts.decodeMlsMessage(octets, 0);
    if (decoded?.[1] !== octets.length) throw new Error("ts-mls cannot decode this.");
    return decoded[0];
  }

  /** @param {any} group @param {any[]} extraProposals */
  async function commit(group, extraProposals) {
    const options = { extraProposals, ratchetTreeExtension: true };
    const made = await ts.createCommit({ state: group.state, cipherSuite: impl }, options);
    group.state = made.newState;
    made.consumed.forEach(ts.zeroOutUint8Array);
    const { welcome } = made;
    return {
      commit: ts.encodeMlsMessage(made.commit),
      welcome: welcome
        ? ts.encodeMlsMessage({ welcome, wireformat: "mls_welcome", version })
        : NO_OCTETS,
    };
  }

  /** @param {any} group @param {Uint8Array} octets */
  async function receive(group, octets) {
    const message = decode(octets);
    const result = await ts.processMessage(
      message,
      group.state,
      ts.emptyPskIndex,
      ts.acceptAll,
      impl,
    );
    group.state = result.newState;
    result.consumed.forEach(ts.zeroOutUint8Array);
    return result;
  }

  return {
    name: "ts-mls 1.6.4",
    client: async (identity) => ({ identity, keys: await impl.signature.keygen(), own: undefined }),
    async keyPackage(client) {
      client.own = await newKeyPackage(client);
      const keyPackage = client.own.publicPackage;
      return ts.encodeMlsMessage({ keyPackage, wireformat: "mls_key_package", version });
    },
    async create(client, groupId) {
      const { publicPackage, privatePackage } = await newKeyPackage(client);
      return { state: await ts.createGroup(groupId, publicPackage, privatePackage, [], impl) };
    },
    add: (group, keyPackages) =>
      commit(
        group,
        keyPackages.map((octets) => ({
          proposalType: "add",
          add: { keyPackage: decode(octets).keyPackage },
        })),
      ),
    async join({ own }, octets) {
      const { welcome } = decode(octets);
      const { publicPackage, privatePackage } = own;
      return {
        state: await ts.joinGroup(welcome, publicPackage, privatePackage, ts.emptyPskIndex, impl),
      };
    },
    update: (group) => commit(group, []),
    remove: (group, { leaf }) =>
      commit(group, [{ proposalType: "remove", remove: { removed: leaf } }]),
    async process(group, octets) {
      const { kind } = await receive(group, octets);
      if (kind !== "newState") throw new Error(`This is no commit, but: ${kind}`);
    },
    async protect(group, content) {
      const made = await ts.createApplicationMessage(group.state, content, impl);
      group.state = made.newState;
      made.consumed.forEach(ts.zeroOutUint8Array);
      const { privateMessage } = made;
      return ts.encodeMlsMessage({ privateMessage, wireformat: "mls_private_message", version });
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
