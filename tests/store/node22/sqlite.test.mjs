// The contract over node:sqlite; then what is particular to it. In a Node that has it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { storeCases } from "../../../js/src/store/conformance.js";
import { SqliteStore } from "../../../js/src/store/sqlite.js";
import { batch, folder, newPath, record, textOf } from "../lib/records.mjs";

const { DatabaseSync } = /** @type {any} */ (
  process.getBuiltinModule(/** @type {any} */ ("node:sqlite"))
);
const SMALL_PAGES = 1000;

/** @param {string} path of a database that may have that many pages and no more */
async function openSmall(path) {
  const { exec } = DatabaseSync.prototype;
  /** @param {string} sql */
  DatabaseSync.prototype.exec = function (sql) {
    exec.call(this, `PRAGMA max_page_count = ${SMALL_PAGES}; ${sql}`);
  };
  try {
    return await SqliteStore.open(path);
  } finally {
    DatabaseSync.prototype.exec = exec;
  }
}

describe("SqliteStore keeps the contract", () => {
  const at = (/** @type {string} */ name) => join(folder, name);
  const harness = {
    open: (/** @type {string} */ name) => SqliteStore.open(at(name)),
    openSmall: (/** @type {string} */ name) => openSmall(at(name)),
    remove: (/** @type {string} */ name) => rm(at(name)),
  };
  for (const { name, run } of storeCases(harness)) test(name, run);
});

describe("SqliteStore alone", () => {
  test("only its owner can read the files, also while it is written", async () => {
    const path = newPath();
    const store = await SqliteStore.open(path);
    for (const file of [path, `${path}-journal`]) {
      assert.equal((await stat(file)).mode & 0o777, 0o600, file);
    }
    await store.close();
  });

  test("what was deleted or superseded is in none of its files after the write", async () => {
    const path = newPath();
    const store = await SqliteStore.open(path);
    const secret = (/** @type {string} */ what) => `needle ${what} `.repeat(1000);
    await store.write(
      batch(
        0,
        ["a", "b", "c"].map((name) => record(name, 1, secret(name))),
      ),
    );
    const holds = async (/** @type {string} */ what) => {
      const files = await Promise.all([readFile(path), readFile(`${path}-journal`)]);
      return Buffer.concat(files).includes(`needle ${what}`);
    };
    for (const what of ["a", "b", "c"]) assert.ok(await holds(what), `control: ${what}`);
    await store.write(batch(1, [record("b", 2, "short")], ["a"]));
    assert.deepEqual(await Promise.all(["a", "b", "c"].map(holds)), [false, false, true]);
    await store.close();
  });

  test("another process is turned away, and its death frees the database", async () => {
    const path = newPath();
    const store = await SqliteStore.open(path);
    await store.write(batch(0, [record("a", 1, "kept")]));
    const program = `import { SqliteStore } from ${JSON.stringify(new URL("../../../js/src/store/sqlite.js", import.meta.url).href)};
      await SqliteStore.open(process.argv[1]).then(
        () => console.log("open"), (error) => console.log(error.code));
      process.kill(process.pid, "SIGKILL");`;
    const run = () => {
      try {
        return execFileSync(process.execPath, ["--input-type=module", "-e", program, path], {
          stdio: ["ignore", "pipe", "ignore"],
        }).toString();
      } catch (error) {
        return String(/** @type {any} */ (error).stdout);
      }
    };
    assert.equal(run(), "DATABASE_IN_USE\n");
    await store.close();
    assert.equal(run(), "open\n");
    const again = await SqliteStore.open(path);
    assert.equal(await textOf(again, "a"), "kept");
    await again.close();
  });

  test("a file that is no database, another program's and a newer one are refused", async () => {
    const path = newPath();
    await writeFile(path, "This is a letter to a friend, not a database. ".repeat(100));
    await assert.rejects(SqliteStore.open(path), { code: "DATABASE_BROKEN" });
    const other = newPath();
    const foreign = new DatabaseSync(other);
    foreign.exec("CREATE TABLE cats (name TEXT)");
    foreign.close();
    await assert.rejects(SqliteStore.open(other), { code: "INVALID_ARGUMENT" });
    const newer = newPath();
    await (await SqliteStore.open(newer)).close();
    const changed = new DatabaseSync(newer);
    changed.exec("PRAGMA user_version = 2");
    changed.close();
    await assert.rejects(SqliteStore.open(newer), { code: "DATABASE_NEWER" });
    assert.match((await readFile(path)).toString(), /^This is a letter/);
  });

  test("destroy() leaves no file", async () => {
    const path = newPath();
    const store = await SqliteStore.open(path);
    await writeFile(store.keyPath, "k".repeat(32));
    await store.write(batch(0, [record("a", 1, "x")]));
    await stat(`${path}.key`);
    await store.destroy();
    for (const file of [path, `${path}-journal`, `${path}.key`]) {
      await assert.rejects(stat(file), { code: "ENOENT" });
    }
  });
});
