// waxseal/mls: extensions and proposals of the application's, and GREASE.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as mls from "../../js/src/mls/index.js";
import { accept, bytes, device, text } from "./lib/mls.mjs";

/** @typedef {import("../../js/src/mls/index.js").Group} Group */

const TYPE = 0xf001;
const OTHER = 0xf002;
const GREASE = 0x0a0a;

const custom = {
  leafExtensions: [{ type: TYPE, data: bytes("of the leaf") }],
  extensionTypes: [OTHER],
  proposalTypes: [TYPE],
};

/**
 * A group of several devices with the same further options.
 * @param {number} count
 * @param {object} [options]
 * @returns {[Group, ...Group[]]}
 */
function members(count, options = custom) {
  const group = mls.createGroup({ ...device("creator"), ...options, groupId: "g", accept });
  const joiners = Array.from({ length: count - 1 }, (_, index) => {
    const own = { ...device(`joiner ${index}`), ...options };
    return { own, ...mls.createKeyPackage(own) };
  });
  const { welcome } = group.add(joiners.map(({ keyPackage }) => keyPackage));
  group.applyPending();
  assert.ok(welcome);
  const others = joiners.map(({ own, secret }) =>
    mls.joinGroup({ vault: own.vault, welcome, secret, accept }),
  );
  return [group, ...others];
}

/** @param {Group} one @param {Group} other */
function assertInStep(one, other) {
  assert.deepEqual(one.epochAuthenticator, other.epochAuthenticator);
  assert.equal(
    text(/** @type {any} */ (other.receive(one.encrypt("still here"))).content),
    "still here",
  );
}

describe("proposals of the application's", () => {
  test("by reference and by value, at the committer and at the others", () => {
    const [alice, bob, carol] = members(3);
    const one = alice.propose({ type: "custom", proposalType: TYPE, data: bytes("one") });
    for (const group of [bob, carol]) {
      const event = group.receive(one);
      assert.ok(event.type === "proposal" && event.proposal === "custom");
      assert.equal(event.proposalType, TYPE);
      assert.equal(event.leaf, 0);
      assert.equal(text(event.data), "one");
    }
    const two = { type: /** @type {const} */ ("custom"), proposalType: TYPE, data: bytes("two") };
    const { commit } = bob.commit([two], { withoutPath: true });
    for (const event of [alice.receive(commit), bob.applyPending(), carol.receive(commit)]) {
      assert.ok(event.type === "commit");
      assert.deepEqual(
        event.customProposals.map(({ proposalType, sender, data }) => [
          proposalType,
          sender.leaf,
          text(sender.identity),
          text(data),
        ]),
        [
          [TYPE, 1, "joiner 0", "two"],
          [TYPE, 0, "creator", "one"],
        ],
      );
    }
    assertInStep(alice, bob);
    assertInStep(alice, carol);
    const plain = alice.update();
    assert.deepEqual(/** @type {any} */ (bob.receive(plain.commit)).customProposals, []);
  });

  test("not where a member does not support the type, unless it is removed with it", () => {
    const [alice, bob] = members(2);
    const own = device("carol");
    const { keyPackage } = mls.createKeyPackage(own);
    bob.receive(alice.add([keyPackage]).commit);
    alice.applyPending();
    const proposal = { type: /** @type {const} */ ("custom"), proposalType: TYPE, data: bytes("") };
    assert.throws(() => alice.propose(proposal), { code: "CAPABILITIES" });
    assert.throws(() => alice.commit([proposal]), { code: "CAPABILITIES" });
    const { commit } = alice.commit([proposal, { type: "remove", leaf: 2 }]);
    const event = bob.receive(commit);
    assert.ok(event.type === "commit");
    assert.equal(event.customProposals.length, 1);
  });

  test("types that are no one's to choose are refused", () => {
    const [alice] = members(2);
    for (const proposalType of [0, 1, 7, 10, 0x10000, -1, 1.5]) {
      const proposal = { type: /** @type {const} */ ("custom"), proposalType, data: bytes("") };
      assert.throws(() => alice.propose(proposal), { code: "INVALID_ARGUMENT" });
    }
    const greased = {
      type: /** @type {const} */ ("custom"),
      proposalType: GREASE,
      data: bytes(""),
    };
    assert.throws(() => alice.propose(greased), { code: "CAPABILITIES" });
  });
});

describe("extensions", () => {
  test("of leaf and KeyPackage, as others read them", () => {
    const own = {
      ...device("alice"),
      ...custom,
      keyPackageExtensions: [{ type: OTHER, data: bytes("of the KeyPackage") }],
    };
    const info = mls.checkKeyPackage(mls.createKeyPackage(own).keyPackage);
    assert.deepEqual(
      info.extensions.map(({ type, data }) => [type, text(data)]),
      [[OTHER, "of the KeyPackage"]],
    );
    assert.deepEqual(
      info.leafExtensions.map(({ type, data }) => [type, text(data)]),
      [[TYPE, "of the leaf"]],
    );
    assert.equal(info.lastResort, false);
  });

  test("last_resort as an application component", () => {
    const dictionary = { type: 6, data: Uint8Array.of(3, 0, 4, 0) };
    const own = { ...device("alice"), keyPackageExtensions: [dictionary] };
    assert.equal(mls.checkKeyPackage(mls.createKeyPackage(own).keyPackage).lastResort, true);
  });

  test("a leaf keeps them; a device that enters from outside brings them", () => {
    const [alice, bob] = members(2);
    bob.receive(alice.update().commit);
    alice.applyPending();
    const own = { ...device("carol"), ...custom };
    const { group, commit } = mls.joinExternal({ ...own, groupInfo: alice.groupInfo(), accept });
    alice.receive(commit);
    bob.receive(commit);
    for (const by of [alice, bob, group]) {
      for (const { leaf } of by.members) {
        assert.deepEqual(by.memberExtensions(leaf), custom.leafExtensions);
      }
    }
    assert.throws(() => alice.memberExtensions(7), { code: "UNKNOWN_SENDER" });
  });

  test("of the group: what all support, and what is required", () => {
    const [alice, bob] = members(2);
    assert.deepEqual(alice.extensions, []);
    const list = [
      mls.requiredCapabilities({ extensionTypes: [OTHER], proposalTypes: [TYPE] }),
      { type: OTHER, data: bytes("agreed") },
    ];
    const change = /** @type {const} */ ("group-context-extensions");
    const { commit } = alice.commit([{ type: change, extensions: mls.extensions(list) }]);
    bob.receive(commit);
    alice.applyPending();
    assert.deepEqual(alice.extensions, list);
    assert.deepEqual(bob.extensions, list);
    const { keyPackage } = mls.createKeyPackage(device("stranger"));
    assert.throws(() => bob.add([keyPackage]), { code: "CAPABILITIES" });
    const unsupported = mls.extensions([{ type: 0xf0f0, data: bytes("") }]);
    assert.throws(() => bob.commit([{ type: change, extensions: unsupported }]), {
      code: "CAPABILITIES",
    });
  });

  test("arguments that are wrong are named", () => {
    const own = device("alice");
    for (const wrong of [
      { leafExtensions: [{ type: 0x10000, data: bytes("") }] },
      { leafExtensions: [{ type: TYPE, data: "text" }] },
      { leafExtensions: [{ type: 2, data: bytes("") }] },
      { keyPackageExtensions: [{ type: 1, data: bytes("") }] },
      { extensionTypes: [-1] },
      { proposalTypes: "all" },
      { proposalTypes: [0] },
    ]) {
      const options = /** @type {any} */ ({ ...own, ...wrong });
      assert.throws(() => mls.createKeyPackage(options), { code: "INVALID_ARGUMENT" });
    }
    const twice = [TYPE, TYPE].map((type) => ({ type, data: bytes("") }));
    assert.throws(() => mls.createKeyPackage({ ...own, leafExtensions: twice }), {
      code: "DUPLICATE",
    });
  });
});

test("GREASE is sent on request, and ignored", () => {
  const [alice, bob] = members(2, { grease: true });
  const { leafExtensions, extensions } = mls.checkKeyPackage(
    mls.createKeyPackage({ ...device("carol"), grease: true }).keyPackage,
  );
  for (const [only, ...rest] of [leafExtensions, extensions]) {
    assert.equal(rest.length, 0);
    assert.equal((only?.type ?? 0) & 0x0f0f, GREASE);
  }
  bob.receive(alice.update().commit);
  alice.applyPending();
  assertInStep(alice, bob);
  assertInStep(bob, alice);
});
