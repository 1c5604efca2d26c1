/**
 * The client's state in memory and on the disk: the device in the core, and JavaScript's own records.
 *
 * Every change is a step: one transaction of the store with what the core wants stored and the records
 * that follow from its events. Posts, fetches and events of a step are given out when it is on the
 * disk. After a failed step the records are as before, and the device is loaded from the store again.
 */
import { textOf, utf8 } from "../bytes.js";
import { localError, WaxsealError } from "../errors.js";
import { Engine } from "./engine.js";
import { Memory } from "./memory.js";
import { Step } from "./step.js";

/** @typedef {import("../vault/records.js").Records} Records */
/** @typedef {import("../vault/keyring.js").Keyring} Keyring */
/** @typedef {import("../vault/keyring.js").KeyringHeader} KeyringHeader */

/**
 * @typedef {object} Parts
 * @property {import("../store/store.js").Store} store
 * @property {Records} records
 * @property {Keyring} keyring
 * @property {import("../wasm/host.js").Host} host
 *
 * @typedef {object} Hooks
 * @property {(step: Step, event: import("./engine.js").EngineEvent) => void} apply makes records of an
 *   event
 * @property {(step: Step) => Promise<void>} onLoad the device was loaded in this step
 * @property {(step: Step) => void} onStep the step is stored
 * @property {() => void} onDrop the device was let go after a failure: the next step loads it again
 * @property {(names: { added: string[], changed: string[] }) => void} onOtherTab another tab changed
 *   these records
 * @property {(error?: WaxsealError) => void} onLocked another tab locked the database or changed its
 *   key; error: it is gone, or can't be used any more
 * @property {(error: unknown) => void} onError something failed that nobody waits for
 */

/** One piece of work on the state at a time, over all tabs. */
const STATE = "state";
/** Records of the core. */
const CORE = "core/";
/** Of these the core wants the names only. */
const EVIDENCE = "core/evidence/";
/** Octets of files, read when somebody wants them. */
const FILES = "attachment/";
/** What this connection to the database does not come back from. */
const ENDS = new Set(["STORAGE_GONE", "DATABASE_NEWER"]);
/** After these the device is as before the call. */
const HARMLESS = new Set(
  "INVALID_ARGUMENT UNKNOWN_CONVERSATION TOO_LARGE NOT_ACCEPTED NOT_IN_CONVERSATION CONVERSATION_ENDED".split(
    " ",
  ),
);

export class Database {
  #store;
  #records;
  #keyring;
  #host;
  #hooks;
  #memory = new Memory();
  /** @type {Engine | undefined} */
  #engine;
  #closed = false;

  /**
   * @param {Parts} parts
   * @param {Hooks} hooks
   */
  constructor({ store, records, keyring, host }, hooks) {
    this.#store = store;
    this.#records = records;
    this.#keyring = keyring;
    this.#host = host;
    this.#hooks = hooks;
  }

  /** Reads JavaScript's own records; what another tab changed is told. */
  refresh() {
    return this.#locked(async (finished) => {
      const changes = await this.#refresh();
      if (changes) finished.push(changes);
    });
  }

  /**
   * @param {string} name
   * @returns {any} undefined when there is no such record
   */
  get(name) {
    return this.#memory.get(name);
  }

  /**
   * @param {string} bucket a name up to and with its last slash
   * @returns {[string, any][]}
   */
  entries(bucket) {
    return this.#memory.entries(bucket);
  }

  /** @param {string} bucket */
  values(bucket) {
    return this.#memory.values(bucket);
  }

  /**
   * Whether there is such a record, also one that is damaged.
   * @param {string} name
   */
  has(name) {
    return this.#records.counterOf(name) !== undefined;
  }

  /** With the wraps of the vault key. */
  get header() {
    return this.#keyring.header;
  }

  /** @returns {string} the actor's id */
  get owner() {
    return this.get("device").actor;
  }

  /** Octets that are stored, by what they are about: `message`, `core/chat`, … */
  async sizes() {
    /** @type {Record<string, { records: number, octets: number }>} */
    const sizes = {};
    for (const { name, sealed } of await this.#store.list("")) {
      const kind = (/^core\/[^/]*|^[^/]*/.exec(name) ?? [""])[0];
      sizes[kind] ??= { records: 0, octets: 0 };
      sizes[kind].records++;
      sizes[kind].octets += sealed.length;
    }
    return sizes;
  }

  /** For reports. */
  get state() {
    return { store: this.#store.kind, core: this.#host.where, counter: this.#records.counter };
  }

  /** The core, for what belongs to no step. */
  get host() {
    return this.#host;
  }

  /**
   * The octets of a file.
   * @param {string} name of the record
   * @returns {Promise<Uint8Array>}
   */
  octets(name) {
    return this.#locked(async () => {
      const [record] = await this.#records.open([name]);
      if (!record) throw localError("NOT_FOUND");
      return record.plaintext;
    });
  }

  /**
   * Makes a new device, unless there is one by now.
   * @param {import("./engine.js").DeviceParams} params
   * @param {(step: Step) => void} fill puts what goes with it
   */
  create(params, fill) {
    return this.#locked(async (finished) => {
      await this.#refresh();
      if (this.get("device")) return;
      const step = this.#newStep();
      const { engine, effects } = await Engine.create(this.#host, step.at, params);
      this.#engine = engine;
      await this.#attempt(step, async () => {
        step.adopt(effects);
        fill(step);
      });
      finished.push(step);
    });
  }

  /**
   * Makes one step.
   * @template T
   * @param {(step: Step) => T | Promise<T>} work waits for nothing but the core
   * @param {{ unless?: () => boolean }} [options] unless: asked when what other tabs did is known
   * @returns {Promise<T | undefined>} when the step is stored and its events were given out
   */
  run(work, { unless = () => false } = {}) {
    return this.#locked(async (finished) => {
      const changes = await this.#refresh();
      if (changes) finished.push(changes);
      if (unless()) return undefined;
      if (!this.#engine) finished.push(await this.#load());
      const step = this.#newStep();
      const outcome = await this.#attempt(step, () => work(step));
      finished.push(step);
      // The step is stored; what is due is tried again after the next one.
      await this.#records.tidy().catch(this.#hooks.onError);
      return outcome;
    });
  }

  /**
   * Works on the wraps of the vault key, or with everything that is stored.
   * @template T
   * @param {(parts: { records: Records, keyring: Keyring }) => Promise<T>} work
   * @returns {Promise<T>}
   */
  vault(work) {
    return this.#locked(async (finished) => {
      const changes = await this.#refresh();
      if (changes) finished.push(changes);
      return work({ records: this.#records, keyring: this.#keyring });
    });
  }

  /**
   * Works under the lock, then gives out what came of it, also of the part before a failure.
   * @template T
   * @param {(finished: (Step | { added: string[], changed: string[] })[]) => Promise<T>} work
   * @returns {Promise<T>}
   */
  async #locked(work) {
    /** @type {(Step | { added: string[], changed: string[] })[]} */
    const finished = [];
    try {
      return await this.#store.exclusively(STATE, () => {
        if (this.#closed) throw localError("CLOSED");
        return work(finished);
      });
    } finally {
      for (const one of finished) {
        if (one instanceof Step) this.#hooks.onStep(one);
        else this.#hooks.onOtherTab(one);
      }
    }
  }

  /** Reads what another tab wrote since; undefined if nothing. */
  async #refresh() {
    const touched = await this.#changedNames();
    if (!touched) return undefined;
    this.#dropEngine();
    const own = new Set(this.#records.names("", [FILES, CORE]));
    const known = touched === "all" ? [...own, ...this.#memory.names] : [...touched];
    const names = known.filter((name) => !name.startsWith(FILES) && !name.startsWith(CORE));
    const news = names.filter(
      (name) => own.has(name) && this.#records.counterOf(name) !== this.#memory.counterOf(name),
    );
    const opened = await this.#records.open(news);
    const gone = names.filter((name) => !own.has(name));
    return this.#memory.update(
      opened.map(({ name, counter, plaintext }) => {
        const value = JSON.parse(textOf(plaintext) ?? "");
        plaintext.fill(0);
        return { name, counter, value };
      }),
      gone,
    );
  }

  /** Names of records that another tab changed, in memory and on the disk. */
  async #changedNames() {
    try {
      // Under another vault key nothing could be read, so that is looked at first.
      if ((await this.#store.counter()) !== this.#records.counter) await this.#checkHeader();
      return await this.#records.refresh();
    } catch (error) {
      const known = /** @type {WaxsealError} */ (error);
      if (ENDS.has(known.code)) this.#hooks.onLocked(known);
      throw error;
    }
  }

  async #checkHeader() {
    const header = /** @type {KeyringHeader | undefined} */ (await this.#store.header());
    const { key, locks } = this.#keyring.header;
    if (header?.key !== key || header.locks !== locks) {
      this.#hooks.onLocked();
      throw localError("CLOSED");
    }
    this.#keyring.header = header;
  }

  #newStep() {
    const now = Math.floor(Date.now() / 1000);
    const at = { vault: this.#records.vault, counter: this.#records.counter + 1, now };
    return new Step(
      this.#memory,
      at,
      () => /** @type {Engine} */ (this.#engine),
      this.#hooks.apply,
    );
  }

  /** The device from the store, as a step of its own. */
  async #load() {
    const records = await this.#records.sealed(this.#records.names(CORE, [EVIDENCE]));
    const step = this.#newStep();
    const sealed = new Uint8Array();
    const names = this.#records.names(EVIDENCE).map((name) => ({ name, counter: 0, sealed }));
    const all = [...records, ...names];
    const loaded = await Engine.load(this.#host, step.at, all).catch(async (error) => {
      await this.#records.examine(records);
      throw error;
    });
    const { engine, effects, broken } = loaded;
    this.#records.refuse(broken);
    this.#engine = engine;
    step.loaded = true;
    await this.#attempt(step, async () => {
      step.adopt(effects);
      await this.#hooks.onLoad(step);
    });
    return step;
  }

  /**
   * @template T
   * @param {Step} step
   * @param {() => T | Promise<T>} work
   */
  async #attempt(step, work) {
    try {
      const outcome = await work();
      await this.#commit(step);
      return outcome;
    } catch (error) {
      const harmless = error instanceof WaxsealError && HARMLESS.has(error.code);
      if (step.wake !== undefined || !harmless) {
        this.#dropEngine();
        this.#hooks.onDrop();
      }
      throw error;
    }
  }

  #dropEngine() {
    this.#engine?.close();
    this.#engine = undefined;
  }

  /** @param {Step} step */
  async #commit(step) {
    if (step.isEmpty) return;
    const { counter } = step.at;
    const own = [...step.values].map(
      ([name, value]) => /** @type {[string, Uint8Array]} */ ([name, utf8(JSON.stringify(value))]),
    );
    await this.#records.write({
      plain: [...own, ...step.octets],
      sealed: [...step.sealed.values()],
      deletes: step.deletes,
    });
    const values = [...step.values].map(([name, value]) => ({ name, counter, value }));
    this.#memory.update(values, [...step.deletes]);
  }

  /**
   * Runs work that only one tab may do at a time.
   * @template T
   * @param {string} topic
   * @param {() => Promise<T>} work
   */
  exclusively(topic, work) {
    return this.#store.exclusively(topic, work);
  }

  /**
   * @param {{ forget?: boolean, destroy?: boolean }} [options] forget: also what was read; destroy:
   *   deletes everything that is stored
   */
  async close({ forget = false, destroy = false } = {}) {
    // A step that is under way ends first.
    await this.#store.exclusively(STATE, async () => {
      this.#closed = true;
      this.#dropEngine();
      this.#records.close();
      this.#host.close();
      if (forget) this.#memory.clear();
      await (destroy ? this.#store.destroy() : this.#store.close());
    });
  }
}
