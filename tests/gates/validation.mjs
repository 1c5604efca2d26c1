// core/mls/VALIDATION.md is true: each row names functions that are defined in core/, and tests
// that exist and run; what is not enforced stands under "Open" only.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const TABLE = "core/mls/VALIDATION.md";

/** @type {string[]} */
const wrong = [];

/** @param {string} path */
const read = (path) => readFileSync(join(root, path), "utf8");

const sources = readdirSync(join(root, "core"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".c"))
  .map((file) => read(join("core", file)))
  .join("\n");

/**
 * A definition starts a line with its type, and its body follows.
 * @param {string} name
 */
function isDefined(name) {
  return new RegExp(`^[a-z][\\w ]*[ *]${name}\\([^;{]*\\)\\n\\{`, "m").test(sources);
}

/** Folders of whole files that are tests: "vectors:treekem" and so on. */
const FILES = {
  vectors: (/** @type {string} */ name) => `tests/vectors/${name}.c`,
  wycheproof: (/** @type {string} */ name) => `tests/wycheproof/${name}.c`,
  js: (/** @type {string} */ name) => `tests/js/${name}.test.mjs`,
};

/**
 * @param {string} name  "file/test", or "vectors:kind" and so on
 * @returns {string | undefined} what is wrong with it
 */
function testProblem(name) {
  const [kind, file] = name.split(":");
  if (file) {
    const path = FILES[/** @type {keyof typeof FILES} */ (kind)]?.(file);
    return path && existsSync(join(root, path)) ? undefined : "is no test file";
  }
  const [part, test] = name.split("/");
  const path = `tests/core/test_${part}.c`;
  if (!existsSync(join(root, path))) return `needs ${path}, which does not exist`;
  const text = read(path);
  if (!text.includes(`static void test_${test}(void **state)`)) return `is not in ${path}`;
  if (!new RegExp(`test\\w*\\(\\s*test_${test}\\b`).test(text.slice(text.indexOf("int main")))) {
    return `is not run by ${path}`;
  }
  return undefined;
}

/** @param {string} cell @returns {string[]} what stands in backquotes */
function names(cell) {
  return [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1]);
}

/** @param {string[]} cells @param {string} at */
function checkRow([, rule, functions, tests], at) {
  if (names(functions ?? "").length === 0) wrong.push(`${at}: "${rule}" names no function.`);
  if (names(tests ?? "").length === 0) wrong.push(`${at}: "${rule}" names no test.`);
  for (const name of names(functions ?? "")) {
    if (!isDefined(name)) wrong.push(`${at}: core/ defines no function ${name}().`);
  }
  for (const name of names(tests ?? "")) {
    const problem = testProblem(name);
    if (problem) wrong.push(`${at}: ${name} ${problem}.`);
  }
}

let heading = "";
let rows = 0;
read(TABLE)
  .split("\n")
  .forEach((line, i) => {
    const at = `${TABLE}:${i + 1}`;
    if (line.startsWith("## ")) heading = line.slice(3);
    if (!line.startsWith("|") || /^\|(section|where|-|\s*section|\s*where)/.test(line)) return;
    const cells = line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim());
    rows++;
    if (heading === "Open") {
      if (!cells[2]?.startsWith("missing")) wrong.push(`${at}: an open rule says "missing".`);
    } else {
      checkRow(cells, at);
    }
  });
if (rows < 50) wrong.push(`${TABLE}: only ${rows} rows were found; is it still a table?`);
for (const sentence of wrong) console.error(sentence);
process.exitCode = wrong.length === 0 ? 0 : 1;
