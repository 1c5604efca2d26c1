// The checks find what they look for: with a store that says too early that something is written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { control } from "./lib/node.mjs";
import { compare, emptyVerdict } from "./lib/verdict.mjs";

test("a store that lies is found out: messages are lost, and a key is used twice", async (t) => {
  const { verdict } = await control(t, "file");
  assert.ok(verdict.lost.includes('device, chat 0, own: "forgotten by its author"'));
  assert.ok(verdict.lost.includes('peer, chat 0, device\'s: "the next message"'));
  assert.equal(verdict.reused.length, 1);
});

test("doubled, missing and disordered messages are told apart", () => {
  const verdict = emptyVerdict();
  compare("here", ["a", "b", "a"], ["a", "b", "c"], verdict);
  compare("there", ["b", "a"], ["a", "b"], verdict);
  const { lost, doubled, disordered } = verdict;
  assert.deepEqual([lost, doubled], [['here: "c"'], ['here: "a"']]);
  assert.deepEqual(disordered, ["there: b, a"]);
});
