/** The client side of ActivityPub (C2S), as its servers really behave. */
import { invalidArgument, localError, WaxsealError } from "../errors.js";
import { ActivityStream } from "./activity_stream.js";
import { describeActor, readKeyPackages } from "./actor.js";
import { idOf, termOf } from "./collection.js";
import { findActor } from "./directory.js";
import { guardedFetch } from "./guarded_fetch.js";
import { ACCEPT, ACTIVITY_JSON, hostOf, isTransient, requestJson } from "./http.js";
import { download, upload } from "./media.js";
import { newestMessage, readMessages } from "./messages.js";
import { readPosted } from "./posted.js";
import { watchMessages } from "./watch.js";
import { isHandle } from "./webfinger.js";

/** @typedef {import("./transport.js").Actor} Actor */
/** @typedef {import("./transport.js").Posted} Posted */
/** @typedef {import("./transport.js").Transport} Transport */

/** @typedef {import("./transport.js").Batch} Batch */
/** @typedef {{ signal?: AbortSignal }} Abortable */

/** Items that are addresses are read so many at a time. */
const PARALLEL = 8;

/** @implements {Transport} */
export class ActivityPubTransport {
  #token;
  #fetch;
  /** undefined: what tells of progress. @type {import("./http.js").Fetch | undefined} */
  #uploadFetch;
  #pollInterval;
  #timeout;
  #stream;
  /** @type {any} */
  #document;
  /** Servers that could not be asked directly. @type {Set<string>} */
  #throughProxy = new Set();

  /**
   * One of token and cookies says who we are, to the actor's own server only.
   * @param {object} options
   * @param {string} options.actor the actor's id, an address
   * @param {string} [options.token] bearer token
   * @param {boolean} [options.cookies] the browser's session with the server
   * @param {import("./http.js").Fetch} [options.fetch]
   * @param {number} [options.pollInterval] milliseconds between looks at a server without events
   * @param {number} [options.timeout] milliseconds for one request
   */
  constructor({ actor, token, cookies = false, fetch, pollInterval = 5000, timeout = 30_000 }) {
    if (typeof actor !== "string" || !/^https?:\/\//.test(actor) || !URL.canParse(actor)) {
      throw invalidArgument(
        "actor must be the address of an actor, such as https://host/users/me.",
      );
    }
    if (cookies ? token !== undefined : typeof token !== "string") {
      throw invalidArgument("token must be a string, or cookies true and no token given.");
    }
    this.actor = actor;
    this.#token = token;
    const plain = fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#fetch = guardedFetch(plain, new URL(actor).origin, cookies);
    this.#uploadFetch = fetch || cookies ? this.#fetch : undefined;
    this.#pollInterval = pollInterval;
    this.#timeout = timeout;
    this.#stream = new ActivityStream((url) => {
      return { fetch: this.#fetch, headers: this.#headers(url) };
    });
  }

  /** @param {string} url */
  #isOwnServer(url) {
    return URL.canParse(url) && new URL(url).origin === new URL(this.actor).origin;
  }

  /**
   * Reads a document, saying who we are where it belongs; through the own server's proxyUrl when the
   * other server can't be reached or wants to know who asks.
   * @param {string} url
   * @param {Abortable} [options]
   * @returns {Promise<any>}
   */
  async get(url, options = {}) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw localError("NOT_FOUND", { about: url });
    }
    const { origin } = new URL(url);
    const proxy = this.#isOwnServer(url) ? undefined : this.#proxyUrl();
    if (proxy && this.#throughProxy.has(origin)) return this.#getByProxy(proxy, url, options);
    try {
      return (await this.#request(url, options)).json;
    } catch (error) {
      if (!proxy || options.signal?.aborted || !needsProxy(error)) throw error;
      const document = await this.#getByProxy(proxy, url, options);
      this.#throughProxy.add(origin);
      return document;
    }
  }

  /**
   * @param {string} url
   * @param {RequestInit & { mayBeEmpty?: boolean }} init
   */
  #request(url, { headers, ...init }) {
    return requestJson(this.#fetch, url, {
      timeout: this.#timeout,
      ...init,
      headers: { ...this.#headers(url), .../** @type {Record<string, string>} */ (headers) },
    });
  }

  #proxyUrl() {
    const proxy = this.#document?.endpoints?.proxyUrl;
    return this.#isOwnServer(proxy) ? proxy : undefined;
  }

  /**
   * @param {string} proxy
   * @param {string} url
   * @param {Abortable} options
   */
  async #getByProxy(proxy, url, options) {
    const body = new URLSearchParams({ id: url });
    try {
      return (await this.#request(proxy, { ...options, method: "POST", body })).json;
    } catch (error) {
      const { status } = /** @type {import("../errors.js").WaxsealError} */ (error);
      // The own server is well, it could not reach the other one.
      if (status !== 502 && status !== 504) throw error;
      throw localError("NETWORK", { about: hostOf(url), cause: error, status });
    }
  }

  /**
   * @param {string} url
   * @returns {Record<string, string>}
   */
  #headers(url) {
    const isTokenAsked = this.#token !== undefined && this.#isOwnServer(url);
    return { accept: ACCEPT, ...(isTokenAsked ? { authorization: `Bearer ${this.#token}` } : {}) };
  }

  /** @returns {Promise<Actor>} */
  async connect() {
    const document = await this.get(this.actor);
    if (document.id !== this.actor || typeof document.outbox !== "string") {
      throw localError("NOT_AN_ACTOR", { about: this.actor });
    }
    if (!this.#isOwnServer(document.outbox)) {
      throw localError("NOT_AN_ACTOR", { about: document.outbox });
    }
    this.#document = document;
    return describeActor(document);
  }

  async #own() {
    if (!this.#document) await this.connect();
    return this.#document;
  }

  /**
   * @param {any} activity
   * @param {Abortable} [options]
   * @returns {Promise<Posted>}
   */
  async post(activity, options = {}) {
    const { outbox } = await this.#own();
    const answer = await this.#request(outbox, {
      ...options,
      method: "POST",
      headers: { "content-type": ACTIVITY_JSON },
      body: JSON.stringify(activity),
      mayBeEmpty: true,
    });
    const get = async (/** @type {string} */ url) =>
      this.#isOwnServer(url) ? this.get(url, options) : undefined;
    return readPosted(activity, outbox, answer, get);
  }

  /** The collection to read: `messages` if the server has it, else the inbox. */
  async #collection() {
    const own = await this.#own();
    const messages = idOf(termOf(own, "messages"));
    return messages && this.#isOwnServer(messages) ? messages : own.inbox;
  }

  async newest() {
    return newestMessage((url) => this.get(url), await this.#collection());
  }

  /**
   * @param {string | undefined} since
   * @param {Abortable} [options]
   */
  async #read(since, options) {
    const get = (/** @type {string} */ url) => this.get(url, options);
    const isOwn = (/** @type {string} */ url) => this.#isOwnServer(url);
    return readMessages(get, await this.#collection(), since, isOwn);
  }

  /** @param {any} item @param {Abortable} [options] */
  async #load(item, options) {
    return typeof item === "string" ? this.get(item, options) : item;
  }

  /**
   * What came after a cursor, or all there is. An activity that is gone for good is left out.
   * @param {string | undefined} cursor
   * @param {Abortable} [options]
   * @returns {Promise<Batch>}
   */
  async read(cursor, options) {
    const found = await this.#read(cursor, options);
    const items = [];
    for (let at = 0; at < found.length; at += PARALLEL) {
      const batch = found.slice(at, at + PARALLEL).map((item) => this.#load(item, options));
      for (const result of await Promise.allSettled(batch)) {
        if (result.status === "fulfilled") items.push(result.value);
        else if (isTransient(result.reason)) throw result.reason;
      }
    }
    return { items, cursor: idOf(found.findLast((item) => idOf(item) !== undefined)) ?? cursor };
  }

  /**
   * The event stream of the collection, if the own server offers one.
   * @param {Abortable} options
   * @returns {Promise<import("./watch.js").Stream | undefined>}
   */
  async #findStream(options) {
    const address = await this.#collection();
    const collection = await this.get(address, options);
    const own = await this.#own();
    const url = idOf(termOf(collection, "eventStream")) ?? idOf(own.endpoints?.eventStream);
    if (!url || !this.#isOwnServer(url)) return undefined;
    return (handlers) => this.#stream.read(url, address, handlers);
  }

  /**
   * @param {import("./transport.js").WatchOptions} options
   * @returns {Promise<void>}
   */
  watch(options) {
    return watchMessages({
      ...options,
      pollInterval: this.#pollInterval,
      read: (since) => this.#read(since, options),
      load: (item) => this.#load(item, options),
      findStream: () => this.#findStream(options),
    });
  }

  /**
   * @param {string} who a handle or an address
   * @returns {Promise<Actor>}
   */
  async resolve(who) {
    if (isHandle(who)) await this.#own();
    return findActor((url) => this.get(url), who);
  }

  /**
   * @param {string} actor
   * @returns {Promise<any[]>} the objects that could be read; one that can't does not hide the others
   */
  keyPackages(actor) {
    return readKeyPackages((url) => this.get(url), actor);
  }

  /**
   * @param {Uint8Array} octets
   * @param {import("./media.js").UploadOptions} options
   * @returns {Promise<string>} their address
   */
  async upload(octets, options) {
    const url = (await this.#own()).endpoints?.uploadMedia;
    if (!this.#isOwnServer(url)) throw localError("TOO_LARGE");
    return upload(this.#uploadFetch, url, octets, { ...options, headers: this.#headers(url) });
  }

  /**
   * @param {string} url
   * @param {import("./media.js").DownloadOptions} options
   */
  download(url, options) {
    return download(this.#fetch, url, options);
  }

  /** @param {unknown} error */
  isTransient(error) {
    return isTransient(error);
  }
}

/** @param {unknown} error */
function needsProxy(error) {
  return (
    error instanceof WaxsealError && ["NETWORK", "UNAUTHORISED", "FORBIDDEN"].includes(error.code)
  );
}
