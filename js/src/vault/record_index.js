/**
 * Which records there are, and from which write each comes: what makes a record noticed that was
 * taken away, brought back, or put back to an earlier state of itself.
 *
 * It is stored in sealed records of its own: index/base, which lists everything, and for each write
 * after that index/NUMBER, which lists what the write changed. So a write costs a few hundred octets
 * for it, and a tab learns what another one changed without reading everything.
 *
 * A whole database that was put back to an earlier state is consistent with itself, and can't be told
 * from one that was just not used since.
 */

/** @typedef {{ name: string, counter: number, value: any }} IndexRecord an opened one */
/** @typedef {{ name: string, reason: "missing" | "unknown" | "other state" | "damaged" }} BrokenRecord */

const FOLDER = "index/";
const BASE = `${FOLDER}base`;
/** Writes after which everything is listed anew. */
const MIN_CHANGES = 256;
/** Or this part of the records, if that is more. */
const PART = 8;

/** @param {number} counter */
export const changeName = (counter) => `${FOLDER}${String(counter).padStart(15, "0")}`;

/** @param {string} name */
export const isIndexName = (name) => name.startsWith(FOLDER);

/** @param {string} a @param {string} b */
const byName = (a, b) => (a < b ? -1 : 1);

export class RecordIndex {
  /** The write that each record comes from. @type {Map<string, number>} */
  #counters = new Map();
  /** @type {string[] | undefined} */
  #sorted;
  /** The write that listed everything; 0: none. */
  #base = 0;
  /** The last write. */
  #counter = 0;
  /** Writes of which the list is damaged: what they changed is known by the records alone. */
  #unknown = new Set();
  #unknownUpTo = 0;

  get counter() {
    return this.#counter;
  }

  /**
   * The index as it is stored.
   * @param {number} counter of the store
   * @param {(IndexRecord | { name: string })[]} records all under index/; without a value: damaged
   * @returns {{ index: RecordIndex, broken: BrokenRecord[] }}
   */
  static load(counter, records) {
    const index = new RecordIndex();
    index.#counter = counter;
    /** @type {BrokenRecord[]} */
    const broken = [];
    const opened = new Map(records.map((one) => [one.name, "value" in one ? one : undefined]));
    const base = opened.get(BASE);
    if (base) {
      index.#base = base.counter;
      for (const [name, from] of Object.entries(base.value.records)) index.#set(name, from);
    } else if (counter > 0) {
      const first = [...opened.keys()].filter((name) => name !== BASE).sort(byName)[0];
      index.#unknownUpTo = first === undefined ? counter : Number(first.slice(FOLDER.length)) - 1;
      index.#base = index.#unknownUpTo;
      // The first writes of a database come before everything was ever listed.
      if (index.#base > 0)
        broken.push({ name: BASE, reason: opened.has(BASE) ? "damaged" : "missing" });
    }
    for (let at = index.#base + 1; at <= counter; at++) {
      const name = changeName(at);
      const change = opened.get(name);
      if (change?.counter === at) index.#apply(at, change.value);
      else {
        index.#unknown.add(at);
        broken.push({ name, reason: opened.has(name) ? "damaged" : "missing" });
      }
    }
    for (const { name } of records) {
      const number = Number(name.slice(FOLDER.length));
      if (name !== BASE && !(number > index.#base && number <= counter)) {
        broken.push({ name, reason: "unknown" });
      }
    }
    return { index, broken };
  }

  /** @param {string} name @param {number} counter */
  #set(name, counter) {
    if (!this.#counters.has(name)) this.#sorted = undefined;
    this.#counters.set(name, counter);
  }

  /**
   * @param {number} counter
   * @param {{ puts: string[], deletes: string[] }} change
   */
  #apply(counter, { puts, deletes }) {
    for (const name of puts) this.#set(name, counter);
    for (const name of deletes) if (this.#counters.delete(name)) this.#sorted = undefined;
  }

  /**
   * Another write.
   * @param {{ puts: string[], deletes: string[] }} change
   */
  add(change) {
    this.#counter++;
    this.#apply(this.#counter, change);
  }

  /** Whether everything is to be listed anew. */
  get isBaseDue() {
    if (this.#unknownUpTo > 0 || this.#unknown.size > 0) return true;
    return this.#counter - this.#base >= Math.max(MIN_CHANGES, this.#counters.size / PART);
  }

  /** The write that lists everything anew: its record's value, and the lists that it stands for. */
  newBase() {
    const deletes = [];
    for (let at = this.#base + 1; at <= this.#counter; at++) deletes.push(changeName(at));
    return { name: BASE, value: { records: Object.fromEntries(this.#counters) }, deletes };
  }

  /** It is stored. */
  setBase() {
    this.#counter++;
    this.#base = this.#counter;
    this.#unknownUpTo = 0;
    this.#unknown.clear();
  }

  /** @param {string} name */
  counterOf(name) {
    return this.#counters.get(name);
  }

  /**
   * What a stored record is by the index. One that the index can't know becomes known.
   * @param {{ name: string, counter: number }} record
   * @returns {BrokenRecord["reason"] | undefined} undefined when it is as it should be
   */
  check({ name, counter }) {
    const known = this.#counters.get(name);
    if (known === counter) return undefined;
    const isUnlisted = this.#unknown.has(counter) || counter <= this.#unknownUpTo;
    if (isUnlisted && counter > (known ?? 0)) {
      this.#set(name, counter);
      return undefined;
    }
    return known === undefined ? "unknown" : "other state";
  }

  /** Whether all changes are listed, so that what is listed has to be there. */
  get isWhole() {
    return this.#unknown.size === 0;
  }

  /**
   * @param {string} prefix
   * @param {string[]} [except]
   * @returns {string[]} names of records, sorted
   */
  names(prefix, except = []) {
    this.#sorted ??= [...this.#counters.keys()].sort(byName);
    return this.#sorted.filter(
      (name) => name.startsWith(prefix) && !except.some((one) => name.startsWith(one)),
    );
  }
}
