/**
 * The secrets of a page's client, for tests that look for them elsewhere. Nothing in the client gives
 * them: a test runs as a script of the page, which may use the browser's wrapping key.
 */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { init, Vault } from "../../../js/src/mls/index.js";

/** @typedef {{ what: string, octets: Uint8Array }} Secret */
/** @typedef {{ name: string, counter: number, sealed: Uint8Array }} Sealed */
/** @typedef {import("../../../js/src/vault/ways.js").Wrap} Wrap */
/** @typedef {{ device: string, wraps: Wrap[], records: Sealed[],
 *   deviceKeys: Record<string, Uint8Array> }} StoredDatabase deviceKeys: wrapping keys by wrap */

const KEY_LEN = 32;
/** Fewer different octets than this do not occur in 32 random ones, but do in texts and lengths. */
const MIN_DISTINCT = 22;
/** PKCS #8 headers (RFC 8410) that stand before the 32 octets of a private key. */
const HEADERS = {
  Ed25519: Buffer.from("302e020100300506032b657004220420", "hex"),
  X25519: Buffer.from("302e020100300506032b656e04220420", "hex"),
};

/**
 * @param {import("playwright-core").Page} page of the database's origin
 * @param {string} [database] the only one, unless named
 * @returns {Promise<StoredDatabase>}
 */
export async function readDatabase(page, database = "") {
  const stored = await page.evaluate(async (wanted) => {
    const [only] = wanted ? [{ name: wanted }] : await indexedDB.databases();
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open(only?.name ?? "");
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
    /** Octets pass to the test as { octets }. @param {any} value @returns {any} */
    const plain = (value) => {
      if (value instanceof Uint8Array) return { octets: [...value] };
      if (value instanceof CryptoKey || typeof value !== "object" || value === null) return value;
      if (Array.isArray(value)) return value.map(plain);
      return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
    };
    const { device, wraps } = await get("meta", "get", "header");
    const deviceKeys = wraps.flatMap(async (/** @type {any} */ { id, kind, params }) => {
      if (kind !== "device") return [];
      const { key, salt } = params;
      return [id, new Uint8Array(await crypto.subtle.sign("HMAC", key, salt))];
    });
    const records = await get("records", "getAll");
    db.close();
    for (const { params } of wraps) delete params.key;
    const keys = (await Promise.all(deviceKeys)).filter((one) => one.length > 0);
    return plain({ device, wraps, records, deviceKeys: Object.fromEntries(keys) });
  }, database);
  return JSON.parse(JSON.stringify(stored), (_name, value) =>
    Array.isArray(value?.octets) ? Uint8Array.from(value.octets) : value,
  );
}

/**
 * The vault key, as it stands in a wrap that this wrapping key opens.
 * @param {StoredDatabase} database
 * @param {Wrap} wrap
 * @param {Uint8Array} wrappingKey
 * @returns {{ vaultKey: Uint8Array, owner: string }}
 */
function unwrap({ device }, { id, wrapped }, wrappingKey) {
  const outer = new Vault(wrappingKey, { device });
  const octets = outer.open({ name: id, counter: 0, sealed: wrapped });
  outer.close();
  const owner = new TextDecoder().decode(octets.subarray(KEY_LEN));
  return { vaultKey: octets.slice(0, KEY_LEN), owner };
}

/**
 * Everything that one wrapping key opens.
 * @param {StoredDatabase} database
 * @param {Wrap} wrap
 * @param {Uint8Array} wrappingKey
 * @returns {{ vaultKey: Uint8Array, records: { name: string, octets: Uint8Array }[] }}
 */
export function openDatabase(database, wrap, wrappingKey) {
  const { vaultKey, owner } = unwrap(database, wrap, wrappingKey);
  const vault = new Vault(vaultKey, { owner, device: database.device });
  const records = database.records.map((record) => ({
    name: record.name,
    octets: vault.open(record),
  }));
  vault.close();
  return { vaultKey, records };
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
 * The private keys of the core.
 * @param {{ name: string, octets: Uint8Array }[]} records opened
 * @returns {{ secrets: Secret[], counts: Record<string, number> }} counts: by kind of record
 */
export function privateKeysOf(records) {
  /** @type {Secret[]} */
  const secrets = [];
  /** @type {Record<string, number>} */
  const counts = {};
  /** Where keys stand in the records of KeyPackages, which are all alike. @type {number[]} */
  let offsets = [];
  for (const { name, octets } of records) {
    const [layer, kind = ""] = name.split("/");
    if (layer !== "core" || !KINDS.includes(kind)) continue;
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

/**
 * The vault key, the key that the browser wraps it with, and all private keys of the core.
 * @param {import("playwright-core").Page} page where the client runs
 */
export async function secretsOfPage(page) {
  await init();
  const database = await readDatabase(page);
  const wrap = database.wraps.find(({ kind }) => kind === "device");
  const wrappingKey = wrap && database.deviceKeys[wrap.id];
  if (!wrappingKey) throw new Error("The browser has no key for this database.");
  const { vaultKey, records } = openDatabase(database, wrap, wrappingKey);
  const { secrets, counts } = privateKeysOf(records);
  secrets.push(
    { what: "the vault key", octets: vaultKey },
    { what: "the wrapping key", octets: wrappingKey },
  );
  return { secrets, counts };
}
