// waxseal/mls: nobody comes into a group whom the application has not accepted.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as mls from "../../js/src/mls/index.js";
import { device, pair, text } from "./lib/mls.mjs";

/**
 * The text of an application message.
 * @param {import("../../js/src/mls/index.js").Group} group
 * @param {Uint8Array} message
 */
function contentOf(group, message) {
  const event = group.receive(message);
  return event.type === "application" ? text(event.content) : assert.fail(event.type);
}

describe("who may come in", () => {
  test("without a check, a joined group waits until its members are accepted", () => {
    const { alice } = pair();
    const c = device("https://c.example/carol");
    const { keyPackage, secret } = c.keyPackage();
    const { welcome } = alice.add([keyPackage]);
    const carol = mls.joinGroup({
      vault: c.vault,
      welcome: welcome ?? assert.fail("no Welcome"),
      secret,
    });
    assert.throws(() => carol.encrypt("early"), { code: "UNDECIDED" });
    assert.throws(() => carol.save(), { code: "UNDECIDED" });
    assert.deepEqual(carol.undecided.map(({ type, identity }) => [type, text(identity)]).sort(), [
      ["basic", "https://a.example/alice"],
      ["basic", "https://b.example/bob"],
    ]);
    carol.accept(carol.undecided.slice(0, 1));
    assert.throws(() => carol.encrypt("early"), { code: "UNDECIDED" });
    carol.accept(carol.undecided);
    assert.deepEqual(carol.undecided, []);
    alice.applyPending();
    assert.equal(contentOf(alice, carol.encrypt("now")), "now");
  });

  test("X.509 credentials are the check's to read", () => {
    const { b, alice, bob } = pair();
    const c = device("https://c.example/carol");
    const certificates = Uint8Array.of(3, 1, 2, 3);
    const { keyPackage, secret } = c.keyPackage({ certificates });
    const { commit, welcome } = alice.add([keyPackage]);
    bob.receive(commit);
    alice.applyPending();
    const carol = c.join(welcome, secret);
    assert.equal(contentOf(bob, carol.encrypt("certified")), "certified");
    /** @type {Uint8Array[]} */
    const seen = [];
    const newcomer = device("https://d.example/dan").keyPackage({ certificates });
    const { epoch, ratchet } = bob.save({ always: true });
    const strict = mls.loadGroup({
      vault: b.vault,
      epoch: epoch ?? assert.fail("no epoch record"),
      ratchet,
      accept: ({ type, identity }) => {
        if (type === "x509") seen.push(identity);
        return type !== "x509";
      },
    });
    assert.throws(() => strict.add([newcomer.keyPackage]), { code: "UNDECIDED" });
    assert.deepEqual(seen, [certificates]);
  });

  test("a check that refuses: not joined, not added, no commit received", () => {
    const { b, alice, bob } = pair();
    const c = device("https://c.example/carol");
    const { keyPackage, secret } = c.keyPackage();
    const refuse = () => false;
    const { commit, welcome } = alice.add([keyPackage]);
    assert.throws(() => c.join(welcome, secret, { accept: refuse }), { code: "UNDECIDED" });
    assert.throws(() => mls.joinExternal({ ...c, groupInfo: bob.groupInfo(), accept: refuse }), {
      code: "UNDECIDED",
    });

    const { epoch, ratchet } = bob.save({ always: true });
    const strict = mls.loadGroup({
      vault: b.vault,
      epoch: epoch ?? assert.fail("no epoch record"),
      ratchet,
      accept: ({ identity }) => text(identity) !== "https://c.example/carol",
    });
    assert.throws(() => strict.receive(commit), { code: "UNDECIDED" });
    assert.throws(() => strict.add([keyPackage]), { code: "UNDECIDED" });
    assert.equal(contentOf(strict, alice.encrypt("still here")), "still here");
    strict.accept(strict.undecided);
    assert.equal(strict.receive(commit).type, "commit");
  });

  test("a check that is no function, and an answer that is not true", () => {
    const { alice } = pair();
    const c = device("https://c.example/carol");
    const { keyPackage, secret } = c.keyPackage();
    const { welcome } = alice.add([keyPackage]);
    const wrong = /** @type {any} */ ({ accept: "yes" });
    assert.throws(() => c.join(welcome, secret, wrong), { code: "INVALID_ARGUMENT" });
    const truthy = /** @type {any} */ ({ accept: async () => true });
    assert.throws(() => c.join(welcome, secret, truthy), { code: "UNDECIDED" });
    assert.throws(() => alice.accept(/** @type {any} */ ([{ type: "oauth" }])), {
      code: "INVALID_ARGUMENT",
    });
  });
});
