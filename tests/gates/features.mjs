// core/FEATURES.md is true of waxseal: what it says to have is shown by tests that exist and run, and
// every row says something of every library.
import { names, tableRows, testProblem } from "./test_names.mjs";

const TABLE = "core/FEATURES.md";
const COLUMNS = 7; // feature, four other libraries, waxseal, its tests

/** @type {string[]} */
const wrong = [];
const rows = tableRows(TABLE).filter(({ heading }) => heading !== "Read");
for (const { at, cells } of rows) {
  if (cells.length !== COLUMNS || cells.some((cell, i) => cell === "" && i < COLUMNS - 1)) {
    wrong.push(`${at}: a cell is missing; what is not known is "?".`);
    continue;
  }
  const [ours, tests] = cells.slice(-2);
  if (ours === "?") wrong.push(`${at}: of waxseal, it is known.`);
  if (!ours.startsWith("no") && names(tests).length === 0) wrong.push(`${at}: no test is named.`);
  for (const name of names(tests)) {
    const problem = testProblem(name);
    if (problem) wrong.push(`${at}: ${name} ${problem}.`);
  }
}
if (rows.length < 30) wrong.push(`${TABLE}: only ${rows.length} rows; is it still a table?`);
for (const sentence of wrong) console.error(sentence);
process.exitCode = wrong.length === 0 ? 0 : 1;
