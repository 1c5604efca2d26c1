/** The demo with browsers, for one test; everything is ended and deleted after it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBrowser } from "../../../web-demo/chromium.js";
import { startDemo } from "../../../web-demo/demo.js";

/** @typedef {import("playwright-core").Page} Page */

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
    profile: (/** @type {string} */ name) => join(folder, `browser-${name}`),
    /**
     * A page in a browser of its own.
     * @param {string} name of the profile
     * @param {import("playwright-core").BrowserContextOptions} [settings]
     * @returns {Promise<Page>}
     */
    async openPage(name, settings) {
      const context = await openBrowser(join(folder, `browser-${name}`), settings);
      endings.push(() => context.close());
      return context.pages()[0] ?? context.newPage();
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
