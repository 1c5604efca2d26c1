// Records, and a folder for stores.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

/** @typedef {import("../../../js/src/store/store.js").Store} Store */
/** @typedef {import("../../../js/src/types.js").SealedRecord} SealedRecord */

export const folder = await mkdtemp(join(tmpdir(), "waxseal-store-"));
after(() => rm(folder, { recursive: true }));

let names = 0;
/** A path where nothing is yet. */
export const newPath = () => join(folder, `store-${names++}`);

/** @param {string} name @param {number} counter @param {string} text */
export const record = (name, counter, text) => ({ name, counter, sealed: Buffer.from(text) });

/** @param {number} after @param {SealedRecord[]} puts @param {string[]} [deletes] */
export const batch = (after, puts, deletes = []) => ({ after, puts, deletes });

/** @param {SealedRecord | undefined} stored */
export const textIn = (stored) => stored && Buffer.from(stored.sealed).toString();

/** @param {Store} store @param {string} name */
export const textOf = async (store, name) => textIn((await store.get([name]))[0]);
