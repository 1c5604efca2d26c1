// A device in Firefox, whose whole process is killed by SIGKILL at some writes. Not in a plain run:
// Firefox takes seconds to start.
import { test } from "node:test";
import { assertPlayed, crashBrowser } from "./lib/browser.mjs";
import { everywhere, steps } from "./lib/figures.mjs";

const FEW = 12;

if (everywhere) {
  test("nothing lost, doubled, used twice or stuck: Firefox", async (t) => {
    const some = steps().slice(0, FEW);
    const options = { steps: some, seed: 1, devices: 1, everywhere: false };
    assertPlayed(await crashBrowser(t, { name: "firefox", ...options }), some);
  });
}
