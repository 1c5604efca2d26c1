/** What a client works with, opened one after the other, and closed again when one of them can't be. */
import { invalidArgument } from "../errors.js";
import { openVault } from "../vault/open.js";
import { openHost } from "../wasm/host.js";
import { loadModule } from "../wasm/init.js";

/** @typedef {import("../vault/record_index.js").BrokenRecord} BrokenRecord */

/**
 * @typedef {object} Platform what is different in Node and in browsers
 * @property {(database: string) => Promise<import("../store/store.js").Store>} openStore
 * @property {(store: import("../store/store.js").Store) => import("../vault/ways.js").Unlock} unlock
 *   when nothing is said
 * @property {import("../vault/ways.js").KeyFiles} [keyFiles]
 * @property {(database: string) => import("./storage.js").Marker | undefined} [markerOf]
 *
 * @typedef {import("./database.js").Parts & { tools: import("../vault/ways.js").Tools,
 *   marker: import("./storage.js").Marker | undefined, isEvicted: boolean, broken: Broken }} Opened
 *   isEvicted: the browser has deleted what was there before
 */

/** Records that are refused: kept until somebody listens. */
export class Broken {
  /** @type {BrokenRecord[]} */
  #kept = [];
  /** @type {((broken: BrokenRecord[]) => void) | undefined} */
  #listener;

  /** @param {BrokenRecord[]} some */
  tell(some) {
    if (this.#listener) this.#listener(some);
    else this.#kept.push(...some);
  }

  /** @param {(broken: BrokenRecord[]) => void} listener */
  listen(listener) {
    this.#listener = listener;
    if (this.#kept.length > 0) listener(this.#kept.splice(0));
  }
}

/**
 * @param {Platform} platform
 * @param {import("./client.js").OpenOptions} options
 * @returns {Promise<Opened>}
 */
export async function openParts({ openStore, unlock, keyFiles, markerOf }, options) {
  const { transport, wasm, worker = true, database = "waxseal" } = options;
  if (!transport || typeof transport.post !== "function") {
    throw invalidArgument("transport must be given, such as new ActivityPubTransport(…).");
  }
  const module = await loadModule(wasm);
  const store = options.store ?? (await openStore(database));
  /** @type {import("../wasm/host.js").Host | undefined} */
  let host;
  try {
    host = await openHost(module, { worker });
    const tools = { module, worker, keyFiles };
    const broken = new Broken();
    const { isNew, records, keyring } = await openVault({
      store,
      host,
      owner: transport.actor,
      unlock: options.unlock ?? unlock(store),
      tools,
      onBroken: (some) => broken.tell(some),
    });
    const marker = options.store ? undefined : markerOf?.(database);
    const isEvicted = isNew && marker?.isSet() === true;
    marker?.set();
    return { store, host, records, keyring, tools, marker, isEvicted, broken };
  } catch (error) {
    host?.close();
    await store.close();
    throw error;
  }
}
