/** The one core of this page, worker or program. */
import { localError } from "../errors.js";
import { Core } from "./core.js";
import { compile, packagedWasm } from "./source.js";

/** @typedef {import("./source.js").WasmSource} WasmSource */
/** @typedef {{ wasm?: WasmSource | Promise<WasmSource> }} InitOptions */

/** @type {Core | undefined} */
let current;
/** @type {Promise<void> | undefined} */
let loading;

/**
 * Loads the WebAssembly core. Any number of calls load it once; after a failure, or when the core
 * broke, the next call tries anew.
 * @param {InitOptions} [options] wasm: where the core is, if not beside the package's files
 * @returns {Promise<void>}
 * @throws {import("../errors.js").WaxsealError} WASM_BLOCKED, WASM_LOAD, WASM_INVALID, WASM_MEMORY
 */
export function init({ wasm } = {}) {
  if (current && !current.broken) return Promise.resolve();
  loading ??= load(wasm).finally(() => {
    loading = undefined;
  });
  return loading;
}

/** @param {InitOptions["wasm"]} wasm */
async function load(wasm) {
  current = await Core.instantiate(await loadModule(wasm));
}

/** @type {WebAssembly.Module | undefined} */
let packaged;

/**
 * The compiled core, of which any number of instances can be made.
 * @param {InitOptions["wasm"]} [wasm]
 * @returns {Promise<WebAssembly.Module>}
 * @throws {import("../errors.js").WaxsealError} as init()
 */
export async function loadModule(wasm) {
  if (wasm) return compile(await wasm);
  packaged ??= await compile(packagedWasm());
  return packaged;
}

/**
 * The core, once init() is done.
 * @returns {Core}
 * @throws {import("../errors.js").WaxsealError} CORE_NOT_LOADED
 */
export function core() {
  if (!current) throw localError("CORE_NOT_LOADED");
  return current;
}
