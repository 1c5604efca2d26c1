// A device on the SqliteStore (in a Node that has it), killed by SIGKILL at every write.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertNothingWrong, everywhere, steps } from "./lib/figures.mjs";
import { crash } from "./lib/node.mjs";

test("nothing lost, doubled, used twice or stuck: sqlite", async (t) => {
  const all = steps();
  const { verdict, testimony, counts, played } = await crash(t, {
    kind: "sqlite",
    steps: all,
    seed: 1,
    everywhere,
  });
  assertNothingWrong(verdict);
  assert.equal(played, all.length);
  // Lives did end where they were to end, and posts were repeated.
  for (const count of Object.values(counts)) assert.ok(count >= all.length / 5, `${count} times`);
  assert.ok(testimony.distinct >= all.filter(({ kind }) => kind === "send").length);
  assert.ok(testimony.posted > testimony.distinct);
});
