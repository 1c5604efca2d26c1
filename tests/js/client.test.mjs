// The client over two federating servers: conversations, restarts, several devices and people.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  firstConversation,
  notesOf,
  noticesOf,
  seesText,
  startNetwork,
  texts,
  until,
} from "./lib/network.mjs";

test("Alice and Bob talk both ways, before and after a restart", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a", { kind: "indexed-db" });
  const bob = await net.open("bob", "b");

  const chat = await alice.me.startConversation([bob.account.handle]);
  const bobsChat = await firstConversation(bob.me);
  assert.deepEqual(
    chat.members.map(({ actor, self, devices }) => [actor, self, devices]),
    [
      [alice.account.actor, true, 1],
      [bob.account.actor, false, 1],
    ],
  );
  await chat.send('Hello Bob, 1 < 2 & "so on"');
  await seesText(bobsChat, 'Hello Bob, 1 < 2 & "so on"');
  await bobsChat.send("Hello Alice");
  await seesText(chat, "Hello Alice");
  assert.deepEqual(
    notesOf(chat).map(({ state }) => state),
    ["sent", "received"],
  );
  assert.deepEqual(
    notesOf(chat).map(({ own }) => own),
    [true, false],
  );
  assert.equal(
    notesOf(bobsChat)[0]?.contentHtml,
    "<p>Hello Bob, 1 &lt; 2 &amp; &quot;so on&quot;</p>",
  );

  await alice.me.close();
  await bob.me.close();
  const aliceAgain = await net.open("alice", "a", { kind: "indexed-db", database: alice.database });
  assert.deepEqual(texts(aliceAgain.me.conversations[0]), texts(chat));
  await aliceAgain.me.conversations[0].send("while you were away");
  const bobAgain = await net.open("bob", "b", { database: bob.database });
  await seesText(bobAgain.me.conversations[0], "while you were away");
  await bobAgain.me.conversations[0].send("back again");
  await seesText(aliceAgain.me.conversations[0], "back again");
  for (const { log } of [alice, bob, aliceAgain, bobAgain]) assert.deepEqual(log.errors, []);
  for (const { log } of [alice, bob]) assert.deepEqual(log.notices, []);
});

test("keys are published: a pool and one of last resort per suite; used ones go, new ones come", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  const bob = await net.open("bob", "b");
  const published = async () => (await alice.transport.keyPackages(bob.account.actor)).length;
  assert.equal(await published(), 22);
  for (let i = 0; i < 12; i++) await alice.me.startConversation([bob.account.actor]);
  await firstConversation(bob.me, 12);
  await until(async () => (await published()) >= 18, "refilled");
  await bob.me.ready;
  const objects = await alice.transport.keyPackages(bob.account.actor);
  assert.ok(objects.every(({ ciphersuite, mediaType }) => ciphersuite && mediaType));
  assert.deepEqual(bob.log.errors, []);
});

test("three people: added, talking, removed", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  const bob = await net.open("bob", "b");
  const carol = await net.open("carol", "b");

  const chat = await alice.me.startConversation([bob.account.handle]);
  const bobsChat = await firstConversation(bob.me);
  await chat.send("before Carol");
  await seesText(bobsChat, "before Carol");

  await bobsChat.add(carol.account.handle);
  const carolsChat = await firstConversation(carol.me);
  await until(() => chat.members.length === 3, "Alice sees Carol");
  assert.ok(alice.log.notices.some(({ code }) => code === "member-added"));
  await carolsChat.send("Carol here");
  await Promise.all([seesText(chat, "Carol here"), seesText(bobsChat, "Carol here")]);
  assert.deepEqual(texts(carolsChat), ["Carol here"], "nothing from before");

  await chat.remove(bob.account.actor);
  await until(() => !bobsChat.active, "Bob is told");
  await until(() => carolsChat.members.length === 2, "Carol sees it");
  await chat.send("without Bob");
  await seesText(carolsChat, "without Bob");
  await assert.rejects(bobsChat.send("hello?"), { code: "CONVERSATION_ENDED" });
  assert.ok(!texts(bobsChat).includes("without Bob"));
  await assert.rejects(chat.remove(bob.account.actor), { code: "NOT_IN_CONVERSATION" });
  for (const { log } of [alice, bob, carol]) assert.deepEqual(log.errors, []);
});

test("a person's second device gets new conversations, and everybody is told of it", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  const bob = await net.open("bob", "b");
  await alice.me.startConversation([bob.account.handle]);
  await firstConversation(bob.me);
  assert.deepEqual([alice.log.devices, alice.log.keyChanges], [[], []]);

  const phone = await net.open("bob", "b");
  const second = await alice.me.startConversation([bob.account.handle]);
  const [onBob, onPhone] = [await firstConversation(bob.me, 2), await firstConversation(phone.me)];
  assert.equal(second.members.find(({ self }) => !self)?.devices, 2);
  await until(() => alice.log.devices.length === 1, "the device event");
  assert.equal(alice.log.devices[0].actor, bob.account.actor);
  assert.ok(noticesOf(second).some(({ code }) => code === "new-device"));
  assert.deepEqual(alice.log.keyChanges, []);

  await onPhone.send("from my phone");
  await Promise.all([seesText(second, "from my phone"), seesText(onBob, "from my phone")]);
  const copy = notesOf(onBob).find(({ text }) => text === "from my phone");
  assert.equal(copy?.own, true);
});

test("somebody whose keys all changed is announced as such", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  const bob = await net.open("bob", "b");
  await alice.me.startConversation([bob.account.handle]);
  await firstConversation(bob.me);
  await bob.me.close();
  // A server in the middle, or a new phone: the old device's packages vanish.
  const objects = await bob.transport.keyPackages(bob.account.actor);
  for (const { id } of objects) {
    const collection = `${bob.account.actor}/keyPackages`;
    const remove = { type: "Remove", actor: bob.account.actor, object: id, target: collection };
    // The one that was used is withdrawn already.
    await bob.transport.post(remove).catch(({ code }) => assert.equal(code, "NOT_FOUND"));
  }
  await net.open("bob", "b");
  const chat = await alice.me.startConversation([bob.account.handle]);
  await until(() => alice.log.keyChanges.length === 1, "the event");
  assert.equal(alice.log.keyChanges[0].actor, bob.account.actor);
  assert.ok(noticesOf(chat).some(({ code }) => code === "key-changed"));
});

test("two tabs on one database take turns and never use a key twice", async (t) => {
  const net = await startNetwork(t);
  const tab1 = await net.open("alice", "a", { kind: "indexed-db" });
  const bob = await net.open("bob", "b");
  const chat1 = await tab1.me.startConversation([bob.account.handle]);
  const bobsChat = await firstConversation(bob.me);
  const tab2 = await net.open("alice", "a", { kind: "indexed-db", database: tab1.database });
  const chat2 = tab2.me.conversations[0];

  const sent = [];
  for (let i = 0; i < 8; i++) {
    sent.push(`tab 1 says ${i}`, `tab 2 says ${i}`);
    await Promise.all([chat1.send(`tab 1 says ${i}`), chat2.send(`tab 2 says ${i}`)]);
  }
  await until(() => texts(bobsChat).length === sent.length, "all have come");
  assert.deepEqual(texts(bobsChat).sort(), sent.sort());
  await bobsChat.send("to both");
  await Promise.all([seesText(chat1, "to both"), seesText(chat2, "to both")]);
  await until(() => texts(chat1).length === sent.length + 1, "tab 1 shows tab 2's");
  await until(() => texts(chat2).length === sent.length + 1, "tab 2 shows tab 1's");
  assert.equal(notesOf(chat1).filter(({ text }) => text === "to both").length, 1);
  for (const { log } of [tab1, tab2, bob]) assert.deepEqual(log.errors, []);
});

test("four people on two servers, added by different people", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  const bob = await net.open("bob", "b");
  const carol = await net.open("carol", "a");
  const dave = await net.open("dave", "b");
  const chat = await alice.me.startConversation([bob.account.handle]);
  const bobsChat = await firstConversation(bob.me);
  await bobsChat.add(carol.account.handle);
  await until(() => chat.members.length === 3, "Carol is in");
  await until(() => !bobsChat.changing, "Bob's change is through");
  await bobsChat.add(dave.account.handle);
  await Promise.all([firstConversation(dave.me), firstConversation(carol.me)]);
  await until(() => chat.members.length === 4, "everybody is in");
  await chat.send("four of us");
  for (const { me } of [bob, carol, dave]) await seesText(me.conversations[0], "four of us");
});
