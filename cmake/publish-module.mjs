// node publish-module.mjs MODULE.wasm DIST [LICENSES EMSCRIPTEN LIBRARY...]: puts the module into the
// folder DIST, gathers the licences of everything that is linked into it if it is told where they
// are, and prints the sizes of what a page has to load and the module's SHA-256.
//   DIST        js/dist for the package's own module
//   LICENSES    folder with one licence text per library, named as LIBRARY
//   EMSCRIPTEN  Emscripten's root folder
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { loader, sizes } from "./sizes.mjs";

const [wasmFile, dist, licenses, emscripten, ...libraries] = process.argv.slice(2);
const name = basename(wasmFile);

/**
 * Writes a file in one step, and not at all when it already has this content.
 * @param {string} file
 * @param {Uint8Array | string} content
 */
function write(file, content) {
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(content))) return;
  const partial = `${file}.${process.pid}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, file);
}

/**
 * @param {string} what
 * @param {Uint8Array} bytes
 */
function printSizes(what, bytes) {
  const { raw, gzip, brotli } = sizes(bytes);
  const columns = [raw, gzip, brotli].map((n) => n.toLocaleString("en").padStart(10));
  console.log(
    `${what.padEnd(12)} ${columns[0]} octets raw ${columns[1]} gzip ${columns[2]} brotli`,
  );
}

/** The licence of Emscripten's own run-time files, which its package does not carry as a text. */
const EMSCRIPTEN_LICENSE = `Copyright (c) 2010-2014 Emscripten authors, see AUTHORS file.

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in
all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN
THE SOFTWARE.`;

/** The licence texts, each under a heading. */
function thirdPartyLicenses() {
  const texts = libraries.map((name) => ({
    name,
    text: readFileSync(join(licenses, name), "utf8"),
  }));
  texts.push({
    name: "musl (the C library of Emscripten)",
    text: readFileSync(join(emscripten, "system/lib/libc/musl/COPYRIGHT"), "utf8"),
  });
  texts.push({ name: "Emscripten (run-time library)", text: EMSCRIPTEN_LICENSE });
  const rule = "=".repeat(78);
  const sections = texts.map(({ name, text }) => `${rule}\n${name}\n${rule}\n\n${text.trim()}\n`);
  return `core.wasm contains code of the following projects.\n\n${sections.join("\n")}`;
}

const wasm = readFileSync(wasmFile);
mkdirSync(dist, { recursive: true });
write(join(dist, name), wasm);
if (licenses) write(join(dist, "THIRD-PARTY-LICENSES"), thirdPartyLicenses());

printSizes(name, wasm);
printSizes("loader", Buffer.from(loader().join("")));
console.log(`SHA-256      ${createHash("sha256").update(wasm).digest("hex")}  ${name}`);
