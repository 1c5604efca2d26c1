/**
 * The conformance suite over IndexedDB in real browsers: in a page, in a worker and in a service
 * worker.
 */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { BROWSER_NAMES, launchBrowser, openPage } from "../../web-demo/browsers.js";
import { startModuleServer } from "../browser/lib/module_server.mjs";

/** @typedef {import("./lib/conformance_realm.js").Outcome} Outcome */

const REALM = "/tests/store/lib/conformance_realm.js";
const server = await startModuleServer();
after(() => server.close());

/** Where the suite runs: functions of the page. @type {Record<string, (realm: string) => Promise<Outcome[]>>} */
const PLACES = {
  "a page": async (realm) => (await import(realm)).runConformance(),

  "a worker": (realm) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(realm, { type: "module" });
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      worker.onerror = (event) => reject(new Error(event.message));
      worker.postMessage("run", [port2]);
    }),

  "a service worker": async (realm) => {
    const options = /** @type {const} */ ({ type: "module", scope: "/" });
    await navigator.serviceWorker.register(realm, options);
    const { active } = await navigator.serviceWorker.ready;
    return new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => resolve(data);
      active?.postMessage("run", [port2]);
    });
  },
};

for (const name of BROWSER_NAMES) {
  describe(`IndexedDbStore in ${name}`, () => {
    /** @type {import("playwright-core").Browser} */
    let browser;
    before(async () => {
      browser = await launchBrowser(name);
    });
    after(() => browser.close());

    for (const [place, runThere] of Object.entries(PLACES)) {
      test(`keeps the contract in ${place}`, async (t) => {
        const page = await openPage(browser);
        t.after(() => page.context().close());
        await page.goto(`${server.origin}/`);
        const outcomes = await page.evaluate(runThere, REALM);
        assert.ok(outcomes.length > 20, "the suite ran");
        for (const { name: title, error } of outcomes) {
          await t.test(title, () => assert.equal(error, undefined));
        }
      });
    }
  });
}
