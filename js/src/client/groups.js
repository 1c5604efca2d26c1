/** Changes of conversations: begun, joined, members added and removed. */
import { fromBase64, textOf, toBase64, toHex } from "../bytes.js";
import { localError } from "../errors.js";
import { makeEnvelope } from "../fediverse/envelope.js";
import { createGroup, joinGroup } from "../mls/index.js";
import { findForWelcome, refill, withdraw } from "./key_packages.js";
import { acceptDevice, actorOf, actorsOf, updateMembers } from "./members.js";
import { addNotice } from "./messages.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./context.js").Context} Context */
/** @typedef {import("./records.js").ConversationRecord} ConversationRecord */
/** @typedef {import("./records.js").DeviceRecord} DeviceRecord */
/** @typedef {import("./records.js").Intent} Intent */
/** @typedef {import("./directory.js").ChosenPackage} ChosenPackage */

/** How often a change is tried when others change the group at the same time. */
const MAX_TRIES = 3;
/** Others' packages remembered as used, until their owners have withdrawn them. */
const MAX_USED = 1000;

/**
 * Puts an MLS message into the outbox.
 * @param {Context} context
 * @param {Step} step
 * @param {ConversationRecord} conversation
 * @param {object} message
 * @param {"note" | "commit" | "welcome"} message.purpose
 * @param {Uint8Array} message.octets
 * @param {string[]} message.to actors
 * @param {string} [message.message] name of the note's record
 * @returns {string} the name of the outbox record
 */
export function postMessage(context, step, conversation, { purpose, octets, to, message }) {
  const { actor } = /** @type {DeviceRecord} */ (step.get("device"));
  const activity = makeEnvelope({
    actor,
    to: [...new Set(to)],
    octets,
    type: purpose === "welcome" ? "Welcome" : "PrivateMessage",
    conversation: conversation.context,
    generator: context.generator,
  });
  return step.append("outbox/", {
    lane: "messages",
    purpose,
    activity,
    conversation: conversation.id,
    ...(message === undefined ? {} : { message }),
  });
}

/**
 * @param {Step} step
 * @param {string} id
 * @returns {ConversationRecord}
 * @throws {import("../errors.js").WaxsealError} CONVERSATION_ENDED
 */
export function activeConversation(step, id) {
  const conversation = /** @type {ConversationRecord | undefined} */ (
    step.get(`conversation/${id}`)
  );
  if (!conversation?.active) throw localError("CONVERSATION_ENDED");
  return conversation;
}

/**
 * Begins a conversation. Nobody else is in the group yet, so the commit that adds the others applies
 * at once and only the Welcome is posted.
 * @param {Context} context
 * @param {Step} step
 * @param {number} suite
 * @param {ChosenPackage[]} packages
 * @returns {string} the conversation's id
 */
export function beginConversation(context, step, suite, packages) {
  const { actor } = /** @type {DeviceRecord} */ (step.get("device"));
  rememberUsed(step, packages);
  const groupId = `uri:uuid:${crypto.randomUUID()}`;
  const group = createGroup({
    vault: context.database.vault,
    signatureKey: context.database.sealed("core/signature-key"),
    identity: actor,
    suite,
    groupId,
    accept: acceptDevice,
  });
  const { welcome } = group.add(packages.map(({ keyPackage }) => keyPackage));
  group.applyPending();
  const conversation = newConversation(step, group, groupId);
  const updated = updateMembers(context, step, conversation);
  const to = packages.map((chosen) => chosen.actor);
  if (welcome) postMessage(context, step, updated, { purpose: "welcome", octets: welcome, to });
  announceConversation(context, step, updated.id);
  return updated.id;
}

/**
 * A package is good for one Welcome: it may take its owner a while to take it back.
 * @param {Step} step
 * @param {ChosenPackage[]} packages
 */
function rememberUsed(step, packages) {
  const refs = [...(step.get("used") ?? []), ...packages.map(({ ref }) => ref)];
  step.put("used", refs.slice(-MAX_USED));
}

/**
 * @param {Step} step
 * @param {import("../mls/index.js").Group} group
 * @param {string} context
 * @returns {ConversationRecord}
 */
function newConversation(step, group, context) {
  const id = crypto.randomUUID();
  step.adoptGroup(id, group);
  const { id: groupId, epoch } = group.describe();
  return {
    id,
    group: toHex(groupId),
    context,
    members: [],
    active: true,
    joinedEpoch: epoch,
    created: new Date().toISOString(),
  };
}

/**
 * @param {Context} context
 * @param {Step} step
 * @param {string} id
 */
export function announceConversation(context, step, id) {
  step.after(() => context.emit("conversation", { conversation: context.conversation(id) }));
}

/**
 * Joins from a Welcome. One that is for none of our packages is for another device: nothing happens.
 * @param {Context} context
 * @param {Step} step
 * @param {import("../fediverse/envelope.js").Envelope} envelope
 * @returns {ConversationRecord | undefined}
 */
export function joinConversation(context, step, envelope) {
  const used = findForWelcome(context.database, envelope.octets);
  if (!used) return undefined;
  const group = joinGroup({
    vault: context.database.vault,
    welcome: envelope.octets,
    secret: context.database.sealed(`core/package/${used.id}`),
    accept: acceptDevice,
  });
  const groupId = group.id;
  const conversation = newConversation(step, group, textOf(groupId) ?? toHex(groupId));
  const { inviter } = group.describe();
  const signer = group.members.find(({ leaf }) => leaf === inviter);
  if (!signer || actorOf(signer) !== envelope.actor) throw localError("WELCOME_FROM_STRANGER");
  if (step.entries("conversation/").some(([, { group: known }]) => known === conversation.group)) {
    throw localError("KNOWN_GROUP");
  }
  if (!used.lastResort) withdraw(step, used);
  refill(step, context.database, context.generator);
  step.after(context.post);
  const updated = updateMembers(context, step, conversation);
  announceConversation(context, step, updated.id);
  return updated;
}

/**
 * Commits to a change of the members. The commit stays pending until it comes back.
 * @param {Context} context
 * @param {Step} step
 * @param {string} id of the conversation
 * @param {Intent} intent
 * @param {ChosenPackage[]} packages of those to be added
 * @returns {string} name of the outbox record
 */
export function changeMembers(context, step, id, intent, packages) {
  const conversation = activeConversation(step, id);
  const group = step.group(id);
  const leaves = conversation.members
    .filter(({ actor }) => intent.type === "remove" && intent.actors.includes(actor))
    .map(({ leaf }) => leaf);
  if (intent.type === "remove" && leaves.length === 0) throw localError("NOT_IN_CONVERSATION");
  const { commit, welcome } =
    intent.type === "remove"
      ? group.remove(leaves)
      : group.add(packages.map(({ keyPackage }) => keyPackage));
  rememberUsed(step, packages);
  /** @type {import("./records.js").PendingRecord} */
  const pending = {
    ...(welcome ? { welcome: toBase64(welcome) } : {}),
    added: packages.map(({ actor }) => actor),
    intent,
  };
  const updated = { ...conversation, pending };
  step.put(`conversation/${id}`, updated);
  announceConversation(context, step, id);
  const to = actorsOf(conversation.members);
  return postMessage(context, step, updated, { purpose: "commit", octets: commit, to });
}

/**
 * The group is in a new epoch: by our commit, whose Welcome goes out now, or by another, which
 * replaces ours.
 * @param {Context} context
 * @param {Step} step
 * @param {ConversationRecord} conversation
 * @param {import("../mls/event.js").CommitEvent} event
 * @param {(intent: Intent) => Promise<void>} retry
 */
export function onCommit(context, step, conversation, event, retry) {
  const { pending, ...settled } = conversation;
  const changed = event.changes
    .filter(({ type, signatureKeyChanged }) => type === "updated" && signatureKeyChanged)
    .map(({ member }) => actorOf(member));
  if (event.type === "removed") {
    step.put(`conversation/${conversation.id}`, { ...settled, active: false });
    addNotice(context, step, conversation.id, "removed", undefined);
  } else {
    const updated = updateMembers(context, step, settled, changed);
    const welcome = event.own && pending?.welcome ? fromBase64(pending.welcome) : undefined;
    if (welcome) {
      const to = /** @type {import("./records.js").PendingRecord} */ (pending).added;
      postMessage(context, step, updated, { purpose: "welcome", octets: welcome, to });
      step.after(context.post);
    }
    if (pending && !event.own) retryChange(context, step, updated, pending.intent, retry);
  }
  announceConversation(context, step, conversation.id);
}

/**
 * @param {Context} context
 * @param {Step} step
 * @param {ConversationRecord} conversation
 * @param {Intent} intent
 * @param {(intent: Intent) => Promise<void>} retry
 */
function retryChange(context, step, conversation, intent, retry) {
  const present = actorsOf(conversation.members);
  const actors = intent.actors.filter(
    (actor) => present.includes(actor) === (intent.type === "remove"),
  );
  if (actors.length === 0) return;
  if (intent.tries >= MAX_TRIES) {
    addNotice(context, step, conversation.id, "change-failed", undefined);
  } else {
    step.after(() => retry({ ...intent, actors, tries: intent.tries + 1 }));
  }
}
