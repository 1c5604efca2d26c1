/** What the application waits for: wishes that take several steps, and messages to be posted. */
import { localError, WaxsealError } from "../errors.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./engine.js").EngineEvent} EngineEvent */
/** @typedef {{ resolve: (value: any) => void, reject: (error: Error) => void }} Waiting */

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers() {
  /** @type {Waiting} */
  let waiting = { resolve: () => {}, reject: () => {} };
  const promise = new Promise((resolve, reject) => {
    waiting = { resolve, reject };
  });
  return { promise, ...waiting };
}

/** Wishes with a job. The core does not store them: after it was loaded they are given again. */
export class Jobs {
  #next = 1;
  /** @type {Map<number, Waiting & { wish: Record<string, any> }>} */
  #open = new Map();

  /**
   * @param {Record<string, any>} wish
   * @returns {{ wish: Record<string, any>, promise: Promise<EngineEvent>, drop: () => void }}
   *   wish: with its job; promise: the "done" event; drop: nobody waits for it any more
   */
  begin(wish) {
    const job = this.#next++;
    const { promise, resolve, reject } = withResolvers();
    const whole = { ...wish, job };
    this.#open.set(job, { wish: whole, resolve, reject });
    return { wish: whole, promise, drop: () => void this.#end(job) };
  }

  /** @param {number} job */
  #end(job) {
    const waiting = this.#open.get(job);
    this.#open.delete(job);
    return waiting;
  }

  /** @param {EngineEvent} event done or failed */
  settle(event) {
    const waiting = this.#end(event.job);
    if (event.type === "done") waiting?.resolve(event);
    else {
      const about = event.actor === undefined ? "" : `${event.actor}: `;
      waiting?.reject(new WaxsealError(event.error, about + event.sentence));
    }
  }

  /** @param {Step} step in which the core was loaded */
  async giveAgain(step) {
    for (const [job, { wish }] of this.#open) {
      try {
        await step.engine((engine, at) => engine.wish(at, wish));
      } catch (error) {
        this.#end(job)?.reject(/** @type {Error} */ (error));
      }
    }
  }

  close() {
    for (const { reject } of this.#open.values()) reject(localError("CLOSED"));
    this.#open.clear();
  }
}

/** Own messages on their way, by activity. */
export class Deliveries {
  /** @type {Map<string, Waiting>} */
  #open = new Map();

  /**
   * @param {string} activity
   * @returns {Promise<void>} when the server took it; rejects when the first attempt fails
   */
  wait(activity) {
    const { promise, resolve, reject } = withResolvers();
    this.#open.set(activity, { resolve, reject });
    return promise;
  }

  /**
   * @param {string} activity
   * @param {Error} [error]
   */
  settle(activity, error) {
    const waiting = this.#open.get(activity);
    this.#open.delete(activity);
    if (error) waiting?.reject(error);
    else waiting?.resolve(undefined);
  }

  /** @param {string} activity nobody waits for it any more */
  drop(activity) {
    this.#open.delete(activity);
  }

  /** @returns {string[]} activities that somebody waits for */
  get open() {
    return [...this.#open.keys()];
  }

  close() {
    for (const { reject } of this.#open.values()) reject(localError("CLOSED"));
    this.#open.clear();
  }
}
