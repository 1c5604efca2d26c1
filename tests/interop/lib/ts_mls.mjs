// A member that is ts-mls, of either version.
import { CUSTOM, EXPORT_LABEL, EXPORT_LEN, hex, utf8 } from "./member.mjs";
import { signatureKeyPair } from "./ts_mls_names.mjs";

/** @typedef {import("./member.mjs").Member} Member */
/**
 * One version's functions. Its objects are its own affair here, so they are `any`.
 * @typedef {object} Library
 * @property {string} kind
 * @property {(suite: number) => Promise<any>} implementation
 * @property {(secret: Uint8Array, label: string, context: Uint8Array, length: number, impl: any)
 *   => Promise<Uint8Array>} exporter
 * @property {(octets: Uint8Array) => any} decode an MLSMessage
 * @property {(message: any) => Uint8Array} encode
 * @property {(wireFormat: WireFormat, content: object) => any} message
 * @property {(identity: Uint8Array, keys: any, context: Context) => Promise<KeyPackagePair>} keyPackage
 * @property {Record<"add" | "remove" | "psk", (...values: any[]) => any>} proposals
 * @property {(groupId: Uint8Array, own: KeyPackagePair, context: Context) => Promise<any>} create
 * @property {(welcome: any, own: KeyPackagePair, context: Context) => Promise<any>} join
 * @property {(groupInfo: any, own: KeyPackagePair, resync: boolean, context: Context)
 *   => Promise<{ publicMessage: any, newState: any }>} joinExternal
 * @property {(state: any, context: Context) => Promise<any>} groupInfo
 * @property {(state: any, proposals: any[], asPublicMessage: boolean, context: Context)
 *   => Promise<{ newState: any, commit: any, welcome: any }>} commit
 * @property {(state: any, proposal: any, asPublicMessage: boolean, context: Context)
 *   => Promise<{ newState: any, message: any }>} propose
 * @property {(state: any, content: Uint8Array, context: Context)
 *   => Promise<{ newState: any, message: any }>} encrypt
 * @property {(state: any, message: any, context: Context) => Promise<any>} process
 * @property {(padding: any) => any} config
 *
 * @typedef {{ publicPackage: any, privatePackage: any }} KeyPackagePair
 * @typedef {{ impl: any, suite: number, config: any, psks: Record<string, Uint8Array> }} Context
 * @typedef {"mls_welcome" | "mls_group_info" | "mls_key_package" | "mls_public_message"} WireFormat
 */

/**
 * Leaf indexes by identity.
 * @param {any} state
 * @returns {Map<string, number>}
 */
function leavesOf(state) {
  const leaves = new Map();
  for (const [index, node] of state.ratchetTree.entries()) {
    if (index % 2 === 1 || node === undefined) continue;
    leaves.set(new TextDecoder().decode(node.leaf.credential.identity), index / 2);
  }
  return leaves;
}

/**
 * @param {Library} library
 * @returns {import("./member.mjs").MakeMember}
 */
export function tsMlsMember(library) {
  return async (identity, suite, { padding = 0 } = {}) => {
    const impl = await library.implementation(suite);
    const config = library.config({ kind: "alwaysPad", paddingLength: padding });
    /** @type {Context} */
    const context = { impl, suite, config, psks: {} };
    const keys = await signatureKeyPair(impl, suite);
    const own = await library.keyPackage(utf8(identity), keys, context);
    /** @type {any} */
    let state;
    /** @type {any} what the pending commit leads to */
    let pending;

    /** @param {import("./member.mjs").Proposal} proposal */
    function proposalOf(proposal) {
      const { add, remove, psk } = library.proposals;
      if (proposal.type === "add") return add(library.decode(proposal.keyPackage).keyPackage);
      if (proposal.type === "custom") return { proposalType: CUSTOM, proposalData: proposal.data };
      if (proposal.type === "psk") return psk(proposal.id, impl.rng.randomBytes(impl.kdf.size));
      if (proposal.type === "remove") return remove(leavesOf(state).get(proposal.identity));
      throw new Error(`${library.kind} has no call for a proposal "${proposal.type}"`);
    }

    /** @type {Member} */
    const member = {
      kind: library.kind,
      identity,
      keyPackage: library.encode(
        library.message("mls_key_package", { keyPackage: own.publicPackage }),
      ),
      async create(groupId) {
        state = await library.create(utf8(groupId), own, context);
      },
      async join(octets) {
        state = await library.join(library.decode(octets).welcome, own, context);
      },
      async joinExternal(octets) {
        const { groupInfo } = library.decode(octets);
        const resync = state !== undefined;
        // A new KeyPackage: the old one's keys are in the tree that it comes back to.
        const fresh = await library.keyPackage(utf8(identity), keys, context);
        const joined = await library.joinExternal(groupInfo, fresh, resync, context);
        state = joined.newState;
        const { publicMessage } = joined;
        return library.encode(library.message("mls_public_message", { publicMessage }));
      },
      async groupInfo() {
        const groupInfo = await library.groupInfo(state, context);
        return library.encode(library.message("mls_group_info", { groupInfo }));
      },
      async commit(proposals = [], { asPublicMessage = false } = {}) {
        const made = proposals.map(proposalOf);
        const result = await library.commit(state, made, asPublicMessage, context);
        pending = result.newState;
        const { commit, welcome } = result;
        return {
          commit: library.encode(commit),
          welcome: welcome ? library.encode(welcome) : new Uint8Array(),
        };
      },
      async apply() {
        state = pending;
      },
      async propose(proposal, { asPublicMessage = false } = {}) {
        const made = proposalOf(proposal);
        const result = await library.propose(state, made, asPublicMessage, context);
        state = result.newState;
        return library.encode(result.message);
      },
      async addPsk(id, psk) {
        context.psks[Buffer.from(id).toString("base64")] = psk;
      },
      async encrypt(content) {
        const result = await library.encrypt(state, content, context);
        state = result.newState;
        return library.encode(result.message);
      },
      async receive(octets) {
        const before = state.groupContext.epoch;
        const result = await library.process(state, library.decode(octets), context);
        state = result.newState;
        if (result.kind === "applicationMessage") {
          return { type: "application", content: result.message };
        }
        if (state.groupActiveState.kind === "removedFromGroup") return { type: "removed" };
        return { type: state.groupContext.epoch > before ? "commit" : "proposal" };
      },
      async view() {
        const { exporterSecret, epochAuthenticator } = state.keySchedule;
        const none = new Uint8Array();
        const exported = await library.exporter(
          exporterSecret,
          EXPORT_LABEL,
          none,
          EXPORT_LEN,
          impl,
        );
        const leaves = leavesOf(state);
        return {
          epoch: Number(state.groupContext.epoch),
          exported: hex(exported),
          authenticator: hex(epochAuthenticator),
          leaves,
          carried: undefined,
          identities: [...leaves.keys()].sort(),
        };
      },
      async close() {},
    };
    return member;
  };
}
