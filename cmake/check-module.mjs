// node check-module.mjs MODULE.wasm FOLDER: compares what the module exports and imports with
// FOLDER/exports.txt and FOLDER/imports.txt, so that nothing gets in or out unnoticed.
// exports.txt: one C name a line. imports.txt: one `module.name` a line. Both sorted; lines that
// start with # are comments.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Exports that the linker adds to every module: its memory and its start function. */
const RUNTIME_EXPORTS = new Set(["memory", "_initialize"]);
/** Exports that Emscripten's runtime adds and that nobody needs to call. */
const EMSCRIPTEN_EXPORTS = new Set([
  "__indirect_function_table",
  "__errno_location",
  "emscripten_stack_get_base",
  "emscripten_stack_get_end",
  "emscripten_stack_get_free",
  "emscripten_stack_init",
  "stackAlloc",
  "stackRestore",
  "stackSave",
]);

const [file, folder] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));
let wrong = 0;

/** @param {string} sentence */
function complain(sentence) {
  console.error(`${file}: ${sentence}`);
  wrong++;
}

/** @param {string} name */
function readList(name) {
  const lines = readFileSync(join(folder, name), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.some((line, i) => i > 0 && line <= lines[i - 1])) {
    complain(`${name} is not sorted, or names something twice. Sort it by ASCII order.`);
  }
  return new Set(lines);
}

/**
 * @param {string} list  file name of the list
 * @param {Set<string>} expected
 * @param {string[]} found
 * @param {string} verb
 */
function compare(list, expected, found, verb) {
  for (const name of found) {
    if (!expected.has(name)) complain(`it ${verb} ${name}, which ${list} does not name.`);
  }
  for (const name of expected) {
    if (!found.includes(name))
      complain(`it does not ${verb.replace(/s$/, "")} ${name}, which ${list} names.`);
  }
}

const exported = WebAssembly.Module.exports(module)
  .map((e) => e.name)
  .filter((name) => !RUNTIME_EXPORTS.has(name) && !EMSCRIPTEN_EXPORTS.has(name));
const imported = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
compare("exports.txt", readList("exports.txt"), exported, "exports");
compare("imports.txt", readList("imports.txt"), imported, "imports");
process.exitCode = wrong === 0 ? 0 : 1;
