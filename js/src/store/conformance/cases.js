/** What every store has to do. */
import {
  batch,
  equal,
  namesOf,
  octetsOf,
  pattern,
  pause,
  record,
  rejects,
  textIn,
  UNSTORABLE,
} from "./tools.js";

/** @typedef {import("../store.js").Store} Store */

/** @type {Record<string, (store: Store, reopen: () => Promise<Store>) => Promise<void>>} */
export const CASES = {
  "a new store is empty": async (store) => {
    equal(await store.counter(), 0, "counter");
    equal(await store.header(), undefined, "header");
    equal(await store.list(""), [], "records");
    equal(await store.names(""), [], "names");
    equal(await store.get(["a"]), [undefined], "a record that is not there");
    if (typeof store.kind !== "string" || store.kind === "") throw new Error("it has no kind");
  },

  "records, counter and header are there after reopening": async (store, reopen) => {
    const header = { version: 2, wraps: [{ kind: "device", salt: octetsOf("salt") }], none: null };
    await store.write({ ...batch(0, [record("a/1", 1, "one"), record("b", 1, "two")]), header });
    await store.write({ after: 1, puts: [record("a/1", 2, "uno")], deletes: ["b"] });
    const again = await reopen();
    equal(await again.counter(), 2, "counter");
    equal(await again.list(""), [record("a/1", 2, "uno")], "records");
    equal(await again.header(), header, "header");
    const octets = (await again.header())?.wraps[0].salt;
    if (!(octets instanceof Uint8Array)) throw new Error("octets in the header are not octets");
  },

  "get answers in the order of the names, with gaps": async (store) => {
    await store.write(batch(0, [record("a", 1), record("b", 1)]));
    const found = await store.get(["b", "none", "a", "b"]);
    equal(found.map(textIn), ["b", undefined, "a", "b"], "records");
    equal(await store.get([]), [], "nothing asked for");
  },

  "lists are sorted, and a prefix is taken literally": async (store) => {
    const names = ["a/2", "a/10", "a/1", "a", "a.", "a0", "a0/1", "a/", "a//", "a/~", "A/1", "b/1"];
    names.push("a%", "a%b", "a_", "ab", "a*", "a[b]", "a?", "a'", "~");
    await store.write(
      batch(
        0,
        [...names].reverse().map((name) => record(name, 1)),
      ),
    );
    for (const prefix of [
      "",
      "a",
      "a/",
      "a/1",
      "a0",
      "a%",
      "a_",
      "a*",
      "a[",
      "a'",
      "A",
      "~",
      "c",
    ]) {
      const expected = names.filter((name) => name.startsWith(prefix)).sort();
      equal(namesOf(await store.list(prefix)), expected, `list("${prefix}")`);
      equal(await store.names(prefix), expected, `names("${prefix}")`);
    }
  },

  "lists leave out what begins like an exception": async (store) => {
    const names = [
      "a",
      "a/1",
      "core/a",
      "core/e/1",
      "core/e/2",
      "core/e0",
      "core/f",
      "files/1",
      "z",
    ];
    await store.write(
      batch(
        0,
        names.map((name) => record(name, 1)),
      ),
    );
    /** @type {[string, string[]][]} */
    const questions = [
      ["", ["files/", "core/"]],
      ["core/", ["core/e/"]],
      ["core/", ["core/e/", "core/e"]],
      ["core/", ["core/"]],
      ["core/", ["a", "files/", "zz"]],
      ["core/e/", ["core/"]],
      ["", [""]],
      ["", ["a", "z", "core/e/1"]],
    ];
    for (const [prefix, except] of questions) {
      const expected = names.filter(
        (name) => name.startsWith(prefix) && !except.some((one) => name.startsWith(one)),
      );
      const question = `list("${prefix}", ${JSON.stringify(except)})`;
      equal(namesOf(await store.list(prefix, except)), expected, question);
    }
  },

  "all octets, none, and parts of longer arrays are kept": async (store, reopen) => {
    const all = pattern(512);
    const puts = [
      { name: "all", counter: 1, sealed: all },
      { name: "empty", counter: 1, sealed: new Uint8Array() },
      { name: "part", counter: 1, sealed: all.subarray(100, 110) },
    ];
    await store.write(batch(0, puts));
    const again = await reopen();
    const found = await again.get(["all", "empty", "part"]);
    equal(found, puts, "records");
    for (const one of found) equal(one?.sealed instanceof Uint8Array, true, "is a Uint8Array");
  },

  "a record of a megabyte": async (store, reopen) => {
    const sealed = pattern(1024 * 1024);
    await store.write(batch(0, [{ name: "large", counter: 1, sealed }]));
    const [found] = await (await reopen()).get(["large"]);
    equal(found?.sealed.length, sealed.length, "length");
    equal(
      found?.sealed.findIndex((octet, i) => octet !== sealed[i]),
      -1,
      "the first wrong octet",
    );
  },

  "two thousand records": async (store, reopen) => {
    const puts = Array.from({ length: 2000 }, (_, i) => record(`m/${i}`, 1, `text ${i}`));
    await store.write(batch(0, puts));
    const odd = namesOf(puts).filter((_, i) => i % 2 === 1);
    await store.write({ after: 1, puts: [], deletes: odd });
    const again = await reopen();
    const expected = namesOf(puts).filter((_, i) => i % 2 === 0);
    equal(await again.names("m/"), expected.sort(), "names");
    const found = await again.get(expected);
    equal(
      found.map(textIn),
      expected.map((name) => `text ${name.slice(2)}`),
      "texts",
    );
  },

  "what the caller does with its octets afterwards changes nothing": async (store) => {
    const header = { key: octetsOf("key") };
    const put = record("a", 1, "text");
    await store.write({ ...batch(0, [put]), header });
    put.sealed.fill(0);
    header.key.fill(0);
    const [found] = await store.get(["a"]);
    equal(textIn(found), "text", "after the writer wiped it");
    found?.sealed.fill(0);
    (await store.list(""))[0]?.sealed.fill(0);
    (await store.header())?.key.fill(0);
    equal(textIn((await store.get(["a"]))[0]), "text", "after a reader wiped it");
    equal(await store.header(), { key: octetsOf("key") }, "header");
  },

  "a header stays until another is written": async (store, reopen) => {
    await store.write({ ...batch(0, []), header: { a: 1, b: octetsOf("b") } });
    await store.write(batch(1, [record("a", 2)]));
    equal(await store.header(), { a: 1, b: octetsOf("b") }, "after a batch without one");
    await store.write({ ...batch(2, []), header: { c: [] } });
    equal(await store.header(), { c: [] }, "after another");
    equal(await (await reopen()).header(), { c: [] }, "after reopening");
  },

  "an empty batch, and deleting what is not there, raise the counter": async (store) => {
    await store.write(batch(0, []));
    await store.write({ after: 1, puts: [record("a", 2)], deletes: ["none"] });
    equal(await store.counter(), 2, "counter");
    equal(await store.names(""), ["a"], "names");
  },

  "whoever has not seen the last write writes nothing": async (store) => {
    await store.write({ ...batch(0, [record("a", 1, "first")]), header: { by: "first" } });
    for (const after of [0, 2]) {
      const late = {
        after,
        puts: [record("a", 9), record("b", 9)],
        deletes: [],
        header: { by: "late" },
      };
      await rejects(store.write(late), "STATE_CONFLICT", `a write after ${after}`);
    }
    await rejects(
      store.write({ after: 0, puts: [], deletes: ["a"] }),
      "STATE_CONFLICT",
      "a deletion",
    );
    equal(await store.list(""), [record("a", 1, "first")], "records");
    equal(await store.header(), { by: "first" }, "header");
    equal(await store.counter(), 1, "counter");
  },

  "of writes at once, one wins": async (store) => {
    const writes = ["a", "b", "c", "d"].map((name) => store.write(batch(0, [record(name, 1)])));
    const outcomes = await Promise.allSettled(writes);
    const failed = outcomes.filter((one) => one.status === "rejected");
    equal(
      failed.map(({ reason }) => reason.code),
      Array(3).fill("STATE_CONFLICT"),
      "the others",
    );
    equal([await store.counter(), (await store.names("")).length], [1, 1], "counter, records");
  },

  "a batch that fails in the middle writes nothing": async (store, reopen) => {
    await store.write({ ...batch(0, [record("a", 1), record("b", 1)]), header: { good: true } });
    const bad = { name: "bad", counter: 2, sealed: UNSTORABLE };
    const whole = { after: 1, puts: [record("a", 2, "new"), bad, record("c", 2)], deletes: ["b"] };
    await rejects(store.write({ ...whole, header: { good: false } }), undefined, "a bad record");
    const badHeader = { ...batch(1, [record("a", 2, "new")]), header: { bad: UNSTORABLE } };
    await rejects(store.write(badHeader), undefined, "a bad header");
    const unchanged = async (/** @type {Store} */ one) => {
      equal(await one.list(""), [record("a", 1), record("b", 1)], "records");
      equal(await one.counter(), 1, "counter");
      equal(await one.header(), { good: true }, "header");
    };
    await unchanged(store);
    const again = await reopen();
    await unchanged(again);
    await again.write({ after: 1, puts: [record("c", 2)], deletes: ["b"] });
    equal(await again.names(""), ["a", "c"], "names after the next write");
  },

  "who reads while something is written sees all of it or nothing": async (store) => {
    const puts = Array.from({ length: 300 }, (_, i) => record(`r/${i}`, 1));
    const writing = store.write(batch(0, puts));
    const reads = Array.from({ length: 20 }, () => store.list("r/"));
    const counts = (await Promise.all(reads)).map(({ length }) => length);
    await writing;
    counts.push((await store.list("r/")).length);
    equal(
      counts.filter((count) => count !== 0 && count !== 300),
      [],
      "records in part",
    );
    equal(counts.at(-1), 300, "records in the end");
  },

  "exclusive work on a topic is done one after the other, also after a failure": async (store) => {
    /** @type {string[]} */
    const order = [];
    const work = (/** @type {string} */ name) => async () => {
      order.push(`${name} begins`);
      await pause(5);
      order.push(`${name} ends`);
      if (name === "first") throw new RangeError("first fails");
      return name;
    };
    const first = store.exclusively("t", work("first"));
    const second = store.exclusively("t", work("second"));
    const error = await first.then(
      () => undefined,
      (reason) => reason,
    );
    equal(error?.message, "first fails", "what the failure is");
    equal(await second, "second", "what the work returns");
    equal(order, ["first begins", "first ends", "second begins", "second ends"], "order");
  },

  "exclusive work on another topic does not wait": async (store) => {
    const inner = () => store.exclusively("b", async () => "both");
    let timer;
    const tooLate = new Promise((resolve) => {
      timer = setTimeout(resolve, 5000);
    });
    const result = await Promise.race([store.exclusively("a", inner), tooLate]);
    clearTimeout(timer);
    equal(result, "both", "work on b in work on a");
  },

  "a closed store says so, and what was begun is finished first": async (store, reopen) => {
    const writing = store.write(batch(0, [record("a", 1)]));
    await Promise.all([writing, store.close()]);
    await store.close();
    const questions = {
      header: store.header(),
      counter: store.counter(),
      get: store.get(["a"]),
      list: store.list(""),
      names: store.names(""),
      write: store.write(batch(1, [])),
    };
    for (const [what, answer] of Object.entries(questions)) await rejects(answer, "CLOSED", what);
    equal(await (await reopen()).names(""), ["a"], "names after reopening");
  },

  "after destroy() it is closed, and opening makes an empty one": async (store, reopen) => {
    await store.write({ ...batch(0, [record("a", 1)]), header: { a: 1 } });
    await store.destroy();
    await rejects(store.counter(), "CLOSED", "counter()");
    const again = await reopen();
    equal(await again.counter(), 0, "counter");
    equal(await again.header(), undefined, "header");
    equal(await again.list(""), [], "records");
    await again.write(batch(0, [record("b", 1)]));
    equal(await (await reopen()).names(""), ["b"], "names after the next write");
  },

  "nobody is told of own writes": async (store) => {
    let calls = 0;
    const stop = store.listen(() => calls++);
    await store.write(batch(0, [record("a", 1)]));
    await pause(50);
    equal(calls, 0, "calls");
    stop();
    stop();
  },
};
