// node make-inline.mjs: writes dist/core.inline.js, which holds dist/core.wasm as base64.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const dist = join(import.meta.dirname, "..", "dist");
const base64 = readFileSync(join(dist, "core.wasm")).toString("base64");
const text = `const base64 =
  "${base64}";

/** @returns {Uint8Array<ArrayBuffer>} */
export default function wasm() {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
`;
const file = join(dist, "core.inline.js");
if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
  writeFileSync(`${file}.partial`, text);
  renameSync(`${file}.partial`, file);
}
