// What every store must do, over IndexedDB and over files; then what is particular to each.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import "fake-indexeddb/auto";
import { FileStore } from "../../js/src/store/file.js";
import { IndexedDbStore } from "../../js/src/store/indexed_db.js";

const folder = await mkdtemp(join(tmpdir(), "waxseal-store-"));
after(() => rm(folder, { recursive: true }));

let names = 0;
const newName = () => `store-${names++}`;
/** @typedef {import("../../js/src/store/store.js").Store} Store */

/** @param {string} name @param {number} counter @param {string} text */
const record = (name, counter, text) => ({ name, counter, sealed: Buffer.from(text) });
/** @param {import("../../js/src/types.js").SealedRecord | undefined} stored */
const textIn = (stored) => stored && Buffer.from(stored.sealed).toString();
const newKey = () => new Uint8Array(randomBytes(32));

/** @type {Record<string, (name: string) => Promise<Store>>} */
const kinds = {
  IndexedDbStore: (name) => IndexedDbStore.open(name),
  FileStore: (name) => FileStore.open(join(folder, name)),
};

for (const [kind, open] of Object.entries(kinds)) {
  describe(kind, () => {
    test("keeps records over a reopening", async () => {
      const name = newName();
      const store = await open(name);
      assert.equal(await store.counter(), 0);
      await store.write({
        after: 0,
        puts: [record("a/1", 1, "one"), record("b", 1, "two")],
        deletes: [],
      });
      await store.write({ after: 1, puts: [record("a/1", 2, "uno")], deletes: ["b"] });
      await store.close();
      const again = await open(name);
      assert.equal(await again.counter(), 2);
      const [a, b] = await again.get(["a/1", "b"]);
      assert.equal(textIn(a), "uno");
      assert.equal(a?.counter, 2);
      assert.equal(b, undefined);
      await again.close();
    });

    test("lists with exceptions, and by name alone", async () => {
      const store = await open(newName());
      const all = ["a", "a/1", "core/a", "core/e/1", "core/f", "files/1", "z"];
      await store.write({ after: 0, puts: all.map((name) => record(name, 1, name)), deletes: [] });
      const names = async (/** @type {string} */ prefix, /** @type {string[]} */ except) =>
        (await store.list(prefix, except)).map(({ name }) => name);
      assert.deepEqual(await names("", ["files/", "core/"]), ["a", "a/1", "z"]);
      assert.deepEqual(await names("core/", ["core/e/"]), ["core/a", "core/f"]);
      assert.deepEqual(await names("", []), all);
      assert.deepEqual(await store.names("core/e/"), ["core/e/1"]);
      assert.deepEqual(await store.names("none/"), []);
      await store.close();
    });

    test("lists by prefix, sorted", async () => {
      const store = await open(newName());
      const puts = ["m/2", "m/10", "n/1", "m/1"].map((name) => record(name, 1, name));
      await store.write({ after: 0, puts, deletes: [] });
      assert.deepEqual(
        (await store.list("m/")).map(({ name }) => name),
        ["m/1", "m/10", "m/2"],
      );
      assert.deepEqual(await store.names("m/"), ["m/1", "m/10", "m/2"]);
      assert.equal((await store.list("")).length, 4);
      assert.equal((await store.list("x")).length, 0);
      await store.close();
    });

    test("writes nothing when somebody else wrote since", async () => {
      const store = await open(newName());
      await store.write({ after: 0, puts: [record("a", 1, "first")], deletes: [] });
      await assert.rejects(
        store.write({ after: 0, puts: [record("a", 1, "second")], deletes: [] }),
        {
          code: "STATE_CONFLICT",
        },
      );
      assert.equal(textIn((await store.get(["a"]))[0]), "first");
      assert.equal(await store.counter(), 1);
      await store.close();
    });

    test("makes the vault key once", async () => {
      const name = newName();
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

    test("runs exclusive work one after the other, also after a failure", async () => {
      const store = await open(newName());
      /** @type {string[]} */
      const order = [];
      const work = (/** @type {string} */ name) => async () => {
        order.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        order.push(`${name} ends`);
        if (name === "first") throw new Error("first fails");
      };
      const first = store.exclusively("t", work("first"));
      const second = store.exclusively("t", work("second"));
      await assert.rejects(first, /first fails/);
      await second;
      assert.deepEqual(order, ["first begins", "first ends", "second begins", "second ends"]);
      await store.close();
    });
  });
}

describe("IndexedDbStore alone", () => {
  test("two tabs agree on one vault key", async () => {
    const name = newName();
    const [a, b] = await Promise.all([IndexedDbStore.open(name), IndexedDbStore.open(name)]);
    const [first, second] = await Promise.all([a.vaultKey(newKey), b.vaultKey(newKey)]);
    assert.deepEqual(first, second);
    await Promise.all([a.close(), b.close()]);
  });

  test("a closed store says so", async () => {
    const store = await IndexedDbStore.open(newName());
    await store.close();
    await assert.rejects(store.counter(), { code: "CLOSED" });
  });
});

describe("FileStore alone", () => {
  test("only its owner can read it", async () => {
    const name = newName();
    const store = await FileStore.open(join(folder, name));
    await store.vaultKey(newKey);
    await store.write({ after: 0, puts: [record("a", 1, "x")], deletes: [] });
    const modeOf = async (/** @type {string} */ path) => (await stat(path)).mode & 0o777;
    assert.equal(await modeOf(join(folder, name)), 0o700);
    assert.equal(await modeOf(join(folder, name, "key")), 0o600);
    assert.equal(await modeOf(join(folder, name, "journal")), 0o600);
    await store.close();
  });

  test("a second process is turned away, a dead one's lock is not in the way", async () => {
    const path = join(folder, newName());
    const store = await FileStore.open(path);
    await assert.rejects(FileStore.open(path), { code: "DATABASE_IN_USE" });
    await store.close();
    await writeFile(join(path, "lock"), "999999999");
    await (await FileStore.open(path)).close();
  });

  test("a write cut off by a crash never happened; what was before is whole", async () => {
    const path = join(folder, newName());
    const store = await FileStore.open(path);
    await store.write({ after: 0, puts: [record("a", 1, "whole")], deletes: [] });
    await store.write({ after: 1, puts: [record("a", 2, "cut")], deletes: [] });
    await store.close();
    const journal = await readFile(join(path, "journal"));
    const firstLen = journal.indexOf(0x0a) + 1;
    for (const len of [firstLen, firstLen + 1, firstLen + 70, journal.length - 1]) {
      await writeFile(join(path, "journal"), journal.subarray(0, len));
      const again = await FileStore.open(path);
      assert.equal(await again.counter(), 1, `cut at ${len}`);
      assert.equal(textIn((await again.get(["a"]))[0]), "whole");
      await again.write({ after: 1, puts: [record("a", 2, "anew")], deletes: [] });
      await again.close();
      const third = await FileStore.open(path);
      assert.equal(textIn((await third.get(["a"]))[0]), "anew");
      await third.close();
    }
  });

  test("damage in the middle is told, not passed over", async () => {
    const path = join(folder, newName());
    const store = await FileStore.open(path);
    await store.write({ after: 0, puts: [record("a", 1, "one")], deletes: [] });
    await store.write({ after: 1, puts: [record("b", 2, "two")], deletes: [] });
    await store.close();
    const journal = await readFile(join(path, "journal"));
    journal[80] ^= 1;
    await writeFile(join(path, "journal"), journal);
    await assert.rejects(FileStore.open(path), { code: "DATABASE_BROKEN" });
    // A failed opening does not leave the folder locked.
    await assert.rejects(FileStore.open(path), { code: "DATABASE_BROKEN" });
  });

  test("the journal does not grow without end", async () => {
    const path = join(folder, newName());
    const store = await FileStore.open(path);
    const text = "x".repeat(20_000);
    for (let i = 0; i < 60; i++) {
      await store.write({ after: i, puts: [record("a", i + 1, text)], deletes: [] });
    }
    await store.close();
    assert.ok((await stat(join(path, "journal"))).size < 400_000);
    await appendFile(join(path, "journal"), "incomplete");
    const again = await FileStore.open(path);
    assert.equal(await again.counter(), 60);
    assert.equal((await again.get(["a"]))[0]?.counter, 60);
    await again.close();
  });
});
