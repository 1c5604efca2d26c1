/** What the vault notices over the IndexedDB of the page that loads this module. */
import { IndexedDbStore } from "../../../js/src/store/indexed_db.js";
import { loadModule } from "../../../js/src/wasm/init.js";
import { replaceInIndexedDb } from "./indexed_db.mjs";
import { tamperWithAll } from "./tamper.mjs";

/** @param {string} name of the database */
export async function tamperInIndexedDb(name) {
  return tamperWithAll({
    open: () => IndexedDbStore.open(name),
    replace: (state) => replaceInIndexedDb(name, state),
    module: await loadModule(),
    unlock: { device: true },
  });
}
