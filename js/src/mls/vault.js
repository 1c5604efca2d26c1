/** Records encrypted at rest. The sealing itself is the core's (core/include/waxseal/vault.h). */
import { invalidArgument } from "../errors.js";
import { core } from "../wasm/init.js";
import { Request } from "../wasm/wire.js";
import * as check from "./check.js";

/** @typedef {import("../types.js").Slot} Slot */
/** @typedef {import("../types.js").SealedRecord} SealedRecord */

const KEY_LEN = 32;

/**
 * A fresh vault key of 32 octets. Keep it where the records are not, or encrypted.
 * @returns {Uint8Array}
 */
export function createVaultKey() {
  const reply = core().call("wx_vault_key_new");
  const key = reply.bytes();
  reply.wipe();
  return key;
}

/** Seals and opens records under one key, which it keeps inside the core. */
export class Vault {
  #core = core();
  #handle;

  /**
   * @param {Uint8Array} key 32 octets; copied, so the caller can wipe it
   * @param {{ owner?: string, device?: string }} [binding] whose records it seals: they open for the
   *   same owner and device only
   */
  constructor(key, { owner = "", device = "" } = {}) {
    if (check.octets(key, "key").length !== KEY_LEN) {
      throw invalidArgument(`key must have ${KEY_LEN} octets.`);
    }
    this.#handle = this.#core
      .call("wx_vault_new", new Request().bytes(key).text(owner).text(device))
      .u32();
    this.#core.own(this, this.#handle);
  }

  /**
   * @param {Slot} slot where the record will be stored
   * @param {Uint8Array} plaintext
   * @returns {SealedRecord}
   */
  seal(slot, plaintext) {
    const { name, counter } = check.slot(slot, "slot");
    const request = new Request().u32(this.#handle).slot({ name, counter });
    request.bytes(check.octets(plaintext, "plaintext"));
    return { name, counter, sealed: this.#core.call("wx_vault_seal", request).bytes() };
  }

  /**
   * @param {SealedRecord} record
   * @returns {Uint8Array}
   */
  open(record) {
    const request = new Request().u32(this.#handle).record(check.sealedRecord(record, "record"));
    const reply = this.#core.call("wx_vault_open", request);
    const plaintext = reply.bytes();
    reply.wipe();
    return plaintext;
  }

  /** Wipes the key in the core; the vault can't be used any more. */
  close() {
    this.#core.disown(this, this.#handle);
  }

  /**
   * The number by which the core knows the vault.
   * @internal
   */
  get handle() {
    return this.#handle;
  }
}

/**
 * @param {unknown} value
 * @returns {Vault}
 */
export function checkVault(value) {
  if (value instanceof Vault) return value;
  throw invalidArgument("vault must be a Vault; make one with new Vault(key).");
}
