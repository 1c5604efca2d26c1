/** One device of one actor: the entry to everything. */
import { asWaxsealError, invalidArgument, localError } from "../errors.js";
import { Announcer } from "./announcer.js";
import { Conversation } from "./conversation.js";
import { Database } from "./database.js";
import { diagnosticsOf } from "./diagnostics.js";
import { WaxsealEventTarget } from "./events.js";
import { exportOf } from "./export.js";
import { Fetcher } from "./fetcher.js";
import { applyEvent } from "./history.js";
import { Inbox } from "./inbox.js";
import { setSent } from "./notes.js";
import { openParts } from "./opening.js";
import { Outbox } from "./outbox.js";
import { Deliveries, Jobs } from "./promises.js";
import { askForPersistence, storageState } from "./storage.js";
import { Timer } from "./timer.js";
import { VaultControl } from "./vault_control.js";
import { Views } from "./views.js";
import { Wishes } from "./wishes.js";

/** @typedef {import("../transport/transport.js").Transport} Transport */
/** @typedef {import("../transport/transport.js").Actor} Actor */
/** @typedef {import("../store/store.js").Store} Store */
/** @typedef {import("./records.js").DeviceRecord} DeviceRecord */
/** @typedef {import("../errors.js").WaxsealError} WaxsealError */
/** @typedef {import("./records.js").ContactRecord} ContactRecord */

/** The device in the core can't be made from what is stored. */
const DAMAGED = new Set(["STATE_BROKEN", "STATE_MISMATCH", "STATE_VERSION"]);
/** How long a deletion waits for the server, in milliseconds. */
const WITHDRAWAL_MS = 5000;
const GENERATOR = { id: "urn:waxseal", name: "Waxseal" };

/**
 * @typedef {object} OpenOptions
 * @property {Transport} transport
 * @property {string} [database] name of the IndexedDB database, or in Node path of a folder, or
 *   "sqlite:" and the path of an SQLite file, where Node has node:sqlite (22.13 or later)
 * @property {Store} [store] instead of a database
 * @property {import("../vault/ways.js").Unlock} [unlock] with what the stored keys and messages are
 *   protected, and unlocked; left out: in a browser by a key of the browser's, in Node by the key file
 *   in the database's folder
 * @property {number} [autoLockMinutes] see VaultControl.autoLockMinutes
 * @property {import("../wasm/init.js").InitOptions["wasm"]} [wasm] where the core is, see init()
 * @property {boolean} [worker] false: the core works in place, not in a worker
 * @property {{ id: string, name: string }} [generator] names your program in activities
 */

/** The events are listed in events.js. */
export class Waxseal extends WaxsealEventTarget {
  #parts;
  #transport;
  #database;
  #outbox;
  #fetcher;
  #inbox;
  #timer;
  #announcer;
  #wishes;
  #views;
  #jobs = new Jobs();
  #deliveries = new Deliveries();
  #end = new AbortController();
  #stopListening;
  /** Why the keys can't be used. @type {unknown} */
  #damage = undefined;
  /** Elsewhere; this client closes as soon as it can. */
  #isLocked = false;
  /** @type {Map<string, Conversation>} */
  #conversations = new Map();
  #syncState = "connecting";
  #caughtUp = false;
  /** @type {() => void} */
  #markReady = () => {};
  /**
   * Resolves when our keys are published and everything that waited on the server was read.
   * @type {Promise<void>}
   */
  ready;
  /** How the stored keys and messages are protected. @type {VaultControl} */
  vault;

  /**
   * What is different in Node and in browsers; each entry of the package brings its own.
   * @type {import("./opening.js").Platform}
   */
  static platform = {
    openStore() {
      throw invalidArgument("Pass a store, or import waxseal itself.");
    },
    unlock: () => ({}),
  };

  /**
   * Use Waxseal.open().
   * @internal
   * @param {import("./opening.js").Opened} parts
   * @param {Transport} transport
   */
  constructor(parts, transport) {
    super();
    this.#parts = parts;
    this.#transport = transport;
    const onError = (/** @type {unknown} */ error) => this.#announcer.onError(error);
    const database = new Database(parts, {
      apply: applyEvent,
      onLoad: (step) => this.#onLoad(step),
      onStep: (step) => this.#onStep(step),
      // What it was doing goes on soon.
      onDrop: () => this.#timer.set(Math.ceil(Date.now() / 1000)),
      onOtherTab: (names) => this.#announcer.onOtherTab(names),
      onLocked: (error) => this.#onLocked(error),
      onError,
    });
    this.#database = database;
    this.#stopListening = parts.store.listen(() => {
      database.refresh().catch((error) => {
        if (!this.#end.signal.aborted) onError(error);
      });
    });
    const { tools, host } = parts;
    this.vault = new VaultControl({ database, tools, host, lock: () => this.#lock() });
    const kick = () => this.#outbox.kick();
    const [jobs, deliveries] = [this.#jobs, this.#deliveries];
    this.#views = new Views(database, transport);
    this.#wishes = new Wishes({ database, transport, jobs, deliveries, kick });
    this.#announcer = new Announcer({
      database,
      views: this.#views,
      jobs,
      deliveries,
      emit: (type, detail) => this.#emit(type, detail),
      conversation: (id) => this.#conversation(id),
      refusal: () => this.#outbox.refusal,
    });
    this.#outbox = new Outbox({
      database,
      transport,
      onFailed: (activities, error) => this.#onPostFailed(activities, error),
      onError,
    });
    this.#fetcher = new Fetcher({
      get: (url) => transport.get(url),
      isTransient: (error) => transport.isTransient(error),
      answer: (id, object, isCurrent) =>
        database.run(async (step) => {
          if (isCurrent()) await step.engine((engine, at) => engine.fetched(at, id, object));
        }),
      onError,
    });
    this.#inbox = new Inbox(database, onError);
    this.#timer = new Timer({
      tick: async () => {
        await database.run((step) => step.engine((engine, at) => engine.tick(at)));
      },
      onError,
    });
    this.ready = new Promise((resolve) => {
      this.#markReady = () => resolve(undefined);
    });
  }

  /**
   * Opens the device that the database holds, or makes a new one; then publishes its keys and reads
   * what came, by itself.
   * @param {OpenOptions} options
   * @returns {Promise<Waxseal>}
   */
  static async open(options) {
    // biome-ignore lint/complexity/noThisInStatic: each entry of the package is a subclass with its own
    const { platform } = this;
    const me = new this(await openParts(platform, options), options.transport);
    try {
      await me.#load(options.generator ?? GENERATOR);
    } catch (error) {
      await me.close();
      throw error;
    }
    askForPersistence();
    me.vault.autoLockMinutes = options.autoLockMinutes ?? 0;
    // After the caller had the time to listen.
    setTimeout(() => me.#start());
    return me;
  }

  /** @param {{ id: string, name: string }} generator */
  async #load(generator) {
    await this.#database.refresh();
    const device = this.#database.get("device");
    if (!device) await this.#createDevice(generator);
    else if (device.actor !== this.#transport.actor) throw localError("WRONG_ACCOUNT");
    try {
      await this.#database.run(() => {});
    } catch (error) {
      if (!DAMAGED.has(/** @type {WaxsealError} */ (error).code)) throw error;
      // What was said can still be read and saved; whatever needs the keys says the same.
      this.#damage = error;
    }
  }

  /** @param {{ id: string, name: string }} generator */
  async #createDevice(generator) {
    const { id: actor, name, handle, keyPackages = "" } = await this.#transport.connect();
    // What is older than the device can't be meant for it.
    const since = await this.#transport.newest();
    const fill = (/** @type {import("./step.js").Step} */ step) => {
      step.put("device", { actor, name, handle });
      step.put("inbox", { since, seen: [] });
      step.put("settings", { receipts: true });
    };
    // Only its description is damaged; the keys may be as they were.
    if (this.#database.has("device")) await this.#database.run(fill);
    else await this.#database.create({ actor, keyPackages, generator }, fill);
  }

  #start() {
    if (this.#end.signal.aborted) return;
    const { isEvicted, broken } = this.#parts;
    if (isEvicted) this.#announcer.onError(localError("STORAGE_EVICTED"));
    broken.listen((some) => this.#announcer.onBroken(some));
    if (this.#damage !== undefined) {
      this.#announcer.onError(this.#damage);
      return;
    }
    this.#outbox.kick();
    this.#transport.watch({
      signal: this.#end.signal,
      since: () => this.#inbox.since,
      onActivity: (activity) => this.#inbox.receive(activity),
      onError: (error) => this.#announcer.emitError({ error: asWaxsealError(error, "NOT_JSON") }),
      onState: (state, error) => this.#onState(state, error),
    });
  }

  /** @param {import("./step.js").Step} step in which the core was loaded */
  async #onLoad(step) {
    this.#outbox.restart(step);
    await this.#jobs.giveAgain(step);
    await this.#fetcher.restart(step);
  }

  /** @param {import("./step.js").Step} step stored */
  #onStep(step) {
    if (this.#end.signal.aborted) return;
    if (step.isWish) this.vault.touch();
    if (step.wake !== undefined) this.#timer.set(step.wake);
    this.#announcer.onStep(step);
    this.#fetcher.add(step.effects.fetches);
    this.#outbox.add(step);
    step.finish();
  }

  /**
   * @param {string[]} activities of own messages that wait
   * @param {Error} error
   */
  async #onPostFailed(activities, error) {
    const ids = this.#database.values("conversation/").map(({ id }) => id);
    const [found] =
      (await this.#database.run((step) =>
        activities.flatMap(
          (activity) => ids.find((id) => setSent(step, id, activity, "failed")) ?? [],
        ),
      )) ?? [];
    for (const activity of activities) this.#deliveries.settle(activity, error);
    const conversation = found === undefined ? undefined : this.#conversation(found);
    const reason = asWaxsealError(error, "NETWORK");
    this.#announcer.emitError({ error: reason, ...(conversation && { conversation }) });
  }

  /**
   * @param {string} state
   * @param {Error} [error]
   */
  #onState(state, error) {
    if (error) this.#announcer.emitError({ error: asWaxsealError(error, "NETWORK") });
    if (state === "live" || state === "polling") {
      this.#caughtUp = true;
      this.#outbox.kick();
      this.#checkReady();
    }
    if (state === this.#syncState) return;
    this.#syncState = state;
    this.#emit("sync-state", { state, ...(error ? { error } : {}) });
  }

  #checkReady() {
    if (this.#caughtUp && this.#outbox.isEmpty("keys")) this.#markReady();
    else if (!this.#end.signal.aborted) setTimeout(() => this.#checkReady(), 50);
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    if (this.#end.signal.aborted || this.#isLocked) return;
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** @returns {string} our actor's id */
  get actor() {
    return this.#transport.actor;
  }

  /** Our actor as the server described it when the device was made. */
  get profile() {
    /** @type {DeviceRecord | undefined} */
    const device = this.#database.get("device");
    return { id: this.actor, name: device?.name ?? "", handle: device?.handle ?? "" };
  }

  /** connecting, live, polling or offline */
  get syncState() {
    return this.#syncState;
  }

  /** @returns {Conversation[]} in the order in which they began */
  get #all() {
    return this.#database
      .values("conversation/")
      .sort((a, b) => a.order - b.order)
      .map(({ id }) => this.#conversation(id));
  }

  /** All conversations, also those that have ended, in the order in which they began. */
  get conversations() {
    return this.#all.filter(({ state }) => state !== "request");
  }

  /** Invitations of people whom the user does not know: see Conversation.accept(). */
  get requests() {
    return this.#all.filter(({ state }) => state === "request");
  }

  /** @returns {ContactRecord[]} people whose keys were seen */
  get contacts() {
    return this.#database.values("contact/");
  }

  /** @param {string} id */
  #conversation(id) {
    const known = this.#conversations.get(id);
    if (known) return known;
    const parts = { database: this.#database, wishes: this.#wishes, views: this.#views };
    const conversation = new Conversation(id, parts);
    this.#conversations.set(id, conversation);
    return conversation;
  }

  /**
   * Finds a person by handle or address.
   * @param {string} who such as @bob@example.org
   * @returns {Promise<Actor>}
   */
  findActor(who) {
    return this.#transport.resolve(who);
  }

  /**
   * Begins a conversation with all devices of these people and our own other devices.
   * @param {string | string[]} who addresses or handles
   * @param {{ name?: string }} [options] name: for all who are in it
   * @returns {Promise<Conversation>} when it is stored; the invitation follows
   */
  async startConversation(who, { name } = {}) {
    const actors = await this.#wishes.actors(who);
    const wish = { wish: "start", actors, ...(name ? { name } : {}) };
    const { conversation } = await this.#wishes.job(wish);
    return this.#conversation(conversation);
  }

  /**
   * Reads which devices people have; "contact" events say it.
   * @param {string | string[]} who addresses or handles
   */
  async lookUp(who) {
    await this.#wishes.job({ wish: "lookup", actors: await this.#wishes.actors(who) });
  }

  /** @param {string} actor from whom no requests and no messages are to be shown any more */
  block(actor) {
    return this.#wishes.do({ wish: "block", actor });
  }

  /** @param {string} actor */
  unblock(actor) {
    return this.#wishes.do({ wish: "unblock", actor });
  }

  /** Whether others are told what was delivered and read. */
  get receipts() {
    return this.#database.get("settings")?.receipts !== false;
  }

  /** @param {boolean} receipts */
  setReceipts(receipts) {
    return this.#wishes.do({ wish: "settings", receipts }, (step) => {
      step.put("settings", { ...step.get("settings"), receipts });
    });
  }

  /** Takes back our KeyPackages, so that nobody adds this device any more: before signing out. */
  withdrawKeys() {
    return this.#wishes.do({ wish: "withdraw" });
  }

  /**
   * From now on nothing can be read.
   * @param {{ error?: Error, destroy?: boolean }} [options]
   */
  async #lock({ error, destroy = false } = {}) {
    if (this.#end.signal.aborted) return;
    await this.#close({ forget: true, destroy });
    this.dispatchEvent(new CustomEvent("lock", { detail: error ? { error } : {} }));
  }

  /**
   * Locked in another tab, or gone.
   * @param {Error} [error]
   */
  #onLocked(error) {
    this.#isLocked = true;
    // The lock that is held now is given back first.
    setTimeout(() => this.#lock(error ? { error } : {}).catch(() => {}));
  }

  /** Where the keys and messages are kept, and whether the browser may delete them. */
  storage() {
    return storageState(this.#database);
  }

  /**
   * Everything that the user can read here, without keys: readable for anybody who gets it.
   * @param {{ remoteFiles?: boolean }} [options] remoteFiles: also files that lie on servers
   * @returns {Promise<Record<string, any>>} for JSON.stringify()
   */
  exportEverything(options = {}) {
    const { profile, conversations, requests, contacts } = this;
    return exportOf({ profile, conversations: [...conversations, ...requests], contacts }, options);
  }

  /** A report for those who develop the program: no secrets, no texts, nobody's address. */
  diagnostics() {
    const { conversations, requests, syncState } = this;
    return diagnosticsOf({
      database: this.#database,
      conversations: [...conversations, ...requests],
      syncState,
      waiting: this.#outbox.waiting,
      errors: this.#announcer.errors,
    });
  }

  /**
   * Deletes the keys and messages of this device, after taking our KeyPackages back from the server
   * where that can be reached. The "lock" event follows, in other tabs too.
   */
  async deleteEverything() {
    await this.withdrawKeys().catch((error) => this.#announcer.onError(error));
    const end = Date.now() + WITHDRAWAL_MS;
    while (!this.#outbox.isEmpty("keys") && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.#parts.marker?.remove();
    await this.#lock({ destroy: true });
  }

  /**
   * Deletes a database without opening it: for one whose passphrase is lost.
   * @param {string} [database]
   */
  static async deleteDatabase(database = "waxseal") {
    // biome-ignore lint/complexity/noThisInStatic: each entry of the package is a subclass with its own
    const { openStore, markerOf } = this.platform;
    await (await openStore(database)).destroy();
    markerOf?.(database)?.remove();
  }

  /** Stops, and closes the database; everything is stored already. */
  close() {
    return this.#close({});
  }

  /** @param {{ forget?: boolean, destroy?: boolean }} options */
  async #close(options) {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#stopListening();
    this.vault.close();
    for (const part of [this.#outbox, this.#fetcher, this.#timer]) part.close();
    for (const part of [this.#jobs, this.#deliveries]) part.close();
    await this.#database.close(options);
  }
}
