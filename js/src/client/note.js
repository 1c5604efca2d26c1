/** The content of a message as the core gives it, made into a record. */
import { htmlOfText, textOfHtml } from "./text.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./engine.js").EngineEvent} EngineEvent */
/** @typedef {import("./records.js").NoteRecord} NoteRecord */
/** @typedef {import("./records.js").AttachmentRecord} AttachmentRecord */
/** @typedef {Pick<NoteRecord, "type" | "contentHtml" | "text" | "title" | "summary" | "inReplyTo" |
 *   "attachments">} Content */

/** The last second that a Date can stand for. */
const MAX_SECONDS = 8.64e12;

/**
 * @param {unknown} seconds since 1970
 * @param {number} [otherwise]
 * @returns {string} ISO 8601
 */
export function isoOf(seconds, otherwise = Math.floor(Date.now() / 1000)) {
  const isDate = typeof seconds === "number" && seconds >= 0 && seconds <= MAX_SECONDS;
  return new Date((isDate ? seconds : otherwise) * 1000).toISOString();
}

/**
 * What the author wrote; the octets of its files become records.
 * @param {Step} step
 * @param {EngineEvent} event message or edit
 * @returns {Content}
 */
export function contentOf(step, event) {
  const raw = String(event.content ?? "");
  const isHtml = !event.mediaType || /^text\/html\b/i.test(event.mediaType);
  const contentHtml = isHtml ? raw : htmlOfText(raw);
  const files = Array.isArray(event.attachments) ? event.attachments : [];
  return {
    type: event.kind,
    contentHtml,
    text: isHtml ? textOfHtml(raw) : raw,
    ...pick(event, { name: "title", summary: "summary", inReplyTo: "inReplyTo" }),
    attachments: files.map((file) => attachmentOf(step, event, file)),
  };
}

/**
 * @param {Record<string, any>} from
 * @param {Record<string, string>} names of its properties, and what they are called in the result
 */
function pick(from, names) {
  const known = Object.entries(names).filter(([name]) => from[name] !== undefined);
  return Object.fromEntries(known.map(([name, as]) => [as, from[name]]));
}

/**
 * @param {Step} step
 * @param {EngineEvent} event
 * @param {Record<string, any>} file
 * @returns {AttachmentRecord}
 */
function attachmentOf(step, event, file) {
  const about = {
    type: file.type ?? "Document",
    mediaType: file.mediaType ?? "application/octet-stream",
    ...pick(file, { name: "name", width: "width", height: "height", blurhash: "blurhash" }),
  };
  const { url, key, sha256, size } = file;
  if (url !== undefined) return { ...about, form: "blob", url, key, sha256, size };
  const form = file.part === undefined ? "gzip" : "octets";
  const octets = event.parts[file.part ?? file.gzip];
  if (file.unreadable || !octets) return { ...about, form: "unreadable" };
  const record = step.newName(`attachment/${event.conversation}/${event.key}/`);
  step.putOctets(record, octets);
  return {
    ...about,
    form,
    record,
    stored: octets.length,
    ...(form === "octets" ? { size: octets.length } : {}),
  };
}

/**
 * Deletes what the files of a message consist of.
 * @param {Step} step
 * @param {readonly AttachmentRecord[]} attachments
 */
export function dropFiles(step, attachments) {
  for (const { record } of attachments) if (record !== undefined) step.delete(record);
}

/**
 * @param {Step} step
 * @param {EngineEvent} event message
 * @returns {NoteRecord}
 */
export function noteOf(step, event) {
  const received = isoOf(event.received);
  return withState({
    kind: "note",
    key: event.key,
    id: event.id,
    actor: event.actor,
    own: event.own === true,
    published: isoOf(event.published, Date.parse(received) / 1000),
    received,
    ...contentOf(step, event),
    edits: [],
    deleted: false,
    reactions: [],
    announces: [],
    receipts: [],
    unsent: event.own && step.isWish ? [{ activity: event.activity, state: "sending" }] : [],
    read: event.own === true,
    state: "received",
  });
}

/**
 * The note with the state that follows from what of it was sent.
 * @param {NoteRecord} note
 * @returns {NoteRecord}
 */
export function withState(note) {
  if (!note.own) return { ...note, state: "received" };
  const order = /** @type {const} */ (["held", "failed", "sending"]);
  const worst = order.find((state) => note.unsent.some((one) => one.state === state));
  return { ...note, state: worst ?? "sent" };
}
