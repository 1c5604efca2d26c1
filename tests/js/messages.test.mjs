// What the application can do with messages, files, requests and conversations, over two servers.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  aliceAndBob,
  firstConversation,
  firstRequest,
  notesOf,
  noticesOf,
  seesText,
  startNetwork,
  texts,
  until,
} from "./lib/network.mjs";

/** @typedef {import("./lib/network.mjs").Conversation} Conversation */

/** @param {Conversation} chat @param {string} text */
const noteOf = (chat, text) =>
  notesOf(chat).find((note) => note.text === text) ?? assert.fail(`no "${text}"`);

test("reactions come and go; answers and announcements name the message", async (t) => {
  const { alice, bob, chat, bobsChat } = await aliceAndBob(t);
  const sent = await chat.send("Tea?");
  assert.equal(sent.state, "sent");
  await seesText(bobsChat, "Tea?");
  await bobsChat.react(noteOf(bobsChat, "Tea?"), "🌱");
  await bobsChat.announce(noteOf(bobsChat, "Tea?"));
  await bobsChat.send({ text: "Yes.", inReplyTo: noteOf(bobsChat, "Tea?") });
  await seesText(chat, "Yes.");
  const [note] = notesOf(chat);
  assert.deepEqual(
    note?.reactions.map(({ actor, reaction, own }) => [actor, reaction, own]),
    [[bob.account.actor, "🌱", false]],
  );
  assert.deepEqual(
    note?.announces.map(({ actor }) => actor),
    [bob.account.actor],
  );
  assert.equal(noteOf(chat, "Yes.").inReplyTo, note?.id);

  await bobsChat.unreact(noteOf(bobsChat, "Tea?"), "🍋");
  assert.equal(noteOf(bobsChat, "Tea?").reactions.length, 1);
  await bobsChat.unreact(noteOf(bobsChat, "Tea?"));
  assert.equal(noteOf(bobsChat, "Tea?").reactions.length, 0);
  await until(() => noteOf(chat, "Tea?").reactions.length === 0, "the reaction is gone");
  for (const { log } of [alice, bob]) assert.deepEqual(log.errors, []);
});

test("edits and deletions, by the author only", async (t) => {
  const { alice, bob, chat, bobsChat } = await aliceAndBob(t);
  await chat.send({ text: "At five.", summary: "a date" });
  await seesText(bobsChat, "At five.");
  await chat.edit(noteOf(chat, "At five."), "At six.");
  assert.equal(noteOf(chat, "At six.").state, "sent");
  await seesText(bobsChat, "At six.");
  const edited = noteOf(bobsChat, "At six.");
  assert.deepEqual([edited.edits[0]?.text, edited.summary], ["At five.", "a date"]);
  await assert.rejects(bobsChat.edit(edited, "At seven."), { code: "INVALID_ARGUMENT" });
  await assert.rejects(bobsChat.delete(edited), { code: "INVALID_ARGUMENT" });

  await chat.delete(noteOf(chat, "At six."));
  await until(() => notesOf(bobsChat)[0]?.deleted, "deleted at Bob's");
  assert.deepEqual([texts(chat), texts(bobsChat)], [[""], [""]]);
  await assert.rejects(chat.delete({ id: "urn:other" }), { code: "INVALID_ARGUMENT" });
  for (const { log } of [alice, bob]) assert.deepEqual(log.errors, []);
});

test("receipts: delivered, then read; not told when the user does not want it", async (t) => {
  const { bob, chat, bobsChat } = await aliceAndBob(t);
  await chat.send("one");
  await seesText(bobsChat, "one");
  assert.equal(bobsChat.unread, 1);
  const receiptOf = (/** @type {string} */ text) => noteOf(chat, text).receipts[0]?.receipt;
  await until(() => receiptOf("one") === "delivered", "delivered", 15_000);
  await bobsChat.markRead();
  assert.equal(bobsChat.unread, 0);
  await until(() => receiptOf("one") === "read", "read");

  await bob.me.setReceipts(false);
  assert.equal(bob.me.receipts, false);
  await chat.send("two");
  await seesText(bobsChat, "two");
  await bobsChat.markRead();
  await bobsChat.send("three");
  await seesText(chat, "three");
  assert.equal(receiptOf("two"), undefined);
});

test("small files travel inside; their octets come when asked for, also after a restart", async (t) => {
  const { net, bob, chat, bobsChat } = await aliceAndBob(t);
  const octets = Buffer.from(new Uint8Array(1000).fill(7));
  const data = new Blob([octets], { type: "image/png" });
  await chat.send({ attachments: [{ data, name: "a.png", alt: "a seal", width: 3, height: 4 }] });
  await until(() => notesOf(bobsChat).length === 1, "the message");
  const [file] = notesOf(bobsChat)[0]?.attachments ?? [];
  assert.ok(file);
  assert.deepEqual(
    [file.type, file.mediaType, file.name, file.width, file.height, file.size, file.remote],
    ["Image", "image/png", "a seal", 3, 4, 1000, false],
  );
  const blob = await file.load();
  assert.equal(blob.type, "image/png");
  assert.deepEqual(Buffer.from(await blob.arrayBuffer()), octets);

  await bob.me.close();
  const again = await net.open("bob", "b", { database: bob.database });
  const [restored] = notesOf(again.me.conversations[0])[0]?.attachments ?? [];
  assert.deepEqual(Buffer.from(await (await restored?.load())?.arrayBuffer()), octets);
});

test("large files are uploaded encrypted, and kept by an edit", async (t) => {
  const { alice, chat, bobsChat } = await aliceAndBob(t);
  const octets = randomBytes(100_000);
  /** @type {number[]} */
  const progress = [];
  const onProgress = (/** @type {{ done: number, total: number }} */ { done, total }) =>
    progress.push(done / total);
  await chat.send({ text: "the list", attachments: [{ data: octets, name: "b" }], onProgress });
  assert.equal(progress.at(-1), 1);
  await seesText(bobsChat, "the list");
  const [file] = noteOf(bobsChat, "the list").attachments;
  assert.ok(file?.remote);
  const blob = await file.load();
  assert.equal(blob.type, "application/octet-stream");
  assert.deepEqual(Buffer.from(await blob.arrayBuffer()), octets);
  await chat.edit(noteOf(chat, "the list"), "the whole list");
  await seesText(bobsChat, "the whole list");
  const [kept] = noteOf(bobsChat, "the whole list").attachments;
  assert.deepEqual(Buffer.from(await (await kept?.load())?.arrayBuffer()), octets);

  const { url } = await uploadOf(alice, chat);
  const stored = Buffer.from(await (await fetch(url)).arrayBuffer());
  assert.ok(!stored.includes(octets.subarray(1000, 1032)), "the server has other octets");
});

/**
 * The address of the file that Alice's own record names.
 * @param {import("./lib/network.mjs").Person} alice
 * @param {Conversation} chat
 */
async function uploadOf(alice, chat) {
  /** @type {string[]} */
  const asked = [];
  const download = alice.transport.download.bind(alice.transport);
  alice.transport.download = (url, options) => {
    asked.push(url);
    return download(url, options);
  };
  await notesOf(chat)[0]?.attachments[0]?.load();
  return { url: String(asked[0]) };
}

test("a file that is called a page is given out as octets only", async (t) => {
  const { chat, bobsChat } = await aliceAndBob(t);
  for (const mediaType of ["text/html", "image/svg+xml", "nonsense", "image/png; charset=x"]) {
    const data = Buffer.from("<script>1</script>");
    await chat.send({ text: mediaType, attachments: [{ data, mediaType, name: "x" }] });
    await seesText(bobsChat, mediaType);
    const blob = await noteOf(bobsChat, mediaType).attachments[0]?.load();
    const type = mediaType.startsWith("image/png") ? "image/png" : "application/octet-stream";
    assert.equal(blob?.type, type);
  }
});

test("a request: read, but nothing is sent, opened or told until it is accepted", async (t) => {
  const net = await startNetwork(t);
  const [alice, bob] = await Promise.all([net.open("alice", "a"), net.open("bob", "b")]);
  const chat = await alice.me.startConversation(bob.account.handle);
  await chat.send({ text: "hello", attachments: [{ data: randomBytes(5), name: "x" }] });
  const request = await firstRequest(bob.me);
  await seesText(request, "hello");
  assert.deepEqual(bob.me.conversations, []);
  assert.deepEqual(
    [request.state, request.active, request.inviter],
    ["request", false, alice.account.actor],
  );
  await assert.rejects(request.send("who?"), { name: "WaxsealError" });
  await assert.rejects(async () => noteOf(request, "hello").attachments[0]?.load(), {
    code: "REQUEST_NOT_ACCEPTED",
  });
  await request.markRead();
  assert.equal(request.unread, 1);
  await request.accept();
  assert.equal(request.state, "active");
  assert.ok(await noteOf(request, "hello").attachments[0]?.load());
  await request.send("hello yourself");
  await seesText(chat, "hello yourself");
  assert.ok(
    bob.me.contacts.some(({ actor, accepted }) => accepted && actor === chat.members[0]?.actor),
  );
});

test("requests deleted and blocked; unblocked again", async (t) => {
  const net = await startNetwork(t);
  const [alice, bob] = await Promise.all([net.open("alice", "a"), net.open("bob", "b")]);
  await (await alice.me.startConversation(bob.account.handle)).send("one");
  const first = await firstRequest(bob.me);
  await seesText(first, "one");
  await first.reject();
  assert.deepEqual([first.state, first.messages, bob.me.requests], ["gone", [], []]);

  await (await alice.me.startConversation(bob.account.handle)).send("two");
  await (await firstRequest(bob.me)).block();
  assert.deepEqual(bob.me.requests, []);
  assert.ok(bob.me.contacts.some(({ actor, blocked }) => blocked && actor === alice.account.actor));
  await (await alice.me.startConversation(bob.account.handle)).send("three");
  await bob.me.unblock(alice.account.actor);
  await (await alice.me.startConversation(bob.account.handle)).send("four");
  const last = await firstRequest(bob.me);
  await seesText(last, "four");
  assert.equal(bob.me.requests.length, 1, "what came while blocked is not here");
  for (const { log } of [alice, bob]) assert.deepEqual(log.errors, []);
});

test("a group with a name: renamed, left, deleted", async (t) => {
  const net = await startNetwork(t);
  const [alice, bob, carol] = await Promise.all([
    net.open("alice", "a"),
    net.open("bob", "b"),
    net.open("carol", "b"),
  ]);
  const others = [bob.account.handle, carol.account.handle];
  const chat = await alice.me.startConversation(others, { name: "Garden" });
  const [bobs, carols] = [await firstConversation(bob.me), await firstConversation(carol.me)];
  await until(() => bobs.name === "Garden" && carols.name === "Garden", "the name");
  await bobs.rename("Vegetables");
  await until(() => chat.name === "Vegetables" && carols.name === "Vegetables", "the new name");

  await carols.leave();
  assert.equal(carols.state, "left");
  await assert.rejects(carols.send("still here?"), { code: "CONVERSATION_ENDED" });
  await until(() => chat.members.length === 2 && bobs.members.length === 2, "two are left", 90_000);
  assert.ok(noticesOf(chat).some(({ actor }) => actor === carol.account.actor));
  await chat.send("two of us");
  await seesText(bobs, "two of us");
  assert.ok(!texts(carols).includes("two of us"));
  await carols.reject();
  assert.deepEqual(carol.me.conversations, []);
});

test("a device that gets new keys goes on; a dummy is not shown", async (t) => {
  const { alice, bob, chat, bobsChat } = await aliceAndBob(t);
  await chat.sendDummy();
  await bobsChat.update();
  await until(() => !bobsChat.changing, "the update is through");
  await bobsChat.send("after the update");
  await seesText(chat, "after the update");
  assert.deepEqual(texts(bobsChat), ["after the update"]);
  for (const { log } of [alice, bob]) assert.deepEqual([log.errors, log.notices], [[], []]);
});
