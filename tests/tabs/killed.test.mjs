/** A tab that is killed in the middle of its work leaves the others working. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { until } from "../js/lib/network.mjs";
import { call, casesOf, faultsIn, heardBy, openWorld } from "./lib/places.mjs";

/** @typedef {import("./lib/places.mjs").Place} Place */

const TIMES = Number(process.env.WAXSEAL_TABS_KILLS ?? 20);
/** The moment of death is somewhere in this time: a message takes a tenth of it. */
const SPREAD_MS = 600;

/** @type {Record<string, (place: Place) => Promise<unknown>>} */
const DEATHS = {
  "a tab that crashes": async ({ page }) => {
    const crashed = page.waitForEvent("crash");
    const devtools = await page.context().newCDPSession(page);
    devtools.send("Page.crash").catch(() => {});
    await crashed;
    await page.close();
  },
  "a tab that is closed": ({ page }) => page.close(),
  "a worker that is ended": async ({ page }) => {
    await call(page, "tabs/lib/ask", "endWorker");
    await page.close();
  },
};

/** @type {[import("../../web-demo/browsers.js").BrowserName, string][]} */
const CASES = [
  ["chromium", "a tab that crashes"],
  ["chromium", "a worker that is ended"],
  ["firefox", "a tab that is closed"],
];

for (const [name, death] of casesOf(CASES, 1)) {
  test(`${name}: ${death} while it sends, ${TIMES} times`, async (t) => {
    const { tab, bob, open } = await openWorld(t, name);
    /** What a killed tab knew to be with the server. @type {Set<string>} */
    const told = new Set();
    await tab.page.context().exposeFunction("tell", (/** @type {string} */ text) => told.add(text));
    /** @type {Record<string, number>} */
    const counts = { tab: 0 };
    for (let time = 0; time < TIMES; time++) {
      const victim = await open(death.includes("worker") ? "worker" : "page");
      // It ends by being killed.
      victim.call("sendOn", `victim-${time}`).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, Math.random() * SPREAD_MS));
      await /** @type {(place: Place) => Promise<unknown>} */ (DEATHS[death])(victim);
      await tab.call("send", `tab ${counts.tab++}`);
      await until(() => heardBy(bob).includes(`tab ${time}`), "the other tab's message has come");
    }
    // What the killed tabs had stored, the other one has sent by now, before its own.
    const shown = await tab.call("texts");
    for (let time = 0; time < TIMES; time++) {
      const own = shown.filter((/** @type {string} */ one) => one.startsWith(`victim-${time} `));
      counts[`victim-${time}`] = own.length;
    }
    assert.deepEqual(faultsIn(heardBy(bob), counts), []);
    assert.deepEqual(faultsIn(shown, counts), []);
    assert.deepEqual(
      [...told].filter((text) => !heardBy(bob).includes(text)),
      [],
    );
    assert.deepEqual(bob.log.errors, []);
    assert.deepEqual(await tab.call("seenErrors"), []);
    const sent = Object.values(counts).reduce((sum, count) => sum + count);
    t.diagnostic(`${sent} messages, of which ${told.size} were told of by tabs that were killed`);
  });
}
