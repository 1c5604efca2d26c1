// Prints which tests show which points of the checklist of an interoperable client
// (shared/design/fediverse-profile.md), by their names, and fails when one has none.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { read, root } from "./test_names.mjs";

const FOLDER = "tests/fedi";
const LATER = new Map([
  [24, "fingerprints as emoji and safety number; alerts are there already"],
  [26, "a new device: request, approval, revocation"],
  [27, "reports with evidence; the evidence is kept already"],
]);

/** @type {Map<number, number>} */
const counts = new Map();
for (const file of readdirSync(join(root, FOLDER)).filter((name) => /^t.*\.(c|mjs)$/.test(name))) {
  const text = read(`${FOLDER}/${file}`);
  const names = file.endsWith(".c")
    ? text.matchAll(/^static void (?:test_)?point_(\d+)_\w+\(void \*\*state\)/gm)
    : text.matchAll(/^describe\("point (\d+): /gm);
  for (const [, point] of names) counts.set(Number(point), (counts.get(Number(point)) ?? 0) + 1);
}
let missing = 0;
for (let point = 1; point <= 28; point++) {
  const count = counts.get(point) ?? 0;
  const later = LATER.get(point);
  if (count === 0 && later === undefined) missing++;
  const how = point === 28 ? "groups of tests in transport_*.test.mjs" : "tests";
  console.log(`point ${point}: ${count} ${how}${later === undefined ? "" : `; later: ${later}`}`);
}
console.log("later: OAuth with PKCE (point 28)");
process.exitCode = missing === 0 ? 0 : 1;
