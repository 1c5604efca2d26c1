// Proposals of the application's types, and GREASE, between waxseal and ts-mls: what ts-mls does not
// tell of a commit's proposals, waxseal's two builds do.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { commit, group, identity, PUBLIC } from "./lib/fixed.mjs";
import { CUSTOM, carriedOf, utf8 } from "./lib/member.mjs";
import { endNative, nativeMember } from "./lib/native.mjs";
import { tsMlsMember } from "./lib/ts_mls.mjs";
import { tsMls1 } from "./lib/ts_mls_1.mjs";
import { tsMls2 } from "./lib/ts_mls_2.mjs";
import { waxsealMember } from "./lib/waxseal.mjs";

after(async () => assert.equal(await endNative(), undefined));

/** @param {number} leaf @param {string} text */
const carried = (leaf, text) => ({ proposalType: CUSTOM, leaf, data: utf8(text) });
/** @param {string} text */
const custom = (text) => ({ type: /** @type {const} */ ("custom"), data: utf8(text) });

for (const library of [tsMls1, tsMls2]) {
  for (const options of [{}, PUBLIC]) {
    const handshakes = options === PUBLIC ? "PublicMessage" : "PrivateMessage";
    test(`custom proposals with ${library.kind}, ${handshakes}`, async () => {
      const [wasm, ts, native] = await group(waxsealMember, tsMlsMember(library), nativeMember);

      /** @param {{ proposalType: number, leaf: number, data: Uint8Array }[]} expected */
      async function assertCarried(expected) {
        const views = [await wasm.view(), await ts.view(), await native.view()];
        assert.equal(new Set(views.map(({ exported }) => exported)).size, 1);
        assert.equal(new Set(views.map(({ authenticator }) => authenticator)).size, 1);
        assert.equal(views[0]?.carried, carriedOf(expected));
        assert.equal(views[2]?.carried, carriedOf(expected));
      }

      // By reference of ts-mls, by value of waxseal.
      const proposed = await ts.propose(custom("by ts-mls"), options);
      assert.equal((await wasm.receive(proposed)).type, "proposal");
      assert.equal((await native.receive(proposed)).type, "proposal");
      await commit(native, [wasm, ts], [custom("by waxseal")], options);
      await assertCarried([carried(2, "by waxseal"), carried(1, "by ts-mls")]);

      // By reference of waxseal, by value of ts-mls.
      for (const [by, other] of /** @type {const} */ ([
        [wasm, native],
        [native, wasm],
      ])) {
        const leaf = by === wasm ? 0 : 2;
        const message = await by.propose(custom("again"), options);
        for (const each of [other, ts])
          assert.equal((await each.receive(message)).type, "proposal");
        await commit(ts, [wasm, native], [custom("")], options);
        await assertCarried([carried(leaf, "again"), carried(1, "")]);
      }
    });
  }

  test(`${library.kind} ignores the GREASE of waxseal`, async () => {
    for (const make of [waxsealMember, nativeMember]) {
      const [one, ts] = await group(make, tsMlsMember(library));
      const { extensions, leafNode } = tsMls2.decode(one.keyPackage).keyPackage;
      const { ciphersuites, extensions: types, proposals, credentials } = leafNode.capabilities;
      const isGrease = (/** @type {number} */ value) => (value & 0x0f0f) === 0x0a0a;
      for (const list of [ciphersuites, types, proposals, credentials]) {
        assert.equal(list.filter(isGrease).length, 1);
      }
      const typeOf = (/** @type {any} */ each) => each.extensionType;
      assert.equal(leafNode.extensions.map(typeOf).filter(isGrease).length, 1);
      assert.equal(extensions.map(typeOf).filter(isGrease).length, 1);

      const info = /** @type {Uint8Array} */ (await one.groupInfo());
      const { groupInfo } = tsMls2.decode(info);
      assert.equal(groupInfo.extensions.map(typeOf).filter(isGrease).length, 1);
      const newcomer = await tsMlsMember(library)(identity(9), 1);
      const joined = await newcomer.joinExternal(info);
      for (const each of [one, ts]) assert.equal((await each.receive(joined)).type, "commit");
      await commit(one, [ts, newcomer]);
      await commit(newcomer, [ts, one]);
      assert.equal((await newcomer.view()).exported, (await one.view()).exported);
      assert.equal((await ts.view()).exported, (await one.view()).exported);
    }
  });
}
