// A store that somebody else wrote: the one in memory that other tests use.
import { describe, test } from "node:test";
import { storeCases } from "../../js/src/store/conformance.js";
import { MemoryStore } from "../crash/lib/memory_store.mjs";

describe("a store in memory keeps the contract", () => {
  const open = (/** @type {string} */ name) => MemoryStore.open(name);
  for (const { name, run } of storeCases({ open })) test(name, run);
});
