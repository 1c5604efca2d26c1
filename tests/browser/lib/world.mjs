/** The demo with browsers, for one test; everything is ended and deleted after it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { launchBrowser, openPage, openProfile } from "../../../web-demo/browsers.js";
import { startDemo } from "../../../web-demo/demo.js";

/** @typedef {import("playwright-core").Page} Page */

/** One for all tests of a file. @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
after(async () => (await browser)?.close());

/**
 * @param {import("node:test").TestContext} t
 * @param {Partial<import("../../../web-demo/demo.js").DemoOptions>} [options]
 */
export async function openWorld(t, options = {}) {
  const folder = await mkdtemp(join(tmpdir(), "waxseal-browser-"));
  /** @type {(() => Promise<unknown>)[]} */
  const endings = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  t.after(async () => {
    for (const end of endings.reverse()) await end();
  });
  /** @type {string[]} */
  const log = [];
  const dataDir = join(folder, "data");
  const demo = await startDemo({ log: (line) => log.push(line), ...options, dataDir });
  endings.push(() => demo.close());
  return {
    demo,
    /** What the servers logged. */
    log,
    dataDir,
    /** Runs at the end, before the servers stop. @param {() => Promise<unknown>} end */
    atEnd: (end) => endings.push(end),
    /**
     * A page that shares nothing with the others.
     * @param {import("playwright-core").BrowserContextOptions} [settings]
     * @returns {Promise<Page>}
     */
    async openPage(settings) {
      browser ??= launchBrowser();
      const page = await openPage(await browser, settings);
      endings.push(() => page.context().close());
      return page;
    },
    /**
     * A page of a browser whose files a test wants to see.
     * @returns {Promise<{ page: Page, profile: string }>} profile: the folder
     */
    async openProfile() {
      const profile = join(folder, "profile");
      const page = await openProfile(profile);
      endings.push(() => page.context().close());
      return { page, profile };
    },
  };
}

/**
 * @param {() => boolean | Promise<boolean>} condition
 * @param {string} what for the error
 * @param {number} [limit] milliseconds
 */
export async function until(condition, what, limit = 15_000) {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Not within ${limit / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
