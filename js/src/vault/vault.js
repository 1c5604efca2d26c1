/** The vault key of a database, inside the core: it seals and opens records there. */
import { Request } from "../wasm/wire.js";

/** @typedef {import("../types.js").SealedRecord} SealedRecord */
/** @typedef {import("../wasm/host.js").Host} Host */
/** @typedef {{ name: string, counter: number, plaintext: Uint8Array }} PlainRecord */

/** Records in one message to the core. */
const AT_A_TIME = 256;

export class RecordVault {
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
   * @param {Host} host
   * @param {{ key?: Uint8Array, owner: string, device: string }} params key: 32 octets; a random one
   *   that never leaves the core unless given
   */
  static async create(host, { key = new Uint8Array(), owner, device }) {
    const reply = await host.call(
      "wx_vault_new",
      new Request().bytes(key).text(owner).text(device),
    );
    return new RecordVault(host, reply.u32());
  }

  /**
   * @param {Host} host
   * @param {Uint8Array} wrappingKey 32 octets
   * @param {{ id: string, device: string, wrapped: Uint8Array }} wrap
   * @returns {Promise<{ vault: RecordVault, owner: string }>}
   * @throws {import("../errors.js").WaxsealError} VAULT_WRONG_KEY
   */
  static async unwrap(host, wrappingKey, { id, device, wrapped }) {
    const request = new Request().bytes(wrappingKey).text(id).text(device).bytes(wrapped);
    const reply = await host.call("wx_vault_unwrap", request);
    return { vault: new RecordVault(host, reply.u32()), owner: reply.text() };
  }

  /**
   * The vault key, encrypted.
   * @param {Uint8Array} wrappingKey 32 octets
   * @param {string} id of the wrap
   * @returns {Promise<Uint8Array>}
   */
  async wrap(wrappingKey, id) {
    const request = new Request().u32(this.#handle).bytes(wrappingKey).text(id);
    return (await this.#host.call("wx_vault_wrap", request)).bytes();
  }

  /**
   * @param {import("../wasm/host.js").Call[]} calls
   * @returns {Promise<(import("../wasm/wire.js").Reply | import("../errors.js").WaxsealError)[]>}
   */
  async #inParts(calls) {
    const replies = [];
    for (let at = 0; at < calls.length; at += AT_A_TIME) {
      replies.push(...(await this.#host.callAll(calls.slice(at, at + AT_A_TIME))));
    }
    return replies;
  }

  /**
   * @param {PlainRecord[]} records wiped
   * @returns {Promise<SealedRecord[]>}
   */
  async seal(records) {
    const replies = await this.#inParts(
      records.map(({ name, counter, plaintext }) => {
        const request = new Request().u32(this.#handle).slot({ name, counter }).bytes(plaintext);
        return ["wx_vault_seal", request];
      }),
    );
    for (const { plaintext } of records) plaintext.fill(0);
    return records.map(({ name, counter }, i) => {
      const reply = replies[i];
      if (!reply || reply instanceof Error) throw reply;
      return { name, counter, sealed: reply.bytes() };
    });
  }

  /**
   * @param {SealedRecord[]} records
   * @returns {Promise<(Uint8Array | undefined)[]>} undefined for one that is not authentic
   */
  async open(records) {
    const replies = await this.#inParts(
      records.map((record) => ["wx_vault_open", new Request().u32(this.#handle).record(record)]),
    );
    return replies.map((reply) => {
      if (reply instanceof Error) {
        if (reply.code === "VAULT_WRONG_KEY" || reply.code === "STATE_VERSION") return undefined;
        throw reply;
      }
      const plaintext = reply.bytes();
      reply.wipe();
      return plaintext;
    });
  }

  /**
   * Seals records for another vault; what they say stays in the core.
   * @param {RecordVault} other
   * @param {SealedRecord[]} records
   * @param {number} counter
   * @returns {Promise<(SealedRecord | undefined)[]>} undefined for one that is not authentic
   */
  async reseal(other, records, counter) {
    const replies = await this.#inParts(
      records.map((record) => {
        const request = new Request().u32(this.#handle).u32(other.handle).record(record);
        return ["wx_vault_reseal", request.u64(counter)];
      }),
    );
    return records.map(({ name }, i) => {
      const reply = replies[i];
      if (reply instanceof Error && reply.code !== "VAULT_WRONG_KEY") throw reply;
      if (!reply || reply instanceof Error) return undefined;
      return { name, counter, sealed: reply.bytes() };
    });
  }

  /** Wipes the key in the core. */
  close() {
    this.#host.release(this.#handle);
  }

  /** The number by which the core knows the vault. */
  get handle() {
    return this.#handle;
  }
}
