/** One step of the client: what it changes, and what follows once that is stored. */

/** @typedef {import("../types.js").SealedRecord} SealedRecord */
/** @typedef {import("./database.js").Database} Database */

export class Step {
  #database;
  #sequence = 0;
  /** @type {(() => void | Promise<void>)[]} */
  #effects = [];
  counter;
  /** @type {Map<string, any>} */
  values = new Map();
  /** @type {SealedRecord[]} */
  sealed = [];
  /** @type {Set<string>} */
  deletes = new Set();
  /** Conversations whose group may have changed. @type {Set<string>} */
  groups = new Set();

  /**
   * @param {Database} database
   * @param {number} counter
   */
  constructor(database, counter) {
    this.#database = database;
    this.counter = counter;
  }

  get isEmpty() {
    return this.values.size + this.sealed.length + this.deletes.size + this.groups.size === 0;
  }

  /**
   * A record as this step leaves it.
   * @param {string} name
   * @returns {any}
   */
  get(name) {
    if (this.deletes.has(name)) return undefined;
    return this.values.get(name) ?? this.#database.get(name);
  }

  /**
   * The records of a bucket as this step leaves them.
   * @param {string} bucket
   * @returns {[string, any][]}
   */
  entries(bucket) {
    const all = new Map(this.#database.entries(bucket));
    for (const [name, value] of this.values) {
      if (name.slice(0, name.lastIndexOf("/") + 1) === bucket) all.set(name, value);
    }
    for (const name of this.deletes) all.delete(name);
    return [...all];
  }

  /**
   * @param {string} name
   * @param {any} value
   */
  put(name, value) {
    this.deletes.delete(name);
    this.values.set(name, value);
  }

  /**
   * Adds a record under a new name, which comes after all others in the bucket.
   * @param {string} bucket
   * @param {any} value
   * @returns {string} the name
   */
  append(bucket, value) {
    const number = String(this.counter).padStart(15, "0");
    const name = `${bucket}${number}-${String(this.#sequence++).padStart(4, "0")}`;
    this.put(name, value);
    return name;
  }

  /** @param {SealedRecord} record sealed by the core for a slot of this step */
  putSealed(record) {
    this.sealed.push(record);
  }

  /** @param {string} name */
  delete(name) {
    this.values.delete(name);
    this.deletes.add(name);
  }

  /**
   * @param {string} name
   * @returns {import("../types.js").Slot}
   */
  slot(name) {
    return { name, counter: this.counter };
  }

  /**
   * The group of a conversation, to be changed.
   * @param {string} id
   */
  group(id) {
    this.groups.add(id);
    return this.#database.group(id);
  }

  /**
   * @param {string} id
   * @param {import("../mls/index.js").Group} group
   */
  adoptGroup(id, group) {
    this.groups.add(id);
    this.#database.adoptGroup(id, group);
  }

  /**
   * @param {() => void | Promise<void>} effect runs when the step is stored
   */
  after(effect) {
    this.#effects.push(effect);
  }

  async finish() {
    for (const effect of this.#effects) await effect();
  }
}
