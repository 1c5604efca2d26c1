/** The package in Node: the database is a folder; the core comes inside the module. */
import wasm from "../dist/core.inline.js";
import { Waxseal as Client } from "./client/client.js";
import { FileStore } from "./store/file.js";
import * as keyFiles from "./store/key_file.js";
import { init as load } from "./wasm/init.js";

export { Conversation } from "./client/conversation.js";
export { WaxsealError } from "./errors.js";
export { ActivityPubTransport } from "./transport/activitypub.js";
export { relayTransport } from "./transport/relay.js";

/** @param {import("./wasm/init.js").InitOptions} [options] */
export function init(options = {}) {
  return load({ wasm: options.wasm ?? wasm() });
}

export class Waxseal extends Client {
  /** @override */
  static platform = {
    openStore: (/** @type {string} */ database) => FileStore.open(database),
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
