// Reading what came after something known, on servers that offer more and less for it.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ActivityPubTransport } from "../../js/src/transport/activitypub.js";
import { startFakeServer, TOKEN } from "../js/lib/fake_server.mjs";

/** @type {import("../js/lib/fake_server.mjs").FakeServer} */
let server;
/** @type {ActivityPubTransport} */
let transport;
beforeEach(async () => {
  server = await startFakeServer();
  transport = new ActivityPubTransport({ actor: server.actor, token: TOKEN });
});
afterEach(() => server.close());

const day = (/** @type {number} */ number) =>
  `2026-01-${String(number).padStart(2, "0")}T00:00:00Z`;
const activity = (/** @type {number} */ number) => ({
  id: `urn:test:${number}`,
  type: "Create",
  published: day(number),
});
const some = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: to - from + 1 }, (_, i) => activity(from + i));
const ids = (/** @type {any[]} */ items) => items.map(({ id }) => Number(id.split(":").at(-1)));
/** @param {string} since */
const readIds = async (since) => ids((await transport.read(since)).items);
const requested = () =>
  server.requests.map(({ url }) => url).filter((url) => url.includes("/messages"));

describe("point 28: read", () => {
  test("gives all there is, the oldest first, and what to read on from", async () => {
    server.state.messages = some(1, 8);
    const { items, cursor } = await transport.read(undefined);
    assert.deepEqual(ids(items), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert.equal(cursor, "urn:test:8");
    assert.deepEqual(await transport.read(cursor), { items: [], cursor });
    server.state.messages.push(activity(9));
    assert.deepEqual(await transport.read(cursor), { items: [activity(9)], cursor: "urn:test:9" });
    assert.deepEqual(await transport.newest(), "urn:test:9");
  });

  test("an empty collection has no newest, and keeps the cursor", async () => {
    assert.deepEqual(await transport.read(undefined), { items: [], cursor: undefined });
    assert.equal(await transport.newest(), undefined);
  });

  test("drops repeats by id", async () => {
    server.state.messages = [activity(1), activity(2), activity(1), activity(2), activity(3)];
    const { items } = await transport.read(undefined);
    assert.deepEqual(ids(items), [1, 2, 3]);
  });

  test("stops at what is known", async () => {
    server.state.messages = some(1, 8);
    assert.deepEqual(await readIds("urn:test:7"), [8]);
    assert.deepEqual(await readIds("urn:test:3"), [4, 5, 6, 7, 8]);
  });

  test("something known that is gone means all there is", async () => {
    server.state.messages = some(1, 8);
    assert.deepEqual(await readIds("urn:test:99"), [1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test("loads items that are addresses; leaves out what is gone, but not what may come back", async () => {
    const url = (/** @type {string} */ name) => `${server.origin}/${name}`;
    server.state.messages = [url("one"), url("gone"), url("two")];
    for (const name of ["one", "two"]) {
      server.on(`GET /${name}`, (_req, res) => server.answer(res, 200, { id: url(name) }));
    }
    const { items, cursor } = await transport.read(undefined);
    assert.deepEqual(items, [{ id: url("one") }, { id: url("two") }]);
    assert.equal(cursor, url("two"));
    server.on("GET /two", (_req, res) => server.answer(res, 500));
    await assert.rejects(transport.read(undefined), { code: "SERVER_ERROR" });
  });

  for (const name of ["messages", "mls:messages", "emissary:messages"]) {
    test(`from a collection that the actor calls ${name}`, async () => {
      offer({ [name]: `${server.actor}/elsewhere` });
      server.on("GET /users/alice/elsewhere", (_req, res) =>
        server.answer(res, 200, { orderedItems: [activity(2), activity(1)] }),
      );
      assert.deepEqual(ids((await transport.read(undefined)).items), [1, 2]);
    });
  }

  test("from the inbox, where there is no such collection or it is another server's", async () => {
    server.on("GET /users/alice/inbox", (_req, res) =>
      server.answer(res, 200, { orderedItems: [activity(1)] }),
    );
    for (const messages of [undefined, "http://elsewhere.example/messages"]) {
      offer({ messages });
      const fresh = new ActivityPubTransport({ actor: server.actor, token: TOKEN });
      assert.deepEqual(ids((await fresh.read(undefined)).items), [1]);
    }
  });

  /** @param {object} properties of the actor */
  function offer(properties) {
    server.on("GET /users/alice", (_req, res) =>
      server.answer(res, 200, {
        id: server.actor,
        inbox: `${server.actor}/inbox`,
        outbox: `${server.actor}/outbox`,
        ...properties,
      }),
    );
  }
});

describe("point 28: ?after=", () => {
  /** @param {(after: string | null, page: string | null) => [number, any?]} answer */
  function collection(answer) {
    server.on("GET /users/alice/messages", (req, res) => {
      const { searchParams } = new URL(req.url ?? "", server.origin);
      server.answer(res, ...answer(searchParams.get("after"), searchParams.get("page")));
    });
  }
  const url = (/** @type {string} */ query) => `${server.actor}/messages?${query}`;
  const page = (/** @type {any[]} */ orderedItems, /** @type {object} */ more = {}) => ({
    type: "OrderedCollectionPage",
    orderedItems,
    ...more,
  });

  test("one request, the newest first, `prev` leads on", async () => {
    collection((after) => {
      if (after === "urn:test:1") {
        const prev = url("after=urn:test:4");
        return [200, page(some(2, 4).reverse(), { prev })];
      }
      return after === "urn:test:4" ? [200, page(some(5, 6).reverse())] : [404];
    });
    assert.deepEqual(await readIds("urn:test:1"), [2, 3, 4, 5, 6]);
    assert.equal(requested().length, 2);
    assert.deepEqual(await readIds("urn:test:4"), [5, 6]);
  });

  test("the oldest first, as Emissary's server gives them, told by their dates", async () => {
    collection((_after, number) => {
      if (number === "2") return [200, page(some(4, 5))];
      return [200, page(some(2, 3), { next: url("after=urn:test:1&page=2") })];
    });
    assert.deepEqual(await readIds("urn:test:1"), [2, 3, 4, 5]);
  });

  test("a first page that carries it on", async () => {
    collection((after, number) => {
      if (after !== "urn:test:1") return [404];
      return number === null
        ? [200, { type: "OrderedCollection", first: url("after=urn:test:1&page=1") }]
        : [200, page(some(2, 4).reverse())];
    });
    assert.deepEqual(await readIds("urn:test:1"), [2, 3, 4]);
    assert.equal(requested().length, 2);
  });

  test("a server that gives more than was asked for", async () => {
    collection(() => [200, page(some(1, 5).reverse())]);
    assert.deepEqual(await readIds("urn:test:3"), [1, 2, 3, 4, 5].slice(3));
  });

  for (const status of [400, 404, 500]) {
    test(`a server that answers it with ${status}`, async () => {
      collection((after) =>
        after === null
          ? [200, { type: "OrderedCollection", orderedItems: some(1, 4).reverse() }]
          : [status],
      );
      assert.deepEqual(await readIds("urn:test:2"), [3, 4]);
    });
  }

  test("a server that does not know it costs no request more", async () => {
    server.state.messages = some(1, 3);
    assert.deepEqual(await readIds("urn:test:2"), [3]);
    assert.equal(requested().length, 2);
  });
});

describe("point 28: seekItem", () => {
  /** @param {string} path */
  function offerSeek(path) {
    server.on("GET /users/alice/messages", (req, res) => {
      const number = new URL(req.url ?? "", server.origin).searchParams.get("page");
      const url = (/** @type {number} */ page) => `${server.actor}/messages?page=${page}`;
      if (number === null) {
        return server.answer(res, 200, {
          type: "OrderedCollection",
          first: url(9),
          seekItem: `${server.origin}${path}`,
        });
      }
      // Page n holds 3n+1 to 3n+3, the newest first.
      const at = Number(number);
      server.answer(res, 200, {
        type: "OrderedCollectionPage",
        orderedItems: some(3 * at + 1, 3 * at + 3).reverse(),
        ...(at > 0 ? { next: url(at - 1) } : {}),
        ...(at < 9 ? { prev: url(at + 1) } : {}),
      });
    });
    server.on("GET /seek", (req, res) => {
      const { searchParams } = new URL(req.url ?? "", server.origin);
      assert.equal(searchParams.get("collection"), `${server.actor}/messages`);
      const item = Number(searchParams.get("item")?.split(":").at(-1));
      if (item > 30) return server.answer(res, 404, {});
      const location = `${server.actor}/messages?page=${Math.floor((item - 1) / 3)}`;
      server.answer(res, 307, {}, { location });
    });
  }

  test("finds the page of what is known, and `prev` leads to the newest", async () => {
    offerSeek(`/seek?collection=${encodeURIComponent(`${server.actor}/messages`)}`);
    assert.deepEqual(await readIds("urn:test:23"), [24, 25, 26, 27, 28, 29, 30]);
    // The collection, its first page, the page of item 23 and two more.
    assert.equal(requested().filter((url) => !url.startsWith("/seek")).length, 5);
  });

  test("is given the collection where its address does not name it", async () => {
    offerSeek("/seek");
    assert.deepEqual(await readIds("urn:test:26"), [27, 28, 29, 30]);
  });

  test("that does not know the item: page by page", async () => {
    offerSeek("/seek");
    assert.equal((await transport.read("urn:test:31")).items.length, 30);
  });

  test("is not asked when the first page has what is known, or another server offers it", async () => {
    offerSeek("/seek");
    assert.deepEqual(await readIds("urn:test:29"), [30]);
    assert.equal(server.requests.filter(({ url }) => url.startsWith("/seek")).length, 0);
    server.on("GET /users/alice/messages", (_req, res) =>
      server.answer(res, 200, {
        type: "OrderedCollection",
        seekItem: "http://elsewhere.example/seek",
        orderedItems: some(1, 3).reverse(),
      }),
    );
    assert.deepEqual(await readIds("urn:test:77"), [1, 2, 3]);
    assert.equal(server.requests.filter(({ url }) => url === "/proxy").length, 0);
  });
});
