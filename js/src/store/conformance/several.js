/** What a store has to do for several users at once, or does not have to. */
import { batch, equal, pattern, pause, record, rejects, textIn } from "./tools.js";

/** @typedef {import("../store.js").Store} Store */

/** Of a store that can be open several times. @type {Record<string, (a: Store, b: Store) => Promise<void>>} */
export const SHARED_CASES = {
  "two at once see each other's writes, and only the first of two wins": async (a, b) => {
    await a.write({ ...batch(0, [record("x", 1, "a")]), header: { by: "a" } });
    equal([await b.counter(), await b.header()], [1, { by: "a" }], "what the other sees");
    await b.write(batch(1, [record("x", 2, "b")]));
    await rejects(a.write(batch(1, [record("x", 2, "late")])), "STATE_CONFLICT", "a late write");
    equal((await a.list("")).map(textIn), ["b"], "records");
    const outcomes = await Promise.allSettled([a, b].map((one) => one.write(batch(2, []))));
    equal(outcomes.map(({ status }) => status).sort(), ["fulfilled", "rejected"], "at once");
  },

  "the other is told of a write, until it stops listening": async (a, b) => {
    const calls = { a: 0, b: 0 };
    a.listen(() => calls.a++);
    const stop = b.listen(() => calls.b++);
    await a.write(batch(0, [record("x", 1)]));
    for (let waited = 0; calls.b === 0 && waited < 5000; waited += 10) await pause(10);
    equal(calls, { a: 0, b: 1 }, "calls");
    stop();
    await a.write(batch(1, []));
    await rejects(b.write(batch(0, [])), "STATE_CONFLICT", "a write in vain");
    await pause(50);
    equal(calls, { a: 0, b: 1 }, "calls after it stopped, and after a write in vain");
  },

  "exclusive work is done by one of both at a time": async (a, b) => {
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++running);
      await pause(2);
      running--;
    };
    await Promise.all([a, b, a, b].map((store) => store.exclusively("t", work)));
    equal(most, 1, "at a time");
  },

  "closing one leaves the other working": async (a, b) => {
    await a.close();
    await b.write(batch(0, [record("x", 1)]));
    equal(await b.names(""), ["x"], "names");
  },
};

/**
 * Of a store that is for one at a time.
 * @param {Store} store
 * @param {() => Promise<Store>} open
 */
export async function oneAtATime(store, open) {
  await store.write(batch(0, [record("a", 1)]));
  await rejects(open(), "DATABASE_IN_USE", "opening it again");
  await store.write(batch(1, [record("b", 2)]));
  equal(await store.names(""), ["a", "b"], "names");
}

/**
 * @param {Store} store
 * @param {() => Promise<void>} remove
 */
export async function removed(store, remove) {
  await store.write(batch(0, [record("a", 1), record("b", 1)]));
  await store.write({ after: 1, puts: [], deletes: ["a"] });
  await remove();
  await rejects(store.write(batch(2, [record("c", 3)])), "STORAGE_GONE", "a write");
}

/** @param {Store} store with little room */
export async function fillUp(store) {
  await store.write({ ...batch(0, [record("kept", 1)]), header: { kept: true } });
  let counter = 1;
  const filling = async () => {
    for (; counter < 200; counter++) {
      const puts = [{ name: `f/${counter}`, counter, sealed: pattern(100_000) }];
      await store.write({ after: counter, puts, deletes: [], header: { counter } });
    }
  };
  await rejects(filling(), "STORAGE_FULL", "filling it");
  equal(await store.counter(), counter, "counter");
  equal(await store.header(), { counter: counter - 1 }, "header");
  equal((await store.names("f/")).length, counter - 1, "records");
  const deletes = await store.names("f/");
  await store.write({ after: counter, puts: [record("kept", 2, "again")], deletes });
  equal((await store.list("")).map(textIn), ["again"], "records after making room");
}
