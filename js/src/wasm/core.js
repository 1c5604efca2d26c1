/** One instance of the WebAssembly core and the way to call it. */
import { localError, WaxsealError } from "../errors.js";
import { Reply } from "./wire.js";

/** @typedef {{ readonly octets: Uint8Array, wipe: () => void }} OctetsToWipe such as a Request */

/** crypto.getRandomValues fills at most this many octets at a time. */
const MAX_RANDOM = 65_536;

/**
 * @typedef {object} CoreExports
 * @property {WebAssembly.Memory} memory
 * @property {() => void} [_initialize]
 * @property {() => number} wx_init
 * @property {(len: number) => number} wx_alloc
 * @property {(address: number) => void} wx_free
 * @property {() => number} wx_result_ptr
 * @property {() => number} wx_result_len
 * @property {() => void} wx_result_clear
 * @property {(handle: number) => void} wx_release
 * @property {(code: number) => number} wx_error
 */

/**
 * Whether the octets are random now. Without a generator, or when it throws, the core says so in
 * its own words (NO_RANDOMNESS) and stays usable; an exception across its frames would end it.
 * @param {Uint8Array<ArrayBuffer>} octets
 */
function fillRandomly(octets) {
  try {
    for (let at = 0; at < octets.length; at += MAX_RANDOM) {
      globalThis.crypto.getRandomValues(octets.subarray(at, at + MAX_RANDOM));
    }
    return true;
  } catch {
    return false;
  }
}

export class Core {
  /** @type {CoreExports} */
  #exports;
  #broken = false;
  /** Frees the objects in the core whose JavaScript side was garbage-collected. */
  #registry = new FinalizationRegistry((/** @type {number} */ handle) => this.release(handle));

  /** @param {WebAssembly.Instance} instance */
  constructor(instance) {
    this.#exports = /** @type {any} */ (instance.exports);
  }

  /** @param {WebAssembly.Module} module */
  static async instantiate(module) {
    /** @type {WebAssembly.Memory | undefined} */
    let memory;
    const imports = {
      env: {
        host_random(/** @type {number} */ address, /** @type {number} */ len) {
          const buffer = /** @type {WebAssembly.Memory} */ (memory).buffer;
          return fillRandomly(new Uint8Array(buffer, address >>> 0, len >>> 0)) ? 0 : 1;
        },
        emscripten_notify_memory_growth() {},
      },
      wasi_snapshot_preview1: {
        proc_exit(/** @type {number} */ status) {
          throw new Error(`The core ended itself with status ${status}.`);
        },
      },
    };
    let core;
    try {
      const instance = await WebAssembly.instantiate(module, imports);
      memory = /** @type {WebAssembly.Memory} */ (instance.exports.memory);
      core = new Core(instance);
      core.#exports._initialize?.();
    } catch (error) {
      // Browsers give up with a RangeError where they have no room for another memory.
      const code = error instanceof RangeError ? "WASM_MEMORY" : "WASM_INVALID";
      throw localError(code, { cause: error });
    }
    core.#start();
    return core;
  }

  #start() {
    if (typeof this.#exports.wx_init !== "function") throw localError("WASM_INVALID");
    const status = this.#guard(() => this.#exports.wx_init());
    if (status !== 0) throw this.#error(status);
  }

  /** Whether the core trapped: its memory may hold half-made changes, so it is not called again. */
  get broken() {
    return this.#broken;
  }

  /**
   * Runs something that enters the core.
   * @template T
   * @param {() => T} work
   * @returns {T}
   * @throws {WaxsealError} CORE_BROKEN after a trap, now or earlier
   */
  #guard(work) {
    if (this.#broken) throw localError("CORE_BROKEN");
    try {
      return work();
    } catch (error) {
      if (error instanceof WaxsealError) throw error;
      this.#broken = true;
      throw localError("CORE_BROKEN", { cause: error });
    }
  }

  /**
   * Calls an export that takes a request. The request is wiped, in JavaScript and in the core.
   * @param {string} name
   * @param {OctetsToWipe} [request] left out for the exports without one
   * @returns {Reply}
   * @throws {WaxsealError} with the core's code and sentence
   */
  call(name, request) {
    return new Reply(this.exchange(name, request));
  }

  /**
   * The same, with the reply's octets.
   * @param {string} name
   * @param {OctetsToWipe} [request]
   * @returns {Uint8Array<ArrayBuffer>}
   */
  exchange(name, request) {
    return this.#guard(() => {
      const status = this.#invoke(name, request);
      if (status !== 0) throw this.#error(status);
      return this.#takeReply();
    });
  }

  /**
   * @param {string} name
   * @param {OctetsToWipe | undefined} request
   * @returns {number} an mls_err
   */
  #invoke(name, request) {
    const wx = /** @type {Record<string, (...args: number[]) => number>} */ (
      /** @type {unknown} */ (this.#exports)
    );
    const run = wx[name];
    if (!run) {
      request?.wipe();
      throw localError("WASM_PARTIAL");
    }
    if (!request) return run();
    const octets = request.octets;
    const address = this.#exports.wx_alloc(octets.length) >>> 0;
    if (address === 0) {
      request.wipe();
      throw new RangeError("The core has no memory for the request.");
    }
    new Uint8Array(this.#exports.memory.buffer, address, octets.length).set(octets);
    request.wipe();
    const status = run(address, octets.length);
    this.#exports.wx_free(address);
    return status;
  }

  #takeReply() {
    const start = this.#exports.wx_result_ptr() >>> 0;
    const len = this.#exports.wx_result_len() >>> 0;
    const octets = new Uint8Array(this.#exports.memory.buffer, start, len).slice();
    this.#exports.wx_result_clear();
    return octets;
  }

  /** @param {number} status */
  #error(status) {
    this.#exports.wx_error(status);
    const reply = new Reply(this.#takeReply());
    return new WaxsealError(reply.text(), reply.text());
  }

  /**
   * Ties an object of the core to its JavaScript side.
   * @param {object} owner
   * @param {number} handle
   */
  own(owner, handle) {
    this.#registry.register(owner, handle, owner);
  }

  /**
   * Frees an object of the core at once.
   * @param {object} owner
   * @param {number} handle
   */
  disown(owner, handle) {
    if (this.#registry.unregister(owner)) this.release(handle);
  }

  /** @param {number} handle */
  release(handle) {
    if (!this.#broken) this.#guard(() => this.#exports.wx_release(handle));
  }

  /** A view of the core's memory, for the tests that look for secrets left behind. */
  get memory() {
    return new Uint8Array(this.#exports.memory.buffer);
  }
}
