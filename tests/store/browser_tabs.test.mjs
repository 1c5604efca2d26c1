/**
 * What happens to an open database in real browsers: other tabs write to it, delete it, make it newer;
 * the browser deletes it, or has no room.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { BROWSER_NAMES, launchBrowser, openPage } from "../../web-demo/browsers.js";
import { startModuleServer } from "../browser/lib/module_server.mjs";
import { until } from "../browser/lib/world.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Browser} Browser */

const server = await startModuleServer();
after(() => server.close());

/**
 * Calls a function of a module in a page.
 * @param {Page} page
 * @param {string} file
 * @param {string} name
 * @param {unknown[]} args
 */
function call(page, file, name, args) {
  return page.evaluate(
    async ([address, what, words]) => (await import(address))[what](...words),
    /** @type {[string, string, any[]]} */ ([`/tests/store/lib/${file}.js`, name, args]),
  );
}

/** @typedef {ReturnType<typeof tabOf>} Tab */

/** @param {Page} page */
function tabOf(page) {
  return {
    page,
    /** @param {string} name @param {...unknown} args */
    store: (name, ...args) => call(page, "tab", name, args),
    /** @param {string} name @param {...unknown} args */
    raw: (name, ...args) => call(page, "raw_database", name, args),
  };
}

/**
 * Two tabs that share what is stored, and nothing with other tests' tabs.
 * @param {import("node:test").TestContext} t
 * @param {Browser} browser
 * @returns {Promise<[Tab, Tab]>}
 */
async function twoTabs(t, browser) {
  const first = await openPage(browser);
  t.after(() => first.context().close());
  const second = await first.context().newPage();
  for (const page of [first, second]) await page.goto(`${server.origin}/`);
  return [tabOf(first), tabOf(second)];
}

/** @param {Tab} tab */
const hasHeard = (tab) => until(async () => (await tab.store("timesHeard")) > 0, "it was told");

/**
 * Fills a store whose origin has little room.
 * @param {Tab} tab
 * @param {() => Promise<unknown>} makeRoom outside the store, where deleting in it is not enough
 */
async function fillUp(tab, makeRoom) {
  await tab.store("open", "full");
  assert.equal(await tab.store("write", 0, { kept: "text" }), undefined);
  let counter = 1;
  let answer;
  while (answer === undefined && counter < 100) {
    answer = await tab.store("writeRandom", counter, `f/${counter}`, 1_000_000);
    if (answer === undefined) counter++;
  }
  assert.equal(answer, "STORAGE_FULL");
  assert.equal(await tab.store("counter"), counter);
  const names = await tab.store("names");
  assert.equal(names.length, counter, "nothing of the last write");
  await makeRoom();
  const removed = names.filter((/** @type {string} */ one) => one !== "kept");
  assert.equal(await tab.store("remove", counter, removed), undefined);
  assert.deepEqual(await tab.store("read"), [["kept", "text"]]);
  assert.equal(await tab.store("writeRandom", counter + 1, "again", 1_000_000), undefined);
  assert.equal(await tab.store("counter"), counter + 2);
}

/** Room for less than 20 MB. @type {Record<string, import("playwright-core").LaunchOptions>} */
const SMALL = {
  chromium: {},
  firefox: { firefoxUserPrefs: { "dom.quotaManager.temporaryStorage.fixedLimit": 15_000 } },
};

for (const name of BROWSER_NAMES) {
  describe(`an open database in ${name}`, () => {
    /** @type {Browser} */
    let browser;
    before(async () => {
      browser = await launchBrowser(name, SMALL[name]);
    });
    after(() => browser.close());

    test("what one tab writes the other is told of, and reads", async (t) => {
      const [one, other] = await twoTabs(t, browser);
      for (const tab of [one, other]) await tab.store("open", "shared");
      assert.equal(await one.store("write", 0, { a: "first" }), undefined);
      await hasHeard(other);
      assert.deepEqual(await other.store("read"), [["a", "first"]]);
      assert.equal(await one.store("timesHeard"), 0, "own writes");
      assert.equal(await other.store("write", 0, { a: "late" }), "STATE_CONFLICT");
      assert.equal(await other.store("write", 1, { a: "second" }), undefined);
      await hasHeard(one);
      assert.deepEqual(await one.store("read"), [["a", "second"]]);
    });

    test("deleted by another tab, it is gone and says so", async (t) => {
      const [one, other] = await twoTabs(t, browser);
      await one.store("open", "deleted");
      await one.store("write", 0, { a: "text" });
      await other.raw("deleteDatabase", "deleted");
      assert.equal(await one.store("read"), "STORAGE_GONE");
      assert.equal(await one.store("write", 1, { a: "more" }), "STORAGE_GONE");
      await hasHeard(one);

      for (const tab of [one, other]) await tab.store("open", "destroyed");
      await one.store("write", 0, { a: "text" });
      assert.equal(await other.store("destroy"), undefined);
      assert.equal(await one.store("counter"), "STORAGE_GONE");
      assert.equal(await other.store("counter"), "CLOSED");
      await one.store("open", "destroyed");
      assert.deepEqual(await one.store("read"), []);
    });

    test("deleted by the browser, it is gone and says so", async (t) => {
      const [one, other] = await twoTabs(t, browser);
      await one.store("open", "evicted");
      await one.store("write", 0, { a: "text" });
      await other.page.goto(`${server.origin}/clear-site-data`);
      await until(async () => (await one.store("counter")) === "STORAGE_GONE", "it is gone");
      await hasHeard(one);
      await one.store("open", "evicted");
      assert.equal(await one.store("counter"), 0);
    });

    test("a newer version in another tab ends this one, and is not opened", async (t) => {
      const [one, other] = await twoTabs(t, browser);
      await one.store("open", "newer");
      await one.store("write", 0, { a: "text" });
      await other.raw("makeNewer", "newer");
      assert.equal(await one.store("read"), "DATABASE_NEWER");
      await hasHeard(one);
      assert.equal(await one.store("tryToOpen", "newer"), "DATABASE_NEWER");
    });

    test("a database of version 1 opens; its key is kept until a header is written", async (t) => {
      const [one, other] = await twoTabs(t, browser);
      await one.raw("makeVersion1", "old");
      await one.store("open", "old");
      assert.deepEqual(await one.store("read"), [["a", "old"]]);
      assert.equal(await one.store("counter"), 1);
      const header = { version: 1, deviceKey: { wrappingKey: "AES-GCM" } };
      assert.deepEqual(await one.store("header"), header);
      assert.equal(await one.store("write", 1, { a: "new" }), undefined);
      assert.deepEqual(await one.store("header"), header);
      assert.equal(await one.store("write", 2, { b: "new" }, { version: 2 }), undefined);
      assert.deepEqual(await one.store("header"), { version: 2 });
      assert.equal(await other.raw("hasMeta", "old", "counter"), true);
      assert.equal(await other.raw("hasMeta", "old", "vault-key"), false);
    });

    test("another tab that does not let go is no reason to wait for ever", async (t) => {
      const [one, other] = await twoTabs(t, browser);
      await one.raw("makeVersion1", "held");
      await other.raw("hold", "held");
      await one.page.clock.install();
      const opening = one.store("tryToOpen", "held");
      await until(async () => {
        await one.page.clock.runFor(1000);
        const waiting = new Promise((resolve) => setTimeout(() => resolve("waiting"), 50));
        return (await Promise.race([opening, waiting])) === "DATABASE_IN_USE";
      }, "it gave up");
      await other.page.close();
      assert.equal(await one.store("tryToOpen", "held"), undefined);
    });

    test("without room nothing is written, and after making room it goes on", async (t) => {
      const [one] = await twoTabs(t, browser);
      if (name !== "chromium") return fillUp(one, async () => {});
      const devtools = await one.page.context().newCDPSession(one.page);
      const allow = (/** @type {number} */ quotaSize) =>
        devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize });
      await allow(8_000_000);
      // Over the quota Chromium refuses every write, deletions included.
      await fillUp(one, () => allow(30_000_000));
    });

    test("every write is strictly durable, and a view does not bring along its memory", async (t) => {
      const [one] = await twoTabs(t, browser);
      await one.store("open", "durable");
      assert.deepEqual(await one.store("transactionsOfWrite"), ["strict"]);
      assert.equal(await one.store("lenOfStoredView", 1), 5);
    });
  });
}
