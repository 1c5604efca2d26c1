/**
 * The store in Node: a folder (mode 0700) with
 *   key      the vault key (mode 0600): who can read this folder can read the conversations
 *   journal  the sealed records
 *   lock     while a process uses it
 */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { localError, WaxsealError } from "../errors.js";
import { decodeJournal, encodeLine } from "./journal.js";
import { withLocalLock } from "./lock.js";
import { lockForProcess } from "./process_lock.js";

/** @typedef {import("./store.js").Store} Store */
/** @typedef {import("./store.js").SealedRecord} SealedRecord */
/** @typedef {import("./store.js").WriteBatch} WriteBatch */

const VAULT_KEY_LEN = 32;
/** The journal is written anew when it is this long and mostly superseded records. */
const COMPACT_MIN_OCTETS = 256 * 1024;

/**
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

/** @param {string} path */
function readIfThere(path) {
  return readFile(path).catch((error) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

/**
 * Puts a file in place in one step: after a crash it has the old content or the new one.
 * @param {string} path
 * @param {Uint8Array | string} content
 */
async function replaceFile(path, content) {
  const partial = `${path}.partial`;
  const file = await open(partial, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * @implements {Store}
 */
export class FileStore {
  #folder;
  #unlock;
  /** @type {import("node:fs/promises").FileHandle | undefined} */
  #journal;
  #len = 0;
  /** Octets of the journal just after it was last written anew. */
  #compactLen = 0;
  #counter = 0;
  /** @type {Map<string, SealedRecord>} */
  #records = new Map();

  /**
   * @param {string} folder
   * @param {() => Promise<void>} unlock
   */
  constructor(folder, unlock) {
    this.#folder = folder;
    this.#unlock = unlock;
  }

  /** @param {string} path of the folder, made if it is not there */
  static open(path) {
    return guarded(async () => {
      const folder = resolve(path);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const store = new FileStore(folder, await lockForProcess(join(folder, "lock")));
      try {
        await store.#load();
      } catch (error) {
        await store.close();
        throw error;
      }
      return store;
    });
  }

  get #journalPath() {
    return join(this.#folder, "journal");
  }

  async #load() {
    const octets = (await readIfThere(this.#journalPath)) ?? Buffer.alloc(0);
    const { batches, validLen } = decodeJournal(octets);
    for (const batch of batches) this.#apply(batch);
    this.#journal = await open(this.#journalPath, "a", 0o600);
    if (validLen < octets.length) await this.#journal.truncate(validLen);
    this.#len = this.#compactLen = validLen;
  }

  /** @param {WriteBatch} batch */
  #apply({ after, puts, deletes }) {
    for (const record of puts) this.#records.set(record.name, record);
    for (const name of deletes) this.#records.delete(name);
    this.#counter = after + 1;
  }

  /**
   * @param {() => Uint8Array} create
   * @returns {Promise<Uint8Array>}
   */
  vaultKey(create) {
    return guarded(async () => {
      const path = join(this.#folder, "key");
      const stored = await readIfThere(path);
      if (stored?.length === VAULT_KEY_LEN) return new Uint8Array(stored);
      if (stored) throw localError("DATABASE_BROKEN", { about: path });
      const key = create();
      await replaceFile(path, key);
      return key;
    });
  }

  async counter() {
    return this.#counter;
  }

  /** @param {string[]} names */
  async get(names) {
    return names.map((name) => this.#records.get(name));
  }

  /**
   * @param {string} prefix
   * @param {string[]} [except]
   */
  async list(prefix, except = []) {
    return [...this.#records.values()]
      .filter(({ name }) => name.startsWith(prefix) && !except.some((one) => name.startsWith(one)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @param {string} prefix */
  async names(prefix) {
    return (await this.list(prefix)).map(({ name }) => name);
  }

  /** @param {WriteBatch} batch */
  write(batch) {
    return withLocalLock(this.#journalPath, () => guarded(() => this.#append(batch)));
  }

  /** @param {WriteBatch} batch */
  async #append(batch) {
    if (batch.after !== this.#counter) throw localError("STATE_CONFLICT");
    if (!this.#journal) throw localError("CLOSED");
    const line = Buffer.from(encodeLine(batch));
    try {
      await this.#journal.appendFile(line);
      await this.#journal.datasync();
    } catch (error) {
      // Half a line would spoil the next one.
      await this.#journal.truncate(this.#len).catch(() => this.#journal?.close());
      throw error;
    }
    this.#len += line.length;
    this.#apply(batch);
    if (this.#len > COMPACT_MIN_OCTETS && this.#len > 2 * this.#compactLen) await this.#compact();
  }

  async #compact() {
    const puts = [...this.#records.values()];
    const line = encodeLine({ after: this.#counter - 1, puts, deletes: [] });
    await replaceFile(this.#journalPath, line);
    await this.#journal?.close();
    this.#journal = await open(this.#journalPath, "a", 0o600);
    this.#len = this.#compactLen = Buffer.byteLength(line);
  }

  /**
   * @template T
   * @param {string} topic
   * @param {() => Promise<T>} work
   */
  exclusively(topic, work) {
    return withLocalLock(`${this.#folder}:${topic}`, work);
  }

  async close() {
    await this.#journal?.close();
    this.#journal = undefined;
    await this.#unlock();
  }
}
