/**
 * Posting what the core wants posted, in order within a lane, again after failures. The core keeps
 * what waits: a crash between a post and its record repeats the post; receivers show things once.
 */
import { asWaxsealError, localError } from "../errors.js";

/** @typedef {import("./engine.js").Post} Post */
/** @typedef {import("./engine.js").Lane} Lane */
/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("../errors.js").WaxsealError} WaxsealError */

/**
 * @typedef {object} OutboxOptions
 * @property {import("./database.js").Database} database
 * @property {import("../transport/transport.js").Transport} transport
 * @property {(activities: string[], error: Error) => Promise<void>} onFailed these own messages wait:
 *   a post, theirs or one before them, could not be made, and will be tried again
 * @property {(error: unknown) => void} onError something else went wrong
 */

/** Waits between attempts, in milliseconds; the last one goes on. */
const BACKOFF = [500, 1000, 2000, 5000, 15_000, 60_000];

export class Outbox {
  #options;
  /** What waits, in order. @type {Post[]} */
  #posts = [];
  /** @type {Record<Lane, { running: boolean, failures: number,
   *   timer?: ReturnType<typeof setTimeout> }>} */
  #lanes = { messages: { running: false, failures: 0 }, keys: { running: false, failures: 0 } };
  #end = new AbortController();
  /** Why a server refused the last post that it refused. @type {WaxsealError | undefined} */
  refusal = undefined;

  /** @param {OutboxOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * The device was loaded, and gave everything that waits.
   * @param {Step} step
   */
  restart(step) {
    this.#posts = step.effects.posts.splice(0);
  }

  /**
   * Takes the posts of a step that is stored.
   * @param {Step} step
   */
  add({ loaded, effects: { posts } }) {
    this.#posts.push(...posts);
    if (loaded || posts.length > 0) this.kick();
  }

  /** Posts whatever there is, at once. */
  kick() {
    for (const lane of /** @type {Lane[]} */ (["messages", "keys"])) this.#run(lane);
  }

  /** How many posts wait, by lane. */
  get waiting() {
    const count = (/** @type {Lane} */ lane) =>
      this.#posts.filter((post) => post.lane === lane).length;
    return { messages: count("messages"), keys: count("keys") };
  }

  /** @param {Lane} lane */
  isEmpty(lane) {
    return this.#next(lane) === undefined;
  }

  /** @param {Lane} lane */
  #next(lane) {
    return this.#posts.find((post) => post.lane === lane);
  }

  close() {
    this.#end.abort();
    for (const { timer } of Object.values(this.#lanes)) clearTimeout(timer);
  }

  get #closed() {
    return this.#end.signal.aborted;
  }

  /** @param {Lane} lane */
  async #run(lane) {
    const state = this.#lanes[lane];
    if (state.running || this.#closed || this.isEmpty(lane)) return;
    clearTimeout(state.timer);
    state.running = true;
    const { database, onError } = this.#options;
    try {
      await database.exclusively(`outbox-${lane}`, async () => {
        // Another tab may have posted meanwhile: the device as stored knows what still waits.
        await database.run(() => {});
        for (let next = this.#next(lane); next && !this.#closed; next = this.#next(lane)) {
          await this.#post(next);
          state.failures = 0;
        }
      });
      state.running = false;
      if (!this.isEmpty(lane)) this.#run(lane);
    } catch (error) {
      state.running = false;
      if (this.#closed) return;
      if (!this.#options.transport.isTransient(error)) onError(error);
      const asked = asWaxsealError(error, "NETWORK").retryAfter ?? 0;
      const backoff = /** @type {number} */ (BACKOFF[Math.min(state.failures, BACKOFF.length - 1)]);
      state.failures++;
      state.timer = setTimeout(() => this.#run(lane), Math.max(asked, backoff));
    }
  }

  /**
   * Whoever opens the database next must not wait for a server that does not answer.
   * @template T
   * @param {Promise<T>} promise
   * @returns {Promise<T>}
   */
  #unlessClosed(promise) {
    const { signal } = this.#end;
    return new Promise((resolve, reject) => {
      const end = () => reject(localError("CLOSED"));
      signal.addEventListener("abort", end, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
    });
  }

  /**
   * @param {Post} post
   * @throws what is worth another attempt
   */
  async #post(post) {
    const { transport, onFailed } = this.#options;
    let posted;
    try {
      const activity = JSON.parse(new TextDecoder().decode(post.octets));
      posted = await this.#unlessClosed(transport.post(activity));
    } catch (error) {
      if (this.#closed) throw error;
      const failure = asWaxsealError(error, "NETWORK");
      if (transport.isTransient(error)) {
        const waiting = this.#posts.filter(({ lane }) => lane === post.lane);
        await onFailed(
          waiting.flatMap(({ message }) => (message === "" ? [] : [message])),
          failure,
        );
        throw failure;
      }
      this.refusal = failure;
      await this.#answer(post, { accepted: false, sentence: failure.message });
      return;
    }
    await this.#answer(post, { accepted: true, object: posted.object });
  }

  /**
   * @param {Post} post
   * @param {{ accepted: boolean, object?: string | undefined, sentence?: string }} answer
   */
  async #answer(post, answer) {
    await this.#options.database.run((step) =>
      step.engine((engine, at) => engine.posted(at, post.id, answer)),
    );
    this.#posts = this.#posts.filter(({ id }) => id !== post.id);
  }
}
