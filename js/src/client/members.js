/** Who is in a conversation, and with which keys. */
import { textOf, toHex } from "../bytes.js";
import { addNotice } from "./messages.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./context.js").Context} Context */
/** @typedef {import("./records.js").ConversationRecord} ConversationRecord */
/** @typedef {import("./records.js").MemberRecord} MemberRecord */
/** @typedef {import("../mls/event.js").Member} Member */

/**
 * The identity in a leaf, which is the actor's id. One that is not UTF-8 belongs to nobody.
 * @param {Pick<Member, "identity">} member
 */
export function actorOf({ identity }) {
  return textOf(identity) ?? "";
}

/**
 * Who may be in a conversation: devices that name an actor. That the key is this actor's rests on
 * the servers at first; watchKeys() tells the user of every later one.
 * @type {import("../mls/accept.js").Accept}
 */
export function acceptDevice({ type, identity }) {
  return type === "basic" && URL.canParse(textOf(identity) ?? "");
}

/**
 * @param {Member[]} members
 * @returns {MemberRecord[]}
 */
export function memberRecords(members) {
  return members.map((member) => ({
    actor: actorOf(member),
    key: toHex(member.signatureKey),
    leaf: member.leaf,
  }));
}

/**
 * @param {MemberRecord[]} members
 * @returns {string[]} each actor once
 */
export function actorsOf(members) {
  return [...new Set(members.map(({ actor }) => actor))];
}

/**
 * Brings the conversation's member list up to date with the group, says who came and went, and
 * watches for keys never seen before.
 * @param {Context} context
 * @param {Step} step
 * @param {ConversationRecord} conversation
 * @param {string[]} [changedKeys] actors whose device replaced its signature key
 * @returns {ConversationRecord}
 */
export function updateMembers(context, step, conversation, changedKeys = []) {
  const members = memberRecords(step.group(conversation.id).members);
  const [before, after] = [actorsOf(conversation.members), actorsOf(members)];
  const updated = { ...conversation, members };
  step.put(`conversation/${conversation.id}`, updated);
  if (before.length > 0) {
    const joined = after.filter((actor) => !before.includes(actor));
    const left = before.filter((actor) => !after.includes(actor));
    for (const actor of joined) addNotice(context, step, updated.id, "member-added", actor);
    for (const actor of left) addNotice(context, step, updated.id, "member-removed", actor);
  }
  for (const actor of after) {
    const keys = members.filter((member) => member.actor === actor).map(({ key }) => key);
    watchKeys(context, step, updated.id, actor, keys, changedKeys.includes(actor));
  }
  return updated;
}

/**
 * Compares an actor's keys with those seen before. The first ones are taken on trust; later ones are
 * announced, since a server could have slipped them in.
 * @param {Context} context
 * @param {Step} step
 * @param {string} conversation id
 * @param {string} actor
 * @param {string[]} keys all that the actor has in this conversation, hex
 * @param {boolean} replaced a device is known to have replaced its key
 */
function watchKeys(context, step, conversation, actor, keys, replaced) {
  const [name, known] = step.entries("actor/").find(([, record]) => record.actor === actor) ?? [
    `actor/${crypto.randomUUID()}`,
    { actor, keys: [] },
  ];
  const seen = new Set(known.keys.map((/** @type {{ key: string }} */ { key }) => key));
  const fresh = keys.filter((key) => !seen.has(key));
  if (fresh.length === 0) return;
  const firstSeen = new Date().toISOString();
  const entries = fresh.map((key) => ({ key, firstSeen }));
  step.put(name, { actor, keys: [...known.keys, ...entries] });
  if (seen.size === 0) return;
  const isNewDevice = !replaced && keys.some((key) => seen.has(key));
  addNotice(context, step, conversation, isNewDevice ? "new-device" : "key-changed", actor);
  step.after(() => {
    const detail = { actor, keys: fresh, conversation: context.conversation(conversation) };
    context.emit(isNewDevice ? "device" : "key-changed", detail);
  });
}
