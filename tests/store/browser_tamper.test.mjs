/**
 * Every record in a real browser's IndexedDB cut, flipped, put back, exchanged, removed: noticed,
 * named and refused, and the rest stays usable.
 */
import { after, test } from "node:test";
import { BROWSER_NAMES, launchBrowser, openPage } from "../../web-demo/browsers.js";
import { startModuleServer } from "../browser/lib/module_server.mjs";
import { assertNoticed } from "./lib/noticed.mjs";

const server = await startModuleServer();
after(() => server.close());

for (const name of BROWSER_NAMES) {
  test(`${name}: changed records in IndexedDB are noticed`, async (t) => {
    const browser = await launchBrowser(name);
    t.after(() => browser.close());
    const page = await openPage(browser);
    await page.goto(`${server.origin}/`);
    const result = await page.evaluate(async (realm) => {
      const { tamperInIndexedDb } = await import(realm);
      return tamperInIndexedDb("tampered");
    }, "/tests/store/lib/tamper_realm.js");
    assertNoticed(result);
  });
}
