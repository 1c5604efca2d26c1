// waxseal/mls: groups with octets in and out.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as mls from "../../js/src/mls/index.js";
import { accept, bytes, device, pair, text } from "./lib/mls.mjs";

/** @typedef {import("../../js/src/mls/index.js").Group} Group */

/** @param {Uint8Array} a @param {Uint8Array} b */
const same = (a, b) => Buffer.from(a).equals(Buffer.from(b));
/** @param {Group} group */
const names = (group) => group.members.map(({ identity }) => text(identity));

/**
 * A message received, with whatever properties its event has.
 * @param {Group} group
 * @param {Uint8Array} message
 * @returns {any}
 */
const receive = (group, message) => group.receive(message);

/**
 * @param {Uint8Array} message
 * @param {Group[]} groups
 */
const deliver = (message, ...groups) => groups.map((group) => receive(group, message));

test("suites come from the core, best first", () => {
  assert.deepEqual(
    mls.suites().map(({ id }) => id),
    [1, 3, 2],
  );
  assert.equal(mls.suites()[0].name, "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519");
});

for (const suite of [1, 3]) {
  describe(`suite ${suite}`, () => {
    test("a third enters by a commit from outside, with the tree in the GroupInfo or beside it", () => {
      const { alice, bob } = pair(suite);
      for (const withTree of [true, false]) {
        const own = device(`https://c.example/carol-${withTree}`, suite);
        const groupInfo = alice.groupInfo({ withTree });
        const tree = withTree ? undefined : alice.tree;
        const { group, commit } = mls.joinExternal({
          ...own,
          groupInfo,
          accept,
          ...(tree && { tree }),
        });
        const [event] = deliver(commit, alice, bob);
        assert.equal(event.type, "commit");
        assert.equal(text(event.sender.identity), own.identity);
        assert.deepEqual(names(bob), names(group));
        assert.ok(same(alice.epochAuthenticator, group.epochAuthenticator));
        assert.equal(text(receive(bob, group.encrypt("inside")).content), "inside");
      }
    });

    test("two members talk both ways", () => {
      const { alice, bob } = pair(suite);
      assert.equal(alice.describe().suite, suite);
      assert.ok(same(alice.epochAuthenticator, bob.epochAuthenticator));
      const event = receive(bob, alice.encrypt("Hello Bob", { authenticatedData: bytes("seen") }));
      assert.equal(event.type, "application");
      assert.equal(text(event.content), "Hello Bob");
      assert.equal(text(event.authenticatedData), "seen");
      assert.equal(text(event.sender.identity), "https://a.example/alice");
      assert.equal(text(receive(alice, bob.encrypt(bytes("Hello Alice"))).content), "Hello Alice");
      for (const len of [0, 1, 255, 256, 4096, 65_536]) {
        const content = new Uint8Array(len).fill(len);
        assert.ok(same(receive(bob, alice.encrypt(content)).content, content));
      }
    });

    test("add, update and remove keep everybody in step", () => {
      const { alice, bob } = pair(suite);
      const c = device("https://c.example/carol", suite);
      const { keyPackage, secret } = c.keyPackage();

      const { commit, welcome } = bob.add([keyPackage]);
      assert.equal(bob.describe().commitPending, true);
      const [added] = deliver(commit, alice);
      assert.equal(added.type, "commit");
      assert.deepEqual(
        added.changes.map((/** @type {any} */ { type, member }) => [type, text(member.identity)]),
        [
          ["updated", "https://b.example/bob"],
          ["added", "https://c.example/carol"],
        ],
      );
      // Bob's own commit comes back to him.
      const own = receive(bob, commit);
      assert.equal(own.own, true);
      const carol = c.join(welcome, secret);
      assert.ok(same(carol.epochAuthenticator, alice.epochAuthenticator));
      assert.deepEqual(names(carol), names(alice));

      const update = carol.update();
      carol.applyPending();
      assert.equal(update.welcome, undefined);
      for (const event of deliver(update.commit, alice, bob)) {
        assert.deepEqual(
          event.changes.map((/** @type {any} */ { type }) => type),
          ["updated"],
        );
        assert.equal(event.changes[0].signatureKeyChanged, false);
      }
      assert.ok(same(carol.epochAuthenticator, bob.epochAuthenticator));

      const leaf = alice.members.find(({ identity }) => text(identity).endsWith("/bob"))?.leaf;
      const removal = alice.remove([leaf ?? -1]);
      alice.applyPending();
      deliver(removal.commit, carol);
      const removed = receive(bob, removal.commit);
      assert.equal(removed.type, "removed");
      assert.equal(bob.describe().isMember, false);
      assert.throws(() => bob.encrypt("still here?"), { code: "NOT_A_MEMBER" });
      const later = alice.encrypt("without Bob");
      assert.throws(() => bob.receive(later), { name: "WaxsealError" });
      assert.equal(text(receive(carol, later).content), "without Bob");
      assert.ok(same(carol.epochAuthenticator, alice.epochAuthenticator));
    });

    test("a saved group goes on where it was", () => {
      const { a, b, alice, bob } = pair(suite);
      const first = alice.save();
      const firstEpoch = first.epoch ?? assert.fail("no epoch record");
      const before = alice.encrypt("one");
      const second = alice.save();
      assert.equal(second.epoch, undefined, "a message does not change the epoch record");
      assert.ok(second.ratchet.counter > first.ratchet.counter);

      const restored = mls.loadGroup({
        vault: a.vault,
        epoch: firstEpoch,
        ratchet: second.ratchet,
      });
      const after = restored.encrypt("two");
      assert.equal(text(receive(bob, before).content), "one");
      assert.equal(text(receive(bob, after).content), "two");

      const { commit } = restored.update();
      const pending = restored.save();
      const again = mls.loadGroup({
        vault: a.vault,
        epoch: pending.epoch ?? firstEpoch,
        ratchet: pending.ratchet,
      });
      assert.equal(again.describe().commitPending, true, "the pending commit is part of the state");
      assert.equal(receive(again, commit).own, true);
      bob.receive(commit);
      assert.ok(again.save().epoch, "a commit changes the epoch record");
      assert.equal(text(receive(again, bob.encrypt("three")).content), "three");
      assert.throws(
        () => mls.loadGroup({ vault: b.vault, accept, epoch: firstEpoch, ratchet: first.ratchet }),
        { code: "VAULT_WRONG_KEY" },
      );
    });

    test("an external tree serves a Welcome without one", () => {
      const [a, b] = [device("a", suite), device("b", suite)];
      const alice = a.create("g");
      const { keyPackage, secret } = b.keyPackage();
      const { welcome } = alice.add([keyPackage], { withoutTree: true });
      alice.applyPending();
      assert.throws(() => b.join(welcome, secret), { code: "MISSING_TREE" });
      const bob = b.join(welcome, secret, { tree: alice.tree });
      assert.ok(same(alice.epochAuthenticator, bob.epochAuthenticator));
    });

    test("exported secrets are equal for members, differ by label, context and length", () => {
      const { alice, bob } = pair(suite);
      const secret = alice.exportSecret("label", bytes("context"), 48);
      assert.equal(secret.length, 48);
      assert.ok(same(secret, bob.exportSecret("label", bytes("context"), 48)));
      assert.ok(!same(secret, bob.exportSecret("other", bytes("context"), 48)));
      assert.ok(!same(secret, bob.exportSecret("label", bytes("other"), 48)));
    });
  });
}

describe("proposals", () => {
  test("by reference: somebody else commits them", () => {
    const { alice, bob } = pair();
    const update = bob.propose({ type: "update" });
    const event = receive(alice, update);
    assert.deepEqual([event.type, event.proposal], ["proposal", "update"]);
    const { commit } = alice.commit();
    alice.applyPending();
    bob.receive(commit);
    assert.ok(same(alice.epochAuthenticator, bob.epochAuthenticator));
  });

  test("a member leaves by itself", () => {
    const { alice, bob } = pair();
    const event = receive(alice, bob.propose({ type: "self-remove" }));
    assert.deepEqual([event.type, event.proposal, event.leaf], ["proposal", "self-remove", 1]);
    assert.throws(() => bob.propose({ type: "self-remove" }), { code: "DUPLICATE" });
    const { commit } = alice.commit();
    alice.applyPending();
    assert.equal(receive(bob, commit).type, "removed");
    assert.deepEqual(names(alice), ["https://a.example/alice"]);
  });

  test("who joins from outside lets go who asked to leave", () => {
    const { alice, bob } = pair();
    const proposal = bob.propose({ type: "self-remove" });
    alice.receive(proposal);
    const c = { ...device("https://c.example/carol"), groupInfo: alice.groupInfo(), accept };
    const { group: carol, commit } = mls.joinExternal({ ...c, proposals: [proposal] });
    assert.equal(receive(bob, commit).type, "removed");
    alice.receive(commit);
    assert.deepEqual(names(carol), names(alice));
    assert.ok(!names(carol).includes("https://b.example/bob"));
    assert.equal(text(receive(alice, carol.encrypt("inside")).content), "inside");
    assert.throws(() => mls.joinExternal({ ...c, proposals: [commit] }), { code: "BAD_PROPOSAL" });
    assert.throws(() => mls.joinExternal({ ...c, proposals: [c.groupInfo] }), {
      code: "DECODE_WRONG_KIND",
    });
  });

  test("from outside: an external sender changes the group, a newcomer asks to be added", () => {
    const { alice, bob } = pair();
    const server = device("https://a.example/server");
    const senders = mls.externalSenders([
      { signatureKey: server.publicKey, identity: server.identity },
    ]);
    const { commit } = alice.commit([
      { type: "group-context-extensions", extensions: mls.extensions([senders]) },
    ]);
    alice.applyPending();
    bob.receive(commit);

    const c = device("https://c.example/carol");
    const { keyPackage, secret } = c.keyPackage();
    const { id, epoch } = alice;
    const asked = mls.proposeFromOutside({ ...c, groupId: id, epoch }, { type: "add", keyPackage });
    const [event] = deliver(asked, alice, bob);
    assert.deepEqual([event.type, event.proposal], ["proposal", "add"]);
    assert.deepEqual([event.sender.leaf, event.leaf], [undefined, undefined]);
    assert.equal(text(event.sender.identity), c.identity);
    const removal = mls.proposeFromOutside(
      { ...server, groupId: id, epoch, senderIndex: 0 },
      { type: "remove", leaf: 1 },
    );
    const [removing] = deliver(removal, alice, bob);
    assert.deepEqual([removing.proposal, removing.leaf], ["remove", 1]);
    assert.ok(same(removing.sender.signatureKey, server.publicKey));

    const both = alice.commit([], { newMembers: true });
    assert.equal(receive(bob, both.commit).type, "removed");
    alice.applyPending();
    const carol = c.join(both.welcome, secret);
    assert.deepEqual(names(carol), ["https://a.example/alice", "https://c.example/carol"]);
    assert.ok(same(alice.epochAuthenticator, carol.epochAuthenticator));
  });

  test("a pre-shared key", () => {
    const { alice, bob } = pair();
    const id = bytes("psk id");
    for (const group of [alice, bob]) group.addPsk(id, bytes("a secret shared by other means"));
    const { commit } = alice.commit([{ type: "psk", id }]);
    alice.applyPending();
    bob.receive(commit);
    assert.ok(same(alice.epochAuthenticator, bob.epochAuthenticator));
    assert.throws(() => alice.commit([{ type: "psk", id: bytes("unknown") }]), {
      code: "MISSING_PSK",
    });
  });

  test("a pending commit can be forgotten", () => {
    const { alice } = pair();
    const { epoch } = alice;
    alice.update();
    assert.throws(() => alice.update(), { code: "COMMIT_PENDING" });
    alice.discardPending();
    assert.throws(() => alice.applyPending(), { code: "NO_COMMIT_PENDING" });
    assert.equal(alice.epoch, epoch);
  });
});

describe("KeyPackages", () => {
  test("say whose they are", () => {
    const { publicKey, keyPackage } = device("https://a.example/alice", 3);
    const info = mls.checkKeyPackage(keyPackage({ lastResort: true }).keyPackage);
    assert.equal(text(info.identity), "https://a.example/alice");
    assert.equal(info.suite, 3);
    assert.equal(info.lastResort, true);
    assert.ok(same(info.signatureKey, publicKey));
    assert.ok(info.notAfter - info.notBefore <= 84 * 24 * 3600);
  });

  test("out of their lifetime are refused", () => {
    const { keyPackage } = device("a").keyPackage();
    const now = Math.floor(Date.now() / 1000);
    assert.throws(() => mls.checkKeyPackage(keyPackage, { now: now + 100 * 24 * 3600 }), {
      code: "LIFETIME",
    });
    assert.throws(() => mls.checkKeyPackage(keyPackage, { now: now - 24 * 3600 }), {
      code: "LIFETIME",
    });
  });

  test("changed anywhere are refused", () => {
    const { keyPackage } = device("a").keyPackage();
    for (let at = 0; at < keyPackage.length; at++) {
      const changed = keyPackage.slice();
      changed[at] ^= 1;
      assert.throws(() => mls.checkKeyPackage(changed), { name: "WaxsealError" }, `octet ${at}`);
      assert.throws(() => mls.checkKeyPackage(keyPackage.subarray(0, at)), {
        name: "WaxsealError",
      });
    }
  });

  test("a Welcome knows for whom it is", () => {
    const { b, welcome, secret } = pair();
    assert.equal(mls.welcomeMatches({ vault: b.vault, welcome, secret }), true);
    const other = b.keyPackage().secret;
    assert.equal(mls.welcomeMatches({ vault: b.vault, welcome, secret: other }), false);
    assert.throws(() => b.join(welcome, other), { code: "NO_MATCHING_KEY_PACKAGE" });
  });
});

describe("wrong input", () => {
  test("a flipped bit anywhere in a message: refused, and the conversation goes on", () => {
    const { alice, bob } = pair();
    const message = alice.encrypt("whole");
    for (let at = 0; at < message.length; at++) {
      const changed = message.slice();
      changed[at] ^= 1 << (at % 8);
      assert.throws(
        () => bob.receive(changed),
        ({ name, code }) => name === "WaxsealError" && code !== "CORE_BROKEN",
      );
      assert.throws(() => bob.receive(message.subarray(0, at)), { name: "WaxsealError" });
    }
    assert.equal(text(receive(bob, message).content), "whole");
    assert.throws(() => bob.receive(message), { code: "GENERATION_REUSED" });
  });

  test("a flipped bit anywhere in a commit: refused, the group unchanged", () => {
    const { alice, bob } = pair();
    const { commit } = alice.update();
    const { epoch } = bob;
    for (let at = 0; at < commit.length; at += 3) {
      const changed = commit.slice();
      changed[at] ^= 1 << (at % 8);
      assert.throws(() => bob.receive(changed), { name: "WaxsealError" });
    }
    assert.equal(bob.epoch, epoch);
    assert.equal(bob.receive(commit).type, "commit");
  });

  test("a flipped bit anywhere in a Welcome: refused", () => {
    const { b, welcome, secret } = pair();
    for (let at = 0; at < welcome.length; at += 7) {
      const changed = welcome.slice();
      changed[at] ^= 1 << (at % 8);
      assert.throws(() => b.join(changed, secret), { name: "WaxsealError" }, `octet ${at}`);
    }
  });

  test("own, foreign and early messages are told apart", () => {
    const { alice, bob } = pair();
    assert.throws(() => alice.receive(alice.encrypt("x")), { code: "OWN_MESSAGE" });
    assert.throws(() => bob.receive(device("z").create("other").encrypt("x")), {
      code: "WRONG_GROUP",
    });
    const { commit } = alice.update();
    alice.applyPending();
    const early = alice.encrypt("early");
    assert.throws(() => bob.receive(early), { code: "EPOCH_AHEAD" });
    bob.receive(commit);
    assert.equal(text(receive(bob, early).content), "early");
  });

  test("messages in any order, and from epochs just past", () => {
    const { alice, bob } = pair();
    const [one, two, three] = ["one", "two", "three"].map((content) => alice.encrypt(content));
    assert.equal(text(receive(bob, three).content), "three");
    bob.receive(one);
    const { commit } = alice.update();
    bob.receive(commit);
    assert.equal(text(receive(bob, two).content), "two");
  });

  test("another suite's or an expired KeyPackage is not added", () => {
    const alice = device("a", 1).create("g");
    assert.throws(() => alice.add([device("b", 3).keyPackage().keyPackage]), {
      name: "WaxsealError",
    });
    const old = device("c", 1).keyPackage({ notBefore: 1, notAfter: 2 });
    assert.throws(() => alice.add([old.keyPackage]), { code: "LIFETIME" });
    assert.throws(() => alice.add([bytes("nonsense")]), { name: "WaxsealError" });
    assert.equal(alice.describe().commitPending, false);
  });

  test("what a message says without a key", () => {
    const { alice, welcome } = pair();
    const info = mls.readMessage(alice.encrypt("x"));
    assert.deepEqual(
      [info.wireFormat, text(info.groupId), info.epoch, info.contentType],
      ["private-message", "uri:uuid:test", 1, "application"],
    );
    assert.equal(mls.readMessage(welcome).wireFormat, "welcome");
    assert.throws(() => mls.readMessage(new Uint8Array()), { code: "DECODE_TRUNCATED" });
  });
});

describe("wrong arguments", () => {
  // Callers without types pass anything.
  const untyped = /** @type {any} */ (mls);
  const { vault, signatureKey } = device("x");
  const group = /** @type {any} */ (device("x").create("g"));
  const wrong = {
    "identity must be": () => untyped.createKeyPackage({ vault, signatureKey, identity: 5 }),
    "suite must be": () =>
      untyped.createKeyPackage({ vault, signatureKey, identity: "x", suite: -1 }),
    "signatureKey.name must be": () =>
      untyped.createKeyPackage({ vault, signatureKey: {}, identity: "x" }),
    "vault must be": () => untyped.createKeyPackage({ vault: {}, signatureKey, identity: "x" }),
    "key must have 32 octets": () => new untyped.Vault(new Uint8Array(31)),
    "key must be a Uint8Array": () => new untyped.Vault("secret"),
    "keyPackage must be": () => untyped.checkKeyPackage("AAEA"),
    "now must be": () => untyped.checkKeyPackage(new Uint8Array(1), { now: 1.5 }),
    "content must be": () => group.encrypt({ text: "x" }),
    "message must be": () => group.receive([1, 2]),
    "leaf must be": () => group.remove(["0"]),
    "leaves must be an array": () => group.remove(0),
    "keyPackages must be an array": () => group.add(new Uint8Array(3)),
    "type must be one of": () => group.propose({ type: "constructor" }),
    "length must be": () => group.exportSecret("l", new Uint8Array(), 2 ** 40),
    "epoch.counter must be": () => group.save({ epoch: { name: "e", counter: "1" } }),
  };
  for (const [sentence, call] of Object.entries(wrong)) {
    test(sentence, () => {
      const error = (() => {
        try {
          call();
        } catch (thrown) {
          return thrown;
        }
      })();
      assert.ok(error instanceof mls.WaxsealError, String(error));
      assert.equal(error.code, "INVALID_ARGUMENT");
      assert.ok(error.message.includes(sentence), error.message);
    });
  }

  test("an unknown suite is the core's to refuse", () => {
    assert.throws(() => mls.createSignatureKey({ vault, suite: 0x7777 }), {
      code: "UNSUPPORTED_SUITE",
      message: /Choose one/,
    });
  });
});
