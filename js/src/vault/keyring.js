/**
 * The wraps of a database's vault key, as they stand in its header. The vault key itself is in the
 * core only, or encrypted.
 */
import { toHex } from "../bytes.js";
import { localError } from "../errors.js";
import { RecordVault } from "./vault.js";
import { keysOf, kindOf, setUp, WRONG } from "./ways.js";

/** @typedef {import("./ways.js").Unlock} Unlock */
/** @typedef {import("./ways.js").Wrap} Wrap */
/** @typedef {import("./ways.js").Tools} Tools */

/**
 * @typedef {object} KeyringHeader
 * @property {2} version of the database
 * @property {string} device random; bound to every record
 * @property {number} key which of the vault keys that this database has had
 * @property {number} locks how often it was locked
 * @property {Wrap[]} wraps
 */

export const VERSION = 2;
const ID_LEN = 16;
/** Ways of which one has to stay: a passkey can be lost with a device, or end with an account. */
const LASTING = new Set(["device", "passphrase", "key-file"]);

const newId = () => toHex(crypto.getRandomValues(new Uint8Array(ID_LEN)));

/**
 * @param {RecordVault} vault
 * @param {Unlock & { name?: string }} unlock
 * @param {Tools} tools
 * @returns {Promise<Wrap>}
 */
async function newWrap(vault, unlock, tools) {
  const id = newId();
  const { key, params } = await setUp(unlock, tools);
  try {
    const wrapped = await vault.wrap(key, id);
    const created = new Date().toISOString();
    const { name } = unlock;
    return { id, kind: kindOf(unlock), created, ...(name ? { name } : {}), params, wrapped };
  } finally {
    key.fill(0);
  }
}

/** @param {Wrap[]} wraps */
function checkLasting(wraps) {
  if (!wraps.some(({ kind }) => LASTING.has(kind))) throw localError("LAST_WRAP");
}

export class Keyring {
  #tools;
  /** @type {KeyringHeader} */
  header;

  /**
   * @param {KeyringHeader} header
   * @param {Tools} tools
   */
  constructor(header, tools) {
    this.header = header;
    this.#tools = tools;
  }

  /**
   * A new vault key, with one wrap.
   * @param {import("../wasm/host.js").Host} host
   * @param {string} owner
   * @param {Unlock} unlock
   * @param {Tools} tools
   */
  static async create(host, owner, unlock, tools) {
    if (!LASTING.has(kindOf(unlock))) throw localError("LAST_WRAP");
    const device = newId();
    const vault = await RecordVault.create(host, { owner, device });
    const wraps = [await newWrap(vault, unlock, tools)];
    const keyring = new Keyring({ version: VERSION, device, key: 1, locks: 0, wraps }, tools);
    return { vault, keyring };
  }

  /**
   * @param {import("../wasm/host.js").Host} host
   * @param {Unlock} unlock
   * @returns {Promise<{ vault: RecordVault, owner: string }>}
   * @throws {import("../errors.js").WaxsealError} VAULT_LOCKED when there is no such way,
   *   WRONG_PASSPHRASE, PASSKEY_FAILED, WRONG_KEY_FILE, DATABASE_BROKEN
   */
  async unlock(host, unlock) {
    const { device } = this.header;
    const kind = kindOf(unlock);
    const wraps = this.header.wraps.filter((wrap) => wrap.kind === kind);
    if (wraps.length === 0) {
      const kinds = [...new Set(this.header.wraps.map((wrap) => wrap.kind))];
      throw localError("VAULT_LOCKED", { wraps: kinds });
    }
    for await (const { wrap, key } of keysOf(wraps, unlock, this.#tools)) {
      try {
        return await RecordVault.unwrap(host, key, { ...wrap, device });
      } catch (error) {
        if (/** @type {{ code?: string }} */ (error).code !== "VAULT_WRONG_KEY") throw error;
      } finally {
        key.fill(0);
      }
    }
    throw localError(WRONG[kind]);
  }

  /** @param {Wrap[]} wraps */
  #with(wraps) {
    return { ...this.header, wraps };
  }

  /**
   * @param {RecordVault} vault
   * @param {Unlock & { name?: string }} unlock
   * @returns {Promise<{ header: KeyringHeader, id: string }>} the header to be stored
   */
  async withWrap(vault, unlock) {
    const wrap = await newWrap(vault, unlock, this.#tools);
    return { header: this.#with([...this.header.wraps, wrap]), id: wrap.id };
  }

  /**
   * @param {(wrap: Wrap) => boolean} goes
   * @returns {KeyringHeader} to be stored
   * @throws {import("../errors.js").WaxsealError} NO_SUCH_WRAP, LAST_WRAP
   */
  without(goes) {
    const rest = this.header.wraps.filter((wrap) => !goes(wrap));
    if (rest.length === this.header.wraps.length) throw localError("NO_SUCH_WRAP");
    checkLasting(rest);
    return this.#with(rest);
  }
}
