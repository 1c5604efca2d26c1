// Building and running the unit tests of the copy.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./copy.mjs";

const folder = join(root, "build", "mutants");
export const source = join(folder, "source");
const build = join(folder, "build");

/** In milliseconds: a mutant may loop for ever. */
const TIME_LIMIT = 120_000;

/** @param {string} test  "file/name" @returns {string} the program it is in */
export const programOf = (test) => `test_${test.split("/")[0]}`;

/** @param {string} test @returns {string} its name in cmocka's output */
export const nameOf = (test) => `test_${test.split("/")[1]}`;

/** Without sanitizers, and without warnings: a mutant leaves things unused. */
export function configure() {
  if (existsSync(join(build, "build.ninja"))) return;
  const settings = [
    "CMAKE_BUILD_TYPE=Debug",
    "CMAKE_C_COMPILER=gcc",
    "CMAKE_C_FLAGS=-w",
    "CMAKE_C_FLAGS_DEBUG=-O1",
  ];
  const flags = settings.map((setting) => `-D${setting}`);
  execFileSync("cmake", ["-S", source, "-B", build, "-G", "Ninja", ...flags], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** @param {string[]} programs @returns {string | undefined} the compiler's words when it fails */
export function compile(programs) {
  const { status, stdout, stderr } = spawnSync(
    "cmake",
    ["--build", build, "--target", ...programs],
    { encoding: "utf8" },
  );
  return status === 0 ? undefined : `${stdout}${stderr}`;
}

/**
 * @param {string} program
 * @returns {string} what cmocka prints: results and reasons in order, even when a mutant ends it
 */
export function run(program) {
  const merged = ["-c", 'exec stdbuf -oL "$0" 2>&1', join(build, "tests", program)];
  return spawnSync("sh", merged, { encoding: "utf8", timeout: TIME_LIMIT }).stdout;
}

/**
 * @param {string} output  of the test's program
 * @param {string} test
 * @returns {string | undefined} why the test failed, in cmocka's words; undefined: it did not
 */
export function failureOf(output, test) {
  const lines = output.split("\n");
  const end = lines.indexOf(`[  FAILED  ] ${nameOf(test)}`);
  if (end < 0) return undefined;
  const why = lines.slice(0, end).findLast((line) => line.startsWith("[  ERROR   ]"));
  return why?.replace("[  ERROR   ] --- ", "") ?? "it failed";
}
