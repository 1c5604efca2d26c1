/** The whole test of a browser: several devices play the script, each is killed in its part of it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { startModuleServer } from "../../browser/lib/module_server.mjs";
import { assertNothingWrong } from "./figures.mjs";
import { liveThrough } from "./lives.mjs";
import { Browser } from "./pages.mjs";
import { Immortal, Planner } from "./plans.mjs";
import { epilogue, script } from "./script.mjs";
import { judge } from "./verdict.mjs";
import { startWorld } from "./world.mjs";

/** @typedef {import("./script.mjs").Step} Step */
/** @typedef {import("./lives.mjs").Chronicle} Chronicle */

/** A life waits until the other devices have come to their ends, too. */
const PATIENCE_MS = 600_000;
/** Of so many writes one is ended in its middle; before and after it, all are. */
const MIDDLE_EVERY = 4;

/** Where the lives in a browser end: before a write, or after it, and sometimes in the middle of it. */
class PagePlanner extends Planner {
  #turn = 0;

  /** @override @param {number} step */
  next(step) {
    const plan = super.next(step);
    if (plan?.when !== "middle" || this.#turn++ % MIDDLE_EVERY === 0) return plan;
    return super.next(step);
  }
}

/**
 * @param {import("node:test").TestContext} t
 * @param {object} options
 * @param {import("../../../web-demo/browsers.js").BrowserName} options.name
 * @param {Step[]} options.steps
 * @param {number} options.seed
 * @param {number} options.devices that share the browser; each is killed in its part of the steps
 * @param {boolean} options.everywhere whether lives end at every write, not only at some
 * @param {number} [options.lag] for the control: writes that are told to be on the disk, and are not
 */
export async function crashBrowser(t, { name, steps, seed, devices, everywhere, lag }) {
  const modules = await startModuleServer();
  t.after(() => modules.close());
  const worlds = [];
  for (let i = 0; i < devices; i++) worlds.push(await startWorld(t, { patience: PATIENCE_MS }));
  const profile = join(
    /** @type {import("./world.mjs").World} */ (worlds[0]).net.folder,
    "profile",
  );
  const browser = new Browser({ name, profile, origin: modules.origin });
  t.after(() => browser.close());
  const started = Date.now();
  const share = Math.ceil(steps.length / devices);

  const play = async (
    /** @type {import("./world.mjs").World} */ world,
    /** @type {number} */ i,
  ) => {
    const bear = browser.device();
    const planners = [new PagePlanner({ seed: seed + i, lives: everywhere ? 24 : 4 })];
    planners.push(new PagePlanner({ seed: seed + i + 100, isSparse: !everywhere }));
    /** @type {Chronicle[]} */
    const chronicles = [];
    /** @param {Step[]} part @param {Planner | Immortal} [planner] @param {boolean} [isPreparation] */
    const live = async (part, planner = new Immortal(), isPreparation = false) => {
      const order = { account: world.device, database: `device-${i}`, isPreparation };
      const given = /** @type {any} */ ({ ...order, ...(lag === undefined ? {} : { lag }) });
      const options = { world, steps: part, bear, order: given, planner, patience: PATIENCE_MS };
      chronicles.push(await liveThrough(options));
    };
    // The keys are published by very many writes that are alike: one device is killed there.
    await live([], i === 0 ? planners[0] : undefined, true);
    const [from, to] = [i * share, (i + 1) * share];
    if (from > 0) await live(steps.slice(0, from));
    await live(steps.slice(from, to), planners[1]);
    const rest = [...steps.slice(to), ...epilogue(steps)];
    await live(rest);
    const whole = [...steps, ...epilogue(steps)];
    const played = chronicles.reduce((total, one) => total + one.played, 0);
    return { ...(await judge(world, whole, chronicles)), played, planners };
  };
  const outcomes = await Promise.all(worlds.map(play));

  const all = outcomes.flatMap(({ planners }) => planners.map(({ counts }) => counts));
  const sum = (/** @type {"before" | "torn" | "after"} */ when) =>
    all.reduce((total, counts) => total + counts[when], 0);
  const counts = { before: sum("before"), torn: sum("torn"), after: sum("after") };
  const testimonies = outcomes.map(({ testimony }) => testimony);
  const posted = testimonies.reduce((total, one) => total + one.posted, 0);
  const distinct = testimonies.reduce((total, one) => total + one.distinct, 0);
  const seconds = Math.round((Date.now() - started) / 1000);
  t.diagnostic(
    `${name}: ${steps.length} steps on ${devices} devices (${seconds} s); the browser was killed ` +
      `${browser.starts - 1} times, before a write ${counts.before}, in the middle ${counts.torn}, ` +
      `after it ${counts.after}; ${posted} messages posted, ${distinct} distinct`,
  );
  return { devices: outcomes, counts };
}

/**
 * The control: a page whose store says too early that something is written, see control() in node.mjs.
 * @param {import("node:test").TestContext} t
 */
export async function controlInBrowser(t) {
  const modules = await startModuleServer();
  t.after(() => modules.close());
  const world = await startWorld(t, { patience: 5000 });
  const profile = join(world.net.folder, "profile");
  const browser = new Browser({ name: "chromium", profile, origin: modules.origin });
  t.after(() => browser.close());
  const steps = script().slice(0, 5);
  const text = "forgotten by its author";
  const forgotten = { kind: /** @type {const} */ ("send"), chat: 0, text };
  const next = { ...forgotten, text: "the next message" };
  const bear = browser.device();
  const order = { account: world.device, database: "device" };
  const live = (/** @type {Step[]} */ part, /** @type {object} */ more = {}) => {
    const options = { world, steps: part, bear, order: /** @type {any} */ (order) };
    return liveThrough({ ...options, planner: new Immortal(), ...more });
  };
  const lagging = { ...order, lag: Number.MAX_SAFE_INTEGER };
  const chronicles = [
    await live(steps),
    await live([forgotten], { order: lagging, isAbandoned: true }),
    await live([next], { patience: 10_000 }),
  ];
  return judge(world, [...steps, forgotten, next], chronicles);
}

/**
 * @param {Awaited<ReturnType<typeof crashBrowser>>} outcome
 * @param {Step[]} steps
 */
export function assertPlayed({ devices, counts }, steps) {
  for (const { verdict, testimony, played } of devices) {
    assertNothingWrong(verdict);
    // With those that show that no group is stuck.
    assert.equal(played, steps.length + epilogue(steps).length);
    assert.ok(testimony.distinct >= steps.filter(({ kind }) => kind === "send").length);
  }
  for (const when of /** @type {const} */ (["before", "after"])) {
    assert.ok(counts[when] >= steps.length / 5, `${when} a write: ${counts[when]} times`);
  }
  assert.ok(devices.some(({ testimony }) => testimony.posted > testimony.distinct));
}
