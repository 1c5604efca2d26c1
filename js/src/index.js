/** The package in browsers and workers. */
import { Waxseal as Client } from "./client/client.js";
import { markerOf } from "./client/storage.js";
import { IndexedDbStore } from "./store/indexed_db.js";

export { Conversation } from "./client/conversation.js";
export { WaxsealError } from "./errors.js";
export { ActivityPubTransport } from "./transport/activitypub.js";
export { relayTransport } from "./transport/relay.js";
export { init } from "./wasm/init.js";

export class Waxseal extends Client {
  /** @override */
  static platform = {
    openStore: (/** @type {string} */ database) => IndexedDbStore.open(database),
    unlock: () => ({ device: true }),
    markerOf,
  };
}
