// How the benchmarks hold figures against targets, and keep them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { heldAgainst } from "../../benchmarks/lib/check.mjs";
import { noResults, withFound } from "../../benchmarks/lib/results.mjs";
import { rowNamed } from "../../benchmarks/lib/rows.js";

const targets = JSON.parse(
  readFileSync(new URL("../../benchmarks/targets.json", import.meta.url), "utf8"),
);
/** No target at all, so that a test names its own. @type {import("../../benchmarks/lib/check.mjs").Targets} */
const none = { ratios: [], every: [], ceilings: [], sizes: [], scale: [], soak: [] };

/** @param {import("../../benchmarks/lib/check.mjs").Finding[]} findings */
const met = (findings) => findings.map((finding) => finding.met);

test("a ratio is that to the best peer, whether more or less of a row is better", () => {
  const node = {
    protect_100: { waxseal: 12, "ts-mls-1": 1, "core-crypto": 3 },
    cold: { waxseal: 10, "ts-mls-1": 20, "ts-mls-2": 30 },
  };
  const ratios = [
    { place: /** @type {const} */ ("node"), row: "protect_100", least: 4 },
    { place: /** @type {const} */ ("node"), row: "protect_100", least: 4.1 },
    { place: /** @type {const} */ ("node"), row: "cold", least: 2 },
    { place: /** @type {const} */ ("node"), row: "cold", least: 2.1 },
  ];
  const findings = heldAgainst({ ...noResults(), suites: { 1: { node } } }, { ...none, ratios });
  assert.deepEqual(met(findings), [true, false, true, false]);
  assert.match(findings[1].name, /protect_100/);
});

test("a figure at its limit is within it, and one that is missing is not", () => {
  const ceilings = [{ place: /** @type {const} */ ("native"), operations: ["a", "b"], most: 1.25 }];
  const sizes = [{ build: "core", gzip: 100 }];
  const scale = [{ place: /** @type {const} */ ("wasm"), row: "protect", of: 9, to: 2, most: 1.3 }];
  const results = {
    ...noResults(),
    ceilings: { 1: { native: { a: { operation: 5, ceiling: 4 } } } },
    sizes: { core: { raw: 300, gzip: 101, brotli: 80 } },
    scale: { wasm: { 2: { protect: 1 }, 9: { protect: 1.3 } } },
  };
  const findings = heldAgainst(results, { ...none, ceilings, sizes, scale });
  assert.deepEqual(met(findings), [true, false, false, true]);
});

test("memory is flat when it stays, not when a message leaves an octet, nor over too few", () => {
  /** @param {number} leak octets for each message */
  const soak = (leak) => ({
    messages: 1000,
    samples: Array.from({ length: 100 }, (_, i) => ({
      at: 10 * (i + 1),
      memory: 5000 + (i % 2) + leak * 10 * i,
      resident: 0,
    })),
  });
  const target = [{ place: /** @type {const} */ ("native"), messages: 1000 }];
  for (const [native, flat] of /** @type {const} */ ([
    [soak(0), true],
    [soak(1), false],
    [{ ...soak(0), messages: 999 }, false],
  ])) {
    const findings = heldAgainst({ ...noResults(), soak: { native } }, { ...none, soak: target });
    assert.deepEqual(met(findings), [flat]);
  }
});

test("the targets name rows that there are, and none is reached without figures", () => {
  for (const { row } of targets.ratios) assert.ok(rowNamed(row).title);
  const findings = heldAgainst(noResults(), targets);
  assert.ok(findings.length > 50);
  for (const { name, met: reached } of findings) assert.equal(reached, false, name);
  assert.equal(new Set(findings.map(({ name }) => name)).size, findings.length);
});

test("what was measured replaces its own part of the stored figures, and no other", () => {
  const before = {
    ...noResults(),
    suites: { 1: { node: { a: { waxseal: 1 } }, chromium: { a: { waxseal: 2 } } } },
    sizes: { core: { raw: 1, gzip: 1, brotli: 1 } },
  };
  const found = { ...noResults(), suites: { 1: { node: { b: { waxseal: 3 } } } } };
  const after = withFound(before, found);
  assert.deepEqual(after.suites, {
    1: { node: { b: { waxseal: 3 } }, chromium: { a: { waxseal: 2 } } },
  });
  assert.deepEqual(after.sizes, before.sizes);
});
