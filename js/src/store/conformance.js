/**
 * Shows whether a store keeps the contract of store.js. It needs no test framework and nothing of Node,
 * so that it runs anywhere:
 *
 *   import { storeCases } from "waxseal/store-conformance";
 *   for (const { name, run } of storeCases({ open: (name) => MyStore.open(name) })) test(name, run);
 *
 * The cases may run in any order, or at once: each has a database of its own, and deletes it.
 */
import { CASES } from "./conformance/cases.js";
import { fillUp, oneAtATime, removed, SHARED_CASES } from "./conformance/several.js";

/** @typedef {import("./store.js").Store} Store */

/**
 * @typedef {object} Harness
 * @property {(name: string) => Promise<Store>} open opens the database of this name; makes it if there
 *   is none. Names are letters, digits and hyphens
 * @property {boolean} [shared] whether a database can be open more than once, as in the tabs of a
 *   browser; else a second open() has to fail with DATABASE_IN_USE
 * @property {(name: string) => Promise<void>} [remove] deletes an open database behind the store's back
 * @property {(name: string) => Promise<Store>} [openSmall] the same with room for 1 to 8 MB
 */

/** @typedef {{ name: string, run: () => Promise<void> }} Case rejects with what is wrong */

let databases = 0;

/**
 * @param {Harness} harness
 * @returns {Case[]}
 */
export function storeCases(harness) {
  const { open, openSmall, remove, shared = false } = harness;
  const run = Math.random().toString(36).slice(2);
  /**
   * @param {string} title
   * @param {(name: string, opened: (store: Store) => Store) => Promise<void>} work opened: for each
   *   store that is to be deleted in the end
   * @returns {Case}
   */
  const caseOf = (title, work) => ({
    name: title,
    run: async () => {
      const name = `conformance-${run}-${databases++}`;
      /** @type {Store[]} */
      const stores = [];
      const opened = (/** @type {Store} */ store) => {
        stores.push(store);
        return store;
      };
      try {
        await work(name, opened);
      } finally {
        for (const store of stores) await store.close();
        await (await open(name)).destroy();
      }
    },
  });
  const cases = Object.entries(CASES).map(([title, body]) =>
    caseOf(title, async (name, opened) => {
      let store = opened(await open(name));
      await body(store, async () => {
        await store.close();
        store = opened(await open(name));
        return store;
      });
    }),
  );
  for (const [title, body] of shared ? Object.entries(SHARED_CASES) : []) {
    cases.push(
      caseOf(title, async (name, opened) =>
        body(opened(await open(name)), opened(await open(name))),
      ),
    );
  }
  if (!shared) {
    cases.push(
      caseOf("a second one is turned away, and the first goes on", async (name, opened) =>
        oneAtATime(opened(await open(name)), () => open(name)),
      ),
    );
  }
  if (remove) {
    cases.push(
      caseOf("when somebody deletes the database, writing tells it", async (name, opened) =>
        removed(opened(await open(name)), () => remove(name)),
      ),
    );
  }
  if (openSmall) {
    cases.push(
      caseOf(
        "without room nothing is written, after making room it goes on",
        async (name, opened) => fillUp(opened(await openSmall(name))),
      ),
    );
  }
  return cases;
}
