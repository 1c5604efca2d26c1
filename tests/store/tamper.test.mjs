// Every record cut, flipped, put back, exchanged, removed: noticed, named and refused, and the rest
// stays usable. Over files, and IndexedDB's stand-in; browsers and SQLite have theirs.
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { FileStore } from "../../js/src/store/file.js";
import { IndexedDbStore } from "../../js/src/store/indexed_db.js";
import { encodeJournal } from "../../js/src/store/journal.js";
import * as keyFiles from "../../js/src/store/key_file.js";
import { loadModule } from "../../js/src/wasm/init.js";
import { replaceInIndexedDb } from "./lib/indexed_db.mjs";
import { assertNoticed } from "./lib/noticed.mjs";
import { newPath } from "./lib/records.mjs";
import { tamperWithAll } from "./lib/tamper.mjs";

const module = await loadModule();
test("files", async () => {
  const path = newPath();
  const result = await tamperWithAll({
    open: () => FileStore.open(path),
    replace: (state) => writeFile(join(path, "journal"), encodeJournal(state)),
    module,
    unlock: { keyFile: `${path}.key` },
    keyFiles,
  });
  await rm(`${path}.key`);
  assertNoticed(result);
});

test("IndexedDB's stand-in", async () => {
  const name = newPath();
  const result = await tamperWithAll({
    open: () => IndexedDbStore.open(name),
    replace: (state) => replaceInIndexedDb(name, state),
    module,
    unlock: { device: true },
  });
  assertNoticed(result);
});
