/** One step of the client: what it changes, and what is to be done once that is stored. */

/** @typedef {import("../types.js").SealedRecord} SealedRecord */
/** @typedef {import("./engine.js").Effects} Effects */
/** @typedef {import("./engine.js").Engine} Engine */
/** @typedef {import("./engine.js").At} At */

/** @param {string} name */
export function bucketOf(name) {
  return name.slice(0, name.lastIndexOf("/") + 1);
}

export class Step {
  #records;
  #engine;
  #apply;
  #sequence = 0;
  /** @type {(() => void)[]} */
  #after = [];
  /** Records of JavaScript's own. @type {Map<string, any>} */
  values = new Map();
  /** Octets of files. @type {Map<string, Uint8Array>} */
  octets = new Map();
  /** The core's, sealed already. @type {Map<string, SealedRecord>} */
  sealed = new Map();
  /** @type {Set<string>} */
  deletes = new Set();
  /** @type {Pick<Effects, "posts" | "fetches" | "events">} */
  effects = { posts: [], fetches: [], events: [] };
  /** When the core wants to be called, in seconds; undefined when it was not called. */
  wake = /** @type {number | undefined} */ (undefined);
  /** Whether the user wished it: own messages in it are on their way. */
  isWish = false;
  /** Whether the core was loaded in this step, and has given all posts that wait. */
  loaded = false;

  /**
   * @param {import("./memory.js").Memory} records as stored
   * @param {At} at
   * @param {() => Engine} engine
   * @param {(step: Step, event: import("./engine.js").EngineEvent) => void} apply makes records of an
   *   event
   */
  constructor(records, at, engine, apply) {
    this.#records = records;
    this.#engine = engine;
    this.#apply = apply;
    this.at = at;
  }

  get isEmpty() {
    return this.values.size + this.octets.size + this.sealed.size + this.deletes.size === 0;
  }

  /**
   * Calls the core; its effects become part of the step.
   * @param {(engine: Engine, at: At) => Promise<Effects>} call
   * @returns {Promise<Effects>}
   */
  async engine(call) {
    const effects = await call(this.#engine(), this.at);
    this.adopt(effects);
    return effects;
  }

  /** @param {Effects} effects */
  adopt({ wake, puts, deletes, posts, fetches, events }) {
    this.wake = wake;
    for (const record of puts) {
      this.deletes.delete(record.name);
      this.sealed.set(record.name, record);
    }
    for (const name of deletes) this.delete(name);
    this.effects.posts.push(...posts);
    this.effects.fetches.push(...fetches);
    // What is about a new conversation may come before the conversation.
    const isNews = (/** @type {{ type: string }} */ { type }) => type === "conversation";
    for (const event of [...events.filter(isNews), ...events.filter((one) => !isNews(one))]) {
      this.effects.events.push(event);
      this.#apply(this, event);
    }
  }

  /**
   * A record as this step leaves it.
   * @param {string} name
   * @returns {any}
   */
  get(name) {
    if (this.deletes.has(name)) return undefined;
    return this.values.get(name) ?? this.#records.get(name);
  }

  /**
   * The records of a bucket as this step leaves them.
   * @param {string} bucket
   * @returns {[string, any][]}
   */
  entries(bucket) {
    const all = new Map(this.#records.entries(bucket));
    for (const [name, value] of this.values) if (bucketOf(name) === bucket) all.set(name, value);
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
   * A new name, which comes after all others in the bucket.
   * @param {string} bucket
   */
  newName(bucket) {
    const number = String(this.at.counter).padStart(15, "0");
    return `${bucket}${number}-${String(this.#sequence++).padStart(4, "0")}`;
  }

  /**
   * @param {string} bucket
   * @param {any} value
   * @returns {string} the new record's name
   */
  append(bucket, value) {
    const name = this.newName(bucket);
    this.put(name, value);
    return name;
  }

  /**
   * Stores octets; they are not kept in memory.
   * @param {string} name
   * @param {Uint8Array} octets
   */
  putOctets(name, octets) {
    this.deletes.delete(name);
    this.octets.set(name, octets);
  }

  /** @param {string} name */
  delete(name) {
    this.values.delete(name);
    this.octets.delete(name);
    this.sealed.delete(name);
    this.deletes.add(name);
  }

  /** @param {() => void} work to be done when the step is stored */
  after(work) {
    this.#after.push(work);
  }

  finish() {
    for (const work of this.#after) work();
  }
}
