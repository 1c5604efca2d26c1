/** In a page: databases as somebody else makes and deletes them, without the package. */

/**
 * @template T
 * @param {IDBRequest<T>} request
 * @returns {Promise<T>}
 */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * A database as version 1 of the package left it: its vault key under "vault-key", wrapped by a
 * WebCrypto key.
 * @param {string} name
 */
export async function makeVersion1(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("records", { keyPath: "name" });
    request.result.createObjectStore("meta");
  };
  const db = await done(request);
  const algorithm = { name: "AES-GCM", length: 256 };
  const wrappingKey = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const additionalData = new TextEncoder().encode("waxseal vault key");
  const key = new Uint8Array(32).fill(7);
  const how = { name: "AES-GCM", iv, additionalData };
  const wrapped = await crypto.subtle.encrypt(how, wrappingKey, key);
  const tx = db.transaction(["records", "meta"], "readwrite");
  const sealed = new TextEncoder().encode("old");
  tx.objectStore("records").put({ name: "a", counter: 1, sealed });
  tx.objectStore("meta").put(1, "counter");
  tx.objectStore("meta").put({ wrappingKey, iv, wrapped }, "vault-key");
  await new Promise((resolve) => {
    tx.oncomplete = resolve;
  });
  db.close();
}

/**
 * What is under a name beside the records.
 * @param {string} name
 * @param {string} key
 */
export async function hasMeta(name, key) {
  const db = await done(indexedDB.open(name));
  const found = await done(db.transaction("meta").objectStore("meta").get(key));
  db.close();
  return found !== undefined;
}

/** @param {string} name */
export const deleteDatabase = (name) => done(indexedDB.deleteDatabase(name)).then(() => {});

/**
 * Opens the database as a later version of the package would.
 * @param {string} name
 */
export async function makeNewer(name) {
  const request = indexedDB.open(name, 99);
  const db = await done(request);
  db.close();
}

/**
 * A tab that does not let go of a database.
 * @param {string} name
 */
export async function hold(name) {
  const request = indexedDB.open(name, 1);
  await done(request);
}

/**
 * A second database with everything that is in the first.
 * @param {string} name
 * @param {string} copy name of the second
 */
export async function copyDatabase(name, copy) {
  const from = await done(indexedDB.open(name));
  const request = indexedDB.open(copy, from.version);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("records", { keyPath: "name" });
    request.result.createObjectStore("meta");
  };
  const to = await done(request);
  for (const store of ["records", "meta"]) {
    const there = from.transaction(store).objectStore(store);
    const [keys, values] = await Promise.all([done(there.getAllKeys()), done(there.getAll())]);
    const puts = to.transaction(store, "readwrite").objectStore(store);
    await Promise.all(
      values.map((value, i) => done(store === "meta" ? puts.put(value, keys[i]) : puts.put(value))),
    );
  }
  from.close();
  to.close();
}
