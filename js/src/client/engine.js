/**
 * The device in the core (core/include/waxseal/fedi.h): inputs in, effects out. What it stores it
 * seals itself, so that its secrets never come here.
 */
import { Request } from "../wasm/wire.js";

/** @typedef {import("../types.js").SealedRecord} SealedRecord */
/** @typedef {import("../wasm/wire.js").Reply} Reply */
/** @typedef {import("../wasm/host.js").Host} Host */
/** @typedef {{ vault: import("../vault/vault.js").RecordVault, counter: number, now: number }} At of a call:
 *   counter: that of the write which follows; now: seconds since 1970 */

/**
 * @typedef {object} DeviceParams
 * @property {string} actor
 * @property {string} keyPackages address of the collection; empty when there is none
 * @property {{ id: string, name: string }} generator
 */

/** fedi_effect_kind. */
const STORE = 1;
const FORGET = 2;
const POST = 3;
const FETCH = 4;
const EVENT = 5;
/** fedi_lane. */
const LANES = /** @type {const} */ (["messages", "keys"]);

/** @typedef {(typeof LANES)[number]} Lane */
/** @typedef {{ id: number, lane: Lane, message: string, octets: Uint8Array }} Post message: the
 *   `activity` of the own message that it carries, else empty */
/** @typedef {{ id: number, lane: Lane, url: string }} Fetch lane: an object of "messages" is part of a
 *   message, and has to be read in the end; for one of "keys" somebody waits */
/** @typedef {Record<string, any> & { type: string, parts: Uint8Array[] }} EngineEvent see "Events" in
 *   fedi.h; parts: what it refers to by number */

/**
 * @typedef {object} Effects
 * @property {number} wake when to call tick(), in seconds since 1970
 * @property {SealedRecord[]} puts
 * @property {string[]} deletes names of records
 * @property {Post[]} posts
 * @property {Fetch[]} fetches
 * @property {EngineEvent[]} events
 */

/**
 * @param {Reply} reply
 * @param {number} counter
 * @returns {Effects}
 */
function readEffects(reply, counter) {
  /** @type {Effects} */
  const effects = { wake: reply.u64(), puts: [], deletes: [], posts: [], fetches: [], events: [] };
  reply.list(() => {
    const [kind, id, lane] = [reply.u32(), reply.u32(), LANES[reply.u32()] ?? "messages"];
    const [name, octets] = [reply.text(), reply.bytes()];
    const parts = reply.list(() => reply.bytes());
    if (kind === STORE) effects.puts.push({ name, counter, sealed: octets });
    else if (kind === FORGET) effects.deletes.push(name);
    else if (kind === POST) effects.posts.push({ id, lane, message: name, octets });
    else if (kind === FETCH) effects.fetches.push({ id, lane, url: name });
    else if (kind === EVENT) effects.events.push({ ...parse(octets), parts });
  });
  // Events hold what was written.
  reply.wipe();
  return effects;
}

/** @param {Uint8Array} octets */
function parse(octets) {
  const event = JSON.parse(new TextDecoder().decode(octets));
  octets.fill(0);
  return event;
}

/** @param {At} at */
function request({ vault, counter, now }) {
  return new Request().u32(vault.handle).u64(counter).u64(now);
}

export class Engine {
  #host;
  #handle;

  /**
   * @param {Host} host
   * @param {number} handle
   */
  constructor(host, handle) {
    this.#host = host;
    this.#handle = handle;
  }

  /**
   * A new device.
   * @param {Host} host
   * @param {At} at
   * @param {DeviceParams} params
   * @returns {Promise<{ engine: Engine, effects: Effects }>}
   */
  static async create(host, at, { actor, keyPackages, generator }) {
    const fields = request(at).text(actor).text(keyPackages);
    const reply = await host.call("wx_fedi_new", fields.text(generator.id).text(generator.name));
    return { engine: new Engine(host, reply.u32()), effects: readEffects(reply, at.counter) };
  }

  /**
   * The device as it was stored.
   * @param {Host} host
   * @param {At} at
   * @param {SealedRecord[]} records of those under evidence/ the name is enough
   * @returns {Promise<{ engine: Engine, effects: Effects, broken: string[] }>} all posts that wait are
   *   given again; broken: names of records that are not authentic, and were left out
   */
  static async load(host, at, records) {
    const fields = request(at);
    fields.list(records, (record) => fields.record(record));
    const reply = await host.call("wx_fedi_load", fields);
    const broken = reply.list(() => reply.text());
    const engine = new Engine(host, reply.u32());
    return { engine, effects: readEffects(reply, at.counter), broken };
  }

  /**
   * @param {string} name of the export
   * @param {At} at
   * @param {(request: Request) => void} write the call's own fields
   */
  async #call(name, at, write) {
    const fields = new Request().u32(this.#handle);
    fields.u32(at.vault.handle).u64(at.counter).u64(at.now);
    write(fields);
    return readEffects(await this.#host.call(name, fields), at.counter);
  }

  /**
   * @param {At} at
   * @param {string} activity JSON
   */
  receive(at, activity) {
    return this.#call("wx_fedi_receive", at, (fields) => fields.text(activity));
  }

  /**
   * @param {At} at
   * @param {number} id
   * @param {string} object JSON; empty when it can't be read
   */
  fetched(at, id, object) {
    return this.#call("wx_fedi_fetched", at, (fields) => fields.u32(id).text(object));
  }

  /**
   * @param {At} at
   * @param {number} id
   * @param {{ accepted: boolean, object?: string | undefined, sentence?: string }} answer
   */
  posted(at, id, { accepted, object = "", sentence = "" }) {
    return this.#call("wx_fedi_posted", at, (fields) =>
      fields.u32(id).flag(accepted).text(object).text(sentence),
    );
  }

  /** @param {At} at */
  tick(at) {
    return this.#call("wx_fedi_tick", at, () => {});
  }

  /**
   * @param {At} at
   * @param {Record<string, any>} wish see "Wishes" in fedi.h
   * @param {Uint8Array[]} [parts] octets that it refers to by number
   */
  wish(at, wish, parts = []) {
    return this.#call("wx_fedi_wish", at, (fields) => {
      fields.text(JSON.stringify(wish)).list(parts, (part) => fields.bytes(part));
    });
  }

  /** Wipes the device in the core; it can't be used any more. */
  close() {
    this.#host.release(this.#handle);
  }
}
