/**
 * One more place where the same device works: a page, a worker, a service worker or an extension's
 * background script loads this module and does what a test says.
 */
import { ActivityPubTransport, Waxseal } from "../../../js/src/index.js";

/** @type {Waxseal} */
let me;
/** @type {Promise<void> | undefined} */
let opening;
/** @type {string[]} */
const errors = [];
/** Texts of "message" events, in the order in which they came. @type {string[]} */
const heard = [];

/**
 * @typedef {object} Account
 * @property {string} actor
 * @property {string} token
 * @property {string} database
 * @property {import("../../../js/src/vault/ways.js").Unlock} [unlock]
 */

/**
 * Does nothing when it is open: a browser ends service workers that seem to rest, and starts them again
 * for the next message.
 * @param {Account} account
 */
export function open(account) {
  opening ??= begin(account);
  return opening;
}

/** @param {Account} account */
async function begin({ actor, token, database, unlock }) {
  const transport = new ActivityPubTransport({ actor, token });
  me = await Waxseal.open({ transport, database, ...(unlock && { unlock }) });
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
 * @param {number} [count] the first message's number
 * @returns {Promise<number>} the next one's
 */
export async function sendFor(name, milliseconds, count = 0) {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await send(`${name} ${count++}`);
  return count;
}

/**
 * Sends without end, and tells of each message that the server took by a global function tell().
 * @param {string} name of the sender
 */
export async function sendOn(name) {
  for (let count = 0; ; count++) {
    await send(`${name} ${count}`);
    /** @type {any} */ (globalThis).tell(`${name} ${count}`);
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
export const lock = () => me.vault.lock();

/** @param {import("../../../js/src/vault/ways.js").Unlock & { name?: string }} way */
export const addWay = (way) => me.vault.add(way);

/** @param {import("../../../js/src/vault/ways.js").Unlock & { name?: string }} way */
export const renew = (way) => me.vault.renew(way);
