/**
 * One more place where the same device works: a page, a worker, a service worker or an extension's
 * background script loads this module and does what a test says.
 */
import { ActivityPubTransport, Waxseal } from "../../../js/src/index.js";

/** @type {Waxseal} */
let me;
/** @type {string[]} */
const errors = [];
/** Texts of "message" events, in the order in which they came. @type {string[]} */
const heard = [];

/** @param {{ actor: string, token: string, database: string }} account */
export async function open({ actor, token, database }) {
  const transport = new ActivityPubTransport({ actor, token });
  me = await Waxseal.open({ transport, database });
  me.addEventListener("error", ({ detail: { error } }) => errors.push(String(error.stack)));
  me.addEventListener("message", ({ detail: { note } }) => heard.push(note.text));
  await me.ready;
}

/** @param {string} handle */
export async function start(handle) {
  await me.startConversation(handle);
}

function conversation() {
  const [only] = me.conversations;
  if (!only) throw new Error("There is no conversation here.");
  return only;
}

/** @param {string} text */
export async function send(text) {
  await conversation().send(text);
}

/**
 * Sends for a while, the next message when the last one is with the server.
 * @param {string} name of the sender
 * @param {number} milliseconds
 * @returns {Promise<number>} how many
 */
export async function sendFor(name, milliseconds) {
  const end = performance.now() + milliseconds;
  let count = 0;
  while (performance.now() < end) await send(`${name} ${count++}`);
  return count;
}

/**
 * Sends without end, and tells of each message that the server took.
 * @param {string} name of the sender
 * @param {string} tell name of a global function
 */
export async function sendOn(name, tell) {
  for (let count = 0; ; count++) {
    await send(`${name} ${count}`);
    /** @type {any} */ (globalThis)[tell](`${name} ${count}`);
  }
}

/** The messages of the conversation, in its order. */
export function texts() {
  return conversation().messages.flatMap((one) => (one.kind === "note" ? [one.text] : []));
}

/** @param {string} text */
export const hasHeard = (text) => heard.includes(text);
export const unread = () => conversation().unread;
export const markRead = () => conversation().markRead();
export const seenErrors = () => errors;
export const close = () => me.close();
