// The contract over files; then what is particular to them. What happens to a journal that is damaged:
// journal.test.mjs.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { link, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { storeCases } from "../../js/src/store/conformance.js";
import { FileStore } from "../../js/src/store/file.js";
import { SqliteStore } from "../../js/src/store/sqlite.js";
import { batch, folder, newPath, record, textOf } from "./lib/records.mjs";

describe("FileStore keeps the contract", () => {
  const open = (/** @type {string} */ name) => FileStore.open(join(folder, name));
  const remove = (/** @type {string} */ name) => rm(join(folder, name), { recursive: true });
  for (const { name, run } of storeCases({ open, remove })) test(name, run);

  test("a disk without room for more: the case of the contract", () => {
    // The shell allows no file of more than 4 MB.
    const program = fileURLToPath(new URL("lib/small_file.mjs", import.meta.url));
    const args = ["-c", 'ulimit -f 4096; exec "$@"', "sh", process.execPath, program, newPath()];
    const { status, stdout, stderr } = spawnSync("bash", args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^passed: without room/);
  });
});

/** @param {string} path */
const modeOf = async (path) => (await stat(path)).mode & 0o777;
/** @param {string} path */
const journalOf = (path) => join(path, "journal");
const needle = (/** @type {string} */ what) => `needle ${what} `.repeat(2000);

/**
 * Whether one of the files holds the record's octets.
 * @param {string} file
 * @param {string} what
 */
async function holds(file, what) {
  const text = (await readFile(file)).toString();
  return text.includes(Buffer.from(needle(what)).toString("base64").slice(0, 1000));
}

describe("FileStore alone", () => {
  test("only its owner can read it", async () => {
    const path = newPath();
    const store = await FileStore.open(path);
    await store.write(batch(0, [record("a", 1, "x")]));
    assert.equal(await modeOf(path), 0o700);
    assert.equal(await modeOf(journalOf(path)), 0o600);
    assert.equal(await modeOf(join(path, "lock")), 0o600);
    await store.close();
    assert.deepEqual(await readdir(path), ["journal"]);
  });

  test("the lock of a process that ended is not in the way, even if its number came again", async () => {
    const path = newPath();
    const store = await FileStore.open(path);
    const lock = await readFile(join(path, "lock"), "utf8");
    await assert.rejects(FileStore.open(path), { code: "DATABASE_IN_USE" });
    await store.close();
    const ended = ["999999999", "", "nonsense", String(process.pid)];
    // Linux tells when a process began.
    if (lock.includes(" "))
      ended.push(lock.replace(/ \d+/, " 1"), lock.replace(/\S+$/, "other-boot"));
    for (const holder of ended) {
      await writeFile(join(path, "lock"), holder);
      await (await FileStore.open(path)).close();
    }
    // The test's parent lives.
    await writeFile(join(path, "lock"), String(process.ppid));
    await assert.rejects(FileStore.open(path), { code: "DATABASE_IN_USE" });
  });

  test("the journal does not grow without end", async () => {
    const path = newPath();
    const store = await FileStore.open(path);
    const text = "x".repeat(20_000);
    for (let i = 0; i < 60; i++) {
      await store.write(batch(i, [record("a", i + 1, text)]));
      assert.ok((await stat(journalOf(path))).size < 200_000);
    }
    await store.close();
    assert.ok((await stat(journalOf(path))).size < 30_000);
    const again = await FileStore.open(path);
    assert.equal(await again.counter(), 60);
    assert.equal((await again.get(["a"]))[0]?.counter, 60);
    await again.close();
  });

  test("what was superseded is gone when it is closed, and the old file overwritten", async () => {
    const path = newPath();
    const store = await FileStore.open(path);
    await store.write(batch(0, [record("a", 1, needle("old"))]));
    await store.write(batch(1, [record("a", 2, needle("new"))]));
    // A second name for the octets on the disk.
    const [before, after] = [journalOf(path), join(path, "old journal")];
    await link(before, after);
    assert.deepEqual([await holds(before, "old"), await holds(after, "new")], [true, true]);
    await store.close();
    assert.deepEqual([await holds(before, "old"), await holds(before, "new")], [false, true]);
    assert.ok((await readFile(after)).every((octet) => octet === 0));
    const again = await FileStore.open(path);
    assert.equal(await textOf(again, "a"), needle("new"));
    await again.close();
  });

  test("what held much of the journal is gone as soon as it is deleted", async () => {
    const path = newPath();
    const store = await FileStore.open(path);
    const puts = ["a", "b", "c"].map((name) => record(name, 1, needle(name)));
    await store.write({ ...batch(0, puts), header: { kept: true } });
    const old = join(path, "old journal");
    await link(journalOf(path), old);
    assert.ok(await holds(journalOf(path), "b"));
    await store.write(batch(1, [], ["b"]));
    assert.ok(!(await holds(journalOf(path), "b")));
    assert.ok((await readFile(old)).every((octet) => octet === 0));
    await store.write(batch(2, [record("d", 3, "after")]));
    await store.close();
    const again = await FileStore.open(path);
    assert.deepEqual(await again.names(""), ["a", "c", "d"]);
    assert.deepEqual(await again.header(), { kept: true });
    assert.equal(await again.counter(), 3);
    await again.close();
  });

  test("a crash while the journal is written anew leaves nothing behind", async () => {
    const path = newPath();
    const store = await FileStore.open(path);
    await store.write(batch(0, [record("a", 1, "kept")]));
    await store.close();
    await writeFile(join(path, "journal.partial"), "half of a new one");
    const again = await FileStore.open(path);
    assert.equal(await textOf(again, "a"), "kept");
    assert.ok(!(await readdir(path)).includes("journal.partial"));
    await again.close();
  });

  test("destroy() leaves nothing of its own", async () => {
    const path = newPath();
    const open = async () => {
      const store = await FileStore.open(path);
      await writeFile(store.keyPath, "k".repeat(32));
      await store.write(batch(0, [record("a", 1, needle("a"))]));
      return store;
    };
    const store = await open();
    const octets = join(folder, "octets of the journal");
    await link(journalOf(path), octets);
    await store.destroy();
    assert.ok((await readFile(octets)).every((octet) => octet === 0));
    await assert.rejects(stat(path), { code: "ENOENT" });
    const other = await open();
    await writeFile(join(path, "letter"), "mine");
    await other.destroy();
    assert.deepEqual(await readdir(path), ["letter"]);
  });

  test("a place where nothing can be written is told", async () => {
    const path = newPath();
    await writeFile(path, "a file where the folder should be");
    await assert.rejects(FileStore.open(path), { code: "DATABASE" });
    await mkdir(`${path}-2/journal`, { recursive: true });
    await assert.rejects(FileStore.open(`${path}-2`), { code: "DATABASE" });
  });
});

test("without node:sqlite, SqliteStore says which Node it needs", async (t) => {
  t.mock.method(process, "getBuiltinModule", () => undefined);
  await assert.rejects(SqliteStore.open(newPath()), {
    code: "INVALID_ARGUMENT",
    message: /Node\.js 22\.13/,
  });
});
