/** An MLS group as one of its members sees it. */
import { WaxsealError } from "../errors.js";
import { core } from "../wasm/init.js";
import { Request } from "../wasm/wire.js";
import { readCredential, writeCredential } from "./accept.js";
import * as check from "./check.js";
import { writeMember } from "./device.js";
import { leafOrNone, readEvent, readMember } from "./event.js";
import { readExtensions } from "./extension.js";
import { sendFlags, writeProposal } from "./proposal.js";
import { checkVault } from "./vault.js";

/** @typedef {import("./vault.js").Vault} Vault */
/** @typedef {import("./accept.js").Accept} Accept */
/** @typedef {import("./accept.js").Credential} Credential */
/** @typedef {import("../types.js").SealedRecord} SealedRecord */
/** @typedef {import("../types.js").Slot} Slot */
/** @typedef {import("./event.js").GroupEvent} GroupEvent */
/** @typedef {import("./event.js").Member} Member */
/** @typedef {import("./proposal.js").Proposal} Proposal */
/** @typedef {import("./proposal.js").SendOptions} SendOptions */

const MAX_U32 = 0xffffffff;
const NO_OCTETS = new Uint8Array();

/**
 * Save the group (save()) before a message goes out or is shown: a key that was used must not come
 * back after a crash.
 */
export class Group {
  #core = core();
  #handle;
  #vault;
  #accept;
  /** Raised at each save, so that an old record can't be passed off as the present one. */
  #saved;

  /**
   * Use createGroup(), joinGroup() or loadGroup().
   * @internal
   * @param {Vault} vault
   * @param {number} handle
   * @param {number} saved
   * @param {Accept} [accept]
   */
  constructor(vault, handle, saved, accept) {
    this.#vault = vault;
    this.#accept = accept;
    this.#handle = handle;
    this.#saved = saved;
    this.#core.own(this, handle);
  }

  /** @internal */
  get handle() {
    return this.#handle;
  }

  #request() {
    return new Request().u32(this.#handle);
  }

  /**
   * What describes the group now; epochAuthenticator is equal for all members, secret to others;
   * inviter, right after joinGroup(), is the leaf of the member who signed the invitation;
   * reinitialised: the group has ended, see `successor`.
   */
  describe() {
    const reply = this.#core.call("wx_group_describe", this.#request());
    return {
      suite: reply.u32(),
      id: reply.bytes(),
      epoch: reply.u64(),
      ownLeaf: reply.u32(),
      memberCount: reply.u32(),
      leafCount: reply.u32(),
      epochAuthenticator: reply.bytes(),
      commitPending: reply.flag(),
      isMember: reply.flag(),
      inviter: leafOrNone(reply.u32()),
      reinitialised: reply.flag(),
    };
  }

  get id() {
    return this.describe().id;
  }

  get epoch() {
    return this.describe().epoch;
  }

  get epochAuthenticator() {
    return this.describe().epochAuthenticator;
  }

  /** @returns {Member[]} */
  get members() {
    const reply = this.#core.call("wx_group_members", this.#request());
    return reply.list(() => readMember(reply));
  }

  /**
   * The extensions that all members agree on; a proposal "group-context-extensions" replaces them.
   * @returns {import("./extension.js").Extension[]}
   */
  get extensions() {
    return readExtensions(this.#core.call("wx_group_extensions", this.#request()));
  }

  /**
   * What a member says of itself: the extensions of its leaf.
   * @param {number} leaf
   * @returns {import("./extension.js").Extension[]}
   */
  memberExtensions(leaf) {
    const request = this.#request().u32(check.integer(leaf, "leaf", MAX_U32));
    return readExtensions(this.#core.call("wx_group_member_extensions", request));
  }

  /**
   * Who waits to be accepted: all members after joining; and after receive() or commit() has thrown
   * UNDECIDED, those who would come in or get a new key by it.
   * @returns {Credential[]}
   */
  get undecided() {
    const reply = this.#core.call("wx_group_undecided", this.#request());
    return reply.list(() => readCredential(reply));
  }

  /**
   * Lets people in, for as long as the epoch lasts. Then call again what threw UNDECIDED.
   * @param {Credential[]} credentials those of `undecided` that are whom they say they are; others
   *   may be accepted beforehand
   */
  accept(credentials) {
    this.#acceptThese(check.array(credentials, "credentials"), false);
  }

  /**
   * @param {Credential[]} credentials
   * @param {boolean} everybody throw when others wait too
   */
  #acceptThese(credentials, everybody) {
    const request = this.#request().flag(everybody);
    request.list(credentials, (credential) => {
      writeCredential(request, credential);
    });
    this.#core.call("wx_group_accept", request);
  }

  /** Asks the application's check about all who wait. Throws UNDECIDED unless it accepts them. */
  #ask() {
    const accept = this.#accept;
    if (accept)
      this.#acceptThese(
        this.undecided.filter((one) => accept(one) === true),
        true,
      );
  }

  /**
   * @template T
   * @param {() => T} call is made again when everybody was accepted
   * @returns {T}
   */
  #asking(call) {
    try {
      return call();
    } catch (error) {
      const open = error instanceof WaxsealError && error.code === "UNDECIDED";
      if (!open || !this.#accept) throw error;
      this.#ask();
      return call();
    }
  }

  /**
   * Right after joining: without a check of the application's, the group waits for accept().
   * @internal
   * @returns {this}
   */
  askForMembers() {
    try {
      this.#ask();
    } catch (error) {
      this.close();
      throw error;
    }
    return this;
  }

  /** The ratchet tree, for a Welcome that was made without it. */
  get tree() {
    return this.#core.call("wx_group_tree", this.#request()).bytes();
  }

  /**
   * What joinExternal() takes. Whoever has it can enter the group: give it only to those who may.
   * @param {{ withTree?: boolean }} [options] withTree: the ratchet tree in it
   * @returns {Uint8Array} a GroupInfo
   */
  groupInfo({ withTree = true } = {}) {
    return this.#core.call("wx_group_info_make", this.#request().flag(withTree)).bytes();
  }

  /**
   * Encrypts application data for the members.
   * @param {string | Uint8Array} content
   * @param {{ authenticatedData?: Uint8Array }} [options] readable, but not changeable, on the way
   * @returns {Uint8Array} a PrivateMessage
   */
  encrypt(content, { authenticatedData = NO_OCTETS } = {}) {
    const request = this.#request().bytes(check.octetsOrText(content, "content"));
    request.bytes(check.octets(authenticatedData, "authenticatedData"));
    return this.#core.call("wx_group_encrypt", request).bytes();
  }

  /**
   * Processes any message of this group, our own commit included.
   * @param {Uint8Array} message
   * @param {{ now?: number }} [options]
   * @returns {GroupEvent}
   * @throws {import("../errors.js").WaxsealError} OWN_MESSAGE: there is nothing to do; EPOCH_AHEAD:
   *   keep it and try again after the missing commit; GENERATION_REUSED: a repeat; UNDECIDED: see
   *   `undecided`
   */
  receive(message, { now } = {}) {
    return this.#asking(() => {
      const request = this.#request().bytes(check.octets(message, "message"));
      return readEvent(this.#core.call("wx_group_receive", request.u64(check.time(now))));
    });
  }

  /**
   * Proposes a change that a later commit, of any member, carries out.
   * @param {Proposal} proposal
   * @param {SendOptions} [options]
   * @returns {Uint8Array} the message to send
   */
  propose(proposal, options = {}) {
    const request = writeProposal(this.#request(), proposal);
    request.u32(sendFlags(options)).u64(check.time(options.now));
    return this.#core.call("wx_group_propose", request).bytes();
  }

  /**
   * Commits to the proposals received in this epoch and to those given. The commit stays pending
   * until receive() gets it back, applyPending() is called, or another commit wins.
   * @param {Proposal[]} [proposals]
   * @param {SendOptions} [options]
   * @returns {{ commit: Uint8Array, welcome: Uint8Array | undefined }} welcome: for those added, to be
   *   sent once the commit was applied
   * @throws {import("../errors.js").WaxsealError} UNDECIDED: see `undecided`
   */
  commit(proposals = [], options = {}) {
    return this.#asking(() => this.#commit(proposals, options));
  }

  /**
   * @param {Proposal[]} proposals
   * @param {SendOptions} options
   */
  #commit(proposals, options) {
    const request = this.#request();
    request.list(check.array(proposals, "proposals"), (proposal) => {
      writeProposal(request, proposal);
    });
    request.bytes(check.octets(options.authenticatedData ?? NO_OCTETS, "authenticatedData"));
    request.u32(sendFlags(options)).u64(check.time(options.now));
    const reply = this.#core.call("wx_group_commit", request);
    const commit = reply.bytes();
    const welcome = reply.bytes();
    return { commit, welcome: welcome.length > 0 ? welcome : undefined };
  }

  /**
   * Commits to adding members.
   * @param {Uint8Array[]} keyPackages one per device
   * @param {SendOptions} [options]
   */
  add(keyPackages, options) {
    const proposals = check
      .array(keyPackages, "keyPackages")
      .map((keyPackage) => ({ type: /** @type {const} */ ("add"), keyPackage }));
    return this.commit(proposals, options);
  }

  /**
   * Commits to removing members.
   * @param {number[]} leaves
   * @param {SendOptions} [options]
   */
  remove(leaves, options) {
    const proposals = check
      .array(leaves, "leaves")
      .map((leaf) => ({ type: /** @type {const} */ ("remove"), leaf }));
    return this.commit(proposals, options);
  }

  /**
   * Commits to fresh keys of this device, so that keys stolen earlier are of no use any more.
   * @param {SendOptions} [options]
   */
  update(options) {
    return this.commit([], options);
  }

  /**
   * Applies the pending commit, as if it had come back.
   * @param {{ now?: number }} [options]
   * @returns {GroupEvent}
   */
  applyPending({ now } = {}) {
    const request = this.#request().u64(check.time(now));
    return readEvent(this.#core.call("wx_group_apply_pending", request));
  }

  /** Forgets the pending commit. */
  discardPending() {
    this.#core.call("wx_group_discard_pending", this.#request());
  }

  /**
   * Makes an external pre-shared key known to the group, for proposals that name it.
   * @param {Uint8Array} id
   * @param {Uint8Array} psk
   */
  addPsk(id, psk) {
    const request = this.#request().bytes(check.octets(id, "id")).bytes(check.octets(psk, "psk"));
    this.#core.call("wx_group_add_psk", request);
  }

  /**
   * A secret that all members, and only they, can compute (RFC 9420 section 8.5).
   * @param {string | Uint8Array} label
   * @param {Uint8Array} context
   * @param {number} length octets
   * @returns {Uint8Array}
   */
  exportSecret(label, context, length) {
    const request = this.#request()
      .bytes(check.octetsOrText(label, "label"))
      .bytes(check.octets(context, "context"))
      .u32(check.integer(length, "length", MAX_U32));
    const reply = this.#core.call("wx_group_export", request);
    const secret = reply.bytes();
    reply.wipe();
    return secret;
  }

  /**
   * The state as two sealed records. `epoch` is large and comes only when it changed since the last
   * save; store what comes, in one transaction.
   * @param {{ epoch?: Slot, ratchet?: Slot, always?: boolean }} [options] where they will be stored;
   *   always: give the epoch record even if it did not change
   * @returns {{ epoch?: SealedRecord, ratchet: SealedRecord }}
   */
  save({ epoch, ratchet, always = false } = {}) {
    const counter = this.#saved + 1;
    const epochSlot = check.slot(epoch ?? { name: "group-epoch", counter }, "epoch");
    const ratchetSlot = check.slot(ratchet ?? { name: "group-ratchet", counter }, "ratchet");
    const request = this.#request().u32(this.#vault.handle);
    request.slot(epochSlot).slot(ratchetSlot).flag(always);
    const reply = this.#core.call("wx_group_save", request);
    this.#saved = counter;
    const sealedEpoch = reply.bytes();
    return {
      ...(sealedEpoch.length > 0 ? { epoch: { ...epochSlot, sealed: sealedEpoch } } : {}),
      ratchet: { ...ratchetSlot, sealed: reply.bytes() },
    };
  }

  /**
   * What follows a group that has ended by a ReInit; undefined while it goes on. Any member makes it
   * with reinit(), and the others join it from the Welcome with this one as `parent`.
   */
  get successor() {
    const reply = this.#core.call("wx_group_successor", this.#request());
    const suite = reply.u32();
    const groupId = reply.bytes();
    return suite === 0 ? undefined : { suite, groupId, extensions: reply.bytes() };
  }

  /**
   * Makes the group that follows this one, which has ended by a ReInit, with all its members in it.
   * @param {FollowOptions} options
   * @returns {{ group: Group, welcome: Uint8Array | undefined }} welcome: for the others
   * @throws {import("../errors.js").WaxsealError} UNDECIDED: see `undecided`
   */
  reinit(options) {
    return this.#asking(() => this.#follow("wx_group_reinit", options, NO_OCTETS));
  }

  /**
   * Makes a group of some members of this one beside it.
   * @param {FollowOptions & { groupId: string | Uint8Array }} options
   * @returns {{ group: Group, welcome: Uint8Array | undefined }} welcome: for the others, who join
   *   with this group as `parent`
   * @throws {import("../errors.js").WaxsealError} UNDECIDED: see `undecided`
   */
  branch(options) {
    const groupId = check.octetsOrText(options.groupId, "groupId");
    return this.#asking(() => this.#follow("wx_group_branch", options, groupId));
  }

  /**
   * @param {"wx_group_reinit" | "wx_group_branch"} call
   * @param {FollowOptions} options
   * @param {Uint8Array} groupId
   */
  #follow(call, options, groupId) {
    const vault = checkVault(options.vault);
    const request = writeMember(new Request().u32(vault.handle), options);
    request.u32(this.#handle).bytes(groupId);
    request.list(check.array(options.keyPackages, "keyPackages"), (keyPackage) => {
      request.bytes(check.octets(keyPackage, "keyPackages[]"));
    });
    request.u32(sendFlags({ withoutTree: options.withoutTree })).u64(check.time(options.now));
    const reply = this.#core.call(call, request);
    const group = new Group(vault, reply.u32(), 0, this.#accept);
    const welcome = reply.bytes();
    return { group, welcome: welcome.length > 0 ? welcome : undefined };
  }

  /** Wipes the group in the core; it can't be used any more. */
  close() {
    this.#core.disown(this, this.#handle);
  }
}

/**
 * Who is in a group that follows another.
 * @typedef {import("./device.js").MemberOptions & { keyPackages: Uint8Array[],
 *   withoutTree?: boolean, now?: number }} FollowOptions keyPackages: of the others
 */
