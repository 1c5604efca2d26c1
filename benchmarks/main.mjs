// ./benchmarks/run, once everything is built.
import { mkdir } from "node:fs/promises";
import { makeBundles } from "./lib/bundles.mjs";
import { runCeilings } from "./lib/ceilings.mjs";
import { checkTargets } from "./lib/check.mjs";
import { startChromium } from "./lib/chromium.mjs";
import { draw } from "./lib/draw.mjs";
import { makeInputs } from "./lib/inputs.mjs";
import { NAMES } from "./lib/libraries.mjs";
import { describeMachine, presentCommit } from "./lib/machine.mjs";
import { nativeRows } from "./lib/native.mjs";
import { runInNode } from "./lib/node.mjs";
import { readOptions } from "./lib/options.mjs";
import { noResults, RESULTS, readResults, withFound, writeResults } from "./lib/results.mjs";
import { playRounds } from "./lib/rounds.mjs";
import { runScale } from "./lib/scale.mjs";
import { measureSizes } from "./lib/sizes.mjs";
import { runSoak } from "./lib/soak.mjs";

/** @typedef {import("./lib/results.mjs").Results} Results */
/** @typedef {import("./lib/options.mjs").Options} Options */

const SCENARIOS = ["cold", "pair", "warm", "blank100", "blank1000"];
/** Of the suites 2 and 3, as the larger groups of suite 1 tell how they grow. */
const OTHER_SCENARIOS = ["cold", "pair", "warm", "blank100"];

/** @param {string} line */
const say = (line) => process.stderr.write(`${line}\n`);

/** @param {number} suite */
const scenariosOf = (suite) => (suite === 1 ? SCENARIOS : OTHER_SCENARIOS);

/** @param {Options} options */
const effortOf = ({ quick }) => (quick ? "quick" : "full");

/** Each part adds what it found to the results. @type {Record<string, (results: Results, options: Options) => Promise<void>>} */
const PARTS = {
  async node(results, options) {
    for (const suite of options.suites) {
      const effort = effortOf(options);
      results.suites[suite] ??= {};
      results.suites[suite].node = await playRounds({
        libraries: NAMES,
        scenarios: scenariosOf(suite),
        rounds: options.rounds,
        run: (library, scenario) => runInNode({ library, scenario, suite, effort }),
        say: (line) => say(`Node, suite ${suite}: ${line}`),
      });
    }
  },
  async chromium(results, options) {
    const effort = effortOf(options);
    const chromium = await startChromium();
    try {
      for (const suite of options.suites) {
        results.suites[suite] ??= {};
        results.suites[suite].chromium = await playRounds({
          libraries: NAMES,
          scenarios: scenariosOf(suite),
          rounds: options.rounds,
          run: (library, scenario) => chromium.run({ library, scenario, suite, effort }),
          between: () => chromium.renew(),
          say: (line) => say(`Chromium, suite ${suite}: ${line}`),
        });
      }
    } finally {
      await chromium.close();
    }
  },
  async native(results, options) {
    for (const suite of options.suites) {
      results.suites[suite] ??= {};
      results.suites[suite].native = await nativeRows(suite, options);
      say(`native, suite ${suite}: done`);
    }
  },
  async ceilings(results, options) {
    for (const suite of options.suites) {
      results.ceilings[suite] = await runCeilings(suite, options, say);
    }
  },
  async sizes(results, _options) {
    results.sizes = await measureSizes();
  },
  async scale(results, options) {
    results.scale = await runScale(options, say);
  },
  async soak(results, options) {
    results.soak = await runSoak(options, say);
  },
};

/** @param {Options} options */
async function measure(options) {
  const machine = describeMachine();
  await makeBundles();
  for (const suite of options.suites) await makeInputs(suite, 999);
  for (const part of options.only) {
    /** @type {Results} */
    const found = noResults();
    await PARTS[part](found, options);
    const at = new Date().toISOString().slice(0, 16);
    found.parts[part] = { at, effort: effortOf(options), commit: presentCommit(), machine };
    await writeResults(withFound(await readResults(), found));
  }
}

const options = readOptions(process.argv.slice(2));
await mkdir(RESULTS, { recursive: true });
if (options.measure) await measure(options);
const results = await readResults();
console.log(await draw(results));
if (options.check) process.exitCode = checkTargets(results) ? 0 : 1;
process.exit();
