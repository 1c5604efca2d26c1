/**
 * Runs the conformance suite over IndexedDB in whatever loads this module: a page calls
 * runConformance(), a worker or a service worker is sent "run" and answers with the outcomes.
 */
import { storeCases } from "../../../js/src/store/conformance.js";
import { IndexedDbStore } from "../../../js/src/store/indexed_db.js";
import { deleteDatabase } from "./raw_database.js";

/** @typedef {{ name: string, error?: string }} Outcome */

/** @returns {Promise<Outcome[]>} */
export async function runConformance() {
  /** @type {Outcome[]} */
  const outcomes = [];
  const open = (/** @type {string} */ name) => IndexedDbStore.open(name);
  for (const { name, run } of storeCases({ open, remove: deleteDatabase, shared: true })) {
    const error = await run().then(
      () => undefined,
      (/** @type {any} */ reason) => String(reason?.stack ?? reason),
    );
    outcomes.push({ name, ...(error === undefined ? {} : { error }) });
  }
  return outcomes;
}

if (!("document" in globalThis)) {
  globalThis.addEventListener("message", (event) => {
    const { data, ports } = /** @type {MessageEvent} */ (event);
    if (data !== "run") return;
    const answer = runConformance().then((outcomes) => ports[0]?.postMessage(outcomes));
    // A service worker is kept alive for it.
    if ("waitUntil" in event) /** @type {any} */ (event).waitUntil(answer);
  });
}
