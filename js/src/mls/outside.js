/** Proposals from outside a group (RFC 9420 section 12.1.8), and what allows them. */
import { core } from "../wasm/init.js";
import { Request } from "../wasm/wire.js";
import * as check from "./check.js";
import { suiteOf } from "./device.js";
import { NO_LEAF } from "./event.js";
import { writeProposal } from "./proposal.js";
import { checkVault } from "./vault.js";

const EXTERNAL_SENDERS = 5;

/**
 * Who proposes, and to which group.
 * @typedef {object} OutsideOptions
 * @property {import("./vault.js").Vault} vault
 * @property {import("../types.js").SealedRecord} signatureKey from createSignatureKey()
 * @property {number} [suite] the group's
 * @property {Uint8Array} groupId
 * @property {number} epoch the group's current one
 * @property {number} [senderIndex] in externalSenders(); without it, a new member who asks to be
 *   added, with a KeyPackage of this signatureKey
 * @property {number} [now] seconds since 1970
 */

/**
 * Proposes a change to a group that one is not in. Members commit to what an external sender
 * proposes as to any proposal, to who asks to be added only with the option newMembers.
 * @param {OutsideOptions} options
 * @param {import("./proposal.js").Proposal} proposal
 * @returns {Uint8Array} a PublicMessage
 */
export function proposeFromOutside(options, proposal) {
  const request = new Request()
    .u32(checkVault(options.vault).handle)
    .record(check.sealedRecord(options.signatureKey, "signatureKey"))
    .u32(suiteOf(options.suite))
    .bytes(check.octets(options.groupId, "groupId"))
    .u64(check.integer(options.epoch, "epoch"))
    .u32(check.integer(options.senderIndex ?? NO_LEAF, "senderIndex", NO_LEAF));
  writeProposal(request, proposal).u64(check.time(options.now));
  return core().call("wx_external_propose", request).bytes();
}

/**
 * The extension that lets these senders, and no others, propose from outside.
 * @param {{ signatureKey: Uint8Array, identity: string | Uint8Array }[]} senders
 *   signatureKey: public
 * @returns {import("./extension.js").Extension}
 */
export function externalSenders(senders) {
  const request = new Request();
  request.list(check.array(senders, "senders"), ({ signatureKey, identity }) => {
    request.bytes(check.octets(signatureKey, "signatureKey"));
    request.bytes(check.octetsOrText(identity, "identity"));
  });
  return { type: EXTERNAL_SENDERS, data: core().call("wx_external_senders", request).bytes() };
}
