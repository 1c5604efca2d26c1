// Every record cut, flipped, put back, exchanged, removed: noticed, named and refused, and the rest
// stays usable. Over SQLite; others: ../tamper.test.mjs.
import { test } from "node:test";
import { encodeHeader } from "../../../js/src/store/header.js";
import * as keyFiles from "../../../js/src/store/key_file.js";
import { SqliteStore } from "../../../js/src/store/sqlite.js";
import { loadModule } from "../../../js/src/wasm/init.js";
import { assertNoticed } from "../lib/noticed.mjs";
import { newPath } from "../lib/records.mjs";
import { tamperWithAll } from "../lib/tamper.mjs";

const { DatabaseSync } = /** @type {any} */ (
  process.getBuiltinModule(/** @type {any} */ ("node:sqlite"))
);

/**
 * @param {string} path
 * @param {{ records: Map<string, import("../../../js/src/types.js").SealedRecord>, counter: number,
 *   header: any }} state
 */
async function replaceInSqlite(path, { records, counter, header }) {
  const db = new DatabaseSync(path);
  db.exec("BEGIN; DELETE FROM records");
  const put = db.prepare("INSERT INTO records (name, counter, sealed) VALUES (?, ?, ?)");
  for (const { name, counter: number, sealed } of records.values()) put.run(name, number, sealed);
  const meta = db.prepare("UPDATE meta SET value = ? WHERE name = ?");
  meta.run(counter, "counter");
  meta.run(encodeHeader(header), "header");
  db.exec("COMMIT");
  db.close();
}

test("SQLite", async () => {
  const path = newPath();
  const result = await tamperWithAll({
    open: () => SqliteStore.open(path),
    replace: (state) => replaceInSqlite(path, state),
    module: await loadModule(),
    unlock: { keyFile: `${path}.key` },
    keyFiles,
  });
  assertNoticed(result);
});
