/** How a device comes into a group: by making it, by an invitation, from outside, from storage. */
import { invalidArgument } from "../errors.js";
import { core } from "../wasm/init.js";
import { Request } from "../wasm/wire.js";
import { checkAccept } from "./accept.js";
import * as check from "./check.js";
import { writeMember } from "./device.js";
import { Group } from "./group.js";
import { checkVault } from "./vault.js";

/** @typedef {import("./vault.js").Vault} Vault */
/** @typedef {import("./accept.js").Accept} Accept */
/** @typedef {import("../types.js").SealedRecord} SealedRecord */

const NO_OCTETS = new Uint8Array();

/** @param {unknown} group */
function checkGroup(group) {
  if (!(group instanceof Group)) throw invalidArgument("parent must be a Group.");
  return group;
}

/**
 * Creates a group of one member.
 * @param {import("./device.js").MemberOptions & { groupId: string | Uint8Array, accept?: Accept }} options
 *   accept: who may come in; without it, see Group's `undecided`
 * @returns {Group}
 */
export function createGroup(options) {
  const vault = checkVault(options.vault);
  const request = writeMember(new Request().u32(vault.handle), options);
  request.bytes(check.octetsOrText(options.groupId, "groupId"));
  const accept = checkAccept(options.accept);
  return new Group(vault, core().call("wx_group_create", request).u32(), 0, accept);
}

/**
 * Joins a group from a Welcome.
 * @param {object} options
 * @param {Vault} options.vault
 * @param {Uint8Array} options.welcome
 * @param {SealedRecord} options.secret of the KeyPackage that was used; see welcomeMatches()
 * @param {Uint8Array} [options.tree] the ratchet tree, when the Welcome does not carry it
 * @param {{ id: Uint8Array, psk: Uint8Array }[]} [options.psks] external pre-shared keys
 * @param {Group} [options.parent] the group that this one follows, by a ReInit or as a branch, or
 *   whose resumption key it asks for
 * @param {Accept} [options.accept] who may be in it; without it the group is of no use before its
 *   `undecided` members are accepted
 * @returns {Group}
 * @throws {import("../errors.js").WaxsealError} UNDECIDED: `accept` did not accept everybody
 */
export function joinGroup({ vault, welcome, secret, tree = NO_OCTETS, psks = [], parent, accept }) {
  checkAccept(accept);
  const request = new Request()
    .u32(checkVault(vault).handle)
    .record(check.sealedRecord(secret, "secret"))
    .bytes(check.octets(welcome, "welcome"))
    .bytes(check.octets(tree, "tree"));
  request.list(check.array(psks, "psks"), ({ id, psk }) => {
    request.bytes(check.octets(id, "psks[].id")).bytes(check.octets(psk, "psks[].psk"));
  });
  request.u32(parent === undefined ? 0 : checkGroup(parent).handle);
  const handle = core().call("wx_group_join", request).u32();
  return new Group(vault, handle, 0, accept).askForMembers();
}

/**
 * Enters a group without being added, by a commit from outside; a device that lost its state comes
 * back that way, in place of its former leaf.
 * @param {import("./device.js").MemberOptions & { groupInfo: Uint8Array, tree?: Uint8Array,
 *   authenticatedData?: Uint8Array, proposals?: Uint8Array[], accept?: Accept }} options tree: when
 *   the GroupInfo does not carry it; proposals: the messages with the SelfRemoves that members sent
 *   in its epoch, whom the commit lets go; accept: as for joinGroup()
 * @returns {{ group: Group, commit: Uint8Array }} commit: a PublicMessage for all members. The group
 *   is where it leads; if they take another commit instead, try again with a new GroupInfo.
 */
export function joinExternal(options) {
  const { groupInfo, tree = NO_OCTETS, authenticatedData = NO_OCTETS, proposals = [] } = options;
  const vault = checkVault(options.vault);
  const accept = checkAccept(options.accept);
  const request = writeMember(new Request().u32(vault.handle), options)
    .bytes(check.octets(groupInfo, "groupInfo"))
    .bytes(check.octets(tree, "tree"))
    .bytes(check.octets(authenticatedData, "authenticatedData"));
  request.list(check.array(proposals, "proposals"), (message) => {
    request.bytes(check.octets(message, "proposals[]"));
  });
  const reply = core().call("wx_group_join_external", request);
  const group = new Group(vault, reply.u32(), 0, accept).askForMembers();
  return { group, commit: reply.bytes() };
}

/**
 * Restores a group from the records of its last save.
 * @param {{ vault: Vault, epoch: SealedRecord, ratchet: SealedRecord, accept?: Accept }} options
 *   accept: as for createGroup()
 * @returns {Group}
 */
export function loadGroup({ vault, epoch, ratchet, accept }) {
  checkAccept(accept);
  if (!epoch || !ratchet) throw invalidArgument("epoch and ratchet must both be given.");
  const request = new Request()
    .u32(checkVault(vault).handle)
    .record(check.sealedRecord(epoch, "epoch"))
    .record(check.sealedRecord(ratchet, "ratchet"));
  const handle = core().call("wx_group_load", request).u32();
  return new Group(vault, handle, Math.max(epoch.counter, ratchet.counter), accept);
}
