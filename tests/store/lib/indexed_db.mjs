// What an IndexedDB database holds, changed behind the store's back. Runs in pages too.
import { openDB } from "idb";

/**
 * @param {string} name
 * @param {{ records: Map<string, import("../../../js/src/types.js").SealedRecord>, counter: number,
 *   header: any }} state
 */
export async function replaceInIndexedDb(name, { records, counter, header }) {
  const db = await openDB(name);
  const tx = db.transaction(["records", "meta"], "readwrite");
  await tx.objectStore("records").clear();
  for (const record of records.values()) tx.objectStore("records").put(record);
  tx.objectStore("meta").put(counter, "counter");
  tx.objectStore("meta").put(header, "header");
  await tx.done;
  db.close();
}
