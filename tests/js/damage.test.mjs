// A damaged record in a real database: named, not used, and everything else goes on. That every record
// is noticed, is tests/store/tamper.test.mjs; here is what the user still can do.
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { decodeJournal, encodeJournal } from "../../js/src/store/journal.js";
import { firstConversation, seesText, startNetwork, texts, until } from "./lib/network.mjs";

/** @typedef {import("../../js/src/types.js").SealedRecord} SealedRecord */

/** @param {import("node:test").TestContext} t */
async function start(t) {
  const net = await startNetwork(t);
  const [alice, bob, carol] = await Promise.all([
    net.open("alice", "a"),
    net.open("bob", "b"),
    net.open("carol", "b"),
  ]);
  const withBob = await alice.me.startConversation(bob.account.handle);
  const withCarol = await alice.me.startConversation(carol.account.handle);
  const bobs = await firstConversation(bob.me);
  const carols = await firstConversation(carol.me);
  for (const [chat, other, text] of /** @type {const} */ ([
    [withBob, bobs, "to Bob"],
    [withCarol, carols, "to Carol"],
  ])) {
    await chat.send(text);
    await seesText(other, text);
  }
  await alice.me.close();
  const path = join(alice.database, "journal");

  /**
   * Damages what Alice has stored, and opens it again.
   * @param {(names: string[]) => string} choose
   */
  const damage = async (choose) => {
    const journal = decodeJournal(await readFile(path));
    const name = choose([...journal.records.keys()]);
    const record = /** @type {SealedRecord} */ (journal.records.get(name));
    const sealed = new Uint8Array(record.sealed);
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    journal.records.set(name, { ...record, sealed });
    await writeFile(path, encodeJournal(journal));
    const again = await net.open("alice", "a", { database: alice.database, isBroken: true });
    const told = await until(
      () => again.log.errors.find(({ code }) => code === "RECORD_BROKEN"),
      "it is told",
    );
    assert.ok(told.message.startsWith(`${name} (damaged)`), told.message);
    return again;
  };
  return { net, alice, bob, carol, withBob, withCarol, bobs, carols, damage };
}

/** @param {string[]} names @param {string} prefix */
const first = (names, prefix) => {
  const found = names.find((name) => name.startsWith(prefix));
  assert.ok(found, `there is a record ${prefix}…`);
  return found;
};

describe("a damaged record", () => {
  test("of a message: it is not shown, the conversation goes on", async (t) => {
    const { withBob, bobs, damage } = await start(t);
    const { me } = await damage((names) => first(names, `message/${withBob.id}/`));
    const chat = /** @type {any} */ (me.conversations.find(({ id }) => id === withBob.id));
    assert.deepEqual(texts(chat), []);
    await chat.send("another one");
    await seesText(bobs, "another one");
  });

  test("of a conversation's keys: that one can't be used, the other can", async (t) => {
    const { withBob, withCarol, carols, damage } = await start(t);
    /** @type {string[]} */
    let ids = [];
    const { me, log } = await damage((names) => {
      ids = [...new Set(names.flatMap((name) => /^core\/chat\/([^/]+)\//.exec(name)?.[1] ?? []))];
      return first(names, `core/chat/${ids[0]}/c/`);
    });
    const chats = [withBob, withCarol].map(({ id }) =>
      me.conversations.find((one) => one.id === id),
    );
    const outcomes = await Promise.allSettled(chats.map((chat) => chat?.send("after it")));
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    assert.ok(log.errors.length >= 1);
    if (outcomes[1]?.status === "fulfilled") await seesText(carols, "after it");
    assert.deepEqual(texts(/** @type {any} */ (chats[0]))[0], "to Bob", "what was said is there");
  });

  test("of the device itself: what was said can be read and saved", async (t) => {
    const { damage } = await start(t);
    const { me, log } = await damage((names) => first(names, "core/device"));
    await until(() => log.errors.some(({ code }) => code === "STATE_BROKEN"), "it is told");
    assert.deepEqual(
      me.conversations.map((one) => texts(one)),
      [["to Bob"], ["to Carol"]],
    );
    const { conversations } = await me.exportEverything();
    assert.equal(conversations[0].messages[0].text, "to Bob");
    const sent = /** @type {any} */ (me.conversations[0]).send("no keys");
    await assert.rejects(sent, { code: "STATE_BROKEN" });
  });

  test("of our description or of how far was read: made anew", async (t) => {
    for (const name of ["device", "inbox", "settings"]) {
      const { withBob, bobs, damage } = await start(t);
      const { me } = await damage((names) => first(names, name));
      assert.match(me.profile.handle, /^@alice@/);
      await me.conversations.find(({ id }) => id === withBob.id)?.send("another one");
      await seesText(bobs, "another one");
      await bobs.send("and back");
      await seesText(withBobOf(me, withBob.id), "and back");
    }
  });
});

/** @param {import("../../js/src/client/client.js").Waxseal} me @param {string} id */
function withBobOf(me, id) {
  return /** @type {any} */ (me.conversations.find((one) => one.id === id));
}
