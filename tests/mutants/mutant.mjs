// The mutants: a file for each chapter of core/mls/VALIDATION.md.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./copy.mjs";

/**
 * A check of the core, and what stands there when it is taken out.
 * @typedef {object} Mutant
 * @property {string} section  of RFC 9420, or where; with `rule`, a row of VALIDATION.md
 * @property {string} rule
 * @property {string} file
 * @property {string} check    the exact text; it occurs once in the file
 * @property {string} becomes
 * @property {string[]} tests  of the row, as "file/name": all of them fail without the check
 */

/** @returns {Mutant[]} */
export function readMutants() {
  return readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => JSON.parse(readFileSync(join(import.meta.dirname, name), "utf8")));
}

/** Rows of VALIDATION.md as their cells: section, rule, function, test. */
const rows = readFileSync(join(root, "core", "mls", "VALIDATION.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** @param {Mutant} mutant @returns {string | undefined} what is no longer true of it */
export function staleness({ section, rule, file, check, becomes, tests }) {
  const row = rows.find((cells) => cells[0] === section && cells[1] === rule);
  if (!row) return "VALIDATION.md has no such rule.";
  const unnamed = tests.filter((test) => !row[3]?.includes(`\`${test}\``));
  if (unnamed.length > 0) return `VALIDATION.md does not name ${unnamed.join(", ")} for it.`;
  if (tests.length === 0 || check === becomes) return "It names no test, or changes nothing.";
  const count = readFileSync(join(root, file), "utf8").split(check).length - 1;
  return count === 1 ? undefined : `Its text occurs ${count} times in ${file}.`;
}
