/** The store in browsers: IndexedDB through idb. */
import { openDB } from "idb";
import { localError, WaxsealError } from "../errors.js";
import { withLock } from "./lock.js";
import { unwrapKey, wrapKey } from "./wrap.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").SealedRecord} SealedRecord */
/** @typedef {import("./store.js").WriteBatch} WriteBatch */

const VERSION = 1;
const RECORDS = "records";
const META = "meta";
const COUNTER = "counter";
const VAULT_KEY = "vault-key";

/**
 * Runs database work; whatever goes wrong in it becomes a WaxsealError.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function guarded(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WaxsealError) throw error;
    throw localError("DATABASE", { cause: error });
  }
}

/**
 * What comes after all names that begin like this.
 * @param {string} prefix
 */
const afterAll = (prefix) => `${prefix}\uffff`;

/**
 * @implements {Store}
 */
export class IndexedDbStore {
  #db;
  #lockName;

  /**
   * @param {import("idb").IDBPDatabase} db
   * @param {string} name
   */
  constructor(db, name) {
    this.#db = db;
    this.#lockName = `waxseal:${name}`;
  }

  /** @param {string} name of the database */
  static async open(name) {
    const db = await guarded(() =>
      openDB(name, VERSION, {
        upgrade(database) {
          database.createObjectStore(RECORDS, { keyPath: "name" });
          database.createObjectStore(META);
        },
        // A newer version in another tab wants to open: do not stand in its way.
        blocking(_current, _blocked, event) {
          /** @type {IDBDatabase} */ (event.target).close();
        },
      }),
    );
    return new IndexedDbStore(db, name);
  }

  /**
   * Wrapped by a non-extractable WebCrypto key that lies beside it. That keeps scripts and casual
   * readers from it, not somebody with a copy of the disk.
   * @param {() => Uint8Array} create
   * @returns {Promise<Uint8Array>}
   */
  vaultKey(create) {
    return guarded(async () => {
      const stored = await this.#db.get(META, VAULT_KEY);
      if (stored) return unwrapKey(stored);
      const key = create();
      const wrapped = await wrapKey(key);
      const tx = this.#db.transaction(META, "readwrite", { durability: "strict" });
      // Another tab may have been faster; its key stands.
      const other = await tx.store.get(VAULT_KEY);
      if (!other) await tx.store.put(wrapped, VAULT_KEY);
      await tx.done;
      if (!other) return key;
      key.fill(0);
      return unwrapKey(other);
    });
  }

  counter() {
    return guarded(async () => /** @type {number} */ ((await this.#db.get(META, COUNTER)) ?? 0));
  }

  /**
   * @param {string[]} names
   * @returns {Promise<(SealedRecord | undefined)[]>}
   */
  get(names) {
    return guarded(async () => {
      const tx = this.#db.transaction(RECORDS);
      const found = await Promise.all(names.map((name) => tx.store.get(name)));
      await tx.done;
      return found;
    });
  }

  /**
   * @param {string} prefix
   * @param {string[]} [except]
   * @returns {Promise<SealedRecord[]>}
   */
  list(prefix, except = []) {
    // What is left between the exceptions.
    const ends = [...except].sort().flatMap((one) => [one, afterAll(one)]);
    const bounds = [prefix, ...ends, afterAll(prefix)];
    return guarded(async () => {
      const tx = this.#db.transaction(RECORDS);
      const parts = [];
      for (let i = 0; i < bounds.length; i += 2) {
        parts.push(tx.store.getAll(IDBKeyRange.bound(bounds[i], bounds[i + 1])));
      }
      const found = await Promise.all(parts);
      await tx.done;
      return found.flat();
    });
  }

  /**
   * @param {string} prefix
   * @returns {Promise<string[]>}
   */
  names(prefix) {
    const range = IDBKeyRange.bound(prefix, afterAll(prefix));
    return guarded(async () => {
      const keys = await this.#db.getAllKeys(RECORDS, range);
      return /** @type {string[]} */ (keys);
    });
  }

  /** @param {WriteBatch} batch */
  write({ after, puts, deletes }) {
    return guarded(async () => {
      const tx = this.#db.transaction([RECORDS, META], "readwrite", { durability: "strict" });
      const meta = tx.objectStore(META);
      if (((await meta.get(COUNTER)) ?? 0) !== after) {
        await tx.done;
        throw localError("STATE_CONFLICT");
      }
      const records = tx.objectStore(RECORDS);
      await Promise.all([
        ...puts.map(({ name, counter, sealed }) => records.put({ name, counter, sealed })),
        ...deletes.map((name) => records.delete(name)),
        meta.put(after + 1, COUNTER),
        tx.done,
      ]);
    });
  }

  /**
   * @template T
   * @param {string} topic
   * @param {() => Promise<T>} work
   */
  exclusively(topic, work) {
    return withLock(`${this.#lockName}:${topic}`, work);
  }

  async close() {
    this.#db.close();
  }
}
