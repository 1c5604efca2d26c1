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

  /**
   * @param {string} name
   * @param {number} counter
   * @param {any} value
   */
  put(name, counter, value) {
    const bucket = this.#buckets.get(bucketOf(name)) ?? new Map();
    this.#buckets.set(bucketOf(name), bucket.set(name, deepFreeze(value)));
    this.#counters.set(name, counter);
  }

  /** @param {string} name */
  delete(name) {
    this.#buckets.get(bucketOf(name))?.delete(name);
    this.#counters.delete(name);
  }

  /**
   * Takes over what the store has; opens only what is new or has changed.
   * @param {import("../types.js").SealedRecord[]} stored all of them, sorted by name
   * @param {(record: import("../types.js").SealedRecord) => any} open
   * @returns {{ added: string[], changed: string[] }} names; what is gone counts as changed
   */
  replace(stored, open) {
    const before = new Map(this.#counters);
    /** @type {string[]} */
    const added = [];
    /** @type {string[]} */
    const changed = [];
    for (const record of stored) {
      const { name, counter } = record;
      const known = before.get(name);
      before.delete(name);
      if (known === counter) continue;
      (known === undefined ? added : changed).push(name);
      this.put(name, counter, open(record));
    }
    for (const name of before.keys()) this.delete(name);
    return { added, changed: [...changed, ...before.keys()] };
  }
}
