/** One device of one actor: the entry to everything. */
import { toHex } from "../bytes.js";
import { asWaxsealError, invalidArgument, localError } from "../errors.js";
import { createSignatureKey, createVaultKey, init, Vault } from "../mls/index.js";
import { Actions } from "./actions.js";
import { Conversation } from "./conversation.js";
import { Database } from "./database.js";
import { WaxsealEventTarget } from "./events.js";
import { refill } from "./key_packages.js";
import { announce, bucketOfMessages } from "./messages.js";
import { Outbox } from "./outbox.js";
import { Receiver } from "./receiver.js";

/** @typedef {import("../transport/transport.js").Transport} Transport */
/** @typedef {import("../transport/transport.js").Actor} Actor */
/** @typedef {import("../store/store.js").Store} Store */
/** @typedef {import("./records.js").DeviceRecord} DeviceRecord */

const GENERATOR = { id: "urn:waxseal", name: "Waxseal" };

/**
 * @typedef {object} OpenOptions
 * @property {Transport} transport
 * @property {string} [database] name of the IndexedDB database, or in Node path of a folder
 * @property {Store} [store] instead of a database
 * @property {import("../wasm/init.js").InitOptions["wasm"]} [wasm] where the core is, see init()
 * @property {{ id: string, name: string }} [generator] names your program in activities
 */

/** The events are listed in events.js. */
export class Waxseal extends WaxsealEventTarget {
  #database;
  #transport;
  #generator;
  #outbox;
  #receiver;
  #actions;
  #context;
  #end = new AbortController();
  /** @type {Map<string, Conversation>} */
  #conversations = new Map();
  #syncState = "connecting";
  #hasKeys = false;
  #caughtUp = false;
  /** @type {() => void} */
  #markReady = () => {};
  /**
   * Resolves when our keys are published and everything that waited on the server was read.
   * @type {Promise<void>}
   */
  ready;

  /**
   * The store behind `database`; each entry of the package brings its own.
   * @type {(database: string) => Promise<Store>}
   */
  static openStore = () => {
    throw invalidArgument("Pass a store, or import waxseal itself.");
  };

  /**
   * Use Waxseal.open().
   * @internal
   * @param {Store} store
   * @param {Vault} vault
   * @param {Transport} transport
   * @param {{ id: string, name: string }} generator
   */
  constructor(store, vault, transport, generator) {
    super();
    this.#transport = transport;
    this.#generator = generator;
    this.#database = new Database(store, vault, (added) => this.#onOtherTab(added));
    this.#context = {
      database: this.#database,
      transport,
      generator,
      emit: (/** @type {string} */ type, /** @type {object} */ detail) => this.#emit(type, detail),
      conversation: (/** @type {string} */ id) => this.#conversation(id),
      post: () => this.#outbox.kick(),
    };
    this.#outbox = new Outbox(this.#context);
    this.#actions = new Actions(this.#context, this.#outbox);
    this.#receiver = new Receiver(this.#context, (id, intent) =>
      this.#actions.changeAgain(id, intent),
    );
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
  static async open({ transport, database = "waxseal", store, wasm, generator = GENERATOR }) {
    if (!transport || typeof transport.post !== "function") {
      throw invalidArgument("transport must be given, such as new ActivityPubTransport(…).");
    }
    await init({ wasm });
    // biome-ignore lint/complexity/noThisInStatic: each entry of the package is a subclass with its store
    const opened = store ?? (await this.openStore(database));
    let me;
    try {
      const key = await opened.vaultKey(createVaultKey);
      const vault = new Vault(key);
      key.fill(0);
      me = new this(opened, vault, transport, generator);
      await me.#load();
    } catch (error) {
      await opened.close();
      throw error;
    }
    // After the caller had the time to listen.
    setTimeout(() => me.#start());
    return me;
  }

  async #load() {
    await this.#database.load();
    const device = this.#database.get("device");
    if (!device) return this.#createDevice();
    if (device.actor !== this.#transport.actor) throw localError("WRONG_ACCOUNT");
  }

  async #createDevice() {
    const { id: actor, name, handle, keyPackages } = await this.#transport.connect();
    // What is older than the device can't be meant for it.
    const since = await this.#transport.newest();
    await this.#database.run((step) => {
      if (step.get("device")) return;
      const { signatureKey, publicKey } = createSignatureKey({
        vault: this.#database.vault,
        slot: step.slot("core/signature-key"),
      });
      step.putSealed(signatureKey);
      step.put("device", { actor, name, handle, keyPackages, publicKey: toHex(publicKey) });
      step.put("inbox", { since, seen: [] });
    });
  }

  #start() {
    if (this.#end.signal.aborted) return;
    this.#database
      .run((step) => refill(step, this.#database, this.#generator))
      .catch((error) => this.#emit("error", { error }))
      .finally(() => {
        this.#hasKeys = true;
        this.#outbox.kick();
      });
    this.#transport.watch({
      signal: this.#end.signal,
      since: () => this.#database.get("inbox").since,
      onActivity: (activity) => this.#receiver.receive(activity),
      onError: (error) => this.#emit("error", { error: asWaxsealError(error, "BAD_ENVELOPE") }),
      onState: (state, error) => this.#onState(state, error),
    });
  }

  /**
   * @param {string} state
   * @param {Error} [error]
   */
  #onState(state, error) {
    if (error) this.#emit("error", { error });
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
    if (this.#hasKeys && this.#caughtUp && this.#outbox.isEmpty("keys")) this.#markReady();
    else if (!this.#end.signal.aborted) setTimeout(() => this.#checkReady(), 50);
  }

  /**
   * @param {string} type
   * @param {object} detail
   */
  #emit(type, detail) {
    if (!this.#end.signal.aborted) this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /**
   * Another tab received or sent something: shows it here too.
   * @param {string[]} added names of records
   */
  #onOtherTab(added) {
    for (const { id } of this.#database.values("conversation/")) {
      for (const name of added.filter((one) => one.startsWith(bucketOfMessages(id)))) {
        const message = this.#database.get(name);
        announce(this.#context, message.kind === "note" ? "message" : "notice", id, message);
      }
      this.#emit("conversation", { conversation: this.#conversation(id) });
    }
    this.#outbox.kick();
  }

  /** @returns {string} our actor's id */
  get actor() {
    return this.#transport.actor;
  }

  /** Our actor as the server described it when the device was made. */
  get profile() {
    const { actor: id, name, handle } = /** @type {DeviceRecord} */ (this.#database.get("device"));
    return { id, name, handle };
  }

  /** connecting, live, polling or offline */
  get syncState() {
    return this.#syncState;
  }

  /** All conversations, in the order in which they began. */
  get conversations() {
    return this.#database
      .values("conversation/")
      .sort((a, b) => (a.created < b.created ? -1 : 1))
      .map(({ id }) => this.#conversation(id));
  }

  /** @param {string} id */
  #conversation(id) {
    const known = this.#conversations.get(id);
    if (known) return known;
    const conversation = new Conversation(id, this.#database, this.#actions);
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
   * @param {string[]} who addresses or handles
   * @returns {Promise<Conversation>} when it is stored; the invitation follows
   */
  startConversation(who) {
    return this.#actions.start(who);
  }

  /** Stops, and closes the database; everything is stored already. */
  async close() {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#outbox.close();
    await this.#database.close();
  }
}
