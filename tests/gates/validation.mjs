// core/mls/VALIDATION.md is true: each row names functions that are defined in core/, and tests
// that exist and run; what is left to the application stands under that heading only.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { names, read, root, tableRows, testProblem } from "./test_names.mjs";

const TABLE = "core/mls/VALIDATION.md";

/** @type {string[]} */
const wrong = [];

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

const rows = tableRows(TABLE);
for (const { at, heading, cells } of rows) {
  if (heading !== "Left to the application") checkRow(cells, at);
  else if (!cells[2]) wrong.push(`${at}: a rule that is left to the application says why.`);
}
if (rows.length < 50) {
  wrong.push(`${TABLE}: only ${rows.length} rows were found; is it still a table?`);
}
for (const sentence of wrong) console.error(sentence);
process.exitCode = wrong.length === 0 ? 0 : 1;
