// Devices in Chromium, whose whole process is killed by SIGKILL at every write.
import assert from "node:assert/strict";
import { test } from "node:test";
import { assertPlayed, controlInBrowser, crashBrowser } from "./lib/browser.mjs";
import { everywhere, steps } from "./lib/figures.mjs";

/** In a plain run: a browser takes longer to start than a program. */
const FEW = 12;
const { WAXSEAL_CRASH_MINUTES } = process.env;
const minutes = WAXSEAL_CRASH_MINUTES ? Number(WAXSEAL_CRASH_MINUTES) : undefined;

test("nothing lost, doubled, used twice or stuck: Chromium", async (t) => {
  const all = everywhere ? steps() : steps().slice(0, FEW);
  // Together they are killed at every write of the script, each in its part of it.
  const devices = everywhere ? 6 : 1;
  const options = { steps: all, seed: 1, devices, everywhere, minutes };
  assertPlayed(await crashBrowser(t, { name: "chromium", ...options }), all);
});

if (everywhere) {
  test("a store that lies is found out in a page, too", async (t) => {
    const { verdict } = await controlInBrowser(t);
    assert.ok(verdict.lost.includes('device, chat 0, own: "forgotten by its author"'));
    assert.equal(verdict.reused.length, 1);
  });
}
