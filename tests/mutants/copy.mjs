// The copy of the sources that mutants are made in.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";

export const root = join(import.meta.dirname, "..", "..");

/** What the native build takes. */
const NEEDED = ["CMakeLists.txt", "cmake", "core", "tests"];

/** @param {string} path */
const isFile = (path) => existsSync(path) && statSync(path).isFile();

/**
 * Makes `to` a copy of the sources. Files that are equal stay as they are, so that nothing is built
 * again; a file that an interrupted run left changed is written anew, with a new time.
 * @param {string} to
 */
export function copySources(to) {
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...NEEDED],
    { cwd: root, encoding: "utf8" },
  );
  const files = new Set(
    listed.split("\0").filter((name) => name !== "" && isFile(join(root, name))),
  );
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(to, { recursive: true, encoding: "utf8" })) {
    if (isFile(join(to, name)) && !files.has(name)) rmSync(join(to, name));
  }
  for (const name of files) {
    const from = join(root, name);
    const at = join(to, name);
    if (isFile(at) && readFileSync(at).equals(readFileSync(from))) continue;
    mkdirSync(dirname(at), { recursive: true });
    copyFileSync(from, at);
  }
}
