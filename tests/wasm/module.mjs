// The module of kat.h, ready to call, and random inputs that a seed repeats.
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";

/** @typedef {(...lengths: number[]) => number} Export */

const SLOT_LEN = 66_560;

/** A module of its own: kat.wasm with its slots. */
export class Kat {
  /** @param {WebAssembly.Exports} exports */
  constructor(exports) {
    this.exports = exports;
  }

  /** @returns {Promise<Kat>} */
  static async load() {
    const file = process.env.WAXSEAL_KAT ?? new URL("../../build/wasm/kat.wasm", import.meta.url);
    /** @type {WebAssembly.Exports} */
    let exports = {};
    /** @param {number} at @param {number} len */
    const host_random = (at, len) => {
      const memory = /** @type {WebAssembly.Memory} */ (exports.memory);
      crypto.getRandomValues(new Uint8Array(memory.buffer, at, len));
      return 0;
    };
    const module = await WebAssembly.compile(new Uint8Array(await readFile(file)));
    const instance = await WebAssembly.instantiate(module, {
      env: { host_random, emscripten_notify_memory_growth: () => {} },
      wasi_snapshot_preview1: {
        proc_exit: (/** @type {number} */ code) => {
          throw new Error(`The module ended itself with code ${code}.`);
        },
      },
    });
    exports = instance.exports;
    const kat = new Kat(exports);
    /** @type {() => void} */ (exports._initialize)();
    if (kat.call("kat_init") !== 0) throw new Error("kat_init() failed.");
    return kat;
  }

  /** @param {string} name @param {number[]} args */
  call(name, ...args) {
    return /** @type {Export} */ (this.exports[name])(...args);
  }

  /** @param {number} index @param {number} len */
  view(index, len) {
    if (len > SLOT_LEN) throw new RangeError(`${len} octets do not fit into a slot.`);
    const memory = /** @type {WebAssembly.Memory} */ (this.exports.memory);
    return new Uint8Array(memory.buffer, this.call("kat_slot", index), len);
  }

  /** @param {Uint8Array[]} inputs  for slot 0, 1, ... */
  put(...inputs) {
    inputs.forEach((input, index) => {
      this.view(index, input.length).set(input);
    });
  }

  /** A copy of what a slot holds. @param {number} len */
  get(len, index = 5) {
    return Buffer.from(this.view(index, len));
  }
}

/** Random octets that are the same for the same seed. */
export class SeededRandom {
  constructor(seed = process.env.WAXSEAL_SEED ?? randomBytes(8).toString("hex")) {
    this.seed = seed;
    const key = createHash("sha256").update(seed).digest().subarray(0, 16);
    this.stream = createCipheriv("aes-128-ctr", key, Buffer.alloc(16));
  }

  /** @param {number} len @returns {Buffer} */
  bytes(len) {
    return this.stream.update(Buffer.alloc(len));
  }

  /** A number from 0 to max, both included. @param {number} max */
  upTo(max) {
    return this.bytes(4).readUInt32BE() % (max + 1);
  }
}
