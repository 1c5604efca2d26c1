// A database put back to what version 1 of the package made of it, by another implementation of its
// records: XChaCha20-Poly1305 with the name and the number as associated data.
import { createHash, hkdfSync, randomBytes } from "node:crypto";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { Keyring } from "../../../js/src/vault/keyring.js";
import { isIndexName } from "../../../js/src/vault/record_index.js";
import { openHost } from "../../../js/src/wasm/host.js";
import { loadModule } from "../../../js/src/wasm/init.js";

/** @typedef {import("../../../js/src/types.js").SealedRecord} SealedRecord */

/** @param {Uint8Array} vaultKey @param {SealedRecord} record whose octets are plaintext */
function seal(vaultKey, { name, counter, sealed: plaintext }) {
  const nonce = randomBytes(24);
  const keys = Buffer.from(hkdfSync("sha256", vaultKey, nonce, "waxseal vault 1", 64));
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(counter));
  const length = name.length < 64 ? [name.length] : [0x40 | (name.length >> 8), name.length & 255];
  const aad = Buffer.concat([Buffer.from(length), Buffer.from(name), number]);
  const ciphertext = xchacha20poly1305(keys.subarray(0, 32), nonce, aad).encrypt(plaintext);
  return Buffer.concat([Buffer.from([1]), nonce, keys.subarray(32), ciphertext]);
}

/**
 * What a store holds, as version 1 would have stored it.
 * @param {import("../../../js/src/store/store.js").Store} store of version 2
 * @param {import("../../../js/src/vault/ways.js").Unlock} unlock
 * @param {import("../../../js/src/vault/ways.js").KeyFiles} [keyFiles]
 * @returns {Promise<{ vaultKey: Uint8Array, records: SealedRecord[], counter: number }>}
 */
export async function asVersion1(store, unlock, keyFiles) {
  const module = await loadModule();
  const host = await openHost(module);
  const header = /** @type {any} */ (await store.header());
  const keyring = new Keyring(header, { module, worker: false, keyFiles });
  const { vault } = await keyring.unlock(host, unlock);
  const stored = (await store.list("")).filter(({ name }) => !isIndexName(name));
  const opened = await vault.open(stored);
  vault.close();
  const vaultKey = new Uint8Array(randomBytes(32));
  const records = stored.map(({ name, counter }, i) => {
    const sealed = seal(vaultKey, { name, counter, sealed: opened[i] ?? new Uint8Array() });
    return { name, counter, sealed };
  });
  return { vaultKey, records, counter: await store.counter() };
}

/**
 * A journal of version 1, with a line per batch.
 * @param {SealedRecord[]} records
 * @param {number} counter
 */
export function journalOfVersion1(records, counter) {
  const puts = records.map((r) => [r.name, r.counter, Buffer.from(r.sealed).toString("base64")]);
  const body = JSON.stringify({ after: counter - 1, puts, deletes: [] });
  return `${createHash("sha256").update(body).digest("hex")} ${body}\n`;
}

/** The vault key as version 1 kept it in browsers. @param {Uint8Array<ArrayBuffer>} vaultKey */
export async function deviceKeyOfVersion1(vaultKey) {
  const aes = { name: "AES-GCM", length: 256 };
  const wrappingKey = await crypto.subtle.generateKey(aes, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode("waxseal vault key");
  const wrapped = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv, additionalData },
    wrappingKey,
    vaultKey,
  );
  return { wrappingKey, iv, wrapped };
}
