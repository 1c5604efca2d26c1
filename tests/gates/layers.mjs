// The layer test: includes and imports point downward only (architecture: base < crypto < mls <
// fedi < wasm; index -> {client, mls} -> vault -> {wasm, store, transport}). Prints every breach.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";

const root = join(import.meta.dirname, "..", "..");

const C_LAYERS = ["base", "crypto", "mls", "fedi"];
/** Headers of libraries, and the only layer that may include them. */
const FOREIGN = [
  { header: /^(sodium|bearssl|decaf)/, layer: "crypto" },
  { header: /^(cjson\/)?cJSON/, layer: "fedi" },
];
/** Nothing below JavaScript prints, so that nothing secret can be printed. */
const PRINTING = /^(stdio|syslog|wchar|emscripten\/console)\.h$/;
/** The one file outside the core that may: it installs the host's random generator. */
const GENERATOR = "wasm/host.c";
/** Folders whose file LAYERS lists their files in the order in which they may include each other. */
const ORDERED = ["mls", "fedi"];
/** Files of core/mls that do not know each other, either way. */
const STRANGERS = [["tree", "framing"]];

/** Folders of js/src and what each may import, besides itself and the leaf helpers below. */
const JS_LAYERS = {
  index: ["client", "mls", "vault", "wasm", "store", "transport"],
  client: ["mls", "vault", "wasm", "store", "transport"],
  vault: ["wasm", "store"],
  mls: ["wasm", "store"],
  wasm: [],
  store: [],
  transport: [],
};
/** Files directly in js/src that everybody may import, because they import nothing above them. */
const JS_LEAVES = ["errors", "bytes", "types", "events"];

/** @type {string[]} */
const breaches = [];

/**
 * @param {string} folder
 * @param {RegExp} pattern
 * @returns {string[]} paths relative to the root
 */
function filesIn(folder, pattern) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => pattern.test(name))
    .map((name) => `${folder}/${name}`);
}

/**
 * @param {string} file
 * @param {RegExp} pattern  its first group is the name
 */
function* names(file, pattern) {
  for (const match of readFileSync(join(root, file), "utf8").matchAll(pattern)) yield match[1];
}

/** @param {string} path */
const stem = (path) => path.replace(/^.*\//, "").replace(/\..*$/, "");

/**
 * Where in a folder of the core a file stands: the files of its LAYERS, in order, one name a line.
 * @param {string} layer
 * @returns {string[]}
 */
function orderOf(layer) {
  return readFileSync(join(root, "core", layer, "LAYERS"), "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter((line) => line !== "");
}

/** @param {string} file @param {string} name @param {string} why */
function breach(file, name, why) {
  breaches.push(`${file} includes ${name}: ${why}`);
}

function checkC() {
  const orders = new Map(ORDERED.map((layer) => [layer, orderOf(layer)]));
  for (const file of filesIn("core", /\.[ch]$/)) {
    const layer = file.split("/")[1];
    const order = orders.get(layer);
    const height = C_LAYERS.indexOf(layer);
    if (height < 0 && layer !== "include") breaches.push(`${file} is in no layer`);
    if (order && !order.includes(stem(file))) {
      breaches.push(`${file} is not listed in core/${layer}/LAYERS`);
    }
    for (const name of names(file, /^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)) {
      if (PRINTING.test(name)) breach(file, name, "the core prints nothing");
      for (const foreign of FOREIGN) {
        if (foreign.header.test(name) && layer !== foreign.layer) {
          breach(file, name, `only core/${foreign.layer} may`);
        }
      }
      const target = existsSync(join(root, "core", name))
        ? `core/${name}`
        : normalize(join(dirname(file), name));
      const targetLayer = target.split("/")[1];
      if (!target.startsWith("core/") || !existsSync(join(root, target))) continue;
      if (height >= 0 && C_LAYERS.indexOf(targetLayer) > height) {
        breach(file, name, `${layer} is below ${targetLayer}`);
      }
      if (order && targetLayer === layer) checkWithin(file, name, order);
    }
  }
  for (const file of filesIn("wasm", /\.[ch]$/)) {
    for (const name of names(file, /^\s*#\s*include\s*[<"]([^>"]+)[>"]/gm)) {
      if (PRINTING.test(name)) breach(file, name, "the module prints nothing");
      if (file === GENERATOR) continue;
      if (FOREIGN.some((foreign) => foreign.header.test(name))) {
        breach(file, name, "a library's header belongs into the core");
      }
    }
  }
}

/** @param {string} file @param {string} name @param {string[]} order */
function checkWithin(file, name, order) {
  const [from, to] = [stem(file), stem(name)];
  if (order.indexOf(to) > order.indexOf(from)) {
    breach(file, name, "its folder's LAYERS puts it later");
  }
  for (const [a, b] of STRANGERS) {
    if ((from === a && to === b) || (from === b && to === a)) {
      breach(file, name, `${a} and ${b} do not know each other`);
    }
  }
}

function checkJs() {
  for (const file of filesIn("js/src", /\.js$/)) {
    const [layer, isFolder] = jsLayer(file);
    if (isFolder && !(layer in JS_LAYERS)) breaches.push(`${file} is in no layer`);
    for (const name of names(file, /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g)) {
      const target = normalize(join(dirname(file), name));
      if (!target.startsWith("js/src/")) continue;
      const [targetLayer, targetIsFolder] = jsLayer(target);
      if (targetLayer === layer || (!targetIsFolder && JS_LEAVES.includes(targetLayer))) continue;
      const allowed = JS_LAYERS[/** @type {keyof typeof JS_LAYERS} */ (layer)] ?? [];
      if (!(/** @type {string[]} */ (allowed).includes(targetLayer))) {
        breach(file, relative("js/src", target), `${layer} may not import ${targetLayer}`);
      }
    }
  }
}

/**
 * @param {string} file  a path in js/src
 * @returns {[string, boolean]} its layer, and whether that is a folder
 */
function jsLayer(file) {
  const path = relative("js/src", file).split("/");
  return [stem(path[0]), path.length > 1];
}

checkC();
checkJs();
for (const sentence of breaches) console.error(sentence);
process.exitCode = breaches.length === 0 ? 0 : 1;
