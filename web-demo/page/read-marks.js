/**
 * How far each conversation was read on this device: random ids of conversations and messages in
 * localStorage, nothing of what was written.
 */

const PREFIX = "waxseal-demo:read:";

/**
 * @param {string} conversation id
 * @param {readonly { id: string }[]} messages
 */
export function markRead(conversation, messages) {
  const last = messages.at(-1)?.id;
  if (last !== undefined) localStorage.setItem(PREFIX + conversation, last);
}

/**
 * @param {string} conversation id
 * @param {readonly { id: string, kind: string, own?: boolean }[]} messages
 * @returns {number} notes of others after the mark
 */
export function countUnread(conversation, messages) {
  const mark = localStorage.getItem(PREFIX + conversation);
  const after = messages.findLastIndex(({ id }) => id === mark) + 1;
  return messages.slice(after).filter(({ kind, own }) => kind === "note" && !own).length;
}
