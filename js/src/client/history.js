/** What the core tells, made into records to show. */
import { dropFiles, isoOf } from "./note.js";
import { bucketOfMessages, bucketOfWaiting, onChange, onMessage, setSent } from "./notes.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./engine.js").EngineEvent} EngineEvent */
/** @typedef {import("./records.js").MessageRecord} MessageRecord */

/** @type {Record<string, (step: Step, event: EngineEvent) => void>} */
const HANDLERS = {
  conversation: (step, { conversation }) => {
    const name = `conversation/${conversation.id}`;
    const order = step.get(name)?.order ?? step.at.counter;
    step.put(name, { ...conversation, order });
  },
  gone: forget,
  message: onMessage,
  edit: onChange,
  delete: onChange,
  reaction: onChange,
  announce: onChange,
  undo: onChange,
  receipt: onChange,
  posted: (step, { conversation, activity }) => {
    setSent(step, conversation, activity, "sent");
  },
  refused: (step, { conversation, activity }) => {
    setSent(step, conversation, activity, "failed", true);
  },
  held: (step, { conversation, activity }) => {
    setSent(step, conversation, activity, "held");
  },
  notice: (step, { code, ...event }) => addNotice(step, code, event),
  keys: (step, { alert, ...event }) => addNotice(step, alert, event),
  error: (step, { error, ...event }) => addNotice(step, error, event),
  contact: onContact,
};

/**
 * @param {Step} step
 * @param {EngineEvent} event
 */
export function applyEvent(step, event) {
  if (Object.hasOwn(HANDLERS, event.type)) HANDLERS[event.type]?.(step, event);
}

/**
 * Adds a sentence between the messages, unless it would repeat the last one.
 * @param {Step} step
 * @param {string} code
 * @param {Record<string, any>} about sentence; actor, conversation where it is about them
 */
function addNotice(step, code, { conversation, actor, sentence }) {
  if (conversation === undefined || !step.get(`conversation/${conversation}`)) return;
  const bucket = bucketOfMessages(conversation);
  const last = /** @type {MessageRecord | undefined} */ (step.entries(bucket).at(-1)?.[1]);
  if (last?.kind === "notice" && last.code === code && last.actor === actor) return;
  /** @type {import("./records.js").NoticeRecord} */
  const notice = {
    kind: "notice",
    id: `urn:uuid:${crypto.randomUUID()}`,
    code,
    ...(actor === undefined ? {} : { actor }),
    published: isoOf(step.at.now),
    // Some sentences go on from the actor's name.
    text: actor !== undefined && /^[a-z]/.test(sentence) ? `${actor} ${sentence}` : sentence,
  };
  step.append(bucket, notice);
}

/**
 * The conversation was deleted here.
 * @param {Step} step
 * @param {EngineEvent} event
 */
function forget(step, { conversation }) {
  for (const [name, message] of step.entries(bucketOfMessages(conversation))) {
    dropFiles(step, message.attachments ?? []);
    step.delete(name);
  }
  for (const [name, { event }] of step.entries(bucketOfWaiting(conversation))) {
    dropFiles(step, event.became?.attachments ?? []);
    step.delete(name);
  }
  step.delete(`conversation/${conversation}`);
}

/**
 * @param {Step} step
 * @param {EngineEvent} event
 */
function onContact(step, { actor, keys, accepted, blocked }) {
  const known = step.entries("contact/").find(([, contact]) => contact.actor === actor);
  const name = known?.[0] ?? `contact/${crypto.randomUUID()}`;
  step.put(name, { actor, keys: keys ?? [], accepted: !!accepted, blocked: !!blocked });
}
