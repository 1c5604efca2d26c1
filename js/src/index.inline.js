/** The package for bundlers that do not ship dist/core.wasm: the core comes inside the module. */
import wasm from "../dist/core.inline.js";
import { Waxseal as Client } from "./index.js";
import { init as load } from "./wasm/init.js";

export { ActivityPubTransport, Conversation, relayTransport, WaxsealError } from "./index.js";

/** @param {import("./wasm/init.js").InitOptions} [options] */
export function init(options = {}) {
  return load({ wasm: options.wasm ?? wasm() });
}

export class Waxseal extends Client {
  /**
   * @override
   * @param {import("./client/client.js").OpenOptions} options
   */
  static open(options) {
    // biome-ignore lint/complexity/noThisInStatic: super makes an object of this class
    return super.open({ ...options, wasm: options.wasm ?? wasm() });
  }
}
