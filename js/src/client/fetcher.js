/** Reading what the core wants to know from servers: actors, their KeyPackages, objects. */

/** @typedef {import("./engine.js").Fetch} Fetch */

/** Requests at a time. */
const PARALLEL = 8;

export class Fetcher {
  #get;
  #answer;
  #onError;
  /** @type {Fetch[]} */
  #queue = [];
  #active = 0;
  /** Which device object asked: answers to one that was let go are for nobody. */
  #generation = 0;
  #closed = false;

  /**
   * @param {object} options
   * @param {(url: string) => Promise<any>} options.get reads an object
   * @param {(id: number, object: string, isCurrent: () => boolean) => Promise<void>} options.answer
   *   object: JSON, empty when it can't be read; isCurrent: asked under the lock
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ get, answer, onError }) {
    this.#get = get;
    this.#answer = answer;
    this.#onError = onError;
  }

  /** The device was loaded: what the former one asked for, it asks for again. */
  reset() {
    this.#queue = [];
    this.#generation++;
  }

  /** @param {Fetch[]} fetches */
  add(fetches) {
    this.#queue.push(...fetches);
    while (this.#active < PARALLEL && this.#queue.length > 0) this.#work();
  }

  close() {
    this.#closed = true;
    this.#queue = [];
  }

  async #work() {
    this.#active++;
    for (let next = this.#queue.shift(); next && !this.#closed; next = this.#queue.shift()) {
      const generation = this.#generation;
      const object = await this.#read(next.url);
      const isCurrent = () => generation === this.#generation;
      if (!isCurrent() || this.#closed) continue;
      await this.#answer(next.id, object, isCurrent).catch(this.#onError);
    }
    this.#active--;
  }

  /**
   * @param {string} url
   * @returns {Promise<string>}
   */
  async #read(url) {
    try {
      return JSON.stringify(await this.#get(url));
    } catch {
      // The core is told that it can't be read, and says so where it matters.
      return "";
    }
  }
}
