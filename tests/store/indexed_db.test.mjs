// The contract over the IndexedDB of fake-indexeddb. Real browsers: browser_*.test.mjs.
import { describe, test } from "node:test";
import "fake-indexeddb/auto";
import { storeCases } from "../../js/src/store/conformance.js";
import { IndexedDbStore } from "../../js/src/store/indexed_db.js";

describe("IndexedDbStore keeps the contract", () => {
  const open = (/** @type {string} */ name) => IndexedDbStore.open(name);
  for (const { name, run } of storeCases({ open, shared: true })) test(name, run);
});
