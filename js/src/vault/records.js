/** The records of a database: sealed by its vault, listed in its index. */
import { textOf, utf8 } from "../bytes.js";
import { localError } from "../errors.js";
import { changeName, isIndexName, RecordIndex } from "./record_index.js";

/** @typedef {import("../types.js").SealedRecord} SealedRecord */
/** @typedef {import("./record_index.js").BrokenRecord} BrokenRecord */

/**
 * @typedef {object} Write
 * @property {[string, Uint8Array][]} plain records to be sealed; wiped
 * @property {SealedRecord[]} [sealed] under the number of this write
 * @property {Iterable<string>} [deletes] names
 * @property {import("../store/store.js").Header} [header]
 */

/** Changes of other tabs that are read one by one; after more, everything is looked at anew. */
const MAX_CATCH_UP = 256;

export class Records {
  #store;
  #vault;
  #onBroken;
  #index = new RecordIndex();
  #isLoaded = false;
  /** Those that were told. @type {Set<string>} */
  #told = new Set();

  /**
   * @param {import("../store/store.js").Store} store
   * @param {import("./vault.js").RecordVault} vault
   * @param {(broken: BrokenRecord[]) => void} onBroken told once of each record that is refused
   */
  constructor(store, vault, onBroken) {
    this.#store = store;
    this.#vault = vault;
    this.#onBroken = onBroken;
  }

  /** The number of the last write that is known. */
  get counter() {
    return this.#index.counter;
  }

  get vault() {
    return this.#vault;
  }

  /**
   * Looks at what others wrote since. Under the lock of whoever writes.
   * @returns {Promise<Set<string> | "all" | undefined>} names of changed records; undefined: nothing
   */
  async refresh() {
    const counter = await this.#store.counter();
    const behind = counter - this.counter;
    if (behind === 0 && this.#isLoaded) return undefined;
    if (this.#isLoaded && behind > 0 && behind <= MAX_CATCH_UP) {
      const changed = await this.#catchUp(counter);
      if (changed) return changed;
    }
    await this.#load(counter);
    return "all";
  }

  /** @param {number} counter */
  async #catchUp(counter) {
    const names = [];
    for (let at = this.counter + 1; at <= counter; at++) names.push(changeName(at));
    const records = (await this.#store.get(names)).flatMap((one) => one ?? []);
    if (records.length !== names.length) return undefined;
    const changes = await this.#openIndex(records);
    /** @type {Set<string>} */
    const changed = new Set();
    for (const change of changes) {
      if (!("value" in change) || change.counter !== this.counter + 1) return undefined;
      this.#index.add(change.value);
      for (const name of [...change.value.puts, ...change.value.deletes]) changed.add(name);
    }
    return changed;
  }

  /** @param {SealedRecord[]} records */
  async #openIndex(records) {
    const opened = await this.#vault.open(records);
    return records.map(({ name, counter }, i) => {
      const plaintext = opened[i];
      if (!plaintext) return { name };
      return { name, counter, value: JSON.parse(textOf(plaintext) ?? "") };
    });
  }

  /** @param {number} counter */
  async #load(counter) {
    const stored = await this.#store.list("index/");
    const { index, broken } = RecordIndex.load(counter, await this.#openIndex(stored));
    this.#index = index;
    this.#isLoaded = true;
    const there = await this.#store.names("");
    for (const name of there) {
      // What is not listed is looked at, so that it is found out what it is.
      if (!isIndexName(name) && index.counterOf(name) === undefined) {
        const [record] = await this.#store.get([name]);
        const reason = record && index.check(record);
        if (reason) broken.push({ name, reason });
      }
    }
    if (index.isWhole) {
      const stays = new Set(there);
      for (const name of index.names("")) {
        if (!stays.has(name)) broken.push({ name, reason: "missing" });
      }
    }
    this.#tell(broken);
  }

  /** @param {BrokenRecord[]} broken */
  #tell(broken) {
    const news = broken.filter(({ name }) => !this.#told.has(name));
    for (const { name } of news) this.#told.add(name);
    if (news.length > 0) this.#onBroken(news);
  }

  /**
   * Tells which records are not authentic, without reading what they say.
   * @param {SealedRecord[]} records
   */
  async examine(records) {
    const moved = await this.#vault.reseal(this.#vault, records, 0);
    this.refuse(records.flatMap(({ name }, i) => (moved[i] ? [] : [name])));
  }

  /** @param {string[]} names of records that the core refused */
  refuse(names) {
    this.#tell(names.map((name) => ({ name, reason: "damaged" })));
  }

  /**
   * @param {string} prefix
   * @param {string[]} [except]
   */
  names(prefix, except) {
    return this.#index.names(prefix, except);
  }

  /** @param {string} name */
  counterOf(name) {
    return this.#index.counterOf(name);
  }

  /**
   * Records as they are stored, without those that are not what the index says.
   * @param {string[]} names
   * @returns {Promise<SealedRecord[]>}
   */
  async sealed(names) {
    const stored = await this.#store.get(names);
    /** @type {BrokenRecord[]} */
    const broken = [];
    const good = names.flatMap((name, i) => {
      const record = stored[i];
      const reason = record ? this.#index.check(record) : "missing";
      if (reason) broken.push({ name, reason });
      return record && !reason ? [record] : [];
    });
    this.#tell(broken);
    return good;
  }

  /**
   * @param {string[]} names
   * @returns {Promise<{ name: string, counter: number, plaintext: Uint8Array }[]>} without those that
   *   are refused
   */
  async open(names) {
    const records = await this.sealed(names);
    const opened = await this.#vault.open(records);
    this.refuse(records.flatMap(({ name }, i) => (opened[i] ? [] : [name])));
    return records.flatMap(({ name, counter }, i) => {
      const plaintext = opened[i];
      return plaintext ? [{ name, counter, plaintext }] : [];
    });
  }

  /**
   * One write: everything or nothing.
   * @param {Write} write
   */
  async write({ plain, sealed = [], deletes = [], header }) {
    const counter = this.counter + 1;
    const gone = [...deletes];
    const own = plain.map(([name, plaintext]) => ({ name, counter, plaintext }));
    const puts = [...own.map(({ name }) => name), ...sealed.map(({ name }) => name)];
    const change = { puts, deletes: gone };
    own.push({ name: changeName(counter), counter, plaintext: utf8(JSON.stringify(change)) });
    await this.#put([...(await this.#vault.seal(own)), ...sealed], gone, header);
    this.#index.add(change);
  }

  /** Lists everything anew when it is time for that: a write of its own. */
  async tidy() {
    if (!this.#isLoaded || !this.#index.isBaseDue) return;
    const { name, value, deletes } = this.#index.newBase();
    const plaintext = utf8(JSON.stringify(value));
    const counter = this.counter + 1;
    await this.#put(await this.#vault.seal([{ name, counter, plaintext }]), deletes);
    this.#index.setBase();
  }

  /**
   * @param {SealedRecord[]} puts
   * @param {string[]} deletes
   * @param {import("../store/store.js").Header} [header]
   */
  async #put(puts, deletes, header) {
    for (const { sealed } of puts) if (sealed.length === 0) throw localError("DATABASE");
    await this.#store.write({
      after: this.counter,
      puts,
      deletes,
      ...(header === undefined ? {} : { header }),
    });
  }

  /**
   * Everything sealed for another vault, as one write which lists it: for a new vault key.
   * @param {import("./vault.js").RecordVault} vault
   * @param {import("../store/store.js").Header} header with the other vault's wraps
   */
  async moveTo(vault, header) {
    const names = this.names("");
    const counter = this.counter + 1;
    const records = await this.sealed(names);
    const moved = (await this.#vault.reseal(vault, records, counter)).flatMap((one) => one ?? []);
    const puts = await sealBase(vault, moved, counter);
    const there = await this.#store.names("");
    const stays = new Set(puts.map(({ name }) => name));
    await this.#put(
      puts,
      there.filter((name) => !stays.has(name)),
      header,
    );
    this.#vault = vault;
    this.#isLoaded = false;
  }

  close() {
    this.#vault.close();
  }
}

/**
 * Records with the index that lists them.
 * @param {import("./vault.js").RecordVault} vault
 * @param {SealedRecord[]} records
 * @param {number} counter of the write
 */
export async function sealBase(vault, records, counter) {
  const list = Object.fromEntries(records.map(({ name }) => [name, counter]));
  const plaintext = utf8(JSON.stringify({ records: list }));
  return [...records, ...(await vault.seal([{ name: "index/base", counter, plaintext }]))];
}
