/**
 * Lives in pages of one browser, whose whole process is killed. Several devices share it, each with a
 * tab, a database and a script of its own, so that one kill ends a life of each: it is killed when all
 * of them have come to where their lives end.
 */
import { openProfile } from "../../../web-demo/browsers.js";
import { killBrowser } from "./stopping.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {import("./lives.mjs").Life} Life */

/**
 * @typedef {object} PageOrder what a life in a page is told
 * @property {{ actor: string, token: string }} account
 * @property {string} database
 * @property {number} [lag] of the lagging store
 * @property {boolean} [isPreparation] only opens, and publishes its keys
 * @property {import("./lives.mjs").Plan} [plan]
 */

const CHILD = "/tests/crash/lib/page_child.js";
/** So long the others are waited for that have not come into the world yet. */
const GRACE_MS = 100;
/** A write that is to be torn ends somewhere in this time. */
const MIDDLE_MS = 10;

/** One run of the browser, from its start to its end by SIGKILL. */
class Run {
  #profile;
  /** @type {Set<Tab>} */
  #tabs = new Set();
  /** @type {Promise<unknown>} */
  end;
  isOver = false;

  /**
   * @param {string} profile
   * @param {BrowserContext} context
   */
  constructor(profile, context) {
    this.#profile = profile;
    this.context = context;
    this.end = new Promise((resolve) => context.once("close", resolve));
  }

  /** @param {Tab} tab */
  add(tab) {
    this.#tabs.add(tab);
  }

  /** A tab came to its end, or was closed. */
  check() {
    const isDue = () => {
      const open = [...this.#tabs].filter(({ isClosed }) => !isClosed);
      return open.length > 0 && open.every(({ isAtEnd }) => isAtEnd);
    };
    if (!isDue()) return;
    setTimeout(() => {
      if (isDue()) this.kill();
    }, GRACE_MS);
  }

  async kill() {
    if (this.isOver) return;
    this.isOver = true;
    for (const tab of this.#tabs) tab.release();
    await new Promise((resolve) => setTimeout(resolve, Math.random() * MIDDLE_MS));
    await killBrowser(this.#profile);
    await this.end;
  }
}

/** @implements {Life} */
class Tab {
  /** @type {string[]} */
  #notes = [];
  /** @type {(message: any) => void} */
  #listener = () => {};
  /** @type {() => void} */
  #over = () => {};
  #page;
  #run;
  isAtEnd = false;
  isClosed = false;
  /** @type {Promise<string[]>} */
  end;

  /**
   * @param {Page} page
   * @param {Run} run
   */
  constructor(page, run) {
    this.#page = page;
    this.#run = run;
    const closed = new Promise((resolve) => {
      this.#over = () => resolve(undefined);
    });
    this.end = Promise.race([run.end, closed]).then(() => this.#notes);
    run.add(this);
  }

  /**
   * @param {Run} run
   * @param {string} origin
   */
  static open(run, origin) {
    // Whoever is killed in between need not say so.
    const died = run.end.then(() => Promise.reject(new Error("The browser was killed.")));
    return Promise.race([Tab.#open(run, origin), died]);
  }

  /**
   * @param {Run} run
   * @param {string} origin
   */
  static async #open(run, origin) {
    const page = await run.context.newPage();
    const tab = new Tab(page, run);
    await page.exposeFunction("tell", (/** @type {any} */ message) => tab.#hear(message));
    await page.goto(`${origin}/`);
    await page.evaluate(async (child) => {
      const module = await import(child);
      Object.assign(globalThis, { hear: module.hear });
      module.start();
    }, CHILD);
    return tab;
  }

  /** @param {any} message */
  #hear(message) {
    if (message.type === "note") this.#notes.push(message.line);
    else if (message.type === "reached") {
      this.isAtEnd = true;
      this.#run.check();
    } else if (message.type === "over") this.kill();
    else this.#listener(message);
  }

  /** @param {any} message */
  send(message) {
    // Whoever is dead hears nothing.
    this.#page
      .evaluate((told) => /** @type {any} */ (globalThis).hear(told), message)
      .catch(() => {});
  }

  /** @param {(message: any) => void} listener */
  listen(listener) {
    this.#listener = listener;
  }

  /** It writes on, if it waits for that: it is killed in the middle. */
  release() {
    if (!this.isClosed) this.send({ type: "write" });
  }

  kill() {
    if (this.isClosed) return;
    this.isClosed = true;
    this.#page.close().catch(() => {});
    this.#over();
    this.#run.check();
  }
}

/** A browser that is started again after each kill. */
export class Browser {
  #options;
  /** @type {Promise<Run> | undefined} */
  #run;
  /** How often it was started. */
  starts = 0;

  /** @param {{ name: import("../../../web-demo/browsers.js").BrowserName, profile: string, origin: string }} options */
  constructor(options) {
    this.#options = options;
  }

  async #start() {
    this.starts++;
    const { profile, name } = this.#options;
    const page = await openProfile(profile, name);
    return new Run(profile, page.context());
  }

  /** @returns {Promise<Run>} */
  async #running() {
    for (;;) {
      this.#run ??= this.#start();
      const starting = this.#run;
      const run = await starting;
      if (!run.isOver) return run;
      await run.end;
      // Another device may have started it by now.
      if (this.#run === starting) this.#run = undefined;
    }
  }

  /** For one device: each life begins when the one before it is over. */
  device() {
    /** @type {Promise<unknown>} */
    let last = Promise.resolve();
    return () => {
      const life = last.then(() => this.#bear());
      last = life.then(({ end }) => end);
      return life;
    };
  }

  /** @returns {Promise<Tab>} */
  async #bear() {
    for (;;) {
      const run = await this.#running();
      try {
        return await Tab.open(run, this.#options.origin);
      } catch (error) {
        // It was killed while the tab was being opened.
        if (!run.isOver) throw error;
        await run.end;
      }
    }
  }

  async close() {
    await (await this.#run)?.kill();
  }
}
