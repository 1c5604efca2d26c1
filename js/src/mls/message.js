/** What can be told of an MLS message without any key. */
import { WaxsealError } from "../errors.js";
import { core } from "../wasm/init.js";
import { Request } from "../wasm/wire.js";
import * as check from "./check.js";
import { checkVault } from "./vault.js";

/** By the numbers of RFC 9420 section 17.2. */
const WIRE_FORMATS = /** @type {const} */ ({
  1: "public-message",
  2: "private-message",
  3: "welcome",
  4: "group-info",
  5: "key-package",
});
/** By the numbers of RFC 9420 section 6. */
const CONTENT_TYPES = /** @type {const} */ ({ 1: "application", 2: "proposal", 3: "commit" });

/**
 * @typedef {object} MessageInfo
 * @property {(typeof WIRE_FORMATS)[keyof typeof WIRE_FORMATS]} wireFormat
 * @property {Uint8Array} groupId empty where the wire format does not tell
 * @property {number} epoch 0 where the wire format does not tell
 * @property {(typeof CONTENT_TYPES)[keyof typeof CONTENT_TYPES] | undefined} contentType
 */

/**
 * @param {Uint8Array} message an MLSMessage
 * @returns {MessageInfo}
 */
export function readMessage(message) {
  const request = new Request().bytes(check.octets(message, "message"));
  const reply = core().call("wx_message_read", request);
  return {
    wireFormat: WIRE_FORMATS[/** @type {keyof typeof WIRE_FORMATS} */ (reply.u32())],
    groupId: reply.bytes(),
    epoch: reply.u64(),
    contentType: CONTENT_TYPES[/** @type {keyof typeof CONTENT_TYPES} */ (reply.u32())],
  };
}

/**
 * Whether a Welcome has an entry for a KeyPackage.
 * @param {{ vault: import("./vault.js").Vault, welcome: Uint8Array,
 *   secret: import("../types.js").SealedRecord }} options secret: of that KeyPackage
 * @returns {boolean}
 */
export function welcomeMatches({ vault, welcome, secret }) {
  const request = new Request()
    .u32(checkVault(vault).handle)
    .record(check.sealedRecord(secret, "secret"))
    .bytes(check.octets(welcome, "welcome"));
  try {
    core().call("wx_welcome_matches", request);
    return true;
  } catch (error) {
    if (error instanceof WaxsealError && error.code === "NO_MATCHING_KEY_PACKAGE") return false;
    throw error;
  }
}
