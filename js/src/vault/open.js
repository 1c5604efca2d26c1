/** From a store to its records: makes the vault of an empty one, unlocks or migrates another. */
import { textOf } from "../bytes.js";
import { localError } from "../errors.js";
import { checkLasting, Keyring, prepareWay, VERSION } from "./keyring.js";
import { Records, sealBase } from "./records.js";
import { RecordVault } from "./vault.js";
import { legacyKey } from "./version_1.js";
import { kindOf } from "./ways.js";

/** @typedef {import("../store/store.js").Store} Store */
/** @typedef {import("./ways.js").Unlock} Unlock */
/** @typedef {import("./ways.js").Tools} Tools */
/** @typedef {import("./keyring.js").KeyringHeader} KeyringHeader */
/** @typedef {import("./keyring.js").Way} Way */
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
export async function openVault(options) {
  const { store, unlock, tools } = options;
  const header = await currentHeader(store);
  if (header) return unlockVault(options, header);
  // The user may be asked here, and no other tab has to wait for that.
  checkLasting([{ kind: kindOf(unlock) }]);
  const way = await prepareWay(unlock, tools);
  return store.exclusively("keys", async () => {
    const made = await currentHeader(store);
    if (!made) return (await store.counter()) > 0 ? migrate(options, way) : create(options, way);
    // Another tab was faster.
    way.key.fill(0);
    return unlockVault(options, made);
  });
}

/**
 * @param {Store} store
 * @returns {Promise<KeyringHeader | undefined>} undefined for an empty one and one of version 1
 */
async function currentHeader(store) {
  const header = await store.header();
  if (header?.version > VERSION) throw localError("DATABASE_NEWER");
  return header?.version === VERSION ? /** @type {KeyringHeader} */ (header) : undefined;
}

/**
 * @param {VaultOptions} options
 * @param {KeyringHeader} header
 */
async function unlockVault({ store, host, owner, unlock, tools, onBroken }, header) {
  const keyring = new Keyring(header, tools);
  const opened = await keyring.unlock(host, unlock);
  if (opened.owner === owner) {
    return { records: new Records(store, opened.vault, onBroken), keyring, isNew: false };
  }
  opened.vault.close();
  throw localError("WRONG_ACCOUNT");
}

/**
 * @param {VaultOptions} options of an empty store
 * @param {Way} way
 */
async function create({ store, host, owner, tools, onBroken }, way) {
  const { vault, keyring } = await Keyring.create(host, owner, [way], tools);
  const records = new Records(store, vault, onBroken);
  await records.write({ plain: [], header: keyring.header });
  return { records, keyring, isNew: true };
}

/**
 * A database of version 1 gets a new vault key, and an index.
 * @param {VaultOptions} options
 * @param {Way} way
 */
async function migrate({ store, host, owner, tools, onBroken }, way) {
  const key = await legacyKey(await store.header());
  const old = await RecordVault.create(host, { key, owner: "", device: "" });
  key.fill(0);
  try {
    const stored = await store.list("");
    const [device] = await old.open(stored.filter(({ name }) => name === "device"));
    if (stored.length > 0 && !device) throw localError("DATABASE_BROKEN");
    if (device && JSON.parse(textOf(device) ?? "").actor !== owner)
      throw localError("WRONG_ACCOUNT");
    const { vault, keyring } = await Keyring.create(host, owner, [way], tools);
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
