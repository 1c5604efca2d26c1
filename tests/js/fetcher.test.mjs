// What the core wants read: what somebody waits for is answered at once, a part of a message is read
// again until that can't help any more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Fetcher } from "../../js/src/client/fetcher.js";

/**
 * @param {import("node:test").TestContext} t
 * @param {(url: string, attempt: number) => any} get
 */
function start(t, get) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {Record<string, number>} */
  const attempts = {};
  /** @type {[number, string][]} */
  const answers = [];
  const fetcher = new Fetcher({
    get: async (url) => {
      attempts[url] = (attempts[url] ?? 0) + 1;
      return get(url, attempts[url]);
    },
    isTransient: (error) => /** @type {Error} */ (error).message === "later",
    answer: async (id, object) => void answers.push([id, object]),
    onError: (error) => assert.fail(String(error)),
  });
  return { fetcher, answers, attempts };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a part of a message is read again after failures that may pass", async (t) => {
  const { fetcher, answers, attempts } = start(t, (_url, attempt) => {
    if (attempt < 3) throw new Error("later");
    return { id: "x" };
  });
  fetcher.add([{ id: 1, lane: "messages", url: "u" }]);
  for (const wait of [0, 1000, 5000]) {
    t.mock.timers.tick(wait);
    await settled();
  }
  assert.equal(attempts.u, 3);
  assert.deepEqual(answers, [[1, '{"id":"x"}']]);
});

test("what is gone for good is not asked for again", async (t) => {
  const { fetcher, answers, attempts } = start(t, () => {
    throw new Error("gone");
  });
  fetcher.add([{ id: 1, lane: "messages", url: "u" }]);
  await settled();
  t.mock.timers.tick(600_000);
  await settled();
  assert.equal(attempts.u, 1);
  assert.deepEqual(answers, [[1, ""]]);
});

test("for what somebody waits, the answer comes at once", async (t) => {
  const { fetcher, answers } = start(t, () => {
    throw new Error("later");
  });
  fetcher.add([{ id: 2, lane: "keys", url: "u" }]);
  await settled();
  assert.deepEqual(answers, [[2, ""]]);
});

test("nothing is read after the end", async (t) => {
  const { fetcher, answers, attempts } = start(t, () => {
    throw new Error("later");
  });
  fetcher.add([{ id: 3, lane: "messages", url: "u" }]);
  await settled();
  fetcher.close();
  t.mock.timers.tick(600_000);
  await settled();
  assert.equal(attempts.u, 1);
  assert.deepEqual(answers, []);
});
