// Names of tests as the tables of core/ give them: whether there is such a test, and it runs.
//   file/test           test_TEST in tests/core/test_FILE.c
//   vectors:kind        a file of tests: see FILES
//   run:part            a part of tests/run
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** @param {string} path */
export const read = (path) => readFileSync(join(root, path), "utf8");

/** Folders of whole files that are tests: "vectors:treekem" and so on. */
const FILES = {
  vectors: (/** @type {string} */ name) => `tests/vectors/${name}.c`,
  wycheproof: (/** @type {string} */ name) => `tests/wycheproof/${name}.c`,
  js: (/** @type {string} */ name) => `tests/js/${name}.test.mjs`,
  interop: (/** @type {string} */ name) => `tests/interop/${name}.test.mjs`,
  "wasm-all": (/** @type {string} */ name) => `tests/wasm-all/${name}.test.mjs`,
};

/** @param {string} name */
function isPart(name) {
  const lists = [...read("tests/run").matchAll(/_parts=\(([^)]*)\)/g)];
  return lists.some(([, list]) => list.split(" ").includes(name));
}

/**
 * @param {string} name
 * @returns {string | undefined} what is wrong with it
 */
export function testProblem(name) {
  const [kind, file] = name.split(":");
  if (file && kind === "run") return isPart(file) ? undefined : "is no part of tests/run";
  if (file) {
    const path = FILES[/** @type {keyof typeof FILES} */ (kind)]?.(file);
    return path && existsSync(join(root, path)) ? undefined : "is no test file";
  }
  const [part, test] = name.split("/");
  const path = `tests/core/test_${part}.c`;
  if (!existsSync(join(root, path))) return `needs ${path}, which does not exist`;
  const text = read(path);
  if (!text.includes(`static void test_${test}(void **state)`)) return `is not in ${path}`;
  if (!new RegExp(`\\btest_${test}\\b`).test(text.slice(text.indexOf("int main")))) {
    return `is not run by ${path}`;
  }
  return undefined;
}

/** @param {string} cell @returns {string[]} what stands in backquotes */
export function names(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
}

/**
 * The rows of a file's tables, without their heads.
 * @param {string} path
 * @returns {{ at: string, heading: string, cells: string[] }[]}
 */
export function tableRows(path) {
  let heading = "";
  let inTable = false;
  return read(path)
    .split("\n")
    .flatMap((line, i) => {
      if (line.startsWith("## ")) heading = line.slice(3);
      const isRow = line.startsWith("|");
      const isHead = isRow && !inTable;
      inTable = isRow;
      if (!isRow || isHead || /^\|[-|:]+$/.test(line)) return [];
      const cells = line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [{ at: `${path}:${i + 1}`, heading, cells }];
    });
}
