/**
 * Reading what comes: events as they happen where the server offers them, a look now and then where
 * it does not, and again and again after failures.
 */
import { WaxsealError } from "../errors.js";
import { idOf } from "./collection.js";
import { isTransient } from "./http.js";

/** Waits between attempts after failures, in milliseconds; the last one goes on. */
const BACKOFF = [500, 1000, 2000, 5000, 10_000, 30_000];
/** With a live event stream, the collection is looked at this often all the same. */
const SAFETY_POLL_MS = 60_000;
/** When the event stream can't be opened, the collection is looked at for so long before it is tried
 * again. */
const STREAM_RETRY_MS = 60_000;
/** A stream that lasts so long has not failed; one that ends sooner is opened again after growing waits. */
const STEADY_MS = 5000;
/** The wait before a steady stream that ended is opened again. */
const REOPEN_MS = 200;
/** How the wait between looks grows while nothing comes, and how far. */
const IDLE_GROWTH = 1.25;
const IDLE_LIMIT = 6;
/** Activities remembered so that none is handed on twice. */
const REMEMBERED = 1000;

/**
 * @typedef {object} StreamHandlers
 * @property {AbortSignal} signal ends it
 * @property {() => void} onOpen
 * @property {(activity?: any) => void} onChange the activity that came; without it, something did
 * @property {(milliseconds: number) => void} onRetry how long to wait before opening it again
 *
 * @typedef {(handlers: StreamHandlers) => Promise<void>} Stream tells what comes until it ends
 *
 * @typedef {object} Source
 * @property {(since: string | undefined) => Promise<any[]>} read activities after `since`, oldest first
 * @property {(item: any) => Promise<any>} load the activity that an item is or names
 * @property {() => Promise<Stream | undefined>} findStream
 * @property {number} pollInterval milliseconds
 */

/**
 * @param {number} milliseconds
 * @param {AbortSignal} signal ends the wait early
 */
export function wait(milliseconds, signal) {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve(undefined);
    }
  });
}

/** @param {number} failures before this one */
const backoff = (failures) =>
  /** @type {number} */ (BACKOFF[Math.min(failures, BACKOFF.length - 1)]);

/**
 * @param {Source & import("./transport.js").WatchOptions} options
 * @returns {Promise<void>} when the signal is given
 */
export async function watchMessages(options) {
  const { signal, onState } = options;
  const reader = new Reader(options);
  let failures = 0;
  const onSuccess = () => {
    failures = 0;
  };
  onState("connecting");
  while (!signal.aborted) {
    if (failures > 0) onState("connecting");
    try {
      const stream = await options.findStream();
      const ended = stream && (await follow(reader, options, stream, onSuccess));
      if (!ended) await poll(reader, options, onSuccess);
      else if (!signal.aborted) {
        onState("offline");
        const pause = failures === 0 ? REOPEN_MS : backoff(failures - 1);
        failures++;
        await wait(Math.max(ended.retry, pause), signal);
      }
    } catch (error) {
      if (signal.aborted) return;
      onState("offline", /** @type {Error} */ (error));
      const asked = error instanceof WaxsealError ? (error.retryAfter ?? 0) : 0;
      const pause = backoff(failures);
      failures++;
      await wait(Math.max(asked, pause), signal);
    }
  }
}

/** Hands activities on one after the other, each once, however they came. */
class Reader {
  #options;
  #tail = Promise.resolve();
  /** @type {Set<string>} ids, oldest first */
  #done = new Set();

  /** @param {Source & import("./transport.js").WatchOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Reads the collection from where we are, after everything handed on before.
   * @returns {Promise<number>} how many were new
   */
  catchUp() {
    const { read, since, signal } = this.#options;
    return this.#enqueue(async () => {
      let count = 0;
      for (const item of await read(since())) {
        if (signal.aborted) break;
        if (this.#done.has(idOf(item) ?? "")) continue;
        const activity = await this.#load(item);
        if (activity) await this.#handOn(activity);
        count++;
      }
      return count;
    });
  }

  /** @param {any} item */
  async #load(item) {
    try {
      return await this.#options.load(item);
    } catch (error) {
      // One that can't be read now is waited for, since order matters; one that never can is not.
      if (isTransient(error)) throw error;
      this.#options.onError(error);
      return undefined;
    }
  }

  /** @param {any} activity */
  accept(activity) {
    return this.#enqueue(() => this.#handOn(activity));
  }

  /** @param {any} activity */
  async #handOn(activity) {
    const id = idOf(activity);
    if (id !== undefined && this.#done.has(id)) return;
    await this.#options.onActivity(activity);
    if (id === undefined) return;
    this.#done.add(id);
    const [oldest] = this.#done;
    if (this.#done.size > REMEMBERED && oldest !== undefined) this.#done.delete(oldest);
  }

  /**
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #enqueue(work) {
    const result = this.#tail.then(work);
    this.#tail = result.then(
      () => {},
      () => {},
    );
    return result;
  }
}

/**
 * Looks at the collection for a while, more and more seldom while nothing comes.
 * @param {Reader} reader
 * @param {Source & import("./transport.js").WatchOptions} options
 * @param {() => void} onSuccess
 */
async function poll(reader, { signal, onState, pollInterval }, onSuccess) {
  const end = Date.now() + STREAM_RETRY_MS;
  let interval = pollInterval;
  while (!signal.aborted && Date.now() < end) {
    const count = await reader.catchUp();
    onSuccess();
    onState("polling");
    interval =
      count > 0 ? pollInterval : Math.min(interval * IDLE_GROWTH, pollInterval * IDLE_LIMIT);
    await wait(interval, signal);
  }
}

/**
 * One connection: first the stream is opened, then the collection is read, so that nothing falls
 * between them; what the stream brings meanwhile waits its turn.
 * @param {Reader} reader
 * @param {import("./transport.js").WatchOptions} options
 * @param {Stream} stream
 * @param {() => void} onSuccess
 * @returns {Promise<{ retry: number } | undefined>} undefined when the stream could not be opened;
 *   retry: milliseconds that it asks to wait
 */
async function follow(reader, { signal, onState }, stream, onSuccess) {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  /** @type {unknown} */
  let failure;
  let retry = 0;
  let opened = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let steady;
  const fail = (/** @type {unknown} */ error) => {
    failure ??= error;
    ended.abort();
  };
  const catchUp = () => reader.catchUp().catch(fail);
  const timer = setInterval(catchUp, SAFETY_POLL_MS);
  try {
    await stream({
      signal: both,
      onOpen: () => {
        opened = true;
        catchUp().then(() => {
          if (both.aborted) return;
          steady = setTimeout(onSuccess, STEADY_MS);
          onState("live");
        });
      },
      onChange: (activity) => {
        if (activity === undefined) catchUp();
        else reader.accept(activity).catch(fail);
      },
      onRetry: (milliseconds) => {
        retry = Math.min(milliseconds, 30_000);
      },
    });
  } catch (error) {
    // Not offered after all, or kept from us on the way: looking at the collection may still do.
    if (opened) throw error;
  } finally {
    clearInterval(timer);
    clearTimeout(steady);
    ended.abort();
  }
  if (failure) throw failure;
  return opened ? { retry } : undefined;
}
