/**
 * The package in Node: the database is a folder, or with "sqlite:" in front an SQLite file; the core
 * comes inside the module.
 */
import wasm from "../dist/core.inline.js";
import { Waxseal as Client } from "./client/client.js";
import { FileStore } from "./store/file.js";
import * as keyFiles from "./store/key_file.js";
import { SqliteStore } from "./store/sqlite.js";
import { init as load } from "./wasm/init.js";

export { Conversation } from "./client/conversation.js";
export { WaxsealError } from "./errors.js";
export { ActivityPubTransport } from "./transport/activitypub.js";
export { relayTransport } from "./transport/relay.js";

const SQLITE = "sqlite:";

/** @param {import("./wasm/init.js").InitOptions} [options] */
export function init(options = {}) {
  return load({ wasm: options.wasm ?? wasm() });
}

export class Waxseal extends Client {
  /** @override */
  static platform = {
    /** @param {string} database */
    openStore: (database) =>
      database.startsWith(SQLITE)
        ? SqliteStore.open(database.slice(SQLITE.length))
        : FileStore.open(database),
    /** @param {import("./store/store.js").Store} store */
    unlock: ({ keyPath }) => (keyPath === undefined ? {} : { keyFile: keyPath }),
    keyFiles,
  };

  /**
   * @override
   * @param {import("./client/client.js").OpenOptions} options
   */
  static open(options) {
    // biome-ignore lint/complexity/noThisInStatic: super makes an object of this class
    return super.open({ ...options, wasm: options.wasm ?? wasm() });
  }
}
