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
 * A way to unlock that was set up; the user may have been asked for it.
 * @typedef {object} Way
 * @property {import("./ways.js").WrapKind} kind
 * @property {string} [name]
 * @property {Uint8Array} key wiped when it is used
 * @property {Record<string, any>} params
 */

/**
 * @param {Unlock & { name?: string }} unlock
 * @param {Tools} tools
 * @returns {Promise<Way>}
 */
export async function prepareWay(unlock, tools) {
  const { name } = unlock;
  return { kind: kindOf(unlock), ...(name ? { name } : {}), ...(await setUp(unlock, tools)) };
}

/**
 * @param {RecordVault} vault
 * @param {Way} way
 * @returns {Promise<Wrap>}
 */
async function newWrap(vault, { key, ...way }) {
  const id = newId();
  try {
    return { id, ...way, created: new Date().toISOString(), wrapped: await vault.wrap(key, id) };
  } finally {
    key.fill(0);
  }
}

/** @param {{ kind: import("./ways.js").WrapKind }[]} wraps */
export function checkLasting(wraps) {
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
   * A new vault key.
   * @param {import("../wasm/host.js").Host} host
   * @param {string} owner
   * @param {Way[]} ways to unlock it
   * @param {Tools} tools
   */
  static async create(host, owner, ways, tools) {
    checkLasting(ways);
    const device = newId();
    const vault = await RecordVault.create(host, { owner, device });
    const wraps = await Promise.all(ways.map((way) => newWrap(vault, way)));
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
   * @param {Way} way
   * @returns {Promise<{ header: KeyringHeader, id: string }>} the header to be stored
   */
  async withWrap(vault, way) {
    const wrap = await newWrap(vault, way);
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
