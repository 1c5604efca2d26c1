import { test } from "node:test";
import { SqliteStore } from "../../../js/src/store/sqlite.js";
import { findNothingInFiles } from "../lib/node_files.mjs";

test("no key and no text in the files of a SqliteStore", (t) =>
  findNothingInFiles(t, (path) => SqliteStore.open(path)));
