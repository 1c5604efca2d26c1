/** What travels inside MLS: Activity Streams JSON, here Create{Note}. */
import { AS2_CONTEXT, asArray, hasType, idOf, isObject, textIn } from "./activity.js";
import { htmlOfText, textOfHtml } from "./html.js";

/**
 * @typedef {object} Note
 * @property {string} id made by the author; equal on every device
 * @property {string} actor the author
 * @property {string} published ISO 8601, as the author says
 * @property {string} contentHtml as received, NOT sanitised: never put it into a page unsanitised
 * @property {string} text the same as plain text
 */

/**
 * @param {string} actor
 * @param {string} text
 * @returns {Note}
 */
export function newNote(actor, text) {
  return {
    id: `urn:uuid:${crypto.randomUUID()}`,
    actor,
    published: new Date().toISOString(),
    contentHtml: htmlOfText(text),
    text,
  };
}

/**
 * The application data for a note.
 * @param {Note} note
 * @param {string} conversation
 */
export function encodeNote({ id, actor, published, contentHtml }, conversation) {
  return JSON.stringify({
    "@context": AS2_CONTEXT,
    id: `${id}#create`,
    type: "Create",
    actor,
    published,
    context: conversation,
    object: { id, type: "Note", attributedTo: actor, published, content: contentHtml },
  });
}

/**
 * Reads application data: Create{Note} or Create{Article}, or these without the Create.
 * @param {string} json
 * @returns {{ note: Note | undefined, senders: string[] }} note: undefined for what is not shown,
 *   such as a message against traffic analysis; senders: everybody it claims to be from
 */
export function decodeNote(json) {
  const data = parse(json);
  const isCreate = hasType(data, "Create");
  const object = isCreate ? asArray(data.object)[0] : data;
  const senders = [data?.actor, object?.actor, object?.attributedTo]
    .map(idOf)
    .filter((sender) => sender !== undefined);
  if (!isObject(object) || !(hasType(object, "Note") || hasType(object, "Article"))) {
    return { note: undefined, senders };
  }
  const id = idOf(object);
  const contentHtml = textIn(object.content);
  if (id === undefined || contentHtml === undefined) return { note: undefined, senders };
  const published = dateIn(object.published) ?? dateIn(data.published) ?? new Date().toISOString();
  const text = textOfHtml(contentHtml);
  return { note: { id, actor: senders[0] ?? "", published, contentHtml, text }, senders };
}

/** @param {string} json */
function parse(json) {
  try {
    const data = JSON.parse(json);
    return isObject(data) ? data : {};
  } catch {
    return {};
  }
}

/** @param {unknown} value */
function dateIn(value) {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
