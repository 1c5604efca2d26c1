/** The client side of ActivityPub (C2S), as its servers really behave. */
import { invalidArgument, localError, WaxsealError } from "../errors.js";
import { describeActor, readActor, readKeyPackages } from "./actor.js";
import { idOf, readCollection } from "./collection.js";
import { readEventStream } from "./event_stream.js";
import { ACCEPT, ACTIVITY_JSON, hostOf, isTransient, requestJson } from "./http.js";
import { download, upload } from "./media.js";
import { watchMessages } from "./watch.js";
import { actorInWebfinger, isHandle, webfingerUrl } from "./webfinger.js";

/** @typedef {import("./transport.js").Actor} Actor */
/** @typedef {import("./transport.js").Posted} Posted */
/** @typedef {import("./transport.js").Transport} Transport */

/** @implements {Transport} */
export class ActivityPubTransport {
  #token;
  #fetch;
  #givenFetch;
  #pollInterval;
  /** @type {any} */
  #document;

  /**
   * @param {object} options
   * @param {string} options.actor the actor's id, an address
   * @param {string} options.token bearer token; sent to the actor's own server only
   * @param {import("./http.js").Fetch} [options.fetch]
   * @param {number} [options.pollInterval] milliseconds between looks at a server without events
   */
  constructor({ actor, token, fetch, pollInterval = 5000 }) {
    if (typeof actor !== "string" || !/^https?:\/\//.test(actor) || !URL.canParse(actor)) {
      throw invalidArgument(
        "actor must be the address of an actor, such as https://host/users/me.",
      );
    }
    if (typeof token !== "string") throw invalidArgument("token must be a string.");
    this.actor = actor;
    this.#token = token;
    this.#givenFetch = fetch;
    this.#fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#pollInterval = pollInterval;
  }

  /** @param {string} url */
  #isOwnServer(url) {
    return URL.canParse(url) && new URL(url).origin === new URL(this.actor).origin;
  }

  /**
   * Reads a document, with the token where it belongs; through the own server's proxyUrl when the
   * other server can't be reached or wants to know who asks.
   * @param {string} url
   * @returns {Promise<any>}
   */
  async get(url) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw localError("NOT_FOUND", { about: url });
    }
    const headers = this.#headers(url);
    try {
      return (await requestJson(this.#fetch, url, { headers })).json;
    } catch (error) {
      const proxy = this.#document?.endpoints?.proxyUrl;
      if (this.#isOwnServer(url) || !this.#isOwnServer(proxy) || !needsProxy(error)) throw error;
      return this.#getByProxy(proxy, url);
    }
  }

  /**
   * @param {string} proxy
   * @param {string} url
   */
  async #getByProxy(proxy, url) {
    const body = new URLSearchParams({ id: url });
    const init = { method: "POST", headers: this.#headers(proxy), body };
    try {
      return (await requestJson(this.#fetch, proxy, init)).json;
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
    if (!this.#isOwnServer(url)) return { accept: ACCEPT };
    return { accept: ACCEPT, authorization: `Bearer ${this.#token}` };
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
   * @returns {Promise<Posted>}
   */
  async post(activity) {
    const { outbox } = await this.#own();
    const { headers, json } = await requestJson(this.#fetch, outbox, {
      method: "POST",
      headers: { ...this.#headers(outbox), "content-type": ACTIVITY_JSON },
      body: JSON.stringify(activity),
      mayBeEmpty: true,
    });
    const location = headers.get("location") ?? undefined;
    const document = json ?? (await this.#created(location));
    // An answer may be the activity, or only the object that it made.
    const isActivity = document !== undefined && "object" in document;
    const id = typeof document?.id === "string" ? document.id : undefined;
    return isActivity
      ? { activity: id ?? location, object: idOf(document.object) }
      : { activity: location, object: id };
  }

  /**
   * What a Location without a body stands for. The post was accepted whether or not it can be read.
   * @param {string | undefined} location
   * @returns {Promise<any>}
   */
  async #created(location) {
    if (!location || !this.#isOwnServer(location)) return undefined;
    try {
      return await this.get(location);
    } catch (error) {
      if (error instanceof WaxsealError) return undefined;
      throw error;
    }
  }

  /** The collection to read: `messages` if the server has it, else the inbox. */
  async #collection() {
    const own = await this.#own();
    const messages = idOf(own.messages ?? own["mls:messages"]);
    return messages && this.#isOwnServer(messages) ? messages : own.inbox;
  }

  async newest() {
    /** @type {unknown} */
    let newest;
    await readCollection(
      (url) => this.get(url),
      await this.#collection(),
      (item) => {
        newest = item;
        return true;
      },
    );
    return idOf(newest);
  }

  /**
   * The activities after `since`, the oldest first.
   * @param {string | undefined} since
   * @returns {Promise<any[]>}
   */
  async #read(since) {
    const items = await readCollection(
      (url) => this.get(url),
      await this.#collection(),
      (item) => since !== undefined && idOf(item) === since,
    );
    return items.reverse();
  }

  async #eventStream() {
    const collection = await this.get(await this.#collection());
    const own = await this.#own();
    const url = idOf(collection.eventStream) ?? idOf(own.endpoints?.eventStream);
    return url && this.#isOwnServer(url) ? url : undefined;
  }

  /**
   * @param {import("./transport.js").WatchOptions} options
   * @returns {Promise<void>}
   */
  watch(options) {
    return watchMessages({
      ...options,
      pollInterval: this.#pollInterval,
      read: (since) => this.#read(since),
      load: (item) => (typeof item === "string" ? this.get(item) : Promise.resolve(item)),
      eventStream: () => this.#eventStream(),
      connect: (url, stream) =>
        readEventStream({ fetch: this.#fetch, url, headers: this.#headers(url), ...stream }),
    });
  }

  /**
   * @param {string} who a handle or an address
   * @returns {Promise<Actor>}
   */
  async resolve(who) {
    if (isHandle(who)) {
      await this.#own();
      return this.resolve(actorInWebfinger(await this.#webfinger(who), who));
    }
    return describeActor(await readActor((url) => this.get(url), who));
  }

  /** @param {string} handle */
  async #webfinger(handle) {
    try {
      return await this.get(webfingerUrl(handle));
    } catch (error) {
      if (!(error instanceof WaxsealError) || error.code !== "NOT_FOUND") throw error;
      throw localError("NO_SUCH_ACTOR", { about: handle, cause: error });
    }
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
    return upload(this.#givenFetch, url, octets, { ...options, headers: this.#headers(url) });
  }

  /**
   * @param {string} url
   * @param {{ limit: number, signal?: AbortSignal, onProgress?: import("./media.js").OnProgress }}
   *   options
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
