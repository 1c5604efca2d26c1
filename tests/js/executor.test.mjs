// How the client carries out what the core wants: with several tabs, a disk that fails, and an end in
// the middle of things.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { FileStore } from "../../js/src/store/file.js";
import {
  firstConversation,
  notesOf,
  seesText,
  startNetwork,
  texts,
  until,
} from "./lib/network.mjs";

/** @typedef {import("../../js/src/store/store.js").WriteBatch} WriteBatch */

/**
 * A store whose writes fail when they are chosen to.
 * @param {string} path
 */
async function fallibleStore(path) {
  const store = await FileStore.open(path);
  const write = store.write.bind(store);
  const state = {
    /** @type {(batch: WriteBatch) => boolean} */
    fails: () => false,
    failures: 0,
  };
  store.write = (batch) => {
    if (!state.fails(batch)) return write(batch);
    state.failures++;
    return Promise.reject(new Error("disk full"));
  };
  return { store, state };
}

test("a conversation is begun although another tab goes on writing", async (t) => {
  const net = await startNetwork(t);
  const tab1 = await net.open("alice", "a", { kind: "indexed-db" });
  const bob = await net.open("bob", "b");
  const tab2 = await net.open("alice", "a", { kind: "indexed-db", database: tab1.database });
  let ends = false;
  let writes = 0;
  const busy = (async () => {
    for (; !ends; writes++) await tab2.me.setReceipts(writes % 2 === 0);
  })();
  const chats = await Promise.all([
    tab1.me.startConversation(bob.account.handle),
    tab1.me.startConversation(bob.account.handle),
  ]);
  ends = true;
  await busy;
  assert.ok(writes > 2, `the other tab wrote ${writes} times`);
  assert.equal(new Set(chats.map(({ id }) => id)).size, 2);
  await firstConversation(bob.me, 2);
  await chats[0]?.send("from tab 1");
  await until(() => bob.me.conversations.some((one) => texts(one).includes("from tab 1")), "it");
  assert.equal(bob.me.conversations.length, 2, "none was begun twice");
  for (const { log } of [tab1, tab2, bob]) assert.deepEqual(log.errors, []);
});

test("what one tab does is shown in the other: edits, reactions, reads, names", async (t) => {
  const net = await startNetwork(t);
  const tab1 = await net.open("alice", "a", { kind: "indexed-db" });
  const bob = await net.open("bob", "b");
  const chat1 = await tab1.me.startConversation(bob.account.handle);
  const bobsChat = await firstConversation(bob.me);
  const tab2 = await net.open("alice", "a", { kind: "indexed-db", database: tab1.database });
  const chat2 = await firstConversation(tab2.me);
  await bobsChat.send("hello");
  await Promise.all([seesText(chat1, "hello"), seesText(chat2, "hello")]);
  const [note] = notesOf(chat1);
  assert.ok(note);
  await chat1.react(note, "🌱");
  await chat1.send("first");
  await chat2.send("second");
  await chat1.edit({ id: String(notesOf(chat1)[1]?.id) }, "third");
  await chat1.markRead();
  await until(() => notesOf(chat2)[0]?.reactions.length === 1, "the reaction");
  await until(() => texts(chat2).includes("third") && chat2.unread === 0, "edit and read mark");
  await until(() => notesOf(chat2).every(({ state, own }) => !own || state === "sent"), "sent");
  assert.deepEqual(texts(chat2), texts(chat1));
  assert.equal(tab2.log.notes.filter(({ text }) => text === "hello").length, 1);
});

test("a disk that fails while others' keys are read: the wish is carried out all the same", async (t) => {
  const net = await startNetwork(t);
  const { store, state } = await fallibleStore(join(net.folder, "fallible"));
  const alice = await net.open("alice", "a", { store });
  const bob = await net.open("bob", "b");
  state.fails = ({ puts }) =>
    state.failures < 1 && puts.some(({ name }) => name.startsWith("conversation/"));
  const chat = await alice.me.startConversation(bob.account.handle);
  assert.equal(state.failures, 1);
  const bobsChat = await firstConversation(bob.me);
  await chat.send("in the end");
  await seesText(bobsChat, "in the end");
  assert.deepEqual([alice.me.conversations.length, bob.me.conversations.length], [1, 1]);
  assert.ok(alice.log.errors.length >= 1);
});

test("a disk that fails while something comes in: it comes in later", async (t) => {
  const net = await startNetwork(t);
  const { store, state } = await fallibleStore(join(net.folder, "fallible"));
  const alice = await net.open("alice", "a");
  const bob = await net.open("bob", "b", { store });
  const chat = await alice.me.startConversation(bob.account.handle);
  const bobsChat = await firstConversation(bob.me);
  state.fails = ({ puts }) =>
    state.failures < 3 && puts.some(({ name }) => name.startsWith("message/"));
  await chat.send("one");
  await chat.send("two");
  await until(() => texts(bobsChat).length === 2, "both", 15_000);
  assert.equal(state.failures, 3);
  assert.deepEqual(texts(bobsChat), ["one", "two"]);
  await bobsChat.send("three");
  await seesText(chat, "three");
});

test("closed in the middle: everybody who waits is told, and it goes on the next time", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  const bob = await net.open("bob", "b");
  const chat = await alice.me.startConversation(bob.account.handle);
  const bobsChat = await firstConversation(bob.me);
  net.intercept("a", (req) =>
    req.method === "POST" && req.url?.endsWith("/outbox")
      ? /** @type {any} */ (new Promise(() => {}))
      : undefined,
  );
  const sent = assert.rejects(chat.send("at the end"), { name: "WaxsealError" });
  await seesText(chat, "at the end");
  await alice.me.close();
  await sent;
  await assert.rejects(alice.me.startConversation(bob.account.handle), { name: "WaxsealError" });
  net.intercept("a", undefined);
  const again = await net.open("alice", "a", { database: alice.database });
  await seesText(bobsChat, "at the end");
  await until(() => notesOf(again.me.conversations[0])[0]?.state === "sent", "marked as sent");
});
