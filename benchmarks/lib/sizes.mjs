// What a page has to load: all files of a library's bundle, with its WebAssembly module.
import { readdir, readFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { BUILD, LIBRARIES, NAMES, ROOT } from "./libraries.mjs";

/** @typedef {import("./results.mjs").Size} Size */

/** @param {Buffer} octets @returns {Size} */
function sizeOf(octets) {
  const params = {
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: octets.length,
  };
  return {
    raw: octets.length,
    gzip: gzipSync(octets, { level: 9 }).length,
    brotli: brotliCompressSync(octets, { params }).length,
  };
}

/** Files are compressed one by one, as servers do. @param {string[]} files @returns {Promise<Size>} */
async function sizeOfAll(files) {
  const total = { raw: 0, gzip: 0, brotli: 0 };
  for (const file of files) {
    const { raw, gzip, brotli } = sizeOf(await readFile(file));
    total.raw += raw;
    total.gzip += gzip;
    total.brotli += brotli;
  }
  return total;
}

/** @param {string} folder */
async function scriptsIn(folder) {
  const names = await readdir(folder);
  return names.filter((name) => name.endsWith(".js")).map((name) => `${folder}/${name}`);
}

/** @returns {Promise<Record<string, Size>>} by library, and by what is named in README.md */
export async function measureSizes() {
  /** @type {Record<string, Size>} */
  const sizes = {};
  for (const name of NAMES) {
    const { wasm } = LIBRARIES[name];
    const scripts = await scriptsIn(`${BUILD}bundles/${name}`);
    sizes[name] = await sizeOfAll(wasm ? [...scripts, ROOT + wasm] : scripts);
  }
  const glue = await scriptsIn(`${BUILD}bundles/glue`);
  sizes["browser build"] = await sizeOfAll([...glue, `${ROOT}js/dist/core.wasm`]);
  sizes["MLS-only build"] = await sizeOfAll([...glue, `${ROOT}js/dist/mls.wasm`]);
  return sizes;
}
