/**
 * Messages and what happens to them. Events come in any order: one that is about a message, or a
 * reaction, that is not here yet waits for it.
 */

import { contentOf, dropFiles, isoOf, noteOf, withState } from "./note.js";
import { trim } from "./retention.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./engine.js").EngineEvent} EngineEvent */
/** @typedef {import("./records.js").NoteRecord} NoteRecord */
/** @typedef {import("./records.js").Receipt} Receipt */
/** @typedef {[string, NoteRecord]} Named a record's name, and the record */

/** Events that wait, per conversation. */
const MAX_WAITING = 200;
const MAX_EDITS = 50;
const MAX_REACTIONS = 500;

/** The better news replaces the worse. @type {Record<string, Receipt>} */
const RECEIPTS = {
  failed: "failed",
  delivered: "delivered",
  read: "read",
  view: "read",
  listen: "read",
};
/** @type {Receipt[]} */
const RANKS = ["failed", "delivered", "read"];

/** @param {string} conversation id */
export const bucketOfMessages = (conversation) => `message/${conversation}/`;
/** @param {string} conversation id */
export const bucketOfWaiting = (conversation) => `waiting/${conversation}/`;

/**
 * @param {Pick<Step, "entries">} records of a step, or those stored
 * @param {string} conversation id
 * @param {(note: NoteRecord) => boolean} isIt
 * @returns {Named | undefined} the newest one
 */
export function findNote(records, conversation, isIt) {
  return records
    .entries(bucketOfMessages(conversation))
    .findLast(([, message]) => message.kind === "note" && isIt(message));
}

/**
 * Whether an event is about a message: by its key; else by its id, which others could use as well.
 * @param {EngineEvent} event
 * @param {NoteRecord} note
 */
function isAbout(event, note) {
  if (event.key !== undefined) return event.key === note.key;
  if (event.type === "receipt") return note.own && event.objects.includes(note.id);
  return event.object === note.id;
}

/**
 * @param {Step} step
 * @param {EngineEvent} event
 */
export function onMessage(step, event) {
  const { conversation, key } = event;
  if (findNote(step, conversation, (note) => note.key === key)) return;
  const name = step.append(bucketOfMessages(conversation), noteOf(step, event));
  for (const [waiting, { event: early }] of step.entries(bucketOfWaiting(conversation))) {
    const note = step.get(name);
    if (early.type === "undo" || !isAbout(early, note)) continue;
    step.delete(waiting);
    CHANGES[/** @type {keyof CHANGES} */ (early.type)](step, early, [name, note]);
  }
  trim(step, bucketOfMessages(conversation));
}

/**
 * An event about a message: applied, or kept until the message comes.
 * @param {Step} step
 * @param {EngineEvent} event
 */
export function onChange(step, event) {
  const { conversation, type } = event;
  // The octets that come with it are gone after this step.
  const early = type === "edit" ? { ...event, became: contentOf(step, event), parts: [] } : event;
  if (type === "receipt") {
    for (const object of event.objects) changeOrWait(step, { ...event, objects: [object] });
  } else if (type === "undo") {
    if (!undo(step, event)) wait(step, conversation, event);
  } else {
    changeOrWait(step, early);
  }
}

/**
 * @param {Step} step
 * @param {EngineEvent} event
 */
function changeOrWait(step, event) {
  const found = findNote(step, event.conversation, (note) => isAbout(event, note));
  if (found) CHANGES[/** @type {keyof CHANGES} */ (event.type)](step, event, found);
  else wait(step, event.conversation, event);
}

/**
 * @param {Step} step
 * @param {string} conversation
 * @param {EngineEvent} event
 */
function wait(step, conversation, event) {
  const bucket = bucketOfWaiting(conversation);
  const [oldest, ...others] = step.entries(bucket);
  if (oldest && others.length + 1 >= MAX_WAITING) {
    step.delete(oldest[0]);
    dropFiles(step, oldest[1].event.became?.attachments ?? []);
  }
  step.append(bucket, { event: { ...event, parts: [] } });
}

/**
 * @param {NoteRecord} note
 * @param {{ contentHtml: string, text: string }} content that it had before
 * @param {number | undefined} until seconds since 1970
 * @returns {NoteRecord}
 */
function withEarlier(note, { contentHtml, text }, until) {
  const before = { contentHtml, text, until: isoOf(until) };
  return { ...note, edits: [...note.edits, before].slice(-MAX_EDITS) };
}

const CHANGES = {
  /** @param {Step} step @param {EngineEvent} event @param {Named} named */
  edit(step, event, [name, note]) {
    const made = event.published ?? event.received;
    const isLate = note.edited !== undefined && made < note.edited;
    dropFiles(step, note.deleted || isLate ? event.became.attachments : note.attachments);
    if (note.deleted) return;
    if (isLate) {
      step.put(name, withEarlier(note, event.became, note.edited));
      return;
    }
    const unsent = [...note.unsent];
    if (event.own && step.isWish) unsent.push({ activity: event.activity, state: "sending" });
    const { title: _title, summary: _summary, ...rest } = note;
    const { edits } = withEarlier(note, note, made);
    const now = { ...event.became, inReplyTo: note.inReplyTo, edited: made };
    step.put(name, withState({ ...rest, ...now, edits, unsent }));
  },

  /** @param {Step} step @param {EngineEvent} _event @param {Named} named */
  delete(step, _event, [name, note]) {
    dropFiles(step, note.attachments);
    const { title: _title, summary: _summary, ...rest } = note;
    const nothing = { contentHtml: "", text: "", attachments: [], edits: [], reactions: [] };
    step.put(name, withState({ ...rest, ...nothing, unsent: [], deleted: true, read: true }));
  },

  /** @param {Step} step @param {EngineEvent} event @param {Named} named */
  reaction(step, event, [name, note]) {
    const { activity, actor, own = false, reaction = "" } = event;
    if (note.deleted || note.reactions.length >= MAX_REACTIONS) return;
    if (note.reactions.some((one) => one.activity === activity && one.actor === actor)) return;
    step.put(name, {
      ...note,
      reactions: [...note.reactions, { activity, actor, own, reaction }],
    });
    undoEarly(step, event);
  },

  /** @param {Step} step @param {EngineEvent} event @param {Named} named */
  announce(step, event, [name, note]) {
    const { activity, actor, own = false } = event;
    if (note.announces.length >= MAX_REACTIONS) return;
    if (note.announces.some((one) => one.activity === activity && one.actor === actor)) return;
    step.put(name, { ...note, announces: [...note.announces, { activity, actor, own }] });
    undoEarly(step, event);
  },

  /** @param {Step} step @param {EngineEvent} event @param {Named} named */
  receipt(step, event, [name, note]) {
    const receipt = RECEIPTS[event.receipt];
    if (receipt === undefined) return;
    const known = note.receipts.find(({ actor }) => actor === event.actor);
    if (known && RANKS.indexOf(known.receipt) >= RANKS.indexOf(receipt)) return;
    const others = note.receipts.filter((one) => one !== known);
    step.put(name, { ...note, receipts: [...others, { actor: event.actor, receipt }] });
  },
};

/**
 * Takes back a reaction or an announcement.
 * @param {Step} step
 * @param {EngineEvent} event
 * @returns {boolean} whether it was there
 */
function undo(step, event) {
  const isIt = (/** @type {{ activity: string, actor: string }} */ one) =>
    one.activity === event.activity && one.actor === event.actor;
  const found = findNote(
    step,
    event.conversation,
    (note) => note.reactions.some(isIt) || note.announces.some(isIt),
  );
  if (!found) return false;
  const [name, note] = found;
  const reactions = note.reactions.filter((one) => !isIt(one));
  step.put(name, { ...note, reactions, announces: note.announces.filter((one) => !isIt(one)) });
  return true;
}

/**
 * An undo that came before what it takes back.
 * @param {Step} step
 * @param {EngineEvent} done
 */
function undoEarly(step, { conversation, activity, actor }) {
  for (const [name, { event }] of step.entries(bucketOfWaiting(conversation))) {
    if (event.type !== "undo" || event.activity !== activity || event.actor !== actor) continue;
    step.delete(name);
    undo(step, event);
  }
}

/**
 * How far an own message, or its edit, came.
 * @param {Step} step
 * @param {string} conversation id
 * @param {string} activity
 * @param {"sent" | import("./records.js").UnsentState} state
 * @param {boolean} [refused] for good
 * @returns {NoteRecord | undefined} the message, if it is about one
 */
export function setSent(step, conversation, activity, state, refused = false) {
  const found = findNote(step, conversation, ({ unsent }) =>
    unsent.some((one) => one.activity === activity),
  );
  if (!found) return undefined;
  const [name, note] = found;
  const known = note.unsent.find((one) => one.activity === activity);
  if (known?.state === state && Boolean(known.refused) === refused) return note;
  const others = note.unsent.filter((one) => one !== known);
  const unsent = state === "sent" ? others : [...others, { activity, state, refused }];
  step.put(name, withState({ ...note, unsent }));
  return note;
}
