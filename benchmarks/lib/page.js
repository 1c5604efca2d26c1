/** What runs in a fresh page for one library and one scenario: see chromium.mjs. */
import { SCENARIOS } from "../scenarios/index.js";
import { EFFORTS } from "../scenarios/scenario.js";

/** The compilers' threads can't be watched from a page. */
const SETTLE_MS = 500;

/**
 * @param {import("./chromium.mjs").PageOrder} order
 * @returns {Promise<Record<string, number>>} figures by row
 */
async function run(order) {
  const { library: name, bundle, wasm, suite, scenario, effort } = order;
  const started = performance.now();
  const { load } = await import(bundle);
  const library = await load({ suite, wasm });
  if (scenario === "cold") {
    await library.keyPackage(
      await library.client("00000000-0000-4000-8000-000000000001:1@example.com"),
    );
    return { cold: performance.now() - started };
  }
  if (!crossOriginIsolated) throw new Error(`${name}: this page's clock is too coarse.`);
  /** @type {Record<string, number>} */
  const figures = {};
  await SCENARIOS[scenario]({
    library,
    suite,
    now: () => performance.now(),
    settle: () => new Promise((resolve) => setTimeout(resolve, SETTLE_MS)),
    effort: EFFORTS[effort],
    amount: 0,
    inputs: {
      ...(await (await fetch(order.inputs)).json()),
      wasm: order.waxsealWasm,
      ceiling: order.ceilingWasm,
    },
    emit(row, value) {
      figures[row] = value;
    },
  });
  return figures;
}

Object.assign(globalThis, { runBenchmark: run });
