// What tamperWithAll() has to come back with.
import assert from "node:assert/strict";

const ALL = [
  "cut by one octet",
  "cut to nothing",
  "a bit flipped",
  "removed",
  "another number",
  "exchanged",
  "put back",
  "brought back",
];

/** @param {{ attacks: number, byKind: Record<string, number>, wrong: string[] }} result */
export function assertNoticed({ attacks, byKind, wrong }) {
  assert.deepEqual(wrong, []);
  assert.deepEqual(Object.keys(byKind).sort(), [...ALL].sort());
  assert.ok(attacks > 150, `${attacks} attacks`);
}
