// What a page has to load stays within its budget.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const root = new URL("../../", import.meta.url);
const budget = JSON.parse(readFileSync(new URL("wasm/size-budget.json", root), "utf8"));
const folder = new URL("js/src/wasm/", root);
const glue = Buffer.concat(
  readdirSync(folder)
    .filter((name) => name.endsWith(".js"))
    .map((name) => readFileSync(new URL(name, folder))),
);
const gzip = (/** @type {Uint8Array} */ octets) => gzipSync(octets, { level: 9 }).length;

for (const name of ["core.wasm", "mls.wasm"]) {
  test(`${name} and its loader`, (t) => {
    const size = gzip(readFileSync(new URL(`js/dist/${name}`, root))) + gzip(glue);
    t.diagnostic(`${size} octets of ${budget[name]}`);
    assert.ok(size <= budget[name], `${size} octets by gzip, ${budget[name]} are allowed`);
    // A budget that nobody would notice to be passed is none.
    assert.ok(size > budget[name] * 0.95, `${size} octets: lower the budget of ${budget[name]}`);
  });
}
