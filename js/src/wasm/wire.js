/** The fields of requests and replies, as wasm/wire.h describes them. */

/** @typedef {import("../types.js").Slot} Slot */
/** @typedef {import("../types.js").SealedRecord} SealedRecord */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const TWO_TO_32 = 2 ** 32;

/** Builds a request, which may hold secrets: growing wipes what is left behind. */
export class Request {
  #octets = new Uint8Array(256);
  #view = new DataView(this.#octets.buffer);
  #len = 0;

  /** @param {number} len */
  #reserve(len) {
    const start = this.#len;
    this.#len += len;
    if (this.#len > this.#octets.length) {
      const grown = new Uint8Array(Math.max(this.#len + 64, this.#octets.length * 2));
      grown.set(this.#octets);
      this.#octets.fill(0);
      this.#octets = grown;
      this.#view = new DataView(grown.buffer);
    }
    return start;
  }

  /** @param {number} value */
  u32(value) {
    const at = this.#reserve(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  /** @param {number} value at most 2^53 - 1 */
  u64(value) {
    return this.u32(value % TWO_TO_32).u32(Math.floor(value / TWO_TO_32));
  }

  /** @param {boolean} value */
  flag(value) {
    return this.u32(value ? 1 : 0);
  }

  /** @param {Uint8Array} octets */
  bytes(octets) {
    this.u32(octets.length);
    const at = this.#reserve(octets.length);
    this.#octets.set(octets, at);
    return this;
  }

  /** @param {string} text */
  text(text) {
    return this.bytes(encoder.encode(text));
  }

  /** @param {Slot} slot */
  slot({ name, counter }) {
    return this.text(name).u64(counter);
  }

  /** @param {SealedRecord} record */
  record(record) {
    return this.slot(record).bytes(record.sealed);
  }

  /**
   * @template T
   * @param {readonly T[]} items
   * @param {(item: T) => void} write
   */
  list(items, write) {
    this.u32(items.length);
    items.forEach(write);
    return this;
  }

  /** A view, valid until the request changes. */
  get octets() {
    return this.#octets.subarray(0, this.#len);
  }

  wipe() {
    this.#octets.fill(0);
    this.#len = 0;
  }
}

/** Reads a reply; the octets that it hands out are copies. */
export class Reply {
  #octets;
  #view;
  #at = 0;

  /** @param {Uint8Array} octets */
  constructor(octets) {
    this.#octets = octets;
    this.#view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  u32() {
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  /** Numbers above 2^53 - 1, which occur in hostile input only, come out as 2^53 - 1. */
  u64() {
    const low = this.u32();
    return Math.min(low + this.u32() * TWO_TO_32, Number.MAX_SAFE_INTEGER);
  }

  flag() {
    return this.u32() !== 0;
  }

  bytes() {
    const len = this.u32();
    const copy = this.#octets.slice(this.#at, this.#at + len);
    if (copy.length !== len) throw new RangeError("The reply ends too early.");
    this.#at += len;
    return copy;
  }

  text() {
    return decoder.decode(this.bytes());
  }

  /**
   * @template T
   * @param {() => T} read
   */
  list(read) {
    return Array.from({ length: this.u32() }, read);
  }

  /** Overwrites the reply's own octets; copies handed out stay. */
  wipe() {
    this.#octets.fill(0);
  }
}
