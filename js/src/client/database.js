/**
 * The client's records in memory and on the disk.
 *
 * Every change is a step: one transaction of the store that holds the groups' new states and the
 * records that go with them. Posts and events of a step follow when it is on the disk. After a failed
 * step the memory is as before.
 */
import { textOf, utf8 } from "../bytes.js";
import { localError } from "../errors.js";
import { loadGroup } from "../mls/index.js";
import { acceptDevice } from "./members.js";
import { Step } from "./step.js";

/** @typedef {import("../types.js").SealedRecord} SealedRecord */
/** @typedef {import("../mls/index.js").Group} Group */
/** @typedef {import("../mls/index.js").Vault} Vault */

const CORE_PREFIX = "core/";
const STATE = "state";

/** @param {string} name */
function bucketOf(name) {
  return name.slice(0, name.lastIndexOf("/") + 1);
}

/**
 * Records in memory can be handed out: nobody changes them.
 * @param {any} value
 */
function deepFreeze(value) {
  if (typeof value !== "object" || value === null) return value;
  for (const part of Object.values(value)) deepFreeze(part);
  return Object.freeze(value);
}

export class Database {
  #store;
  /** @type {Vault} */
  vault;
  #counter = 0;
  /** Records by the part of their name up to the last slash, in the order of their names.
   * @type {Map<string, Map<string, any>>} */
  #buckets = new Map();
  /** @type {Map<string, SealedRecord>} */
  #sealed = new Map();
  /** @type {Map<string, Group>} */
  #groups = new Map();
  /** @type {(added: string[]) => void} */
  #onOtherTab;

  /**
   * @param {import("../store/store.js").Store} store
   * @param {Vault} vault
   * @param {(added: string[]) => void} onOtherTab called after another tab changed the records, with
   *   the names of those that are new
   */
  constructor(store, vault, onOtherTab) {
    this.#store = store;
    this.vault = vault;
    this.#onOtherTab = onOtherTab;
  }

  /** Reads everything from the store. */
  load() {
    return this.#store.exclusively(STATE, () => this.#load());
  }

  async #load() {
    const [counter, records] = [await this.#store.counter(), await this.#store.list("")];
    this.#buckets.clear();
    this.#sealed.clear();
    for (const id of this.#groups.keys()) this.dropGroup(id);
    for (const record of records) {
      if (record.name.startsWith(CORE_PREFIX)) this.#sealed.set(record.name, record);
      else this.#remember(record.name, JSON.parse(textOf(this.vault.open(record)) ?? ""));
    }
    this.#counter = counter;
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  #remember(name, value) {
    const bucket = this.#buckets.get(bucketOf(name)) ?? new Map();
    this.#buckets.set(bucketOf(name), bucket.set(name, deepFreeze(value)));
  }

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
   * A record that the core sealed.
   * @param {string} name
   * @returns {SealedRecord}
   */
  sealed(name) {
    const record = this.#sealed.get(name);
    if (!record) throw localError("DATABASE_BROKEN");
    return record;
  }

  /** @param {string} name */
  hasSealed(name) {
    return this.#sealed.has(name);
  }

  /**
   * The group of a conversation, loaded when it is needed.
   * @param {string} id of the conversation
   */
  group(id) {
    const known = this.#groups.get(id);
    if (known) return known;
    const group = loadGroup({
      vault: this.vault,
      epoch: this.sealed(`core/group/${id}/epoch`),
      ratchet: this.sealed(`core/group/${id}/ratchet`),
      accept: acceptDevice,
    });
    this.#groups.set(id, group);
    return group;
  }

  /**
   * @param {string} id
   * @param {Group} group
   */
  adoptGroup(id, group) {
    this.#groups.set(id, group);
  }

  /**
   * Forgets the group in memory; the next use loads it from what is stored.
   * @param {string} id
   */
  dropGroup(id) {
    this.#groups.get(id)?.close();
    this.#groups.delete(id);
  }

  /**
   * Makes one step.
   * @template T
   * @param {(step: Step) => T} work at once, without waiting for anything
   * @returns {Promise<T>} when the step is stored and its events were given
   */
  async run(work) {
    /** @type {Step | undefined} */
    let step;
    /** @type {string[] | undefined} */
    let addedByOthers;
    const result = await this.#store.exclusively(STATE, async () => {
      addedByOthers = await this.#refresh();
      step = new Step(this, this.#counter + 1);
      try {
        const outcome = work(step);
        await this.#commit(step);
        return outcome;
      } catch (error) {
        for (const id of step.groups) this.dropGroup(id);
        throw error;
      }
    });
    if (addedByOthers) this.#onOtherTab(addedByOthers);
    await /** @type {Step} */ (/** @type {unknown} */ (step)).finish();
    return result;
  }

  /** Reads what another tab wrote since; the names that are new, or undefined if nothing changed. */
  async #refresh() {
    if ((await this.#store.counter()) === this.#counter) return undefined;
    const known = new Set([...this.#buckets.values()].flatMap((bucket) => [...bucket.keys()]));
    await this.#load();
    const names = [...this.#buckets.values()].flatMap((bucket) => [...bucket.keys()]);
    return names.filter((name) => !known.has(name));
  }

  /** @param {Step} step */
  async #commit(step) {
    if (step.isEmpty) return;
    const sealed = [...step.groups].flatMap((id) => this.#saveGroup(step, id));
    sealed.push(...step.sealed);
    const plain = [...step.values].map(([name, value]) =>
      this.vault.seal({ name, counter: step.counter }, utf8(JSON.stringify(value))),
    );
    await this.#store.write({
      after: this.#counter,
      puts: [...plain, ...sealed],
      deletes: [...step.deletes],
    });
    this.#counter = step.counter;
    for (const record of sealed) this.#sealed.set(record.name, record);
    for (const [name, value] of step.values) this.#remember(name, value);
    for (const name of step.deletes) {
      this.#sealed.delete(name);
      this.#buckets.get(bucketOf(name))?.delete(name);
    }
  }

  /**
   * @param {Step} step
   * @param {string} id
   */
  #saveGroup(step, id) {
    const name = `core/group/${id}`;
    const { epoch, ratchet } = this.group(id).save({
      epoch: step.slot(`${name}/epoch`),
      ratchet: step.slot(`${name}/ratchet`),
      always: !this.#sealed.has(`${name}/epoch`),
    });
    return epoch ? [epoch, ratchet] : [ratchet];
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
    for (const id of this.#groups.keys()) this.dropGroup(id);
    this.vault.close();
    await this.#store.close();
  }
}
