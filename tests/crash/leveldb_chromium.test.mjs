/**
 * What a page can't help: Chromium deletes an origin's whole IndexedDB when its last record was cut off
 * by a crash and more was written behind it. If the last test fails, Chromium has learnt better: then
 * stopping.mjs need not care where it kills, and SECURITY.md need not say so.
 */
import assert from "node:assert/strict";
import { appendFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { openProfile } from "../../web-demo/browsers.js";
import { startModuleServer } from "../browser/lib/module_server.mjs";
import { endsWhole, isWhole } from "./lib/leveldb.mjs";
import { killAnywhere, killBrowser } from "./lib/stopping.mjs";

const server = await startModuleServer();
after(() => server.close());
const profile = await mkdtemp(join(tmpdir(), "waxseal-leveldb-"));
after(() => rm(profile, { recursive: true, force: true, maxRetries: 5 }));

/** Adds to the keys in a database. In the page. @param {string[]} more @returns what was there before */
async function addKeys(more) {
  /** @type {(request: IDBRequest) => Promise<any>} */
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const opening = indexedDB.open("test", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
  const db = await done(opening);
  const keys = await done(db.transaction("keys").objectStore("keys").getAllKeys());
  for (const key of more) {
    const transaction = db.transaction("keys", "readwrite", { durability: "strict" });
    transaction.objectStore("keys").put(new Uint8Array(300), key);
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
  }
  return keys;
}

/**
 * A life of the browser, which is killed in the end.
 * @param {string} key that it adds
 * @param {(profile: string) => Promise<void>} [kill]
 */
async function live(key, kill = killBrowser) {
  const page = await openProfile(profile, "chromium");
  const ended = new Promise((resolve) => page.context().once("close", resolve));
  await page.goto(`${server.origin}/`);
  const keys = await page.evaluate(addKeys, [key]);
  await kill(profile);
  await ended;
  return keys;
}

async function logFile() {
  const parent = join(profile, "Default", "IndexedDB");
  const [database = ""] = await readdir(parent);
  const folder = join(parent, database);
  const logs = (await readdir(folder)).filter((name) => name.endsWith(".log")).sort();
  return join(folder, logs.at(-1) ?? "");
}

test("killed between records, Chromium keeps what is in IndexedDB", async () => {
  assert.deepEqual(await live("a"), []);
  assert.deepEqual(await live("b"), ["a"]);
  assert.deepEqual(await live("c"), ["a", "b"]);
  assert.ok(await isWhole(profile));
});

test("where a record is cut off is seen, in every octet of it", async () => {
  const log = await readFile(await logFile());
  assert.ok(endsWhole(log));
  const ends = [];
  for (let len = 0; len <= log.length; len++) if (endsWhole(log.subarray(0, len))) ends.push(len);
  assert.ok(ends.length > 5 && ends.length < log.length / 20, `${ends.length} ends of records`);
  assert.equal(ends.at(-1), log.length);
});

test("killed within a record, it deletes everything at the second start after", async () => {
  const header = Buffer.from([1, 2, 3, 4, 200, 0, 1]); // of 200 octets that do not follow
  await appendFile(await logFile(), header);
  assert.equal(await isWhole(profile), false);
  assert.deepEqual(await live("d", killAnywhere), ["a", "b", "c"]);
  assert.deepEqual(await live("e", killAnywhere), []);
});
