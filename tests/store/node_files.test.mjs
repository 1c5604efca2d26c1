import { test } from "node:test";
import { FileStore } from "../../js/src/store/file.js";
import { findNothingInFiles } from "./lib/node_files.mjs";

test("no key and no text in the files of a FileStore", (t) =>
  findNothingInFiles(t, (path) => FileStore.open(path)));
