/**
 * An instance of the core for one client: in a worker of its own, so that cryptography does not hold
 * up the page, or in place where there can be none (in a service worker, in Node, where a policy or a
 * bundler does not let it start).
 */
import { localError, WaxsealError } from "../errors.js";
import { Core } from "./core.js";
import { Reply } from "./wire.js";

/** @typedef {import("./core.js").OctetsToWipe} OctetsToWipe */
/** @typedef {[name: string, request?: OctetsToWipe]} Call */
/** @typedef {{ octets: Uint8Array } | { code: string, sentence: string }} Answer */

/**
 * @typedef {object} Host
 * @property {"worker" | "in place"} where
 * @property {(name: string, request?: OctetsToWipe) => Promise<Reply>} call as Core.call()
 * @property {(calls: Call[]) => Promise<(Reply | WaxsealError)[]>} callAll several in one go
 * @property {(handle: number) => void} release
 * @property {() => void} close ends the instance; release what holds secrets before
 */

/** A worker that says nothing for so long, in milliseconds, was not started by the browser. */
const START_TIMEOUT = 10_000;

/**
 * @param {WebAssembly.Module} module
 * @param {{ worker?: boolean }} [options] worker: false for in place
 * @returns {Promise<Host>}
 */
export async function openHost(module, { worker = true } = {}) {
  if (worker && typeof Worker === "function" && !isNode()) {
    try {
      return await WorkerHost.start(module);
    } catch {
      // The page's policy or its bundler has no room for the worker: in place it works just as well.
    }
  }
  return new LocalHost(await Core.instantiate(module));
}

/** Of a page with Trusted Types that has refused a plain address. @type {any} */
let policy;

function startWorker() {
  const { href } = new URL("./host_worker.js", import.meta.url);
  try {
    // Bundlers know a worker by this very form.
    if (!policy)
      return new Worker(new URL("./host_worker.js", import.meta.url), { type: "module" });
  } catch (error) {
    const { trustedTypes } = /** @type {any} */ (globalThis);
    if (!trustedTypes) throw error;
    // It knows this one address, whatever it is asked for. The page has to allow its name.
    policy = trustedTypes.createPolicy("waxseal", { createScriptURL: () => href });
  }
  return new Worker(policy.createScriptURL(""), { type: "module" });
}

function isNode() {
  return typeof process !== "undefined" && process.versions?.node !== undefined;
}

/** @implements {Host} */
class LocalHost {
  where = /** @type {const} */ ("in place");
  #core;

  /** @param {Core} core */
  constructor(core) {
    this.#core = core;
  }

  /**
   * @param {string} name
   * @param {OctetsToWipe} [request]
   */
  async call(name, request) {
    return this.#core.call(name, request);
  }

  /** @param {Call[]} calls */
  async callAll(calls) {
    return calls.map(([name, request]) => {
      try {
        return this.#core.call(name, request);
      } catch (error) {
        return /** @type {WaxsealError} */ (error);
      }
    });
  }

  /** @param {number} handle */
  release(handle) {
    this.#core.release(handle);
  }

  close() {}
}

/** @implements {Host} */
class WorkerHost {
  where = /** @type {const} */ ("worker");
  #worker;
  #next = 1;
  /** @type {Map<number, (answers: Answer[]) => void>} */
  #waiting = new Map();
  #broken = false;

  /** @param {Worker} worker that has said that it is ready */
  constructor(worker) {
    this.#worker = worker;
    worker.onmessage = ({ data: { id, answers } }) => {
      this.#waiting.get(id)?.(answers);
      this.#waiting.delete(id);
    };
    worker.onerror = () => this.#break();
    worker.onmessageerror = () => this.#break();
  }

  /** @param {WebAssembly.Module} module */
  static async start(module) {
    const worker = startWorker();
    try {
      await new Promise((resolve, reject) => {
        worker.onmessage = ({ data }) => (data.ready ? resolve(undefined) : reject(data));
        worker.onerror = reject;
        setTimeout(reject, START_TIMEOUT);
        worker.postMessage({ module });
      });
    } catch (error) {
      worker.terminate();
      throw error;
    }
    return new WorkerHost(worker);
  }

  /** Its memory may hold half-made changes, or it is gone. */
  #break() {
    this.#broken = true;
    for (const settle of this.#waiting.values()) settle([]);
    this.#waiting.clear();
  }

  /**
   * @param {string} name
   * @param {OctetsToWipe} [request]
   */
  async call(name, request) {
    const [reply] = await this.callAll([[name, request]]);
    if (reply instanceof Reply) return reply;
    throw reply;
  }

  /**
   * @param {Call[]} calls
   * @returns {Promise<(Reply | WaxsealError)[]>}
   */
  async callAll(calls) {
    if (this.#broken) return calls.map(() => localError("CORE_BROKEN"));
    const id = this.#next++;
    const messages = calls.map(([name, request]) => {
      const octets = request?.octets.slice();
      request?.wipe();
      return { name, octets };
    });
    const buffers = messages.flatMap(({ octets }) => (octets ? [octets.buffer] : []));
    /** @type {Answer[]} */
    const answers = await new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ id, calls: messages }, buffers);
    });
    return calls.map((_, i) => {
      const answer = answers[i];
      if (!answer) return localError("CORE_BROKEN");
      if ("octets" in answer) return new Reply(answer.octets);
      return new WaxsealError(answer.code, answer.sentence);
    });
  }

  /** @param {number} handle */
  release(handle) {
    if (!this.#broken) this.#worker.postMessage({ release: handle });
  }

  /** What was asked for before is still done. */
  close() {
    this.#worker.postMessage({ close: true });
    this.#break();
  }
}
