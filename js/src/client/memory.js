/** JavaScript's own records as they are stored, in memory: by the part of the name before the last
 * slash, in the order of their names. */
import { bucketOf } from "./step.js";

/**
 * Records can be handed out: nobody changes them.
 * @param {any} value
 */
function deepFreeze(value) {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

export class Memory {
  /** @type {Map<string, Map<string, any>>} */
  #buckets = new Map();
  /** The counter of the write that each record comes from. @type {Map<string, number>} */
  #counters = new Map();

  /**
   * @param {string} name
   * @returns {any} undefined when there is no such record
   */
  get(name) {
    return this.#buckets.get(bucketOf(name))?.get(name);
  }

  /**
   * @param {string} bucket a name up to and with its last slash
   * @returns {[string, any][]} names and values, in the order of the names
   */
  entries(bucket) {
    return [...(this.#buckets.get(bucket) ?? [])];
  }

  /**
   * @param {string} bucket
   * @returns {any[]}
   */
  values(bucket) {
    return [...(this.#buckets.get(bucket)?.values() ?? [])];
  }

  /** @param {string} name */
  counterOf(name) {
    return this.#counters.get(name);
  }

  /** @returns {Iterable<string>} */
  get names() {
    return this.#counters.keys();
  }

  /**
   * Takes over what the store has.
   * @param {{ name: string, counter: number, value: any }[]} records
   * @param {string[]} gone
   * @returns {{ added: string[], changed: string[] }} names; what is gone counts as changed
   */
  update(records, gone) {
    /** @type {string[]} */
    const added = [];
    /** @type {string[]} */
    const changed = [];
    /** @type {Set<string>} */
    const unsorted = new Set();
    for (const { name, counter, value } of records) {
      const bucket = this.#buckets.get(bucketOf(name)) ?? new Map();
      this.#buckets.set(bucketOf(name), bucket);
      (this.#counters.has(name) ? changed : added).push(name);
      if (!bucket.has(name)) unsorted.add(bucketOf(name));
      bucket.set(name, deepFreeze(value));
      this.#counters.set(name, counter);
    }
    for (const bucket of unsorted) this.#sort(bucket);
    for (const name of gone) {
      this.#buckets.get(bucketOf(name))?.delete(name);
      if (this.#counters.delete(name)) changed.push(name);
    }
    return { added, changed };
  }

  /** @param {string} bucket that got new names */
  #sort(bucket) {
    const names = [...(this.#buckets.get(bucket) ?? [])];
    const isSorted = names.every(([name], i) => i === 0 || (names[i - 1]?.[0] ?? "") < name);
    if (!isSorted) this.#buckets.set(bucket, new Map(names.sort(([a], [b]) => (a < b ? -1 : 1))));
  }

  clear() {
    this.#buckets.clear();
    this.#counters.clear();
  }
}
