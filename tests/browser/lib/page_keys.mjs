/**
 * The secrets of a page's client, for tests that look for them elsewhere. Nothing in the client gives
 * them: a test runs as a script of the page, which may use the browser's wrapping key.
 */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { init, Vault } from "../../../js/src/mls/index.js";

/** @typedef {{ what: string, octets: Uint8Array }} Secret */
/** @typedef {{ name: string, counter: number, sealed: Uint8Array }} Sealed */

const KEY_LEN = 32;
/** Fewer different octets than this do not occur in 32 random ones, but do in texts and lengths. */
const MIN_DISTINCT = 22;
/** PKCS #8 headers (RFC 8410) that stand before the 32 octets of a private key. */
const HEADERS = {
  Ed25519: Buffer.from("302e020100300506032b657004220420", "hex"),
  X25519: Buffer.from("302e020100300506032b656e04220420", "hex"),
};

/**
 * @param {import("playwright-core").Page} page where the client runs
 * @returns {Promise<{ vaultKey: Uint8Array, records: Sealed[] }>}
 */
async function readDatabase(page) {
  const { key, records } = await page.evaluate(async () => {
    const [{ name = "" } = {}] = await indexedDB.databases();
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const get = (
      /** @type {string} */ store,
      /** @type {string} */ method,
      /** @type {any[]} */ ...args
    ) =>
      new Promise((resolve, reject) => {
        const request = db
          .transaction(store)
          .objectStore(store)
          [method](...args);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const { wrappingKey, iv, wrapped } = await get("meta", "get", "vault-key");
    const additionalData = new TextEncoder().encode("waxseal vault key");
    const algorithm = { name: "AES-GCM", iv, additionalData };
    const opened = await crypto.subtle.decrypt(algorithm, wrappingKey, wrapped);
    const sealed = await get("records", "getAll");
    db.close();
    return {
      key: [...new Uint8Array(opened)],
      records: sealed.map((/** @type {any} */ r) => ({ ...r, sealed: [...r.sealed] })),
    };
  });
  return {
    vaultKey: Uint8Array.from(key),
    records: records.map((/** @type {any} */ r) => ({ ...r, sealed: Uint8Array.from(r.sealed) })),
  };
}

/**
 * Private keys inside octets of unknown format: a window is one when its public key is there too.
 * @param {Uint8Array} octets
 * @param {Buffer} published where public keys are looked for
 * @param {number[]} [offsets] where to look; everywhere unless given
 * @returns {{ kind: string, offset: number, octets: Uint8Array }[]}
 */
function privateKeysIn(octets, published, offsets) {
  const everywhere = Array.from(
    { length: Math.max(0, octets.length - KEY_LEN + 1) },
    (_, at) => at,
  );
  return (offsets ?? everywhere).flatMap((offset) => {
    const window = octets.subarray(offset, offset + KEY_LEN);
    if (new Set(window).size < MIN_DISTINCT) return [];
    return Object.entries(HEADERS)
      .filter(([, header]) => published.includes(publicKeyOf(header, window)))
      .map(([kind]) => ({ kind, offset, octets: window }));
  });
}

/**
 * @param {Buffer} header
 * @param {Uint8Array} seed
 */
function publicKeyOf(header, seed) {
  const der = Buffer.concat([header, seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-KEY_LEN);
}

/** Records of the core that hold private keys: the device's signature key, KeyPackages, groups. */
const KINDS = ["device", "package", "chat"];

/**
 * The vault key, and all private keys of the core.
 * @param {import("playwright-core").Page} page
 * @returns {Promise<{ secrets: Secret[], counts: Record<string, number> }>} counts: private keys
 *   found, by kind of record
 */
export async function secretsOfPage(page) {
  await init();
  const { vaultKey, records } = await readDatabase(page);
  const vault = new Vault(vaultKey);
  const core = records
    .filter(({ name }) => name.startsWith("core/") && KINDS.includes(name.split("/")[1] ?? ""))
    .map((record) => ({ name: record.name, octets: vault.open(record) }));
  vault.close();
  /** @type {Secret[]} */
  const secrets = [{ what: "the vault key", octets: vaultKey }];
  /** @type {Record<string, number>} */
  const counts = {};
  /** Where keys stand in the records of KeyPackages, which are all alike. @type {number[]} */
  let offsets = [];
  for (const { name, octets } of core) {
    const kind = name.split("/")[1] ?? "";
    const published = Buffer.from(octets);
    let keys = kind === "package" ? privateKeysIn(octets, published, offsets) : [];
    if (keys.length === 0) keys = privateKeysIn(octets, published);
    if (kind === "package") offsets = keys.map(({ offset }) => offset);
    counts[kind] = (counts[kind] ?? 0) + keys.length;
    secrets.push(
      ...keys.map((key) => ({ what: `${key.kind} private key of ${name}`, octets: key.octets })),
    );
  }
  return { secrets, counts };
}
