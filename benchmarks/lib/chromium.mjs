// Runs a scenario in a fresh page of Chromium: a context of its own, in a renderer process of its own.
import { launchBrowser, openPage } from "../../web-demo/browsers.js";
import { LIBRARIES, OWN } from "./libraries.mjs";
import { startPageServer } from "./page_server.mjs";

const LIMIT_MS = 300_000;

/** @typedef {import("./node.mjs").What} What */
/** @typedef {import("./node.mjs").Order} PageOrder with addresses in place of files */

/** @param {string} name @param {string} origin */
const wasmOf = (name, origin) => (LIBRARIES[name].wasm ? `${origin}/wasm/${name}.wasm` : "");

/** A browser with which to run scenarios; a new one for each round keeps rounds apart. */
export async function startChromium() {
  const server = await startPageServer();
  let browser = await launchBrowser("chromium");
  return {
    version: browser.version(),

    async renew() {
      await browser.close();
      browser = await launchBrowser("chromium");
    },

    /** @param {What} what @returns {Promise<Record<string, number>>} figures by row */
    async run({ library, suite, scenario, effort }) {
      /** @type {PageOrder} */
      const order = {
        library,
        suite,
        scenario,
        effort,
        bundle: `${server.origin}/bundles/${library}/index.js`,
        wasm: wasmOf(library, server.origin),
        waxsealWasm: wasmOf(OWN, server.origin),
        ceilingWasm: `${server.origin}/wasm/ceiling.wasm`,
        inputs: `${server.origin}/inputs-${suite}.json`,
      };
      const page = await openPage(browser);
      page.setDefaultTimeout(LIMIT_MS);
      /** @type {NodeJS.Timeout | undefined} */
      let timer;
      try {
        await page.goto(server.origin);
        await page.waitForFunction("globalThis.runBenchmark");
        const late = new Promise((_, reject) => {
          timer = setTimeout(() => reject(new Error("took too long")), LIMIT_MS);
        });
        const figures = page.evaluate(
          (given) => /** @type {any} */ (globalThis).runBenchmark(given),
          order,
        );
        return await Promise.race([figures, late]);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        throw new Error(`${library}, ${scenario}: ${message.slice(0, 600)}`);
      } finally {
        clearTimeout(timer);
        await page.context().close();
      }
    },

    async close() {
      await browser.close();
      await server.close();
    },
  };
}
