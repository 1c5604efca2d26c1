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

/** The first life plays a part of the script that takes minutes; the others end soon. */
const LONG_MS = 900_000;
const SHORT_MS = 180_000;
/** Of so many writes one is ended in its middle; before and after it, all are. */
const MIDDLE_EVERY = 4;
/** Lives of the first device that end while it is made and publishes its keys, by writes all alike. */
const BIRTHS = 10;

/** Where the lives in a browser end: before a write, or after it, and sometimes in the middle of it. */
class PagePlanner extends Planner {
  #turn = 0;
  #until;
  /** How many steps lives have ended in. */
  steps = 0;

  /** @param {ConstructorParameters<typeof Planner>[0] & { until?: number }} options until: when the last
   * life ends, in milliseconds since 1970 */
  constructor({ until = Number.POSITIVE_INFINITY, ...options }) {
    super(options);
    this.#until = until;
  }

  /** @override @param {number} step */
  next(step) {
    if (Date.now() > this.#until) return undefined;
    this.steps = step + 1;
    const plan = super.next(step);
    if (plan?.when !== "middle" || this.#turn++ % MIDDLE_EVERY === 0) return plan;
    return super.next(step);
  }
}

/** One of the devices: what it plays, and what came of it. */
class Device {
  #bear;
  #order;
  /** @type {Chronicle[]} */
  chronicles = [];

  /**
   * @param {import("./world.mjs").World} world
   * @param {Browser} browser
   * @param {string} database
   */
  constructor(world, browser, database) {
    this.world = world;
    this.#bear = browser.device();
    this.#order = { account: world.device, database };
  }

  /**
   * @param {Step[]} steps
   * @param {Planner | Immortal} [planner]
   * @param {object} [more] of the order
   */
  async live(steps, planner = new Immortal(), more = {}) {
    const patience = planner instanceof Immortal ? LONG_MS : SHORT_MS;
    const order = /** @type {any} */ ({ ...this.#order, ...more });
    const { world } = this;
    const options = { world, steps, bear: this.#bear, order, planner, patience };
    if (steps.length > 0 || order.isPreparation) this.chronicles.push(await liveThrough(options));
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
 * @param {number} [options.minutes] after which no life ends any more
 */
export async function crashBrowser(t, options) {
  const { name, steps, seed, everywhere, minutes = Number.POSITIVE_INFINITY } = options;
  const modules = await startModuleServer();
  t.after(() => modules.close());
  const worlds = [];
  for (let i = 0; i < options.devices; i++) worlds.push(await startWorld(t));
  const profile = join(
    /** @type {import("./world.mjs").World} */ (worlds[0]).net.folder,
    "profile",
  );
  const browser = new Browser({ name, profile, origin: modules.origin });
  t.after(() => browser.close());
  const started = Date.now();
  const devices = worlds.map((world, i) => new Device(world, browser, `device-${i}`));
  const share = Math.ceil(steps.length / devices.length);
  const together = (/** @type {(device: Device, i: number) => Promise<unknown>} */ work) =>
    Promise.all(devices.map(work));

  const births = new PagePlanner({ seed, lives: everywhere ? BIRTHS : BIRTHS / 2 });
  const [first] = devices;
  await first?.live([], births, { isPreparation: true });
  await together(async (device, i) => {
    if (i > 0) await device.live([], new Immortal(), { isPreparation: true });
    await device.live(steps.slice(0, i * share));
  });
  const until = started + minutes * 60_000;
  const planners = devices.map(
    (_, i) => new PagePlanner({ seed: seed + i + 1, isSparse: !everywhere, until }),
  );
  await together((device, i) => device.live(steps.slice(i * share, (i + 1) * share), planners[i]));
  const last = epilogue(steps);
  await together((device, i) => device.live([...steps.slice((i + 1) * share), ...last]));
  const outcomes = await Promise.all(
    devices.map(async ({ world, chronicles }) => ({
      ...(await judge(world, [...steps, ...last], chronicles)),
      played: chronicles.reduce((total, one) => total + one.played, 0),
    })),
  );

  const all = [births, ...planners];
  const sum = (/** @type {"before" | "torn" | "after"} */ when) =>
    all.reduce((total, { counts }) => total + counts[when], 0);
  const counts = { before: sum("before"), torn: sum("torn"), after: sum("after") };
  const total = (/** @type {"posted" | "distinct"} */ what) =>
    outcomes.reduce((number, { testimony }) => number + testimony[what], 0);
  const ended = planners.reduce((number, planner) => number + planner.steps, 0);
  t.diagnostic(
    `${name}: ${steps.length} steps on ${devices.length} devices, which ended in ${ended} of the steps ` +
      `(${Math.round((Date.now() - started) / 1000)} s); the browser was killed ` +
      `${browser.starts - 1} times, before a write ${counts.before}, in the middle ${counts.torn}, ` +
      `after it ${counts.after}; ${total("posted")} messages posted, ${total("distinct")} distinct`,
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
