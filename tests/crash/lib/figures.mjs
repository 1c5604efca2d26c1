/** How much is played: everything when WAXSEAL_CRASH is "all", else so much as a plain run has time for. */
import assert from "node:assert/strict";
import { script } from "./script.mjs";
import { emptyVerdict } from "./verdict.mjs";

export const everywhere = process.env.WAXSEAL_CRASH === "all";
const SHORT = 21;

export function steps() {
  return everywhere ? script() : script().slice(0, SHORT);
}

/**
 * @param {import("./verdict.mjs").Verdict} verdict
 */
export function assertNothingWrong(verdict) {
  assert.deepEqual(verdict, emptyVerdict());
}
