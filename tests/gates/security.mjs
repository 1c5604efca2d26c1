// SECURITY.md is true of the tests that it names: each file exists, and runs a test of that name.
// The names stand in quotes after the file in backquotes.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { read, root } from "./test_names.mjs";

const FILE = "SECURITY.md";
const MIN_NAMES = 40;

/**
 * @param {string} path
 * @param {string} name of a test, or its end where a title begins with something that varies
 */
function problem(path, name) {
  if (!existsSync(join(root, path))) return "there is no such file";
  const text = read(path);
  if (!path.endsWith(".c")) {
    const titles = [...text.matchAll(/\btest\(\s*(["`])(.*?)\1/g)].map((match) => match[2] ?? "");
    return titles.some((title) => title.endsWith(name)) ? undefined : "has no such test";
  }
  if (!text.includes(`static void ${name}(void **state)`)) return "has no such test";
  const main = text.slice(text.indexOf("int main"));
  return new RegExp(`\\b${name}\\b`).test(main) ? undefined : "does not run it";
}

/** @type {string[]} */
const wrong = [];
let count = 0;
const text = read(FILE).replace(/\s+/g, " ");
for (const [, path = "", names = ""] of text.matchAll(/`(tests\/[^`]+)`((?:,? "[^"]+")*)/g)) {
  const quoted = [...names.matchAll(/"([^"]+)"/g)].map((match) => match[1] ?? "");
  if (quoted.length === 0) wrong.push(`${FILE}: ${path}: no test of it is named.`);
  for (const name of quoted) {
    count++;
    const sentence = problem(path, name);
    if (sentence) wrong.push(`${FILE}: ${path}: "${name}": ${sentence}.`);
  }
}
if (count < MIN_NAMES)
  wrong.push(`${FILE}: only ${count} tests are named; does it still name them?`);
for (const sentence of wrong) console.error(sentence);
process.exitCode = wrong.length === 0 ? 0 : 1;
