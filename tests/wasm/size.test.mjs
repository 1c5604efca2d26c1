// What a page has to load stays within its budget.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { minifiedLoader } from "../../cmake/minified-loader.mjs";
import { gzipSize } from "../../cmake/sizes.mjs";

const root = new URL("../../", import.meta.url);
const budget = JSON.parse(readFileSync(new URL("wasm/size-budget.json", root), "utf8"));
for (const name of ["core.wasm", "mls.wasm"]) {
  test(`${name} and its loader`, (t) => {
    const size =
      gzipSize(readFileSync(new URL(`js/dist/${name}`, root))) + gzipSize(minifiedLoader());
    t.diagnostic(`${size} octets of ${budget[name]}`);
    assert.ok(size <= budget[name], `${size} octets by gzip, ${budget[name]} are allowed`);
    // A budget that nobody would notice to be passed is none.
    assert.ok(size > budget[name] * 0.95, `${size} octets: lower the budget of ${budget[name]}`);
  });
}
