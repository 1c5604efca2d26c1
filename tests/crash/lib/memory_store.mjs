// A store in memory: for the peers, whose disks are not what is looked at, and to show how small a
// store can be.
import { WaxsealError } from "../../../js/src/index.node.js";

/** @typedef {import("../../../js/src/store/store.js").Store} Store */
/** @typedef {import("../../../js/src/store/store.js").WriteBatch} WriteBatch */
/** @typedef {import("../../../js/src/types.js").SealedRecord} SealedRecord */
/** @typedef {{ records: Map<string, SealedRecord>, header: any, counter: number, isOpen: boolean,
 *   tails: Map<string, Promise<unknown>> }} Disk */

/** @type {Map<string, Disk>} */
const disks = new Map();

/** @param {string} code */
const failure = (code) => new WaxsealError(code, `The store in memory says ${code}.`);

/** @implements {Store} */
export class MemoryStore {
  kind = "memory";
  #name;
  /** @type {Disk | undefined} */
  #disk;

  /** @param {string} name @param {Disk} disk */
  constructor(name, disk) {
    this.#name = name;
    this.#disk = disk;
  }

  /** @param {string} name */
  static async open(name) {
    const disk = disks.get(name) ?? {
      records: new Map(),
      header: undefined,
      counter: 0,
      isOpen: false,
      tails: new Map(),
    };
    if (disk.isOpen) throw failure("DATABASE_IN_USE");
    disk.isOpen = true;
    disks.set(name, disk);
    return new MemoryStore(name, disk);
  }

  get #opened() {
    if (!this.#disk) throw failure("CLOSED");
    return this.#disk;
  }

  async header() {
    return structuredClone(this.#opened.header);
  }

  async counter() {
    return this.#opened.counter;
  }

  /** @param {string[]} names */
  async get(names) {
    const { records } = this.#opened;
    return names.map((name) => structuredClone(records.get(name)));
  }

  /** @param {string} prefix @param {string[]} [except] */
  async list(prefix, except = []) {
    const has = (/** @type {string} */ name) =>
      name.startsWith(prefix) && !except.some((one) => name.startsWith(one));
    const names = [...this.#opened.records.keys()].filter(has).sort();
    return /** @type {SealedRecord[]} */ (await this.get(names));
  }

  /** @param {string} prefix */
  async names(prefix) {
    return (await this.list(prefix)).map(({ name }) => name);
  }

  /** @param {WriteBatch} batch */
  async write(batch) {
    const disk = this.#opened;
    if (batch.after !== disk.counter) throw failure("STATE_CONFLICT");
    let copy;
    try {
      copy = structuredClone(batch);
    } catch {
      throw failure("DATABASE");
    }
    for (const record of copy.puts) disk.records.set(record.name, record);
    for (const name of copy.deletes) disk.records.delete(name);
    if (copy.header) disk.header = copy.header;
    disk.counter = copy.after + 1;
  }

  /**
   * @template T
   * @param {string} topic
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  exclusively(topic, work) {
    const { tails } = this.#opened;
    const result = (tails.get(topic) ?? Promise.resolve()).then(work);
    tails.set(
      topic,
      result.catch(() => {}),
    );
    return result;
  }

  listen() {
    return () => {};
  }

  async destroy() {
    await this.close();
    disks.delete(this.#name);
  }

  async close() {
    if (this.#disk) this.#disk.isOpen = false;
    this.#disk = undefined;
  }
}
