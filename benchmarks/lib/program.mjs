// The native programs (native/main.c, native/soak.c), which print a JSON object a line.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { median } from "../scenarios/scenario.js";
import { ROOT } from "./libraries.mjs";

const run = promisify(execFile);
const PROGRAMS = `${ROOT}build/release/benchmarks/native/`;
const LIMIT_MS = 900_000;

/**
 * @param {"bench" | "soak"} program
 * @param {(string | number)[]} args
 * @returns {Promise<any[]>} what it printed
 */
export async function printedBy(program, ...args) {
  const { stdout } = await run(PROGRAMS + program, args.map(String), {
    timeout: LIMIT_MS,
    maxBuffer: 1 << 24,
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** @param {(string | number)[]} args @returns {Promise<Record<string, number>>} figures by row */
export async function rowsOf(...args) {
  return Object.fromEntries(
    (await printedBy("bench", ...args)).map(({ row, value }) => [row, value]),
  );
}

/** The medians by row. @param {Record<string, number>[]} turns @returns {Record<string, number>} */
export function mediansOf(turns) {
  const rows = Object.keys(turns[0] ?? {});
  return Object.fromEntries(rows.map((row) => [row, median(turns.map((turn) => turn[row]))]));
}
