/**
 * A report that a user can send to those who develop the program. It counts and names kinds of
 * things; it has no secret, no text, no address and no id of anybody or anything.
 */
import { storageState } from "./storage.js";

/** @typedef {import("./conversation.js").Conversation} Conversation */

const FORMAT = 1;

/**
 * @param {object} what
 * @param {import("./database.js").Database} what.database
 * @param {Conversation[]} what.conversations
 * @param {string} what.syncState
 * @param {{ messages: number, keys: number }} what.waiting posts that the server has not taken
 * @param {{ time: string, code: string }[]} what.errors
 */
export async function diagnosticsOf({ database, conversations, syncState, waiting, errors }) {
  const { version, key, locks, wraps } = database.header;
  const { store, core, counter } = database.state;
  return {
    format: `Waxseal report, version ${FORMAT}`,
    made: new Date().toISOString(),
    platform: globalThis.navigator?.userAgent ?? "",
    core,
    sync: syncState,
    waiting,
    storage: { ...(await storageState(database)), store, counter, kinds: await database.sizes() },
    vault: { version, key, locks, ways: wraps.map(({ kind, created }) => ({ kind, created })) },
    conversations: conversations.map((conversation) => ({
      state: conversation.state,
      changing: conversation.changing,
      people: conversation.members.length,
      devices: conversation.members.reduce((sum, { devices }) => sum + devices, 0),
      messages: conversation.messages.length,
      unread: conversation.unread,
      unsent: conversation.messages
        .filter((one) => one.kind === "note" && one.own)
        .filter((one) => one.kind === "note" && one.state !== "sent").length,
    })),
    errors,
  };
}
