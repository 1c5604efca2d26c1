// What the figures were measured on. No host name: it says nothing to others.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg, totalmem } from "node:os";

/** The first line that a program prints. @param {string} program @param {string[]} args */
function firstLine(program, ...args) {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
    .split("\n")[0]
    .trim();
}

/** @param {string} line */
const versionIn = (line) => /\d+(\.\d+)+/.exec(line)?.[0] ?? line;

/** What was measured, as far as it is committed. */
export const presentCommit = () => firstLine("git", "rev-parse", "--short=9", "HEAD");

export function describeMachine() {
  const system = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync("/etc/os-release", "utf8"));
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    processors: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: system?.[1] ?? process.platform,
    node: process.versions.node,
    chromium: versionIn(firstLine("chromium", "--version")),
    gcc: versionIn(firstLine("gcc", "-dumpfullversion")),
    emscripten: versionIn(firstLine("emcc", "--version")),
    loadAtStart: Number(loadavg()[0].toFixed(1)),
  };
}

/** @typedef {ReturnType<typeof describeMachine>} Machine */
