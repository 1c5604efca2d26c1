// Where core-crypto does less than RFC 9420 allows, shown one by one, with waxseal as the others.
import assert from "node:assert/strict";
import { coreCryptoMember, coreCryptoModule } from "./lib/core_crypto.mjs";
import { addition, commit, deviation, group, identity, removal } from "./lib/fixed.mjs";
import { unwrap, utf8 } from "./lib/member.mjs";
import { tsMlsMember } from "./lib/ts_mls.mjs";
import { tsMls1 } from "./lib/ts_mls_1.mjs";
import { tsMls2 } from "./lib/ts_mls_2.mjs";
import { waxsealMember } from "./lib/waxseal.mjs";

const HELLO = utf8("hello");

/** Names of the calls of core-crypto that match. @param {RegExp} pattern */
async function calls(pattern) {
  const { CoreCrypto } = await coreCryptoModule();
  const core = CoreCrypto.new(await (await coreCryptoModule()).Database.inMemory());
  /** @type {Set<string>} */
  const names = new Set();
  await core.transaction(async (context) => {
    for (const object of [context, core]) {
      for (let at = object; at !== null; at = Object.getPrototypeOf(at)) {
        for (const name of Object.getOwnPropertyNames(at)) names.add(name);
      }
    }
  });
  assert.ok(names.has("updateKeyingMaterial") && names.has("exportSecretKey"));
  return [...names].filter((name) => pattern.test(name)).sort();
}

deviation("core-crypto-public-handshakes", async () => {
  const [one, peer] = await group(waxsealMember, coreCryptoMember);
  const made = await one.commit([], {});
  await assert.rejects(peer.receive(made.commit));
});

deviation("core-crypto-no-proposals", async () => {
  assert.deepEqual(await calls(/propos/i), ["commitPendingProposals"]);
});
deviation("core-crypto-one-kind-per-commit", async () => {
  assert.deepEqual(await calls(/commit|clients(To|From)/i), [
    "addClientsToConversation",
    "commitPendingProposals",
    "joinByExternalCommit",
    "removeClientsFromConversation",
  ]);
});
deviation("core-crypto-no-psks", async () => {
  assert.deepEqual(await calls(/psk|pre_?shared/i), []);
});
deviation("core-crypto-no-custom", async () => {
  const [one, peer] = await group(waxsealMember, coreCryptoMember);
  const proposal = /** @type {const} */ ({ type: "custom", data: HELLO });
  await assert.rejects(one.propose(proposal), { code: "CAPABILITIES" });
  await assert.rejects(one.commit([proposal]), { code: "CAPABILITIES" });
  await assert.rejects(peer.commit([proposal]));
});
deviation("core-crypto-no-authenticator", async () => {
  assert.deepEqual(await calls(/authenticator/i), []);
});
deviation("core-crypto-group-info", async () => {
  assert.deepEqual(await calls(/group_?info/i), []);
});

deviation("core-crypto-applies-at-once", async () => {
  const [peer] = await group(coreCryptoMember, waxsealMember);
  const before = await peer.view();
  await peer.commit();
  assert.equal((await peer.view()).epoch, before.epoch + 1);
});

deviation("core-crypto-out-of-order", async () => {
  const [one, peer] = await group(waxsealMember, coreCryptoMember);
  const messages = [await one.encrypt(HELLO), await one.encrypt(HELLO), await one.encrypt(HELLO)];
  const [first, second, third] = /** @type {[Uint8Array, Uint8Array, Uint8Array]} */ (messages);
  for (const message of [third, second]) {
    assert.equal((await peer.receive(message)).type, "application");
  }
  await assert.rejects(peer.receive(first), /DuplicateMessage/);
});

deviation("core-crypto-three-epochs", async () => {
  const [one, peer] = await group(waxsealMember, coreCryptoMember);
  const messages = [];
  for (let i = 0; i < 4; i += 1) {
    messages.push(await one.encrypt(HELLO));
    await commit(one, [peer]);
  }
  const [oldest, ...others] = /** @type {[Uint8Array, ...Uint8Array[]]} */ (messages);
  for (const message of others) {
    assert.equal((await peer.receive(message)).type, "application");
  }
  await assert.rejects(peer.receive(oldest), /MessageEpochTooOld/);
});

deviation("core-crypto-past-senders", async () => {
  const [one, two, peer] = await group(waxsealMember, waxsealMember, coreCryptoMember);
  const [left, stays] = [await two.encrypt(HELLO), await one.encrypt(HELLO)];
  await commit(one, [peer], [removal(two)]);
  assert.equal((await peer.receive(stays)).type, "application");
  await assert.rejects(peer.receive(left));
});

deviation("core-crypto-raw-messages", async () => {
  const { GroupInfo, KeyPackage } = await coreCryptoModule();
  const [one] = await group(waxsealMember);
  const info = /** @type {Uint8Array} */ (await one.groupInfo());
  assert.throws(() => new GroupInfo(info));
  assert.ok(new GroupInfo(unwrap(info)));
  assert.throws(() => new KeyPackage(one.keyPackage));
  assert.ok(new KeyPackage(unwrap(one.keyPackage)));
});

deviation("core-crypto-identities", async () => {
  const [peer] = await group(coreCryptoMember);
  const [conforming, other] = [identity(9), "https://a.example/users/alice"];
  for (const name of [conforming, other]) {
    const one = await waxsealMember(name, 1);
    await one.join((await peer.commit([addition(one)])).welcome);
    const reading = peer.receive(await one.encrypt(HELLO));
    if (name === other) await assert.rejects(reading, /client id was not of the format/);
    else assert.equal((await reading).type, "application");
  }
});

deviation("core-crypto-narrowed-tree", async () => {
  for (const peer of [coreCryptoMember, tsMlsMember(tsMls1), tsMlsMember(tsMls2)]) {
    const makers = [waxsealMember, peer, waxsealMember, waxsealMember];
    const [one, two, three, back] = await group(...makers);
    await commit(one, [two, back], [removal(three)]);
    const made = await back.joinExternal(/** @type {Uint8Array} */ (await one.groupInfo()));
    assert.equal((await one.receive(made)).type, "commit");
    if (peer === coreCryptoMember) await assert.rejects(two.receive(made), /path/);
    else assert.equal((await two.receive(made)).type, "commit");
  }
});
