/** Reading what the core wants to know from servers: actors, their KeyPackages, objects. */

/** @typedef {import("./engine.js").Fetch} Fetch */
/** @typedef {import("./step.js").Step} Step */

/** Requests at a time. */
const PARALLEL = 8;
/** What was read is good for so long for wishes that are given again, in milliseconds. */
const KEPT_MS = 60_000;
const MAX_KEPT = 500;
const MAX_LENGTH = 100_000;
/** Waits before a part of a message is read again, in milliseconds; the last one goes on. */
const BACKOFF = [1000, 5000, 30_000, 300_000];

export class Fetcher {
  #get;
  #isTransient;
  #answer;
  #onError;
  /** @type {Fetch[]} */
  #queue = [];
  #active = 0;
  /** Which device object asked: answers to one that was let go are for nobody. */
  #generation = 0;
  #closed = false;
  /** By address, also while it is being read. @type {Map<string, Promise<string | undefined>>} */
  #reading = new Map();
  /** @type {Map<string, { object: string, until: number }>} */
  #kept = new Map();
  /** Parts of messages that are read again later. @type {Set<ReturnType<typeof setTimeout>>} */
  #timers = new Set();

  /**
   * @param {object} options
   * @param {(url: string) => Promise<any>} options.get reads an object
   * @param {(error: unknown) => boolean} options.isTransient whether trying again may help
   * @param {(id: number, object: string, isCurrent: () => boolean) => Promise<void>} options.answer
   *   object: JSON, empty when it can't be read; isCurrent: asked under the lock
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ get, isTransient, answer, onError }) {
    this.#get = get;
    this.#isTransient = isTransient;
    this.#answer = answer;
    this.#onError = onError;
  }

  /**
   * The device was loaded, and asks again for what the former one had not got. What was read meanwhile
   * is given to it at once: else a tab that goes on writing could keep it from ever coming further.
   * @param {Step} step in which it was loaded
   */
  async restart(step) {
    this.#queue = [];
    this.#stopTimers();
    this.#generation++;
    const { fetches } = step.effects;
    for (let i = 0; i < fetches.length; ) {
      const { id, url } = /** @type {Fetch} */ (fetches[i]);
      const kept = this.#kept.get(url);
      if (!kept || kept.until < Date.now()) {
        i++;
        continue;
      }
      fetches.splice(i, 1);
      await step.engine((engine, at) => engine.fetched(at, id, kept.object));
    }
  }

  /** @param {Fetch[]} fetches */
  add(fetches) {
    this.#queue.push(...fetches);
    while (this.#active < PARALLEL && this.#queue.length > 0) this.#work();
  }

  #stopTimers() {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  close() {
    this.#closed = true;
    this.#queue = [];
    this.#stopTimers();
    this.#kept.clear();
  }

  async #work() {
    this.#active++;
    for (let next = this.#queue.shift(); next && !this.#closed; next = this.#queue.shift()) {
      const generation = this.#generation;
      const object = await this.#read(next.url);
      const isCurrent = () => generation === this.#generation;
      if (!isCurrent() || this.#closed) continue;
      if (object === undefined && next.lane === "messages") {
        this.#readLater(next);
        continue;
      }
      await this.#answer(next.id, object ?? "", isCurrent).catch(this.#onError);
    }
    this.#active--;
  }

  /** @param {Fetch & { failures?: number }} fetch */
  #readLater({ failures = 0, ...fetch }) {
    const wait = BACKOFF[Math.min(failures, BACKOFF.length - 1)];
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.add([/** @type {Fetch} */ ({ ...fetch, failures: failures + 1 })]);
    }, wait);
    this.#timers.add(timer);
    // In Node: not a reason to go on.
    if (typeof timer === "object") timer.unref?.();
  }

  /**
   * @param {string} url
   * @returns {Promise<string | undefined>} JSON; empty when it never can be read, undefined when it
   *   can't be read now
   */
  #read(url) {
    const known = this.#reading.get(url);
    if (known) return known;
    const reading = this.#readNow(url).finally(() => this.#reading.delete(url));
    this.#reading.set(url, reading);
    return reading;
  }

  /** @param {string} url */
  async #readNow(url) {
    try {
      const object = JSON.stringify(await this.#get(url));
      if (object.length > MAX_LENGTH) return object;
      const [oldest] = this.#kept.keys();
      if (oldest !== undefined && this.#kept.size >= MAX_KEPT) this.#kept.delete(oldest);
      this.#kept.delete(url);
      this.#kept.set(url, { object, until: Date.now() + KEPT_MS });
      return object;
    } catch (error) {
      // The core is told that it can't be read, and says so where it matters.
      return this.#isTransient(error) ? undefined : "";
    }
  }
}
