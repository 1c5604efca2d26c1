/** Two tabs and a worker of one origin: one device, one database, sending at once. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../js/lib/network.mjs";
import { call, casesOf, faultsIn, heardBy, openWorld } from "./lib/places.mjs";

/** @typedef {import("./lib/places.mjs").Place} Place */

const SECONDS = Number(process.env.WAXSEAL_TABS_SECONDS ?? 60);
/** For what is still on its way when the sending ends. */
const SETTLE_MS = 30_000;
const SLICE_MS = 5000;

test("the search for faults finds them", () => {
  assert.deepEqual(faultsIn(["a 0", "b 0", "a 1"], { a: 2, b: 1 }), []);
  for (const wrong of [["a 1", "a 0"], ["a 0", "a 0", "a 1"], ["a 0"], ["a 0", "a 1", "a 1"]]) {
    assert.equal(faultsIn(wrong, { a: 2 }).length, 1, wrong.join());
  }
});

test("messages whose keys were used before are missed", async (t) => {
  const { tab, bob, open } = await openWorld(t, "chromium");
  await call(tab.page, "store/lib/raw_database", "copyDatabase", ["shared", "copy"]);
  const twin = await open("page", { database: "copy" });
  for (const number of [0, 1, 2]) await twin.call("send", `twin ${number}`);
  for (const number of [0, 1, 2, 3]) await tab.call("send", `tab ${number}`);
  // With a key that the twin has not used: when it is read, so is all before it that can be.
  await until(() => heardBy(bob).includes("tab 3"), "the last message has come");
  assert.deepEqual(faultsIn(heardBy(bob), { twin: 3 }), []);
  assert.equal(faultsIn(heardBy(bob), { tab: 4 }).length, 1);
});

/**
 * In slices: a browser ends a service worker that is busy with one message for too long.
 * @param {Place} place
 * @param {string} sender
 * @param {number} milliseconds
 * @returns {Promise<number>} how many messages
 */
async function sendFor(place, sender, milliseconds) {
  const end = performance.now() + milliseconds;
  let count = 0;
  while (performance.now() < end) {
    const slice = Math.min(SLICE_MS, end - performance.now());
    count = await place.call("sendFor", sender, slice, count);
  }
  return count;
}

/** @type {[import("../../web-demo/browsers.js").BrowserName, import("./lib/places.mjs").PlaceKind][]} */
const CASES = [
  ["chromium", "worker"],
  ["firefox", "worker"],
  ["chromium", "service worker"],
  ["firefox", "service worker"],
];

for (const [name, third] of casesOf(CASES, 2)) {
  test(`${name}: two tabs and a ${third} send at once`, async (t) => {
    const world = await openWorld(t, name);
    const { bob, conversation } = world;
    /** @type {Record<string, Place>} */
    const places = { tab: world.tab, other: await world.open("page") };
    places.third = await world.open(third);
    const senders = Object.entries(places);
    const sent = await Promise.all(
      senders.map(async ([sender, place]) => [
        sender,
        await sendFor(place, sender, SECONDS * 1000),
      ]),
    );
    /** @type {Record<string, number>} */
    const counts = Object.fromEntries(sent);
    const total = 1 + Object.values(counts).reduce((sum, count) => sum + count);
    t.diagnostic(`${JSON.stringify(counts)} messages in ${SECONDS} s`);
    await until(() => heardBy(bob).length >= total, "everything has come", SETTLE_MS);

    assert.ok(Object.values(counts).every((count) => count > 1));
    assert.deepEqual(faultsIn(heardBy(bob), counts), [], "what Bob was told of");
    assert.equal(heardBy(bob).length, total);
    assert.deepEqual(bob.log.errors, []);
    assert.deepEqual(bob.log.notices, []);
    for (const [sender, place] of senders) {
      const shown = await place.call("texts");
      assert.deepEqual(faultsIn(shown, counts), [], `what ${sender} shows`);
      assert.equal(shown.length, total);
      assert.deepEqual(await place.call("seenErrors"), [], sender);
    }
    // And back: all places get what Bob writes.
    await conversation.send("Thank you all");
    for (const [sender, place] of senders) {
      const shows = async () => (await place.call("texts")).includes("Thank you all");
      await until(shows, `${sender} has the answer`);
    }
  });
}
