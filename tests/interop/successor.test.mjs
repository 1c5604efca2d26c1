// Groups that follow from groups, with ts-mls as maker and as joiner: ReInit into another suite, and
// branches (RFC 9420 sections 11.2 and 11.3).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as mls from "../../js/src/mls/index.js";
import { hex, unwrap, utf8, wrapKeyPackage } from "./lib/member.mjs";
import { FOLLOWING } from "./lib/ts_mls_following.mjs";
import { signatureKeyPair } from "./lib/ts_mls_names.mjs";
import "./lib/waxseal.mjs"; // loads the module

const RATCHET_TREE = 2;
const accept = () => true;

/** @typedef {import("./lib/ts_mls_following.mjs").Following} Following */

/** A device of ts-mls. @param {Following} following @param {number} suite */
async function tsDevice({ library }, suite) {
  const impl = await library.implementation(suite);
  const config = library.config({ kind: "alwaysPad", paddingLength: 0 });
  const context = { impl, suite, config, psks: {} };
  const keys = await signatureKeyPair(impl, suite);
  const own = await library.keyPackage(utf8("https://ts.example/bob"), keys, context);
  const message = library.message("mls_key_package", { keyPackage: own.publicPackage });
  return { context, own, keyPackage: library.encode(message) };
}

/** A device of waxseal, the same in all suites here. */
function waxsealDevice() {
  const vault = new mls.Vault(mls.createVaultKey());
  const { signatureKey } = mls.createSignatureKey({ vault, suite: 1 });
  const identity = "https://waxseal.example/alice";
  return (/** @type {number} */ suite) => ({ vault, signatureKey, identity, suite });
}

/** Both in one group of suite 1. @param {Following} following */
async function pair(following) {
  const device = waxsealDevice();
  const bob = await tsDevice(following, 1);
  const alice = mls.createGroup({ ...device(1), groupId: "first", accept });
  const { welcome = new Uint8Array() } = alice.add([bob.keyPackage]);
  alice.applyPending();
  const { library } = following;
  const state = await library.join(library.decode(welcome).welcome, bob.own, bob.context);
  return { device, alice, bob, state };
}

/** @param {mls.Group} group @param {any} state */
function assertSame(group, state) {
  assert.equal(hex(group.epochAuthenticator), hex(state.keySchedule.epochAuthenticator));
}

/**
 * What a group of ts-mls's own making gives its joiners: a Welcome, and the tree beside it.
 * @param {Following} following
 * @param {any} made
 * @param {any} context
 */
async function invitation(following, made, context) {
  const { library } = following;
  const { extensions } = await library.groupInfo(made.newState, context);
  const isTree = (/** @type {any} */ { extensionType }) =>
    extensionType === RATCHET_TREE || extensionType === "ratchet_tree";
  const tree = extensions.find(isTree).extensionData;
  return { welcome: library.encode(following.welcomeOf(made)), tree };
}

for (const following of FOLLOWING) {
  const { library } = following;

  describe(`groups that follow, with ${library.kind}`, () => {
    test("waxseal ends a group and makes the one that follows", async () => {
      const { device, alice, bob, state } = await pair(following);
      const { commit } = alice.commit([{ type: "reinit", groupId: "second", suite: 3 }]);
      alice.applyPending();
      const ended = await library.process(state, library.decode(commit), bob.context);
      assert.equal(ended.newState.groupActiveState.kind, "suspendedPendingReinit");
      const again = await tsDevice(following, 3);
      const options = { ...device(3), keyPackages: [again.keyPackage] };
      const { group, welcome = new Uint8Array() } = alice.reinit(options);
      const joined = await following.joinReinit(
        ended.newState,
        library.decode(welcome).welcome,
        again.own,
        again.context,
      );
      assertSame(group, joined);
    });

    test("ts-mls ends a group and makes the one that follows", async () => {
      const { device, alice, bob, state } = await pair(following);
      const groupId = utf8("second");
      const ended = await following.end(state, groupId, 3, bob.context);
      assert.equal(alice.receive(library.encode(ended.commit)).type, "reinit");
      assert.deepEqual(alice.successor, { suite: 3, groupId, extensions: Uint8Array.of(0) });
      const again = await tsDevice(following, 3);
      const { keyPackage, secret } = mls.createKeyPackage(device(3));
      const { keyPackage: other } = library.decode(wrapKeyPackage(keyPackage));
      const made = await following.reinit(
        ended.newState,
        again.own,
        [other],
        groupId,
        again.context,
      );
      const invited = await invitation(following, made, again.context);
      const { vault } = device(3);
      const group = mls.joinGroup({ vault, secret, ...invited, parent: alice, accept });
      assertSame(group, made.newState);
    });

    test("waxseal branches, ts-mls joins", async () => {
      const { device, alice, bob, state } = await pair(following);
      const again = await tsDevice(following, 1);
      const options = { ...device(1), groupId: "beside", keyPackages: [unwrap(again.keyPackage)] };
      const { group, welcome = new Uint8Array() } = alice.branch(options);
      const joined = await following.joinBranch(
        state,
        library.decode(welcome).welcome,
        again.own,
        bob.context,
      );
      assertSame(group, joined);
    });

    test("ts-mls branches, waxseal joins", async () => {
      const { device, alice, state } = await pair(following);
      const again = await tsDevice(following, 1);
      const { keyPackage, secret } = mls.createKeyPackage(device(1));
      const { keyPackage: other } = library.decode(wrapKeyPackage(keyPackage));
      const beside = utf8("beside");
      const made = await following.branch(state, again.own, [other], beside, again.context);
      const invited = await invitation(following, made, again.context);
      const { vault } = device(1);
      const group = mls.joinGroup({ vault, secret, ...invited, parent: alice, accept });
      assertSame(group, made.newState);
    });
  });
}
