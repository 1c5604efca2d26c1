/** How the stored keys and messages are protected, as the application sees it. */
import { checkLasting, Keyring, prepareWay } from "../vault/keyring.js";
import { kindOf } from "../vault/ways.js";

/** @typedef {import("../vault/ways.js").Unlock} Unlock */
/** @typedef {{ id: string, kind: import("../vault/ways.js").WrapKind, created: string,
 *   name?: string }} WrapInfo */

const MINUTE = 60_000;
/** What somebody is told whose way opens nothing. */
const NO = new Set("VAULT_LOCKED WRONG_PASSPHRASE PASSKEY_FAILED WRONG_KEY_FILE".split(" "));

export class VaultControl {
  #database;
  #tools;
  #host;
  #lock;
  #minutes = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @internal
   * @param {object} parts
   * @param {import("./database.js").Database} parts.database
   * @param {import("../vault/ways.js").Tools} parts.tools
   * @param {import("../wasm/host.js").Host} parts.host
   * @param {() => Promise<void>} parts.lock
   */
  constructor({ database, tools, host, lock }) {
    this.#database = database;
    this.#tools = tools;
    this.#host = host;
    this.#lock = lock;
  }

  /** @returns {WrapInfo[]} the ways to unlock */
  get wraps() {
    return this.#database.header.wraps.map(({ id, kind, created, name }) => ({
      id,
      kind,
      created,
      ...(name === undefined ? {} : { name }),
    }));
  }

  /**
   * Adds a way to unlock. The other ways stay.
   * @param {Unlock & { name?: string }} unlock name: for people, such as the passkey's
   * @returns {Promise<string>} its id
   * @throws {import("../errors.js").WaxsealError} PASSKEY_FAILED, INVALID_ARGUMENT
   */
  async add(unlock) {
    // The user may be asked here, and nobody else has to wait for that.
    const way = await prepareWay(unlock, this.#tools);
    return this.#database.vault(async ({ records, keyring }) => {
      const { header, id } = await keyring.withWrap(records.vault, way);
      await records.write({ plain: [], header });
      keyring.header = header;
      return id;
    });
  }

  /**
   * Takes a way to unlock away. Whoever copied the disk before can still use it on that copy; so
   * renew() where that matters.
   * @param {string} id
   * @throws {import("../errors.js").WaxsealError} NO_SUCH_WRAP, LAST_WRAP
   */
  remove(id) {
    return this.#change((keyring) => keyring.without((wrap) => wrap.id === id));
  }

  /**
   * A passphrase in place of the former ones.
   * @param {string} passphrase
   */
  async changePassphrase(passphrase) {
    const id = await this.add({ passphrase });
    const isFormer = (/** @type {import("../vault/ways.js").Wrap} */ wrap) =>
      wrap.kind === "passphrase" && wrap.id !== id;
    if (!this.wraps.some(({ kind, id: other }) => kind === "passphrase" && other !== id)) return;
    await this.#change((keyring) => keyring.without(isFormer));
  }

  /** @param {(keyring: Keyring) => import("../vault/keyring.js").KeyringHeader} change */
  #change(change) {
    return this.#database.vault(async ({ records, keyring }) => {
      const header = change(keyring);
      await records.write({ plain: [], header });
      keyring.header = header;
    });
  }

  /**
   * A new vault key, with these ways to unlock in place of all others; everything is encrypted anew.
   * What was stored until now stays encrypted under the former key, wherever the disk still has it.
   * Other tabs are locked.
   * @param {Unlock & { name?: string }} unlock
   * @param {...(Unlock & { name?: string })} more
   */
  async renew(unlock, ...more) {
    checkLasting([unlock, ...more].map((one) => ({ kind: kindOf(one) })));
    /** @type {import("../vault/keyring.js").Way[]} */
    const ways = [];
    for (const one of [unlock, ...more]) ways.push(await prepareWay(one, this.#tools));
    await this.#database.vault(async ({ records, keyring }) => {
      const { key, locks } = keyring.header;
      const made = await Keyring.create(this.#host, this.#database.owner, ways, this.#tools);
      const header = { ...made.keyring.header, key: key + 1, locks };
      const former = records.vault;
      try {
        await records.moveTo(made.vault, header);
      } catch (error) {
        made.vault.close();
        throw error;
      }
      keyring.header = header;
      former.close();
    });
  }

  /**
   * Whether an `unlock` opens this database, for a page that asks before something important.
   * @param {Unlock} unlock
   * @returns {Promise<boolean>}
   */
  async check(unlock) {
    const keyring = new Keyring(this.#database.header, this.#tools);
    try {
      const { vault } = await keyring.unlock(this.#host, unlock);
      vault.close();
      return true;
    } catch (error) {
      if (NO.has(/** @type {{ code?: string }} */ (error).code ?? "")) return false;
      throw error;
    }
  }

  /** Forgets the keys and what they opened, in all tabs. The "lock" event follows; open again with
   * Waxseal.open(). */
  async lock() {
    await this.#change((keyring) => ({ ...keyring.header, locks: keyring.header.locks + 1 }));
    await this.#lock();
  }

  /** Minutes without touch() after which it locks by itself; 0: never. */
  get autoLockMinutes() {
    return this.#minutes;
  }

  set autoLockMinutes(minutes) {
    this.#minutes = Math.max(0, minutes);
    this.touch();
  }

  /** The user is there: auto-lock waits from now on. Own messages do this by themselves. */
  touch() {
    clearTimeout(this.#timer);
    if (this.#minutes === 0) return;
    this.#timer = setTimeout(() => this.#lockAlone(), this.#minutes * MINUTE);
    // In Node: not a reason to go on.
    if (typeof this.#timer === "object") this.#timer.unref?.();
  }

  /** With nobody there to be told what went wrong. */
  async #lockAlone() {
    try {
      await this.lock();
    } catch {
      // Other tabs may not have learned it; here the keys are gone even if the store does not close.
      await this.#lock().catch(() => {});
    }
  }

  /** @internal */
  close() {
    clearTimeout(this.#timer);
  }
}
