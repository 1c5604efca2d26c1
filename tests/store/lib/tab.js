/** In a page: one open store, and what a test does with it. Octets can't pass to a test, texts can. */
import { WaxsealError } from "../../../js/src/errors.js";
import { IndexedDbStore } from "../../../js/src/store/indexed_db.js";

/** @type {IndexedDbStore} */
let store;
let heard = 0;

/** @param {string} name */
export async function open(name) {
  store = await IndexedDbStore.open(name);
  store.listen(() => heard++);
}

/** How often the store has told that somebody else changed something. */
export const timesHeard = () => heard;

/**
 * What a call answers, or its error's code.
 * @param {Promise<unknown>} call
 */
async function outcome(call) {
  try {
    return await call;
  } catch (error) {
    return error instanceof WaxsealError ? error.code : String(error);
  }
}

/** @param {string} name */
export const tryToOpen = (name) => outcome(open(name));

/**
 * @param {number} after
 * @param {Record<string, string>} texts by record
 * @param {Record<string, unknown>} [header]
 */
export function write(after, texts, header) {
  const puts = Object.entries(texts).map(([name, text]) => ({
    name,
    counter: after + 1,
    sealed: new TextEncoder().encode(text),
  }));
  return outcome(store.write({ after, puts, deletes: [], ...(header && { header }) }));
}

/**
 * A record of random octets, which nobody can store in less.
 * @param {number} after
 * @param {string} name
 * @param {number} len
 */
export function writeRandom(after, name, len) {
  const sealed = new Uint8Array(len);
  for (let at = 0; at < len; at += 65_536) {
    crypto.getRandomValues(sealed.subarray(at, Math.min(len, at + 65_536)));
  }
  return outcome(store.write({ after, puts: [{ name, counter: after + 1, sealed }], deletes: [] }));
}

/** @param {number} after @param {string[]} deletes */
export const remove = (after, deletes) => outcome(store.write({ after, puts: [], deletes }));

/** What the store holds, as texts. */
export function read() {
  return outcome(
    store
      .list("")
      .then((all) => all.map(({ name, sealed }) => [name, new TextDecoder().decode(sealed)])),
  );
}

export const counter = () => outcome(store.counter());
export const names = () => outcome(store.names(""));
export const destroy = () => outcome(store.destroy());

/** The header; of a key only which kind it is. */
export async function header() {
  const found = await store.header();
  const { wrappingKey } = found?.deviceKey ?? {};
  return wrappingKey ? { ...found, deviceKey: { wrappingKey: wrappingKey.algorithm.name } } : found;
}

/**
 * The stored octets that an array in the larger memory of 1000 takes.
 * @param {number} after
 */
export async function lenOfStoredView(after) {
  const sealed = new Uint8Array(1000).subarray(100, 105);
  await store.write({ after, puts: [{ name: "view", counter: after + 1, sealed }], deletes: [] });
  const [found] = await store.get(["view"]);
  return found?.sealed.buffer.byteLength;
}

/** The kinds of transaction that one write makes. */
export async function transactionsOfWrite() {
  const { transaction } = IDBDatabase.prototype;
  /** @type {string[]} */
  const seen = [];
  IDBDatabase.prototype.transaction = function (
    /** @type {Parameters<typeof transaction>} */ ...args
  ) {
    const made = transaction.apply(this, args);
    if (made.mode === "readwrite") seen.push(made.durability);
    return made;
  };
  try {
    await write(Number(await store.counter()), { durable: "text" });
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  return seen;
}
