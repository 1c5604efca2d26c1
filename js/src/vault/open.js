/** From a store to its records: makes the vault of an empty one, unlocks or migrates another. */
import { textOf } from "../bytes.js";
import { localError } from "../errors.js";
import { Keyring, VERSION } from "./keyring.js";
import { Records, sealBase } from "./records.js";
import { RecordVault } from "./vault.js";
import { legacyKey } from "./version_1.js";

/** @typedef {import("../store/store.js").Store} Store */
/** @typedef {import("./ways.js").Unlock} Unlock */
/** @typedef {import("./ways.js").Tools} Tools */
/** @typedef {import("./keyring.js").KeyringHeader} KeyringHeader */
/** @typedef {import("./record_index.js").BrokenRecord} BrokenRecord */

/**
 * @typedef {object} VaultOptions
 * @property {Store} store
 * @property {import("../wasm/host.js").Host} host
 * @property {string} owner the actor's id
 * @property {Unlock} unlock
 * @property {Tools} tools
 * @property {(broken: BrokenRecord[]) => void} onBroken
 */

/**
 * @param {VaultOptions} options
 * @returns {Promise<{ records: Records, keyring: Keyring, isNew: boolean }>} isNew: it was empty
 * @throws {import("../errors.js").WaxsealError} those of Keyring.unlock(), WRONG_ACCOUNT,
 *   DATABASE_NEWER
 */
export function openVault(options) {
  const { store, host, owner, unlock, tools, onBroken } = options;
  return store.exclusively("keys", async () => {
    const header = await store.header();
    if (header?.version > VERSION) throw localError("DATABASE_NEWER");
    if (header?.version === VERSION) {
      const keyring = new Keyring(/** @type {KeyringHeader} */ (header), tools);
      const opened = await keyring.unlock(host, unlock);
      if (opened.owner === owner) {
        return { records: new Records(store, opened.vault, onBroken), keyring, isNew: false };
      }
      opened.vault.close();
      throw localError("WRONG_ACCOUNT");
    }
    if (header || (await store.counter()) > 0) return migrate(options, header);
    const { vault, keyring } = await Keyring.create(host, owner, unlock, tools);
    const records = new Records(store, vault, onBroken);
    await records.write({ plain: [], header: keyring.header });
    return { records, keyring, isNew: true };
  });
}

/**
 * A database of version 1 gets a new vault key, and an index.
 * @param {VaultOptions} options
 * @param {Record<string, any> | undefined} header
 */
async function migrate({ store, host, owner, unlock, tools, onBroken }, header) {
  const key = await legacyKey(header);
  const old = await RecordVault.create(host, { key, owner: "", device: "" });
  key.fill(0);
  try {
    const stored = await store.list("");
    const [device] = await old.open(stored.filter(({ name }) => name === "device"));
    if (stored.length > 0 && !device) throw localError("DATABASE_BROKEN");
    if (device && JSON.parse(textOf(device) ?? "").actor !== owner)
      throw localError("WRONG_ACCOUNT");
    const { vault, keyring } = await Keyring.create(host, owner, unlock, tools);
    const after = await store.counter();
    const moved = (await old.reseal(vault, stored, after + 1)).flatMap((one) => one ?? []);
    const puts = await sealBase(vault, moved, after + 1);
    const kept = new Set(moved.map(({ name }) => name));
    const lost = stored.filter(({ name }) => !kept.has(name));
    await store.write({
      after,
      puts,
      deletes: lost.map(({ name }) => name),
      header: keyring.header,
    });
    if (lost.length > 0) onBroken(lost.map(({ name }) => ({ name, reason: "damaged" })));
    return { records: new Records(store, vault, onBroken), keyring, isNew: false };
  } finally {
    old.close();
  }
}
