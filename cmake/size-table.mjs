// node size-table.mjs PRESET...: builds core.wasm of the presets (wasm, wasm-all) and prints, as
// Markdown, what each part of it takes. From the linker's map and a copy of the module in which
// functions have names.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { minifiedLoader } from "./minified-loader.mjs";
import { gzipSize, sizes } from "./sizes.mjs";
import { wasmParts } from "./wasm-parts.mjs";

const LAYERS = ["base", "crypto", "mls", "fedi"];
const root = join(import.meta.dirname, "..");

/** @typedef {{ object: string, symbol: string }} Origin  as "libsodium(verify.c)" */
/** @typedef {{ start: number, end: number, group: string, isCode: boolean }} Part */

/** What a group is called and which objects are in it; the first that fits counts. */
const GROUPS = /** @type {[string, RegExp][]} */ ([
  ["wasm/: requests and replies", /^wasm\(/],
  ["texts: error sentences, names of JSON, labels", /^<internal>/],
  [
    "Ed25519, with X25519 of the base point (libsodium)",
    /^libsodium\(.*(ed25519|sign|open|keypair)/,
  ],
  ["X25519 (libsodium)", /^libsodium\(.*(x25519|scalarmult)/],
  ["SHA-256, HMAC, HKDF (libsodium)", /^libsodium\(.*sha256/],
  ["SHA-512 (libsodium)", /^libsodium\(.*sha512/],
  ["ChaCha20-Poly1305 (libsodium)", /^libsodium\(.*(chacha|poly1305)/],
  ["Argon2id (libsodium)", /^libsodium\(.*(argon2|blake2|generichash|pwhash)/],
  ["libsodium, else", /^libsodium\(/],
  ["AES-GCM (BearSSL)", /^libbearssl\((aes|ghash|gcm)/],
  ["P-256 and ECDSA (BearSSL)", /^libbearssl\(/],
  ["Ed448 and X448 (libdecaf)", /^libdecaf\(/],
  ["cJSON", /^libcjson\(/],
  ["memory allocation (Emscripten)", /^libemmalloc|memgrow/],
  ["C library", /^lib(c|compiler_rt)[-a-z]*\(/],
]);

/** The linker's map: where symbols come from. @param {string} file */
function readMap(file) {
  /** @type {Map<string, Origin[]>} of each function's name, in the order of the link */
  const code = new Map();
  /** @type {(Origin & { address: number, size: number })[]} */
  const data = [];
  let isCode = false;
  for (const line of readFileSync(file, "utf8").split("\n")) {
    const section = /^ +- +[0-9a-f]+ +[0-9a-f]+ ([A-Z]+)/.exec(line);
    if (section) isCode = section[1] === "CODE";
    const entry = /^ +(\S+) +[0-9a-f]+ +([0-9a-f]+) {9}(\S.*):\((.*)\)$/.exec(line);
    if (!entry) continue;
    const [, address, size, path, symbol] = /** @type {string[]} */ ([...entry]);
    const origin = { object: objectName(String(path)), symbol: String(symbol) };
    if (isCode) code.set(origin.symbol, [...(code.get(origin.symbol) ?? []), origin]);
    else if (address !== "-") {
      data.push({
        ...origin,
        address: parseInt(String(address), 16),
        size: parseInt(String(size), 16),
      });
    }
  }
  return { code, data };
}

/** @param {string} path */
function objectName(path) {
  const member = /([^/]+)\.a\((.*?)(\.c)?\.o\)$/.exec(path);
  if (member) return `${member[1]}(${member[2]})`;
  const own = /([^/]+)\.c\.o$/.exec(path);
  return own ? `wasm(${own[1]})` : path;
}

/** @param {Origin} origin */
function groupOf({ object, symbol }) {
  const core = /^libwaxseal_core\((.*)\)$/.exec(object);
  if (core) return layerOf(String(core[1]), symbol);
  return GROUPS.find(([, pattern]) => pattern.test(object))?.[0] ?? "else";
}

/**
 * The folder of an object of the core. Two may have a file of one name; then the text tells.
 * @param {string} file
 * @param {string} symbol  a function, or ".rodata.function.variable"
 */
function layerOf(file, symbol) {
  const found = LAYERS.filter((layer) => existsSync(join(root, "core", layer, `${file}.c`)));
  const words = symbol.split(".").filter((word) => !["", "rodata", "data", "bss"].includes(word));
  const named = found.find((layer) => {
    const text = readFileSync(join(root, "core", layer, `${file}.c`), "utf8");
    return words.every((word) => text.includes(word));
  });
  return `core/${named ?? found[0]}`;
}

/**
 * The optimiser calls the second function of a name NAME_1, and so on.
 * @param {Map<string, Origin[]>} code @param {string} name
 */
function originOf(code, name) {
  const first = code.get(name)?.[0];
  if (first) return first;
  const numbered = /^(.*)[._](\d+)$/.exec(name);
  const same = numbered && code.get(String(numbered[1]));
  return same?.[Number(numbered?.[2])] ?? same?.[0] ?? { object: "", symbol: name };
}

/** @param {Buffer} wasm @param {string} mapFile */
function partsOf(wasm, mapFile) {
  const { code, data } = readMap(mapFile);
  const { functions, segments, names } = wasmParts(wasm);
  if (!names) throw new Error("The module has no names of functions.");
  /** @type {Part[]} */
  const parts = functions.map(({ name, start, end }) => {
    return { start, end, group: groupOf(originOf(code, name)), isCode: true };
  });
  for (const segment of segments) {
    const len = segment.end - segment.start;
    for (const { address, size, ...origin } of data) {
      const from = Math.max(0, address - segment.address);
      const to = Math.min(len, address + size - segment.address);
      if (from >= to) continue;
      const start = segment.start + from;
      parts.push({ start, end: segment.start + to, group: groupOf(origin), isCode: false });
    }
  }
  return { parts, names };
}

/** The octets without some ranges. @param {Buffer} octets @param {{ start: number, end: number }[]} ranges */
function without(octets, ranges) {
  const kept = [];
  let at = 0;
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    kept.push(octets.subarray(at, start));
    at = end;
  }
  return Buffer.concat([...kept, octets.subarray(at)]);
}

/** @param {number} octets */
const kB = (octets) => (octets / 1000).toFixed(1);

/** @param {string} preset */
function table(preset) {
  execFileSync("cmake/build", [preset, "waxseal_wasm"], { cwd: root, stdio: "ignore" });
  execFileSync("cmake/build", [preset, "waxseal_named"], { cwd: root, stdio: "ignore" });
  const build = join(root, "build", preset);
  const shipped = readFileSync(join(build, "core.wasm"));
  const wasm = readFileSync(join(build, "core-named.wasm"));
  const { parts, names } = partsOf(wasm, join(build, "core.map"));
  const bare = without(wasm, [names]).length;
  if (Math.abs(bare - shipped.length) > shipped.length / 100) {
    throw new Error(`With names the module has ${bare} octets, not ${shipped.length}.`);
  }
  const full = gzipSize(without(wasm, [names]));
  /** @type {[string, number, number, number][]} */
  const rows = [...new Set(parts.map(({ group }) => group))].map((group) => {
    const own = parts.filter((part) => part.group === group);
    const sum = (/** @type {boolean} */ isCode) =>
      own.reduce((n, part) => n + (part.isCode === isCode ? part.end - part.start : 0), 0);
    return [group, sum(true), sum(false), full - gzipSize(without(wasm, [names, ...own]))];
  });
  rows.sort((a, b) => b[3] - a[3]);
  const total = sizes(shipped);
  const glue = sizes(minifiedLoader());
  return [
    `### ${preset}: ${kB(total.gzip + glue.gzip)} kB gzip`,
    "",
    "| part | code, kB | data, kB | gzip, kB |",
    "|---|--:|--:|--:|",
    ...rows.map(([group, ...numbers]) => `| ${group} | ${numbers.map(kB).join(" | ")} |`),
    `| **the module**: ${kB(total.raw)} kB, ${kB(total.brotli)} kB brotli | | | **${kB(total.gzip)}** |`,
    `| **its loader**, minified: ${kB(glue.raw)} kB, ${kB(glue.brotli)} kB brotli | | | **${kB(glue.gzip)}** |`,
    "",
  ];
}

console.log(
  [
    "# What a page loads",
    "",
    "Sizes are in kB of 1000 octets; gzip is `gzip -9`. The gzip of a part is what the module would be",
    "smaller by without it; parts share what they have in common, so they sum up to less than the whole.",
    "",
    ...process.argv.slice(2).flatMap(table),
  ].join("\n"),
);
