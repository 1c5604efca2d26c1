// Runs a scenario in a fresh Node process.
import { execFile } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { bundleOf } from "./bundles.mjs";
import { BUILD, CEILING_WASM, LIBRARIES, OWN, ROOT } from "./libraries.mjs";

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));
const LIMIT_MS = 900_000;

/**
 * @typedef {object} Order
 * @property {string} library
 * @property {string} bundle its file
 * @property {string} wasm address of its module, or ""
 * @property {string} waxsealWasm
 * @property {string} ceilingWasm
 * @property {number} suite
 * @property {string} scenario
 * @property {"quick" | "full"} effort
 * @property {string} inputs their file
 * @property {number} [amount] see Task
 */

/** @param {string} name */
function wasmOf(name) {
  const { wasm } = LIBRARIES[name];
  return wasm ? pathToFileURL(ROOT + wasm).href : "";
}

/** @typedef {Pick<Order, "library" | "suite" | "scenario" | "effort" | "amount">} What */

/**
 * @param {What} what
 * @returns {Promise<Record<string, number>>} figures by row
 */
export async function runInNode({ library, suite, scenario, effort, amount }) {
  /** @type {Order} */
  const order = {
    library,
    suite,
    scenario,
    effort,
    amount,
    bundle: bundleOf(library),
    wasm: wasmOf(library),
    waxsealWasm: wasmOf(OWN),
    ceilingWasm: pathToFileURL(CEILING_WASM).href,
    inputs: `${BUILD}inputs-${suite}.json`,
  };
  try {
    const { stdout } = await run(process.execPath, [CHILD, JSON.stringify(order)], {
      timeout: LIMIT_MS,
      maxBuffer: 1 << 24,
    });
    return JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  } catch (error) {
    const { stderr = "", killed } = /** @type {any} */ (error);
    throw new Error(`${library}, ${scenario}: ${killed ? "took too long" : readable(stderr)}`);
  }
}

/** Without the lines of minified source. @param {string} stderr */
function readable(stderr) {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && line.length < 300);
  return lines.slice(-12).join("\n");
}
