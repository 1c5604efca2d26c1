/**
 * A device on ts-mls 2.0.0-rc.10, as both clients here use it: its own commits count at once, nothing
 * is held back for an order that the server may decide.
 */
import { randomUUID } from "node:crypto";
import * as ts from "ts-mls-2";

const SUITE = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";
const text = new TextEncoder();

const PLAIN = {
  versions: [ts.protocolVersions.mls10],
  ciphersuites: [1, 2, 3],
  extensions: [],
  proposals: [],
  credentials: [ts.defaultCredentialTypes.basic],
};

/** What ts-mls does not export: who sent a PrivateMessage, and a ratchet tree by itself. */
const inside = async (/** @type {string} */ file) =>
  import(new URL(file, import.meta.resolve("ts-mls-2")).href);
const { decryptSenderData } = await inside("./privateMessage.js");
const { ratchetTreeDecoder } = await inside("./ratchetTree.js");

/** @param {Uint8Array} octets */
export const toText = (octets) => new TextDecoder("utf-8", { fatal: true }).decode(octets);
/** @param {string} base64 */
export const fromBase64 = (base64) => Uint8Array.from(Buffer.from(base64, "base64"));
/** @param {Uint8Array} octets */
export const toBase64 = (octets) => Buffer.from(octets).toString("base64");
/** @param {any} leaf */
const identityOf = (leaf) => toText(leaf.credential.identity);

/** A commit or message of an epoch that this device has not come to. */
export class NotYet extends Error {}

/**
 * @typedef {{ publicPackage: any, privatePackage: any }} Package
 * @typedef {{ group: string, kind: "message" | "commit" | "proposal" | "rejected",
 *   sender: string | undefined, content?: Uint8Array, removes?: number[] }} Processed
 *   sender: the identity in the credential of the leaf that MLS authenticated
 */

export class MlsDevice {
  /** @type {Map<string, any>} states by group id */
  groups = new Map();
  /** The packages that a Welcome may be for. @type {Package[]} */
  packages = [];
  #options;
  #impl;
  #keys;
  #context;

  /**
   * @param {string} identity
   * @param {{ lifetimeDays: number, grease: boolean, pastEpochs: number, padding: number,
   *   acceptsProposals: boolean }} options
   */
  static async create(identity, options) {
    const impl = await ts.getCiphersuiteImpl(SUITE);
    return new MlsDevice(identity, options, impl, await impl.signature.keygen());
  }

  /** @param {string} identity @param {any} options @param {any} impl @param {any} keys */
  constructor(identity, options, impl, keys) {
    this.identity = identity;
    this.#options = options;
    this.#impl = impl;
    this.#keys = keys;
    const { pastEpochs, padding } = options;
    this.#context = {
      cipherSuite: impl,
      authService: ts.unsafeTestingAuthenticationService,
      clientConfig: {
        keyRetentionConfig: { ...ts.defaultKeyRetentionConfig, retainKeysForEpochs: pastEpochs },
        lifetimeConfig: { ...ts.defaultLifetimeConfig, maximumTotalLifetime: 400n * 86400n },
        keyPackageEqualityConfig: ts.defaultKeyPackageEqualityConfig,
        paddingConfig: { kind: /** @type {const} */ ("padUntilLength"), padUntilLength: padding },
      },
    };
  }

  /** The suite's name. */
  get ciphersuite() {
    return SUITE;
  }

  /** @returns {Promise<{ octets: Uint8Array, pair: Package }>} a raw KeyPackage */
  async newPackage() {
    const { lifetimeDays, grease } = this.#options;
    const now = Math.floor(Date.now() / 1000);
    const pair = await ts.generateKeyPackageWithKey({
      credential: {
        credentialType: ts.defaultCredentialTypes.basic,
        identity: text.encode(this.identity),
      },
      lifetime: { notBefore: BigInt(now - 3600), notAfter: BigInt(now + lifetimeDays * 86400) },
      signatureKeyPair: this.#keys,
      cipherSuite: this.#impl,
      // Left out, ts-mls takes its own, with random values that nobody knows (RFC 9420 section 13.5).
      ...(grease ? {} : { capabilities: PLAIN, extensions: [] }),
    });
    this.packages.push(pair);
    return { octets: ts.encode(ts.keyPackageEncoder, pair.publicPackage), pair };
  }

  /** @param {Uint8Array} octets raw, or in an MLSMessage @returns {any} undefined: neither */
  readPackage(octets) {
    // RFC 9420: a raw one has its suite where an MLSMessage has its wire format.
    const isWrapped = octets[2] === 0 && octets[3] === ts.wireformats.mls_key_package;
    return isWrapped ? this.decode(octets)?.keyPackage : decode(ts.keyPackageDecoder, octets);
  }

  /** @param {string} group */
  state(group) {
    const state = this.groups.get(group);
    if (!state) throw new Error(`no group ${group}`);
    return state;
  }

  /** @param {string} group @returns {{ leaf: number, identity: string, key: string }[]} */
  leaves(group) {
    return [...this.state(group).ratchetTree.entries()]
      .filter(([index, node]) => index % 2 === 0 && node !== undefined)
      .map(([index, { leaf }]) => {
        const key = toBase64(leaf.signaturePublicKey);
        return { leaf: index / 2, identity: identityOf(leaf), key };
      });
  }

  /** @param {string} group */
  ownLeaf(group) {
    return this.state(group).privatePath.leafIndex;
  }

  /** @param {string} prefix of the new group's id @param {Package} own */
  async createGroup(prefix, own) {
    const group = `${prefix}${randomUUID()}`;
    const { publicPackage, privatePackage } = own;
    this.groups.set(
      group,
      await ts.createGroup({
        context: this.#context,
        groupId: text.encode(group),
        keyPackage: publicPackage,
        privateKeyPackage: privatePackage,
      }),
    );
    return group;
  }

  /**
   * @param {string} group
   * @param {{ add?: any[], remove?: number[], treeInWelcome?: boolean }} [changes] KeyPackages, leaves
   * @returns {Promise<{ commit: Uint8Array, welcome: Uint8Array | undefined, tree: Uint8Array }>}
   */
  async commit(group, { add = [], remove = [], treeInWelcome = true } = {}) {
    const { add: addType, remove: removeType } = ts.defaultProposalTypes;
    const { newState, commit, welcome } = await ts.createCommit({
      context: this.#context,
      state: this.state(group),
      ratchetTreeExtension: treeInWelcome,
      extraProposals: [
        ...add.map((keyPackage) => ({ proposalType: addType, add: { keyPackage } })),
        ...remove.map((removed) => ({ proposalType: removeType, remove: { removed } })),
      ],
    });
    this.groups.set(group, newState);
    return {
      commit: ts.encode(ts.mlsMessageEncoder, commit),
      welcome: welcome && ts.encode(ts.mlsMessageEncoder, welcome),
      tree: await this.#tree(newState),
    };
  }

  /** A bare ratchet_tree. @param {any} state @returns {Promise<Uint8Array>} */
  async #tree(state) {
    const info = await ts.createGroupInfoWithExternalPubAndRatchetTree(state, [], this.#impl);
    const { ratchet_tree } = ts.defaultExtensionTypes;
    const found = info.extensions.find(({ extensionType }) => extensionType === ratchet_tree);
    return /** @type {Uint8Array} */ (found?.extensionData);
  }

  /** A proposal that the own leaf be removed. @param {string} group */
  async proposeLeave(group) {
    const state = this.state(group);
    const { newState, message } = await ts.createProposal({
      context: this.#context,
      state,
      proposal: {
        proposalType: ts.defaultProposalTypes.remove,
        remove: { removed: state.privatePath.leafIndex },
      },
    });
    this.groups.set(group, newState);
    return ts.encode(ts.mlsMessageEncoder, message);
  }

  /** Whether proposals wait for a commit. @param {string} group */
  hasProposals(group) {
    return Object.keys(this.state(group).unappliedProposals).length > 0;
  }

  /** Leaves that a waiting proposal removes. @param {string} group @returns {number[]} */
  leaving(group) {
    const waiting = Object.values(this.state(group).unappliedProposals);
    return waiting.map((/** @type {any} */ { proposal }) => proposal.remove?.removed);
  }

  /** @param {string} group @param {object} activity */
  async encrypt(group, activity) {
    const { newState, message } = await ts.createApplicationMessage({
      context: this.#context,
      state: this.state(group),
      message: text.encode(JSON.stringify(activity)),
    });
    this.groups.set(group, newState);
    return ts.encode(ts.mlsMessageEncoder, message);
  }

  /** @param {Uint8Array} octets @returns {any} undefined when it is no MLSMessage */
  decode(octets) {
    return decode(ts.mlsMessageDecoder, octets);
  }

  /**
   * @param {any} welcome
   * @param {Uint8Array} [tree] that came beside it
   * @returns {Promise<string | undefined>} the group; undefined when it is for none of the packages
   * @throws when it is for one and can't be joined
   */
  async join(welcome, tree) {
    for (const { publicPackage, privatePackage } of this.packages) {
      const reference = await ts.makeKeyPackageRef(publicPackage, this.#impl.hash);
      const isFor = (/** @type {any} */ { newMember }) =>
        Buffer.compare(newMember, reference) === 0;
      if (!welcome.secrets.some(isFor)) continue;
      const state = await ts.joinGroup({
        context: this.#context,
        welcome,
        keyPackage: publicPackage,
        privateKeys: privatePackage,
        ...(tree ? { ratchetTree: ts.decode(ratchetTreeDecoder, tree) } : {}),
      });
      const group = toText(state.groupContext.groupId);
      if (!this.groups.has(group)) this.groups.set(group, state);
      return group;
    }
    return undefined;
  }

  /**
   * @param {any} message a PrivateMessage or PublicMessage
   * @returns {Promise<Processed>}
   * @throws {NotYet}
   */
  async process(message) {
    const { privateMessage, publicMessage } = message;
    const content = privateMessage ?? publicMessage.content;
    const group = toText(content.groupId);
    const state = this.groups.get(group);
    if (!state) throw new NotYet(`no group ${group}`);
    if (content.epoch > state.groupContext.epoch) throw new NotYet(`epoch ${content.epoch}`);
    const sender = await this.#senderOf(state, privateMessage);
    /** @type {number[]} */
    const removes = [];
    const { acceptsProposals } = this.#options;
    const result = await ts.processMessage({
      context: this.#context,
      state,
      message,
      callback: (incoming) => {
        if (incoming.kind === "commit") return "accept";
        const { remove } = /** @type {any} */ (incoming.proposal.proposal);
        if (remove) removes.push(remove.removed);
        return acceptsProposals ? "accept" : "reject";
      },
    });
    if (result.kind === "newState" && result.actionTaken === "reject") {
      return { group, kind: "rejected", sender, removes };
    }
    this.groups.set(group, result.newState);
    if (result.kind === "applicationMessage") {
      return { group, kind: "message", sender, content: result.message };
    }
    const isCommit = result.newState.groupContext.epoch > state.groupContext.epoch;
    const ended = result.newState.groupActiveState.kind === "removedFromGroup";
    return { group, kind: isCommit || ended ? "commit" : "proposal", sender, removes };
  }

  /** Whether this device is in the group. @param {string} group */
  isMember(group) {
    return this.groups.get(group)?.groupActiveState.kind === "active";
  }

  /** @param {any} state @param {any} message */
  async #senderOf(state, message) {
    if (!message) return undefined;
    const past = state.historicalReceiverData.get(message.epoch);
    const isNow = message.epoch === state.groupContext.epoch;
    const secret = isNow ? state.keySchedule.senderDataSecret : past?.senderDataSecret;
    if (!secret) return undefined;
    const data = await decryptSenderData(message, secret, this.#impl);
    const node = (isNow ? state : past).ratchetTree[2 * (data?.leafIndex ?? 0)];
    return data && node ? identityOf(node.leaf) : undefined;
  }
}

/** @param {any} decoder @param {Uint8Array} octets @returns {any} undefined when they are something else */
function decode(decoder, octets) {
  try {
    return ts.decode(decoder, octets);
  } catch (error) {
    if (error instanceof ts.CodecError) return undefined;
    throw error;
  }
}
