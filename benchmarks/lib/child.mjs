// A fresh Node process for one library and one scenario. It gets an order (see node.mjs) as its argument
// and prints its figures as one line of JSON.
const started = performance.now();

import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";

/** @type {import("./node.mjs").Order} */
const order = JSON.parse(process.argv[2]);

/** CPU time of the whole process, threads included: other programs on the machine don't count. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A pause in which the process takes no CPU time; at most three seconds in all. */
async function settle() {
  for (let i = 0; i < 30; i++) {
    const before = cpu();
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (cpu() - before < 5) return;
  }
}

/** core-crypto's only build for everybody is for browsers: it looks for `window`, and fetches. */
function lookLikeBrowser() {
  const fetchFile = async (/** @type {unknown} */ address) =>
    new Response(Uint8Array.from(await readFile(fileURLToPath(String(address)))), {
      headers: { "content-type": "application/wasm" },
    });
  Object.assign(globalThis, { window: globalThis, fetch: fetchFile });
}

/** @returns {Promise<Record<string, number>>} */
async function main() {
  if (order.library === "core-crypto") lookLikeBrowser();
  const { load } = await import(pathToFileURL(order.bundle).href);
  const library = await load({ suite: order.suite, wasm: order.wasm });
  if (order.scenario === "cold") {
    await library.keyPackage(
      await library.client("00000000-0000-4000-8000-000000000001:1@example.com"),
    );
    return { cold: performance.now() - started };
  }
  const { SCENARIOS } = await import("../scenarios/index.js");
  const { EFFORTS } = await import("../scenarios/scenario.js");
  const inputs = JSON.parse(await readFile(order.inputs, "utf8"));
  /** @type {Record<string, number>} */
  const figures = {};
  await SCENARIOS[order.scenario]({
    library,
    suite: order.suite,
    now: cpu,
    settle,
    effort: EFFORTS[order.effort],
    amount: order.amount ?? 0,
    inputs: { ...inputs, wasm: order.waxsealWasm, ceiling: order.ceilingWasm },
    emit(row, value) {
      figures[row] = value;
    },
  });
  return figures;
}

process.stdout.write(`${JSON.stringify(await main())}\n`);
process.exit(0);
