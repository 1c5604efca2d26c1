/** A random scenario: who takes part, and what they do. The seed decides both, but not the keys. */
import { KINDS } from "./kinds.mjs";
import { Messages } from "./messages.mjs";
import { createRandom } from "./random.mjs";
import { STEPS } from "./steps.mjs";
import { World } from "./world.mjs";

/** @typedef {import("./tally.mjs").Tally} Tally */
/** @typedef {import("./random.mjs").Random} Random */
/** @typedef {import("./kinds.mjs").Kind} Kind */

/** Suites and how often: more those that all kinds have. */
const SUITES = [1, 1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 5, 6, 7];
const LEAST_STEPS = 8;
const MOST_STEPS = 25;
const TAKES_PART = 0.65;
const TRIES = 50;

/** Every step as often as its weight. */
const WEIGHTED = Object.entries(STEPS).flatMap(([name, { step, weight }]) =>
  Array.from({ length: weight }, () => ({ name, step })),
);

/**
 * A suite, and at least two kinds that have it, waxseal among them.
 * @param {Random} random
 * @param {readonly Kind[]} all
 */
function chooseSuiteAndKinds(random, all) {
  for (;;) {
    const suite = /** @type {number} */ (random.pick(SUITES));
    const kinds = all.filter(({ suites }) => suites.includes(suite) && random.chance(TAKES_PART));
    if (kinds.length > 1 && kinds.some(({ name }) => name.startsWith("waxseal"))) {
      return { suite, kinds };
    }
  }
}

/**
 * A step that can be done now.
 * @param {World} world
 * @param {Messages} messages
 */
async function takeStep(world, messages) {
  for (let i = 0; i < TRIES; i += 1) {
    const choice = world.random.pick(WEIGHTED);
    if (choice && (await choice.step(world, messages))) {
      world.tally.step(choice.name);
      return;
    }
  }
  throw new Error(`none of ${TRIES} steps could be done`);
}

/**
 * @param {number} seed
 * @param {Tally} tally
 * @param {readonly Kind[]} [all] kinds to choose from
 * @returns {Promise<{ error: unknown, log: string[] }>} error: undefined when all agreed
 */
export async function runScenario(seed, tally, all = KINDS) {
  const random = createRandom(seed);
  const { suite, kinds } = chooseSuiteAndKinds(random, all);
  const world = new World(random, suite, kinds, tally);
  const messages = new Messages(world);
  /** @type {unknown} */
  let error;
  try {
    await world.create(await world.newcomer());
    await STEPS.add?.step(world, messages);
    for (let left = random.integer(LEAST_STEPS, MOST_STEPS); left > 0; left -= 1) {
      await takeStep(world, messages);
      await messages.deliverLate();
      await messages.talk();
    }
    for (const { name } of kinds) tally.count(name, "scenarios");
    tally.suite(suite);
  } catch (thrown) {
    error = thrown;
  }
  await world.close().catch((thrown) => {
    error ??= thrown; // members of a process that ended can't be closed
  });
  return { error, log: world.log };
}
