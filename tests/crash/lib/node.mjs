/** The whole test of one store in Node: the script, played by a process that is killed again and again. */
import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { assertNothingWrong, everywhere, steps } from "./figures.mjs";
import { liveThrough } from "./lives.mjs";
import { Immortal, Planner } from "./plans.mjs";
import { buildTorn, processes } from "./processes.mjs";
import { epilogue, script } from "./script.mjs";
import { judge } from "./verdict.mjs";
import { startWorld } from "./world.mjs";

/** @typedef {import("./lives.mjs").Plan} Plan */
/** @typedef {import("./script.mjs").Step} Step */

/** @typedef {"file" | "sqlite"} Kind */

/**
 * A device in Node whose store lies in a folder of its own, and everything around it.
 * @param {import("node:test").TestContext} t
 * @param {Kind} kind
 * @param {{ patience?: number }} [options]
 */
async function startDevice(t, kind, options) {
  const world = await startWorld(t, options);
  const folder = join(world.net.folder, "device");
  const record = join(world.net.folder, "lives");
  await mkdir(folder);
  await writeFile(record, "");
  const library = buildTorn(world.net.folder);
  const order = {
    account: world.device,
    kind,
    path: join(folder, "store"),
    folder,
    keyFile: join(world.net.folder, "device.key"),
    record,
  };
  return { world, order, bear: processes({ kind, folder, library, record }) };
}

/**
 * The script, with lives that end at its writes; then without, for what does not work then is stuck.
 * @param {import("node:test").TestContext} t
 * @param {object} options
 * @param {Kind} options.kind
 * @param {Step[]} options.steps
 * @param {number} options.seed
 * @param {boolean} options.everywhere whether lives end at every write, not only at some
 */
export async function crash(t, { kind, steps, seed, everywhere }) {
  const device = await startDevice(t, kind);
  const { world, order } = device;
  const started = Date.now();
  const preparation = new Planner({ seed, kind, ...(everywhere ? {} : { lives: 9 }) });
  const planner = new Planner({ seed: seed + 1, kind, isSparse: !everywhere });
  const prepared = await liveThrough({
    ...device,
    steps: [],
    order: { ...order, isPreparation: true },
    planner: preparation,
  });
  const onStep = (/** @type {number} */ step, /** @type {number} */ lives) => {
    // Whoever waits for half an hour wants to see something.
    if (step % 20 === 0) console.log(`${kind}: ${step} of ${steps.length} steps, ${lives} lives`);
  };
  const played = await liveThrough({ ...device, steps, planner, onStep });
  const after = await liveThrough({ ...device, steps: epilogue(steps), planner: new Immortal() });
  const chronicles = [prepared, played, after];
  const { verdict, testimony } = await judge(world, [...steps, ...epilogue(steps)], chronicles);
  const counts = sum(preparation.counts, planner.counts);
  const lives = chronicles.reduce((total, one) => total + one.lives, 0);
  t.diagnostic(
    `${kind}: ${played.played} steps in ${lives} lives; killed before a write ${counts.before} times, ` +
      `in the middle ${counts.torn}, after ${counts.after}; ${testimony.posted} messages posted, ` +
      `${testimony.distinct} distinct; ${Math.round((Date.now() - started) / 1000)} s`,
  );
  return { verdict, testimony, counts, played: played.played };
}

/**
 * The control: a message goes out and its recipient reads it, but the store has not written what it
 * said it had when the process is killed. Then the conversation goes on.
 * @param {import("node:test").TestContext} t
 * @param {Kind} kind
 */
export async function control(t, kind) {
  const device = await startDevice(t, kind, { patience: 3000 });
  const { world, order } = device;
  const planner = new Immortal();
  const steps = script().slice(0, 5);
  const text = "forgotten by its author";
  const forgotten = { kind: /** @type {const} */ ("send"), chat: 0, text };
  const next = { ...forgotten, text: "the next message" };
  const lagging = { ...order, lag: Number.MAX_SAFE_INTEGER };
  const chronicles = [
    await liveThrough({ ...device, planner, steps }),
    await liveThrough({
      ...device,
      planner,
      steps: [forgotten],
      order: lagging,
      isAbandoned: true,
    }),
    await liveThrough({ ...device, planner, steps: [next], patience: 6000 }),
  ];
  return judge(world, [...steps, forgotten, next], chronicles);
}

/**
 * @param {import("./plans.mjs").Counts} a
 * @param {import("./plans.mjs").Counts} b
 */
const sum = (a, b) => ({
  before: a.before + b.before,
  torn: a.torn + b.torn,
  after: a.after + b.after,
});

/**
 * A device on such a store, killed by SIGKILL at every write, or at some in the short form.
 * @param {import("node:test").TestContext} t
 * @param {Parameters<typeof crash>[1]["kind"]} kind
 */
export async function assertSurvives(t, kind) {
  const all = steps();
  const { verdict, testimony, counts, played } = await crash(t, {
    kind,
    steps: all,
    seed: 1,
    everywhere,
  });
  assertNothingWrong(verdict);
  assert.equal(played, all.length);
  // Lives did end where they were to end, and posts were repeated.
  for (const count of Object.values(counts)) assert.ok(count >= all.length / 5, `${count} times`);
  assert.ok(testimony.distinct >= all.filter(({ kind: one }) => one === "send").length);
  assert.ok(testimony.posted > testimony.distinct);
}
