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

/**
 * @typedef {object} Source
 * @property {(since: string | undefined) => Promise<any[]>} read activities after `since`, oldest first
 * @property {(item: any) => Promise<any>} load the activity that an item is or names
 * @property {() => Promise<string | undefined>} eventStream its address, if there is one
 * @property {(url: string, stream: { signal: AbortSignal, onOpen: () => void,
 *   onEvent: (event: { type: string, data: string }) => void,
 *   onRetry: (milliseconds: number) => void }) => Promise<void>} connect
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

/**
 * @param {Source & import("./transport.js").WatchOptions} options
 * @returns {Promise<void>} when the signal is given
 */
export async function watchMessages(options) {
  const { signal, onState } = options;
  const reader = new Reader(options);
  let failures = 0;
  onState("connecting");
  while (!signal.aborted) {
    if (failures > 0) onState("connecting");
    try {
      const url = await options.eventStream();
      const onSuccess = () => {
        failures = 0;
      };
      const opened = url !== undefined && (await follow(reader, options, url, onSuccess));
      if (!opened) await poll(reader, options, onSuccess);
    } catch (error) {
      if (signal.aborted) return;
      onState("offline", /** @type {Error} */ (error));
      const asked = error instanceof WaxsealError ? (error.retryAfter ?? 0) : 0;
      const backoff = /** @type {number} */ (BACKOFF[Math.min(failures, BACKOFF.length - 1)]);
      failures++;
      await wait(Math.max(asked, backoff), signal);
    }
  }
}

/** Hands activities on one after the other, however they came. */
class Reader {
  #options;
  #tail = Promise.resolve();

  /** @param {Source & import("./transport.js").WatchOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /** Reads the collection from where we are, after everything handed on before. */
  catchUp() {
    const { read, since, onActivity, signal } = this.#options;
    return this.#enqueue(async () => {
      for (const item of await read(since())) {
        if (signal.aborted) return;
        const activity = await this.#load(item);
        if (activity) await onActivity(activity);
      }
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
    return this.#enqueue(() => this.#options.onActivity(activity));
  }

  /** @param {() => Promise<void>} work */
  #enqueue(work) {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => {});
    return result;
  }
}

/**
 * Looks at the collection for a while.
 * @param {Reader} reader
 * @param {Source & import("./transport.js").WatchOptions} options
 * @param {() => void} onSuccess
 */
async function poll(reader, { signal, onState, pollInterval }, onSuccess) {
  const end = Date.now() + STREAM_RETRY_MS;
  while (!signal.aborted && Date.now() < end) {
    await reader.catchUp();
    onSuccess();
    onState("polling");
    await wait(pollInterval, signal);
  }
}

/**
 * One connection: first the stream is opened, then the collection is read, so that nothing falls
 * between them; what the stream brings meanwhile waits its turn.
 * @param {Reader} reader
 * @param {Source & import("./transport.js").WatchOptions} options
 * @param {string} url
 * @param {() => void} onSuccess
 * @returns {Promise<boolean>} false when the stream could not be opened
 */
async function follow(reader, { signal, onState, connect }, url, onSuccess) {
  const ended = new AbortController();
  const both = AbortSignal.any([signal, ended.signal]);
  /** @type {unknown} */
  let failure;
  let retry = 0;
  let opened = false;
  const fail = (/** @type {unknown} */ error) => {
    failure ??= error;
    ended.abort();
  };
  const catchUp = () => reader.catchUp().catch(fail);
  const timer = setInterval(catchUp, SAFETY_POLL_MS);
  try {
    await connect(url, {
      signal: both,
      onOpen: () => {
        opened = true;
        catchUp().then(() => {
          if (both.aborted) return;
          onSuccess();
          onState("live");
        });
      },
      onEvent: ({ type, data }) => {
        const activity = parseActivity(data);
        if (type === "resync" || !activity) catchUp();
        else reader.accept(activity).catch(fail);
      },
      onRetry: (milliseconds) => {
        retry = Math.min(milliseconds, 30_000);
      },
    });
  } catch (error) {
    // Not offered after all, or kept from us on the way: looking at the collection may still do.
    if (!opened) return false;
    throw error;
  } finally {
    clearInterval(timer);
    ended.abort();
  }
  if (failure) throw failure;
  if (!signal.aborted) {
    onState("offline");
    await wait(Math.max(retry, 200), signal);
  }
  return true;
}

/**
 * @param {string} data
 * @returns {any} undefined when it is no activity: then the collection tells
 */
function parseActivity(data) {
  try {
    const activity = JSON.parse(data);
    return idOf(activity) === undefined || typeof activity !== "object" ? undefined : activity;
  } catch {
    return undefined;
  }
}
