// A device on the FileStore, killed by SIGKILL at every write.
import { test } from "node:test";
import { assertSurvives } from "./lib/node.mjs";

test("nothing lost, doubled, used twice or stuck: file", (t) => assertSurvives(t, "file"));
