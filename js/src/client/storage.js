/** What the browser promises about the place where keys and messages are kept. */

/** @typedef {{ isSet: () => boolean, set: () => void, remove: () => void }} Marker */

const PREFIX = "waxseal database: ";

/**
 * A sign, outside the database, that there is one. Where it outlives the database, the user learns
 * that the browser deleted it.
 * @param {string} database
 * @returns {Marker | undefined} undefined where there is no place for it, as in workers
 */
export function markerOf(database) {
  try {
    const storage = globalThis.localStorage;
    if (!storage) return undefined;
    const key = PREFIX + database;
    return {
      isSet: () => storage.getItem(key) !== null,
      set: () => storage.setItem(key, "1"),
      remove: () => storage.removeItem(key),
    };
  } catch {
    // A page without the right to store anything there.
    return undefined;
  }
}

/** Asks the browser not to delete what is stored when space gets short; it may ask the user. */
export function askForPersistence() {
  globalThis.navigator?.storage?.persist?.().catch(() => {});
}

/**
 * @param {import("./database.js").Database} database
 * @returns {Promise<{ kind: string, persisted?: boolean, usage?: number, quota?: number }>} persisted:
 *   the browser does not delete it by itself; usage, quota: octets of the whole site
 */
export async function storageState(database) {
  const kind = database.state.store;
  const manager = globalThis.navigator?.storage;
  if (!manager?.estimate) return { kind };
  const [persisted, { usage, quota }] = await Promise.all([
    manager.persisted(),
    manager.estimate(),
  ]);
  return {
    kind,
    persisted,
    ...(usage === undefined ? {} : { usage }),
    ...(quota === undefined ? {} : { quota }),
  };
}
