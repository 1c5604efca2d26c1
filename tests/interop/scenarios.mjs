// scenarios.mjs [--scenarios N] [--seed S]: N random scenarios with members of all kinds in one
// group, with the seeds S, S + 1, ... It ends with a line of counts, and fails on any disagreement.
// `--scenarios 1 --seed S` repeats the scenario of a seed.
import { parseArgs } from "node:util";
import { endNative } from "./lib/native.mjs";
import { runScenario } from "./lib/scenario.mjs";
import { Tally } from "./lib/tally.mjs";

/** @param {string | undefined} text @param {number} otherwise */
function number(text, otherwise) {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`scenarios.mjs: "${text}" is not a whole number.`);
  process.exit(2);
}

const { values } = parseArgs({
  options: { scenarios: { type: "string" }, seed: { type: "string" } },
});
const count = number(values.scenarios, 200);
const first = number(values.seed, Math.floor(Date.now() / 1000));
const started = Date.now();
const tally = new Tally();
let failed = 0;

console.log(`${count} scenarios, seeds ${first} to ${first + count - 1}`);
for (let seed = first; seed < first + count; seed += 1) {
  const { error, log } = await runScenario(seed, tally);
  if (error === undefined) continue;
  failed += 1;
  console.log(`\nSeed ${seed} failed (repeat it: --scenarios 1 --seed ${seed}):`);
  for (const line of log) console.log(`  ${line}`);
  console.log(error);
}
console.log(`\n${tally}`);
console.log(
  `Disagreements: ${failed} in ${count} scenarios (${Math.round((Date.now() - started) / 1000)} s)`,
);
const ended = await endNative();
if (ended) console.log(`waxseal native failed: ${ended}`);
console.log(`${count - failed} passed, ${failed} failed, 0 skipped`);
process.exit(failed === 0 && !ended ? 0 : 1);
