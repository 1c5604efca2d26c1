/** How much of a conversation is kept on this device: the newest. */
import { dropFiles } from "./note.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./records.js").NoteRecord} NoteRecord */

/** Messages and notices of a conversation. */
export const MAX_MESSAGES = 10_000;
/** Octets of the files that came inside messages, in a conversation. */
export const MAX_FILE_OCTETS = 64 * 1024 * 1024;

/** @param {NoteRecord["attachments"]} attachments */
const octetsOf = (attachments) => attachments.reduce((sum, { stored = 0 }) => sum + stored, 0);

/**
 * Deletes the oldest messages above the limits, and the files of older ones.
 * @param {Step} step
 * @param {string} bucket of the messages, after one was added
 * @param {{ messages: number, octets: number }} [limits]
 */
export function trim(step, bucket, limits = { messages: MAX_MESSAGES, octets: MAX_FILE_OCTETS }) {
  const all = step.entries(bucket);
  const surplus = Math.max(0, all.length - limits.messages);
  for (const [name, message] of all.slice(0, surplus)) {
    dropFiles(step, message.attachments ?? []);
    step.delete(name);
  }
  const kept = all.slice(surplus);
  if (!kept.at(-1)?.[1].attachments?.length) return;
  let octets = kept.reduce((sum, [, { attachments = [] }]) => sum + octetsOf(attachments), 0);
  for (const [name, message] of kept) {
    if (octets <= limits.octets) return;
    const own = octetsOf(message.attachments ?? []);
    if (own === 0) continue;
    octets -= own;
    dropFiles(step, message.attachments);
    const attachments = message.attachments.map(
      (/** @type {import("./records.js").AttachmentRecord} */ { record, stored: _, ...file }) =>
        record === undefined ? file : { ...file, form: "unreadable" },
    );
    step.put(name, { ...message, attachments });
  }
}
