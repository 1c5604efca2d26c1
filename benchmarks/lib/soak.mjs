// Very many messages in a group of two, native and as WebAssembly in Node: does memory grow?
import { OWN } from "./libraries.mjs";
import { runInNode } from "./node.mjs";
import { printedBy } from "./program.mjs";
import { lineThrough } from "./scale.mjs";

/** @typedef {import("./results.mjs").Soak} Soak */

/** @param {Record<string, number>} figures of scenarios/soak.js */
function samplesOf(figures) {
  return Object.keys(figures)
    .filter((row) => row.endsWith("/memory"))
    .map((row) => Number.parseInt(row, 10))
    .map((at) => ({ at, memory: figures[`${at}/memory`], resident: figures[`${at}/resident`] }));
}

/**
 * Octets for each message, from a fifth of the samples on, when everything has been used once.
 * @param {Soak} soak
 * @param {"memory" | "resident"} what
 */
export function slopeOf({ samples }, what) {
  const settled = samples.slice(Math.floor(samples.length / 5));
  return lineThrough(settled.map((sample) => [sample.at, sample[what]]));
}

/**
 * @param {import("./options.mjs").Options} options
 * @param {(line: string) => void} say
 * @returns {Promise<Record<"native" | "wasm", Soak>>}
 */
export async function runSoak({ messages, quick }, say) {
  const native = { messages, samples: await printedBy("soak", 1, messages) };
  say(`soak, native: ${messages} messages`);
  const effort = quick ? "quick" : "full";
  const figures = await runInNode({
    library: OWN,
    scenario: "soak",
    suite: 1,
    effort,
    amount: messages,
  });
  say(`soak, wasm: ${messages} messages`);
  return { native, wasm: { messages, samples: samplesOf(figures) } };
}
