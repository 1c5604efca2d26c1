// Where ts-mls departs from RFC 9420, shown one by one, with waxseal as the other members.
import assert from "node:assert/strict";
import * as ts1 from "ts-mls";
import * as ts2 from "ts-mls-2";
import { coreCryptoMember } from "./lib/core_crypto.mjs";
import { addition, commit, deviation, group, identity, PUBLIC, removal } from "./lib/fixed.mjs";
import { tsMlsMember } from "./lib/ts_mls.mjs";
import { tsMls1 } from "./lib/ts_mls_1.mjs";
import { tsMls2 } from "./lib/ts_mls_2.mjs";
import { lifetime } from "./lib/ts_mls_names.mjs";
import { waxsealMember } from "./lib/waxseal.mjs";

const tsMls1Member = tsMlsMember(tsMls1);
const tsMls2Member = tsMlsMember(tsMls2);
const BOTH = [tsMls1Member, tsMls2Member];

/** @param {Uint8Array} octets a PublicMessage with a commit */
const pathOf = (octets) => tsMls2.decode(octets).publicMessage.content.commit.path;

deviation("ts-mls-2-no-path", async () => {
  const [ts, one, two] = await group(tsMls2Member, waxsealMember, waxsealMember);
  const made = await ts.commit([removal(two)], PUBLIC);
  assert.equal(pathOf(made.commit), undefined);
  await assert.rejects(one.receive(made.commit), { code: "BAD_COMMIT" });

  await ts.receive(await one.propose({ type: "update" }, PUBLIC));
  const updated = await ts.commit([], PUBLIC);
  assert.equal(pathOf(updated.commit), undefined);
  await assert.rejects(one.receive(updated.commit), { code: "BAD_COMMIT" });
});

deviation("ts-mls-2-path-recipients", async () => {
  const makers = [tsMls2Member, ...Array(4).fill(waxsealMember)];
  const [ts, one, two, three] = await group(...makers);
  const newcomer = await waxsealMember(identity(9), 1);
  const made = await ts.commit([removal(two), removal(three), addition(newcomer)], PUBLIC);
  assert.notEqual(pathOf(made.commit), undefined);
  await assert.rejects(one.receive(made.commit), { code: "BAD_COMMIT" });

  for (const by of [one, two]) {
    const proposal = await by.propose({ type: "update" }, PUBLIC);
    for (const other of [ts, one, two]) if (other !== by) await other.receive(proposal);
  }
  const updated = await ts.commit([], PUBLIC);
  assert.notEqual(pathOf(updated.commit), undefined);
  await assert.rejects(one.receive(updated.commit));
});

deviation("ts-mls-2-removed", async () => {
  const [one, ts, two] = await group(waxsealMember, tsMls2Member, waxsealMember);
  const made = await one.commit([removal(ts)], PUBLIC);
  assert.equal((await two.receive(made.commit)).type, "commit");
  await assert.rejects(ts.receive(made.commit));
});

deviation("ts-mls-1-replaced", async () => {
  const [one, ts] = await group(waxsealMember, tsMls1Member);
  const newcomer = await waxsealMember(identity(9), 1);
  const made = await one.commit([removal(ts), addition(newcomer)], PUBLIC);
  await assert.rejects(ts.receive(made.commit), /No overlap/);
});

deviation("ts-mls-blank-root", async () => {
  for (const make of BOTH) {
    // OpenMLS in its place follows the same commit.
    for (const [peer, follows] of /** @type {const} */ ([
      [coreCryptoMember, true],
      [make, false],
    ])) {
      const [one, two, third, by] = await group(waxsealMember, waxsealMember, peer, waxsealMember);
      const made = await by.commit([removal(one), removal(two)], PUBLIC);
      if (follows) {
        await third.receive(made.commit);
        await by.apply();
        assert.equal((await third.view()).exported, (await by.view()).exported);
      } else {
        await assert.rejects(third.receive(made.commit), /confirmation tag/);
      }
    }
  }
});

deviation("ts-mls-no-updates", async () => {
  for (const library of [ts1, ts2]) {
    const calls = Object.keys(library).filter((name) => /update|leafnode/i.test(name));
    assert.deepEqual(
      calls.filter((name) => !/^(getOwnLeafNode|leafNodeSources)$/.test(name)),
      [],
    );
  }
});

deviation("ts-mls-unmerged-leaves", async () => {
  for (const make of BOTH) {
    const [one, ...others] = await group(...Array(7).fill(waxsealMember));
    for (const by of others)
      await commit(
        by,
        [one, ...others].filter((each) => each !== by),
      );
    // The newcomer is an unmerged leaf of the parent of the leaves 4 to 7, but not of the root.
    const eighth = await make(identity(8), 1);
    const welcome = await commit(one, others, [addition(eighth)]);
    await assert.rejects(eighth.join(welcome), /unmerged_leaves/);
  }
});

deviation("ts-mls-external-pub", async () => {
  const plain = {
    1: tsMlsMember({
      ...tsMls1,
      groupInfo: (state, { impl }) =>
        ts1.createGroupInfoWithExternalPubAndRatchetTree(state, [], impl),
      joinExternal: (info, { publicPackage, privatePackage }, resync, { impl }) =>
        ts1.joinGroupExternal(info, publicPackage, privatePackage, resync, impl),
    }),
    2: tsMlsMember({
      ...tsMls2,
      groupInfo: (state, { impl }) =>
        ts2.createGroupInfoWithExternalPubAndRatchetTree(state, [], impl),
      joinExternal: (groupInfo, own, resync, { impl: cipherSuite }) =>
        ts2.joinGroupExternal({
          context: { cipherSuite, authService: ts2.unsafeTestingAuthenticationService },
          groupInfo,
          keyPackage: own.publicPackage,
          privateKeys: own.privatePackage,
          resync,
        }),
    }),
  };
  for (const make of Object.values(plain)) {
    const [ts] = await group(make);
    const info = /** @type {Uint8Array} */ (await ts.groupInfo());
    const newcomer = await waxsealMember(identity(9), 1);
    await assert.rejects(newcomer.joinExternal(info), { code: /^DECODE_|^BAD_/ });
    const [one] = await group(waxsealMember);
    const other = await make(identity(9), 1);
    await assert.rejects(other.joinExternal(/** @type {Uint8Array} */ (await one.groupInfo())));
  }
});

deviation("ts-mls-compressed-keys", async () => {
  for (const library of [tsMls1, tsMls2]) {
    for (const [suite, length] of /** @type {const} */ ([
      [2, 33],
      [5, 67],
      [7, 49],
    ])) {
      const { publicKey } = await (await library.implementation(suite)).signature.keygen();
      assert.equal(publicKey.length, length);
    }
  }
});

deviation("ts-mls-private-psks", async () => {
  const plain = {
    1: tsMlsMember({
      ...tsMls1,
      process: (state, message, { impl, psks }) =>
        ts1.processMessage(message, state, ts1.makePskIndex(state, psks), ts1.acceptAll, impl),
    }),
    2: tsMlsMember({
      ...tsMls2,
      process: (state, message, { impl: cipherSuite, psks: externalPsks }) => {
        const authService = ts2.unsafeTestingAuthenticationService;
        return ts2.processMessage({
          context: { cipherSuite, authService, externalPsks },
          state,
          message,
        });
      },
    }),
  };
  for (const [version, own] of /** @type {const} */ ([
    [1, tsMls1Member],
    [2, tsMls2Member],
  ])) {
    const [one, plainly, adapted] = await group(waxsealMember, plain[version], own);
    const [id, psk] = [Uint8Array.of(1, 2), new Uint8Array(32).fill(3)];
    for (const member of [one, plainly, adapted]) await member.addPsk(id, psk);
    const made = await one.commit([{ type: "psk", id }], {});
    await assert.rejects(plainly.receive(made.commit), /psk/i);
    assert.equal((await adapted.receive(made.commit)).type, "commit");
  }
});

deviation("ts-mls-ten-keys", async () => {
  for (const make of BOTH) {
    const [one, ts] = await group(waxsealMember, make);
    const messages = [];
    for (let i = 0; i < 12; i += 1) messages.push(await one.encrypt(Uint8Array.of(i)));
    const [first, , ...later] = /** @type {[Uint8Array, ...Uint8Array[]]} */ (messages);
    for (const message of later.reverse()) {
      assert.equal((await ts.receive(message)).type, "application");
    }
    await assert.rejects(ts.receive(first));
  }
});

deviation("ts-mls-2-grease-extensions", async () => {
  const plain = tsMlsMember({
    ...tsMls2,
    keyPackage: (name, signatureKeyPair, { impl }) =>
      ts2.generateKeyPackageWithKey({
        credential: { credentialType: 1, identity: name },
        lifetime: lifetime(),
        signatureKeyPair,
        cipherSuite: impl,
      }),
  });
  // They come by chance, on one KeyPackage of five none.
  for (;;) {
    const greased = await plain(identity(9), 1);
    const { extensions, leafNode } = tsMls2.decode(greased.keyPackage).keyPackage;
    const listed = leafNode.capabilities.extensions;
    if (extensions.every((/** @type {any} */ each) => listed.includes(each.extensionType)))
      continue;
    const [openMls, one] = await group(coreCryptoMember, waxsealMember);
    await assert.rejects(openMls.commit([addition(greased)]), /extension is not supported/);
    await greased.join((await one.commit([addition(greased)], PUBLIC)).welcome);
    return;
  }
});
