// A device on the SqliteStore (in a Node that has it), killed by SIGKILL at every write.
import { test } from "node:test";
import { assertSurvives } from "./lib/node.mjs";

test("nothing lost, doubled, used twice or stuck: sqlite", (t) => assertSurvives(t, "sqlite"));
