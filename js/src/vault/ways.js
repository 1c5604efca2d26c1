/**
 * The ways to unlock a vault. Each makes a wrapping key of 32 octets: when it is set up, with what has
 * to be kept in the wrap to make it again; and again when the vault is unlocked.
 */
import { localError } from "../errors.js";
import { createDeviceKey, deviceKey } from "./device_key.js";
import { createPasskey, passkeyKey } from "./passkey.js";
import { newSalt, passphraseKey } from "./passphrase.js";

/**
 * What the application gives to unlock with; nothing for the platform's own way.
 * @typedef {object} Unlock
 * @property {string} [passphrase]
 * @property {boolean} [passkey] asks the browser for it
 * @property {boolean} [device] a key of the browser's, which it gives to every script of the page
 * @property {string} [keyFile] path, in Node
 *
 * @typedef {"device" | "passphrase" | "passkey" | "key-file"} WrapKind
 *
 * @typedef {object} Wrap the vault key, encrypted
 * @property {string} id
 * @property {WrapKind} kind
 * @property {string} created ISO 8601
 * @property {string} [name] for people
 * @property {Record<string, any>} params of the way; structured-cloneable
 * @property {Uint8Array} wrapped
 *
 * @typedef {object} Tools
 * @property {WebAssembly.Module} module the core
 * @property {boolean} worker whether it may have one
 * @property {KeyFiles | undefined} keyFiles where the platform has files
 *
 * @typedef {object} KeyFiles 32 octets each
 * @property {(path: string) => Promise<Uint8Array>} create or reads the one that is there
 * @property {(path: string) => Promise<Uint8Array>} read
 * @property {(path: string) => Promise<void>} remove
 */

/**
 * @param {Unlock} unlock
 * @returns {WrapKind}
 */
export function kindOf({ passphrase, passkey, device, keyFile }) {
  if (passphrase !== undefined) return "passphrase";
  if (keyFile !== undefined) return "key-file";
  if (passkey) return "passkey";
  if (device) return "device";
  throw localError("VAULT_LOCKED");
}

/**
 * Sets a way up.
 * @param {Unlock & { name?: string }} unlock
 * @param {Tools} tools
 * @returns {Promise<{ key: Uint8Array, params: Record<string, any> }>} the wrapping key; what is kept
 */
export async function setUp(unlock, tools) {
  const kind = kindOf(unlock);
  if (kind === "device") return createDeviceKey();
  if (kind === "passkey") return createPasskey(unlock.name);
  if (kind === "key-file") {
    return { key: await filesOf(tools).create(unlock.keyFile ?? ""), params: {} };
  }
  const params = newSalt();
  return { key: await passphraseKey(unlock.passphrase, params, tools), params };
}

/**
 * The wrapping keys that unlocking gives.
 * @param {Wrap[]} wraps of the kind
 * @param {Unlock} unlock
 * @param {Tools} tools
 * @returns {AsyncGenerator<{ wrap: Wrap, key: Uint8Array }>} one of them opens its wrap, or none
 */
export async function* keysOf(wraps, unlock, tools) {
  const kind = kindOf(unlock);
  if (kind === "passkey") {
    const { key, index } = await passkeyKey(wraps.map(({ params }) => params));
    yield { wrap: /** @type {Wrap} */ (wraps[index]), key };
    return;
  }
  for (const wrap of wraps) {
    if (kind === "device") yield { wrap, key: await deviceKey(wrap.params) };
    else if (kind === "key-file")
      yield { wrap, key: await filesOf(tools).read(unlock.keyFile ?? "") };
    else yield { wrap, key: await passphraseKey(unlock.passphrase, wrap.params, tools) };
  }
}

/** @param {Tools} tools */
function filesOf({ keyFiles }) {
  if (!keyFiles) throw localError("WRONG_KEY_FILE");
  return keyFiles;
}

/** What somebody is told whose key opens nothing. */
export const WRONG = /** @type {const} */ ({
  device: "DATABASE_BROKEN",
  passphrase: "WRONG_PASSPHRASE",
  passkey: "PASSKEY_FAILED",
  "key-file": "WRONG_KEY_FILE",
});
