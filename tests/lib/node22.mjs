// Where a Node with node:sqlite is: this one, or the one that cmake/setup node22 installs. Run as a
// program, it prints the path.
import { accessSync, constants } from "node:fs";
import { fileURLToPath } from "node:url";

/** @returns {string} */
export function node22() {
  if (process.getBuiltinModule?.(/** @type {any} */ ("node:sqlite"))) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const folder = `../../cmake/node22/node_modules/node-${platform}/bin/node`;
  const path = fileURLToPath(new URL(folder, import.meta.url));
  try {
    accessSync(path, constants.X_OK);
    return path;
  } catch (cause) {
    const advice = "Run cmake/setup node22, or the tests with Node.js 22.13 or later.";
    throw new Error(`There is no Node with SQLite for ${platform}. ${advice}`, { cause });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log(node22());
