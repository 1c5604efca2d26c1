// waxseal and ts-mls in one group, each in every role.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { unwrap, utf8 } from "./lib/member.mjs";
import { tsMlsMember } from "./lib/ts_mls.mjs";
import { tsMls1 } from "./lib/ts_mls_1.mjs";
import { waxsealMember } from "./lib/waxseal.mjs";

const ALICE = "https://a.example/users/alice";
const BOB = "https://b.example/users/bob";
const CAROL = "https://c.example/users/carol";

/** @typedef {import("./lib/member.mjs").Member} Member */
/** @typedef {import("./lib/member.mjs").Options} Options */
/** @typedef {import("./lib/member.mjs").Proposal} Proposal */

/** @type {Record<string, import("./lib/member.mjs").MakeMember>} */
const libraries = { waxseal: waxsealMember, "ts-mls": tsMlsMember(tsMls1) };

/** @type {Proposal} */
const removal = { type: "remove", identity: CAROL };

/** @param {string} name */
function member(name) {
  return libraries[name] ?? assert.fail(`no library ${name}`);
}

/** What every library tells. @param {Member} member */
const viewOf = async (member) => ({ ...(await member.view()), carried: undefined });

/** @param {Member} first @param {Member[]} others */
async function assertInStep(first, ...others) {
  const view = await viewOf(first);
  for (const other of others) assert.deepEqual(await viewOf(other), view);
}

/** @param {Member} by @param {Proposal[]} proposals @param {Options} options */
async function commit(by, proposals, options) {
  const made = await by.commit(proposals, options);
  await by.apply();
  return made;
}

/** @param {Member} joiner @returns {Proposal} */
const addition = ({ keyPackage }) => ({ type: "add", keyPackage });

/** @param {Member[]} members */
async function everybodyTalks(...members) {
  for (const sender of members) {
    for (const text of [`from ${sender.identity}`, "", "long ".repeat(2000), "\u{1F600}"]) {
      const message = await sender.encrypt(utf8(text));
      for (const other of members) {
        if (other === sender) continue;
        const event = await other.receive(message);
        assert.ok(event.type === "application");
        assert.equal(Buffer.from(event.content).toString(), text);
      }
    }
  }
}

for (const suite of [1, 2, 3]) {
  for (const [creator, joiner] of /** @type {const} */ ([
    ["waxseal", "ts-mls"],
    ["ts-mls", "waxseal"],
  ])) {
    for (const asPublicMessage of [false, true]) {
      const handshakes = asPublicMessage ? "PublicMessage" : "PrivateMessage";
      describe(`suite ${suite}, ${creator} creates, ${joiner} joins, ${handshakes}`, () => {
        const options = { asPublicMessage };
        const begin = async () => {
          const alice = await member(creator)(ALICE, suite);
          const bob = await member(joiner)(BOB, suite);
          await alice.create("uri:uuid:interop");
          const { welcome } = await commit(alice, [addition(bob)], options);
          await bob.join(welcome);
          await assertInStep(alice, bob);
          return { alice, bob };
        };

        test("create, join, talk", async () => {
          const { alice, bob } = await begin();
          await everybodyTalks(alice, bob);
        });

        test("both update, several times", async () => {
          const { alice, bob } = await begin();
          for (const [one, other] of [
            [alice, bob],
            [bob, alice],
            [bob, alice],
            [alice, bob],
          ]) {
            const update = await commit(one, [], options);
            await other.receive(update.commit);
            await assertInStep(alice, bob);
            await everybodyTalks(alice, bob);
          }
        });

        for (const thirdName of Object.keys(libraries)) {
          test(`the joiner adds a third (${thirdName}), who updates and is removed`, async () => {
            const { alice, bob } = await begin();
            const carol = await member(thirdName)(CAROL, suite);
            const added = await commit(bob, [addition(carol)], options);
            await alice.receive(added.commit);
            await carol.join(added.welcome);
            await assertInStep(alice, bob, carol);
            await everybodyTalks(alice, bob, carol);

            const update = await commit(carol, [], options);
            await alice.receive(update.commit);
            await bob.receive(update.commit);
            await assertInStep(alice, bob, carol);

            const removed = await commit(alice, [removal], options);
            await bob.receive(removed.commit);
            assert.equal((await carol.receive(removed.commit)).type, "removed");
            await assertInStep(alice, bob);
            await everybodyTalks(alice, bob);
            const unreadable = await bob.encrypt(utf8("not for Carol"));
            await assert.rejects(carol.receive(unreadable));
          });

          test(`a removal of a third (${thirdName}) proposed by one, committed by the other`, async () => {
            const { alice, bob } = await begin();
            const carol = await member(thirdName)(CAROL, suite);
            const added = await commit(alice, [addition(carol)], options);
            await bob.receive(added.commit);
            await carol.join(added.welcome);
            await alice.receive(await bob.propose(removal, options));
            const result = await commit(alice, [], {});
            await bob.receive(result.commit);
            await assertInStep(alice, bob);
            await everybodyTalks(alice, bob);
          });
        }
      });
    }
  }
}

test("a raw KeyPackage of ts-mls is read as well as a wrapped one", async () => {
  const { checkKeyPackage } = await import("../../js/src/mls/index.js");
  const { keyPackage } = await tsMlsMember(tsMls1)(BOB, 1);
  for (const octets of [unwrap(keyPackage), keyPackage]) {
    const info = checkKeyPackage(octets);
    assert.equal(Buffer.from(info.identity).toString(), BOB);
    assert.equal(info.suite, 1);
  }
});
