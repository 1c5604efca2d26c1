/** Paging, ?after= and seek on collections longer than a page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertError, itemsOf, mlsMessage, posted, request, startServer } from "./helpers.mjs";

/**
 * Alice with `count` messages to herself; their ids, oldest first.
 * @param {import("node:test").TestContext} t
 * @param {number} count
 */
async function aliceWithMessages(t, count) {
  const server = await startServer(t);
  const alice = await server.addUser("alice");
  const ids = [];
  for (let i = 0; i < count; i++) ids.push((await posted(alice, mlsMessage(alice.actor))).id);
  return { server, alice, ids, url: `${alice.actor}/messages` };
}

/** @param {any} page */
const idsOf = (page) => page.orderedItems.map((/** @type {any} */ { id }) => id);

test("an empty collection has one empty page", async (t) => {
  const { alice, url } = await aliceWithMessages(t, 0);
  assert.deepEqual(await itemsOf(url, alice.token), []);
});

test("pages of 50, newest first, linked both ways", async (t) => {
  const { alice, ids, url } = await aliceWithMessages(t, 120);
  const { token } = alice;
  const { json } = await request(url, { token });
  assert.equal(json.type, "OrderedCollection");
  assert.equal(json.totalItems, 120);
  assert.equal(json.eventStream, `${url}/events`);
  assert.ok(!("orderedItems" in json));

  const newest = (await request(json.first, { token })).json;
  assert.equal(newest.type, "OrderedCollectionPage");
  assert.equal(newest.partOf, url);
  assert.equal(newest.id, json.first);
  assert.ok(!("prev" in newest));
  const middle = (await request(newest.next, { token })).json;
  assert.equal(middle.prev, newest.id);
  const oldest = (await request(middle.next, { token })).json;
  assert.equal(oldest.id, json.last);
  assert.equal(oldest.prev, middle.id);
  assert.ok(!("next" in oldest));
  assert.deepEqual(
    [newest, middle, oldest].map((page) => page.orderedItems.length),
    [20, 50, 50],
  );
  assert.deepEqual([newest, middle, oldest].flatMap(idsOf), [...ids].reverse());

  // A new message moves nothing to another page.
  await posted(alice, mlsMessage(alice.actor));
  assert.deepEqual((await request(middle.id, { token })).json.orderedItems, middle.orderedItems);

  for (const page of ["3", "-1", "1.5", "x", "", "99999999999"]) {
    assertError(await request(`${url}?page=${page}`, { token }), 404, /no such page/);
  }

  // ?after=: what came directly after, and `prev` until there is nothing more.
  const found = [];
  let after = `${url}?after=${encodeURIComponent(ids[9])}`;
  let steps = 0;
  while (after) {
    const page = (await request(after, { token })).json;
    found.unshift(...idsOf(page));
    after = page.prev;
    steps++;
  }
  assert.equal(steps, 3);
  assert.deepEqual(found.slice(1), ids.slice(10).reverse());
  const none = await request(`${url}?after=${encodeURIComponent(found[0])}`, { token });
  assert.deepEqual(none.json.orderedItems, []);
  assertError(await request(`${url}?after=https://a.example/1`, { token }), 404, /not in this/);
});

test("seek leads to the page that holds an item", async (t) => {
  const { server, alice, ids, url } = await aliceWithMessages(t, 55);
  const { token } = alice;
  const bob = await server.addUser("bob");
  const { json } = await request(url, { token });
  /** @param {string} item */
  const seekUrl = (item) => {
    const target = new URL(json.seekItem);
    target.searchParams.set("item", item);
    return target.href;
  };
  for (const [index, page] of /** @type {const} */ ([
    [0, 0],
    [49, 0],
    [50, 1],
    [54, 1],
  ])) {
    const found = await request(seekUrl(ids[index]), { token });
    assert.equal(found.status, 200);
    assert.equal(found.json.id, `${url}?page=${page}`);
    assert.ok(idsOf(found.json).includes(ids[index]));
  }
  const redirect = await request(seekUrl(ids[0]), { token, redirect: "manual" });
  assert.equal(redirect.status, 307);
  assert.equal(redirect.headers.get("location"), `${url}?page=0`);
  assert.ok(idsOf(redirect.json).includes(ids[0]), "the redirection holds the page itself");

  assertError(await request(seekUrl("https://a.example/1"), { token }), 404);
  // Not told apart from a missing item: no token, and somebody else's.
  assertError(await request(seekUrl(ids[0])), 404);
  assertError(await request(seekUrl(ids[0]), { token: bob.token }), 404);
  for (const collection of [
    "",
    "x",
    `${server.origin}/users/alice/constructor`,
    "https://a.example",
  ]) {
    const target = `${server.origin}/seek?collection=${collection}&item=${ids[0]}`;
    assertError(await request(target, { token }), 404);
  }
});
