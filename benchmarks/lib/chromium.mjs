// Runs a scenario in a fresh page of Chromium: a context of its own, in a renderer process of its own.
import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { launchBrowser, openPage } from "../../web-demo/browsers.js";
import { BUILD, LIBRARIES, OWN } from "./libraries.mjs";
import { startPageServer } from "./page_server.mjs";

const LIMIT_MS = 300_000;

/** @typedef {import("./node.mjs").What} What */
/** @typedef {import("./node.mjs").Order} PageOrder with addresses in place of files */

/** @param {string} name @param {string} origin */
const wasmOf = (name, origin) => (LIBRARIES[name].wasm ? `${origin}/wasm/${name}.wasm` : "");

/**
 * Chromium on one processor, as the peers' published figures were measured: what a library leaves to
 * other threads counts as what it does itself. @returns {Promise<string>} a program
 */
async function pinnedChromium() {
  const program = join(BUILD, "chromium-pinned");
  const last = availableParallelism() - 1;
  await writeFile(program, `#!/bin/sh\nexec taskset -c ${last} chromium "$@"\n`, { mode: 0o755 });
  return program;
}

/** A browser with which to run scenarios; a new one for each round keeps rounds apart. */
export async function startChromium() {
  const server = await startPageServer();
  const options = { executablePath: await pinnedChromium() };
  let browser = await launchBrowser("chromium", options);
  return {
    version: browser.version(),

    async renew() {
      await browser.close();
      browser = await launchBrowser("chromium", options);
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
