// The vault key that a store keeps. What else stores do: tests/store.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import "fake-indexeddb/auto";
import { FileStore } from "../../js/src/store/file.js";
import { IndexedDbStore } from "../../js/src/store/indexed_db.js";

const folder = await mkdtemp(join(tmpdir(), "waxseal-store-"));
after(() => rm(folder, { recursive: true }));

const newKey = () => new Uint8Array(randomBytes(32));

/** @type {Record<string, (name: string) => Promise<FileStore | IndexedDbStore>>} */
const kinds = {
  IndexedDbStore: (name) => IndexedDbStore.open(name),
  FileStore: (name) => FileStore.open(join(folder, name)),
};

for (const [kind, open] of Object.entries(kinds)) {
  test(`${kind} makes the vault key once`, async () => {
    const name = `key-${kind}`;
    const store = await open(name);
    const made = newKey();
    const key = await store.vaultKey(() => made.slice());
    assert.deepEqual(Buffer.from(key), Buffer.from(made));
    await store.close();
    const again = await open(name);
    const second = await again.vaultKey(() => assert.fail("made a second key"));
    assert.deepEqual(Buffer.from(second), Buffer.from(made));
    await again.close();
  });
}

test("two tabs agree on one vault key", async () => {
  const name = "two-tabs";
  const [a, b] = await Promise.all([IndexedDbStore.open(name), IndexedDbStore.open(name)]);
  const [first, second] = await Promise.all([a.vaultKey(newKey), b.vaultKey(newKey)]);
  assert.deepEqual(first, second);
  await Promise.all([a.close(), b.close()]);
});

test("only the owner can read the key file", async () => {
  const store = await FileStore.open(join(folder, "mode"));
  await store.vaultKey(newKey);
  assert.equal((await stat(store.keyPath)).mode & 0o777, 0o600);
  await store.close();
});
