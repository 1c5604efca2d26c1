/** A conversation's messages with a line for each new day between them. */
import { isSameDay } from "./dates.js";

/** @typedef {import("./messenger.js").Message} Message */
/** @typedef {{ type: "day", key: string, date: string }
 *   | { type: "note", key: string, note: Extract<Message, { kind: "note" }>, follows: boolean }
 *   | { type: "notice", key: string, notice: Extract<Message, { kind: "notice" }> }} Item */

/** Messages of one author that come closer together than this stand as one block. */
const BLOCK_MS = 5 * 60_000;

/**
 * @param {readonly Message[]} messages
 * @param {number} historyLength how many of them were there when the conversation was opened
 * @returns {{ history: Item[], fresh: Item[] }} keys are unique even when authors repeat an id
 */
export function timeline(messages, historyLength) {
  const items = messages.map((message, index) => itemsOf(message, messages[index - 1], index));
  return {
    history: items.slice(0, historyLength).flat(),
    fresh: items.slice(historyLength).flat(),
  };
}

/**
 * @param {Message} message
 * @param {Message | undefined} previous
 * @param {number} index
 * @returns {Item[]} the message, after the day if it is the first of one
 */
function itemsOf(message, previous, index) {
  const key = `${index} ${message.id}`;
  /** @type {Item} */
  const item =
    message.kind === "note"
      ? { type: "note", key, note: message, follows: isBlock(previous, message) }
      : { type: "notice", key, notice: message };
  if (previous && isSameDay(previous.published, message.published)) return [item];
  return [{ type: "day", key: `day ${key}`, date: message.published }, item];
}

/**
 * @param {Message | undefined} previous
 * @param {Extract<Message, { kind: "note" }>} note
 */
function isBlock(previous, note) {
  if (previous?.kind !== "note" || previous.actor !== note.actor) return false;
  const pause = Date.parse(note.published) - Date.parse(previous.published);
  return pause >= 0 && pause < BLOCK_MS;
}
