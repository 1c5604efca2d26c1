/**
 * The client's state in memory and on the disk: the device in the core, and JavaScript's own records.
 *
 * Every change is a step: one transaction of the store with what the core wants stored and the records
 * that follow from its events. Posts, fetches and events of a step are given out when it is on the
 * disk. After a failed step the records are as before, and the device is loaded from the store again.
 */
import { textOf } from "../bytes.js";
import { localError, WaxsealError } from "../errors.js";
import { Engine } from "./engine.js";
import { Memory } from "./memory.js";
import { Step } from "./step.js";

/** @typedef {import("../types.js").SealedRecord} SealedRecord */
/** @typedef {import("../mls/index.js").Vault} Vault */

/**
 * @typedef {object} Hooks
 * @property {(step: Step, event: import("./engine.js").EngineEvent) => void} apply makes records of an
 *   event
 * @property {(step: Step) => void} onLoad the device was loaded in this step
 * @property {(step: Step) => void} onStep the step is stored
 * @property {() => void} onDrop the device was let go after a failure: the next step loads it again
 * @property {(names: { added: string[], changed: string[] }) => void} onOtherTab another tab changed
 *   these records
 */

/** One piece of work on the state at a time, over all tabs. */
const STATE = "state";
/** Records of the core. */
const CORE = "core/";
/** Of these the core wants the names only. */
const EVIDENCE = "core/evidence/";
/** Octets of files, read when somebody wants them. */
const FILES = "attachment/";
/** After these the device is as before the call. */
const HARMLESS = new Set(
  "INVALID_ARGUMENT UNKNOWN_CONVERSATION TOO_LARGE NOT_ACCEPTED NOT_IN_CONVERSATION CONVERSATION_ENDED".split(
    " ",
  ),
);

export class Database {
  #store;
  #vault;
  #hooks;
  #memory = new Memory();
  #counter = 0;
  /** @type {Engine | undefined} */
  #engine;
  #closed = false;

  /**
   * @param {import("../store/store.js").Store} store
   * @param {Vault} vault
   * @param {Hooks} hooks
   */
  constructor(store, vault, hooks) {
    this.#store = store;
    this.#vault = vault;
    this.#hooks = hooks;
  }

  /** Reads JavaScript's own records. */
  async read() {
    await this.#store.exclusively(STATE, () => this.#refresh());
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
   * The octets of a file.
   * @param {string} name of the record
   * @returns {Promise<Uint8Array>}
   */
  async octets(name) {
    const [record] = await this.#store.get([name]);
    if (!record) throw localError("NOT_FOUND");
    return this.#vault.open(record);
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
      const { engine, effects } = Engine.create(step.at, params);
      this.#engine = engine;
      await this.#attempt(step, () => {
        step.adopt(effects);
        fill(step);
      });
      finished.push(step);
    });
  }

  /**
   * Makes one step.
   * @template T
   * @param {(step: Step) => T} work at once, without waiting for anything
   * @returns {Promise<T>} when the step is stored and its events were given out
   */
  run(work) {
    return this.#locked(async (finished) => {
      const changes = await this.#refresh();
      if (changes) finished.push(changes);
      if (!this.#engine) finished.push(await this.#load());
      const step = this.#newStep();
      const outcome = await this.#attempt(step, () => work(step));
      finished.push(step);
      return outcome;
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
    const counter = await this.#store.counter();
    if (counter === this.#counter) return undefined;
    this.#dropEngine();
    const records = await this.#store.list("", [FILES, CORE]);
    this.#counter = counter;
    return this.#memory.replace(records, (record) =>
      JSON.parse(textOf(this.#vault.open(record)) ?? ""),
    );
  }

  #newStep() {
    const now = Math.floor(Date.now() / 1000);
    const at = { vault: this.#vault, counter: this.#counter + 1, now };
    return new Step(
      this.#memory,
      at,
      () => /** @type {Engine} */ (this.#engine),
      this.#hooks.apply,
    );
  }

  /** The device from the store, as a step of its own. */
  async #load() {
    const records = await this.#store.list(CORE, [EVIDENCE]);
    const evidence = await this.#store.names(EVIDENCE);
    const step = this.#newStep();
    const sealed = new Uint8Array();
    const names = evidence.map((name) => ({ name, counter: 0, sealed }));
    const { engine, effects } = Engine.load(step.at, [...records, ...names]);
    this.#engine = engine;
    step.loaded = true;
    await this.#attempt(step, () => {
      step.adopt(effects);
      this.#hooks.onLoad(step);
    });
    return step;
  }

  /**
   * @template T
   * @param {Step} step
   * @param {() => T} work
   */
  async #attempt(step, work) {
    try {
      const outcome = work();
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
    const puts = step.seal();
    await this.#store.write({ after: this.#counter, puts, deletes: [...step.deletes] });
    this.#counter = counter;
    for (const [name, value] of step.values) this.#memory.put(name, counter, value);
    for (const name of step.deletes) this.#memory.delete(name);
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

  async close() {
    this.#closed = true;
    // A step that is under way ends first.
    await this.#store.exclusively(STATE, async () => this.#dropEngine());
    this.#vault.close();
    await this.#store.close();
  }
}
