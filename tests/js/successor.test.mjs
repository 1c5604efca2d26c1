// waxseal/mls: groups that follow from groups, and resumption keys.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as mls from "../../js/src/mls/index.js";
import { bytes, device, pair, text } from "./lib/mls.mjs";

/**
 * @param {import("../../js/src/mls/index.js").Group} from
 * @param {import("../../js/src/mls/index.js").Group} to
 */
function assertTalk(from, to) {
  const event = to.receive(from.encrypt("hello"));
  assert.equal(event.type === "application" && text(event.content), "hello");
}

/**
 * @param {import("../../js/src/mls/index.js").Group} group
 * @param {Uint8Array} message
 */
const typeOf = (group, message) => group.receive(message).type;

/** Alice and Bob, whose group has ended; it goes on in another suite. */
function ended(suite = 3) {
  const world = pair();
  const { alice, bob } = world;
  const { commit } = alice.commit([{ type: "reinit", groupId: "uri:uuid:next", suite }]);
  assert.equal(typeOf(alice, commit), "reinit");
  assert.equal(typeOf(bob, commit), "reinit");
  return world;
}

describe("ReInit", () => {
  test("the group ends, and its members go on in the one that follows", () => {
    const { a, b, alice, bob } = ended();
    assert.equal(alice.describe().reinitialised, true);
    assert.throws(() => alice.encrypt("too late"), { code: "REINITIALISED" });
    assert.deepEqual(bob.successor, {
      suite: 3,
      groupId: bytes("uri:uuid:next"),
      extensions: Uint8Array.of(0), // an empty list
    });
    const { keyPackage, secret } = a.keyPackage({ suite: 3 });
    const next = bob.reinit({ ...b, suite: 3, keyPackages: [keyPackage] });
    const joined = a.join(next.welcome, secret, { parent: alice });
    assert.equal(joined.describe().suite, 3);
    assert.equal(joined.epoch, 1);
    assert.deepEqual(joined.epochAuthenticator, next.group.epochAuthenticator);
    assertTalk(joined, next.group);
    assertTalk(next.group, joined);
  });

  test("an ended group is still ended after it was loaded", () => {
    const { b, bob } = ended();
    const { epoch, ratchet } = bob.save({ always: true });
    const again = mls.loadGroup({
      vault: b.vault,
      epoch: epoch ?? assert.fail("no epoch record"),
      ratchet,
    });
    assert.deepEqual(again.successor, bob.successor);
  });

  test("one that was proposed is carried out only where that is wanted", () => {
    const { alice, bob } = pair();
    const proposal = { type: /** @type {const} */ ("reinit"), groupId: "next", suite: 1 };
    const event = bob.receive(alice.propose(proposal));
    assert.equal(event.type === "proposal" && event.proposal, "reinit");
    assert.equal(typeOf(alice, bob.commit().commit), "commit");
    bob.applyPending();
    bob.receive(alice.propose(proposal));
    assert.equal(typeOf(alice, bob.commit([], { reinit: true }).commit), "reinit");
  });

  test("a Welcome for what follows needs the group that has ended", () => {
    const { a, b, alice, bob } = ended(1);
    const { keyPackage, secret } = a.keyPackage();
    const { welcome } = bob.reinit({ ...b, keyPackages: [keyPackage] });
    assert.throws(() => a.join(welcome, secret), { code: "MISSING_PSK" });
    assert.throws(() => a.join(welcome, secret, { parent: /** @type {any} */ ({}) }), {
      code: "INVALID_ARGUMENT",
    });
    a.join(welcome, secret, { parent: alice });
  });

  test("a group that goes on has no successor", () => {
    const { b, bob } = pair();
    assert.equal(bob.successor, undefined);
    assert.throws(() => bob.reinit({ ...b, keyPackages: [] }), { code: "INVALID_ARGUMENT" });
  });
});

describe("branching", () => {
  test("some members have a group beside the first", () => {
    const { a, b, alice, bob } = pair();
    const { keyPackage, secret } = a.keyPackage();
    const beside = bob.branch({ ...b, groupId: "beside", keyPackages: [keyPackage] });
    const joined = a.join(beside.welcome, secret, { parent: alice, accept: () => false });
    assertTalk(joined, beside.group);
    assertTalk(alice, bob);
  });

  test("strangers can't be in it", () => {
    const { b, bob } = pair();
    const { keyPackage } = device("https://c.example/carol").keyPackage();
    const options = { ...b, groupId: "beside", keyPackages: [keyPackage] };
    assert.throws(() => bob.branch(options), { code: "PARENT_MISMATCH" });
  });

  test("a member's new key is for the check to accept", () => {
    const { b, bob } = pair();
    const { keyPackage } = device("https://a.example/alice").keyPackage();
    const options = { ...b, groupId: "beside", keyPackages: [keyPackage] };
    assert.equal(bob.branch(options).group.describe().memberCount, 2);
    const { epoch, ratchet } = bob.save({ always: true });
    const strict = mls.loadGroup({
      vault: b.vault,
      epoch: epoch ?? assert.fail("no epoch record"),
      ratchet,
      accept: () => false,
    });
    assert.throws(() => strict.branch(options), { code: "UNDECIDED" });
  });
});

describe("resumption keys", () => {
  test("a past epoch's key goes into the next one", () => {
    const { alice, bob } = pair();
    const { id, epoch } = alice.describe();
    bob.receive(alice.update().commit);
    alice.applyPending();
    const { commit } = alice.commit([{ type: "psk", groupId: id, epoch }]);
    assert.equal(typeOf(bob, commit), "commit");
    alice.applyPending();
    assertTalk(alice, bob);
    assert.throws(() => alice.commit([{ type: "psk", groupId: id, epoch: 99 }]), {
      code: "MISSING_PSK",
    });
  });
});
