/**
 * Posting what steps have put into the outbox, in order within a lane, again after failures and after
 * a restart. A crash between a post and its record repeats the post; receivers show things once.
 */
import { asWaxsealError, localError } from "../errors.js";
import { onPublished } from "./key_packages.js";
import { setState } from "./messages.js";

/** @typedef {import("./context.js").Context} Context */
/** @typedef {import("./records.js").OutboxRecord} OutboxRecord */
/** @typedef {"messages" | "keys"} Lane */

/** Waits between attempts, in milliseconds; the last one goes on. */
const BACKOFF = [500, 1000, 2000, 5000, 15_000, 60_000];

export class Outbox {
  #context;
  /** @type {Record<Lane, { running: boolean, failures: number,
   *   timer?: ReturnType<typeof setTimeout> }>} */
  #lanes = { messages: { running: false, failures: 0 }, keys: { running: false, failures: 0 } };
  /** Who waits for a first attempt, by record name.
   * @type {Map<string, { resolve: () => void, reject: (error: Error) => void }>} */
  #waiting = new Map();
  #closed = false;

  /** @param {Context} context */
  constructor(context) {
    this.#context = context;
  }

  /** Posts whatever there is; called after each step that puts something in. */
  kick() {
    for (const lane of /** @type {Lane[]} */ (["messages", "keys"])) this.#run(lane);
  }

  /**
   * @param {string} name of an outbox record
   * @returns {Promise<void>} when the server took it; rejects when the first attempt fails, though
   *   further ones are made unless they are useless
   */
  posted(name) {
    const { promise, resolve, reject } = withResolvers();
    this.#waiting.set(name, { resolve, reject });
    this.kick();
    return promise;
  }

  close() {
    this.#closed = true;
    for (const lane of Object.values(this.#lanes)) clearTimeout(lane.timer);
    for (const { reject } of this.#waiting.values()) reject(localError("CLOSED"));
    this.#waiting.clear();
  }

  /** @param {Lane} lane */
  async #run(lane) {
    const state = this.#lanes[lane];
    if (state.running || this.#closed) return;
    clearTimeout(state.timer);
    state.running = true;
    try {
      // Another tab may be posting; what it posted is gone from the records afterwards.
      await this.#context.database.exclusively(`outbox-${lane}`, async () => {
        await this.#context.database.run(() => {});
        for (let next = this.#next(lane); next && !this.#closed; next = this.#next(lane)) {
          await this.#post(...next);
          state.failures = 0;
        }
      });
      this.#settle();
      state.running = false;
      if (this.#next(lane)) this.#run(lane);
    } catch (error) {
      state.running = false;
      this.#retryLater(lane, error);
    }
  }

  /** What another tab has posted is gone from the records: whoever waits for it here is told. */
  #settle() {
    for (const [name, { resolve }] of this.#waiting) {
      if (this.#context.database.get(name)) continue;
      this.#waiting.delete(name);
      resolve();
    }
  }

  /**
   * @param {Lane} lane
   * @param {unknown} error
   */
  #retryLater(lane, error) {
    if (this.#closed) return;
    const state = this.#lanes[lane];
    if (!this.#context.transport.isTransient(error)) this.#context.emit("error", { error });
    const asked = asWaxsealError(error, "NETWORK").retryAfter ?? 0;
    const backoff = /** @type {number} */ (BACKOFF[Math.min(state.failures, BACKOFF.length - 1)]);
    state.failures++;
    state.timer = setTimeout(() => this.#run(lane), Math.max(asked, backoff));
  }

  /**
   * @param {Lane} lane
   * @returns {[string, OutboxRecord] | undefined}
   */
  #next(lane) {
    return this.#context.database
      .entries("outbox/")
      .find(([, record]) => record.lane === lane && record.refused === undefined);
  }

  /**
   * @param {string} name
   * @param {OutboxRecord} record
   * @throws what is worth another attempt
   */
  async #post(name, record) {
    const waiting = this.#waiting.get(name);
    this.#waiting.delete(name);
    const { transport } = this.#context;
    let posted;
    try {
      posted = await transport.post(record.activity);
    } catch (error) {
      const transient = transport.isTransient(error);
      await this.#onFailed(name, record, asWaxsealError(error, "NETWORK"), transient);
      waiting?.reject(/** @type {Error} */ (error));
      if (transient) throw error;
      return;
    }
    await this.#onPosted(name, record, posted);
    waiting?.resolve();
  }

  /**
   * @param {string} name
   * @param {OutboxRecord} record
   * @param {import("../transport/transport.js").Posted} posted
   */
  #onPosted(name, record, posted) {
    const context = this.#context;
    return context.database.run((step) => {
      step.delete(name);
      if (record.message && record.conversation) {
        setState(context, step, record.message, record.conversation, "sent");
      }
      if (record.package) {
        const problem = onPublished(step, record.package, posted.object);
        if (problem) step.after(() => context.emit("error", { error: problem }));
      }
    });
  }

  /**
   * @param {string} name
   * @param {OutboxRecord} record
   * @param {import("../errors.js").WaxsealError} error
   * @param {boolean} transient
   */
  #onFailed(name, record, error, transient) {
    const context = this.#context;
    return context.database.run((step) => {
      // A list of keys that a server does not keep is no reason to ask again for ever.
      if (!transient && record.lane === "keys") step.delete(name);
      else if (!transient) step.put(name, { ...record, refused: error.code });
      if (record.message && record.conversation) {
        setState(context, step, record.message, record.conversation, "failed");
      }
      const conversation = record.conversation && context.conversation(record.conversation);
      step.after(() => context.emit("error", { error, ...(conversation ? { conversation } : {}) }));
    });
  }

  /**
   * Posts again what was refused.
   * @param {string} message name of the note's record
   */
  async retry(message) {
    const context = this.#context;
    await context.database.run((step) => {
      for (const [name, record] of step.entries("outbox/")) {
        if (record.message !== message) continue;
        const { refused: _, ...again } = record;
        step.put(name, again);
        setState(context, step, message, record.conversation, "sending");
      }
    });
    this.kick();
  }

  /** @param {Lane} lane */
  isEmpty(lane) {
    return this.#next(lane) === undefined;
  }
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers() {
  /** @type {() => void} */
  let resolve = () => {};
  /** @type {(error: Error) => void} */
  let reject = () => {};
  const promise = /** @type {Promise<void>} */ (
    new Promise((yes, no) => {
      resolve = () => yes(undefined);
      reject = no;
    })
  );
  return { promise, resolve, reject };
}
