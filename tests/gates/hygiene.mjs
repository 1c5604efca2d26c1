// No committed or committable file names a place on somebody's machine or a package registry's
// host, and package-lock.json says no address: it has to work with every mirror.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

// Written with character classes, so that this file does not match itself.
const FORBIDDEN = [
  {
    pattern: /(?<![\w.~}/-])[/](?:work|root|home|Users|mnt)[/][\w.-]/,
    what: "a path of one machine",
  },
  {
    pattern: /registry[.](?:npmjs|yarnpkg)[.]|npm[.]pkg[.]github[.]com/,
    what: "a registry's host",
  },
  {
    pattern: /(?:deb|security|snapshot)[.]debian[.]org|archive[.]ubuntu[.]com/,
    what: "a registry's host",
  },
  { pattern: /files[.]pythonhosted[.]org|pypi[.]org|crates[.]io/, what: "a registry's host" },
];

const files = execFileSync(
  "git",
  ["ls-files", "-z", "--cached", "--others", "--exclude-standard"],
  {
    cwd: root,
    encoding: "utf8",
  },
)
  .split("\0")
  .filter((name) => name !== "" && existsSync(join(root, name)));

let wrong = 0;
for (const name of files) {
  const bytes = readFileSync(join(root, name));
  if (bytes.includes(0)) continue;
  bytes
    .toString("utf8")
    .split("\n")
    .forEach((line, i) => {
      for (const { pattern, what } of FORBIDDEN) {
        const match = pattern.exec(line);
        if (!match) continue;
        console.error(`${name}:${i + 1}: ${what}: ${match[0]}`);
        wrong++;
      }
      if (name === "package-lock.json" && /"resolved": "\w+:/.test(line)) {
        console.error(
          `${name}:${i + 1}: an address; run npm install with the .npmrc of this folder`,
        );
        wrong++;
      }
    });
}
if (files.length === 0) {
  console.error("git listed no files.");
  wrong++;
}
process.exitCode = wrong === 0 ? 0 : 1;
