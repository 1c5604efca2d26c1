// All seven ciphersuites in the module of the preset wasm-all, by waxseal/mls.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";

const dist = new URL("../../build/wasm-all/dist/", import.meta.url);
process.env.WAXSEAL_CORE = new URL("core.wasm", dist).href;
const mls = await import("../../js/src/mls/index.js");
const { accept, device, pair, text } = await import("../js/lib/mls.mjs");

/** @typedef {import("../../js/src/mls/index.js").Group} Group */

/** @param {Group[]} groups */
function assertAllTalk(...groups) {
  for (const speaker of groups) {
    const message = speaker.encrypt(`epoch ${speaker.epoch}`);
    for (const listener of groups) {
      assert.deepEqual(listener.epochAuthenticator, speaker.epochAuthenticator);
      if (listener === speaker) continue;
      const event = /** @type {any} */ (listener.receive(message));
      assert.equal(text(event.content), `epoch ${speaker.epoch}`);
    }
  }
}

test("the module has all seven, best first, and its licences beside it", () => {
  assert.deepEqual(
    mls.suites().map(({ id }) => id),
    [1, 3, 2, 4, 6, 7, 5],
  );
  assert.ok(existsSync(new URL("THIRD-PARTY-LICENSES", dist)));
});

for (const suite of [1, 2, 3, 4, 5, 6, 7]) {
  test(`suite ${suite}: create, add, join, update, join from outside, save, talk`, () => {
    const { a, alice, bob } = pair(suite);
    assert.equal(alice.describe().suite, suite);
    assertAllTalk(alice, bob);

    const { commit } = bob.update();
    bob.applyPending();
    alice.receive(commit);
    assertAllTalk(alice, bob);

    const carol = mls.joinExternal({
      ...device("https://c.example/carol", suite),
      groupInfo: bob.groupInfo(),
      accept,
    });
    for (const group of [alice, bob]) group.receive(carol.commit);
    assertAllTalk(alice, bob, carol.group);

    const { epoch, ratchet } = alice.save();
    assert.ok(epoch);
    assertAllTalk(mls.loadGroup({ vault: a.vault, epoch, ratchet, accept }), bob, carol.group);
  });
}

test("a signature of another key of the same suite is refused", () => {
  for (const suite of [4, 5, 6, 7]) {
    const { keyPackage } = device("https://d.example/dave", suite).keyPackage();
    keyPackage[keyPackage.length - 1] ^= 1;
    assert.throws(() => mls.checkKeyPackage(keyPackage), { code: "BAD_SIGNATURE" });
  }
});
