// waxseal and ts-mls in one group, each in every role.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { tsMlsMember } from "./lib/ts_mls.mjs";
import { waxsealMember } from "./lib/waxseal.mjs";

const ALICE = "https://a.example/users/alice";
const BOB = "https://b.example/users/bob";
const CAROL = "https://c.example/users/carol";

/** @typedef {import("./lib/member.mjs").Member} Member */

/** @type {Record<string, (identity: string, suite: number) => Promise<Member>>} */
const libraries = { waxseal: waxsealMember, "ts-mls": tsMlsMember };

/** @param {string} name */
function member(name) {
  return libraries[name] ?? assert.fail(`no library ${name}`);
}

/** @param {Member} first @param {Member[]} others */
async function assertInStep(first, ...others) {
  const secret = await first.exportSecret("interop", "context", 32);
  for (const other of others) {
    assert.equal(other.epoch(), first.epoch());
    assert.deepEqual(Buffer.from(other.authenticator()), Buffer.from(first.authenticator()));
    const theirs = await other.exportSecret("interop", "context", 32);
    assert.deepEqual(Buffer.from(theirs), Buffer.from(secret));
  }
}

/** @param {Member[]} members */
async function everybodyTalks(...members) {
  for (const sender of members) {
    for (const text of [`from ${sender.identity}`, "", "long ".repeat(2000), "\u{1F600}"]) {
      const message = await sender.encrypt(text);
      for (const other of members) {
        if (other !== sender) assert.equal(await other.receive(message), text);
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
          const { welcome } = await alice.add([bob.keyPackage()], options);
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
            const { commit } = await one.update(options);
            await other.receive(commit);
            await assertInStep(alice, bob);
            await everybodyTalks(alice, bob);
          }
        });

        for (const thirdName of Object.keys(libraries)) {
          test(`the joiner adds a third (${thirdName}), who updates and is removed`, async () => {
            const { alice, bob } = await begin();
            const carol = await member(thirdName)(CAROL, suite);
            const { commit, welcome } = await bob.add([carol.keyPackage()], options);
            await alice.receive(commit);
            await carol.join(welcome);
            await assertInStep(alice, bob, carol);
            await everybodyTalks(alice, bob, carol);

            const update = await carol.update(options);
            await alice.receive(update.commit);
            await bob.receive(update.commit);
            await assertInStep(alice, bob, carol);

            const removal = await alice.remove(alice.leafOf(CAROL), options);
            await bob.receive(removal.commit);
            await carol.receive(removal.commit).catch(() => {});
            await assertInStep(alice, bob);
            await everybodyTalks(alice, bob);
            const unreadable = await bob.encrypt("not for Carol");
            await assert.rejects(carol.receive(unreadable));
          });

          test(`a removal of a third (${thirdName}) proposed by one, committed by the other`, async () => {
            const { alice, bob } = await begin();
            const carol = await member(thirdName)(CAROL, suite);
            const { commit, welcome } = await alice.add([carol.keyPackage()], options);
            await bob.receive(commit);
            await carol.join(welcome);
            const leaf = bob.leafOf(CAROL);
            await alice.receive(await bob.proposeRemoval(leaf, asPublicMessage));
            const result = await alice.commitProposals();
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
  const peer = await tsMlsMember(BOB, 1);
  for (const octets of [peer.rawKeyPackage(), peer.keyPackage()]) {
    const info = checkKeyPackage(octets);
    assert.equal(Buffer.from(info.identity).toString(), BOB);
    assert.equal(info.suite, 1);
  }
});
