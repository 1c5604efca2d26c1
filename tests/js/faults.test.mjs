// What goes wrong at each layer ends in an error with a code and a sentence, and the conversation
// goes on.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fromBase64 as decodeBase64, toBase64 } from "../../js/src/bytes.js";
import { FileStore } from "../../js/src/store/file.js";
import { device, wasmFile } from "./lib/mls.mjs";
import {
  aliceAndBob,
  firstConversation,
  notesOf,
  noticesOf,
  seesText,
  startNetwork,
  texts,
  until,
} from "./lib/network.mjs";

/**
 * A conversation of Alice (server A) and Bob (server B), both ways.
 * @param {import("node:test").TestContext} t
 */
async function conversation(t) {
  const all = await aliceAndBob(t);
  await all.chat.send("first");
  await seesText(all.bobsChat, "first");
  return all;
}

/** @param {Uint8Array} octets @param {number} at */
function flip(octets, at) {
  octets[at] = (octets[at] ?? 0) ^ 4;
}

/** @param {string} [base64] */
const fromBase64 = (base64 = "") => decodeBase64(base64) ?? assert.fail("not base64");

/** @typedef {import("./lib/network.mjs").Conversation} Conversation */

/** @param {{ chat: Conversation, bobsChat: Conversation }} both */
async function goesOn({ chat, bobsChat }) {
  const [to, fro] = [`to ${Math.random()}`, `fro ${Math.random()}`];
  await chat.send(to);
  await seesText(bobsChat, to);
  await bobsChat.send(fro);
  await seesText(chat, fro);
}

/** @param {{ errors: any[] }} log @param {string} code */
const errorWith = (log, code) =>
  until(
    () => log.errors.find((/** @type {any} */ error) => error.code === code),
    `the error ${code}`,
  );

/** @param {any} error */
function assertReadable(error) {
  assert.equal(error.name, "WaxsealError");
  assert.match(error.code, /^[A-Z_]+$/);
  assert.match(error.message, /^[A-Z"a-z0-9].*\.$/s);
  assert.ok(error.message.length > 20);
}

/**
 * What Mallory posts to Bob, as her server would deliver it.
 * @param {string} actor
 * @param {string} to
 * @param {Uint8Array | string} octets
 */
const envelopeOf = (actor, to, octets) => ({
  "@context": ["https://www.w3.org/ns/activitystreams", "https://purl.archive.org/socialweb/mls"],
  type: "Create",
  actor,
  to: [to],
  object: {
    type: ["Object", "PrivateMessage"],
    attributedTo: actor,
    to: [to],
    mediaType: "message/mls",
    encoding: "base64",
    content: typeof octets === "string" ? octets : toBase64(octets),
  },
});

/**
 * The ciphertexts that Bob's server holds for him.
 * @param {import("./lib/network.mjs").Person} bob
 * @returns {Promise<string[]>}
 */
async function ciphertexts(bob) {
  const collection = await bob.transport.get(`${bob.account.actor}/messages`);
  const page = await bob.transport.get(collection.first);
  return page.orderedItems.map((/** @type {any} */ { object }) => object.content);
}

/**
 * A package of Bob's in suite 1.
 * @param {import("./lib/network.mjs").Person} bob
 */
async function packageOf(bob) {
  const objects = await bob.transport.keyPackages(bob.account.actor);
  return objects.find(({ ciphersuite }) => ciphersuite.includes("AES128GCM"));
}

test("a server that answers 500, HTML or 429: told, kept, sent later", async (t) => {
  const all = await conversation(t);
  const { net, alice, chat, bobsChat } = all;
  /** @type {[import("./lib/network.mjs").Interception, string][]} */
  const answers = [
    [{ status: 500, body: "<h1>Internal Server Error</h1>" }, "SERVER_ERROR"],
    [{ status: 429, headers: { "retry-after": "1" }, body: "" }, "RATE_LIMITED"],
    [{ status: 401, body: "{}" }, "UNAUTHORISED"],
  ];
  for (const [answer, code] of answers) {
    net.intercept("a", (req) => (req.method === "POST" ? answer : undefined));
    await assert.rejects(chat.send(`during ${code}`), { code });
    assert.equal(notesOf(chat).at(-1)?.state, "failed");
    assertReadable(await errorWith(alice.log, code));
    net.intercept("a", undefined);
    await seesText(bobsChat, `during ${code}`);
    await until(() => notesOf(chat).at(-1)?.state === "sent", "marked as sent");
  }
  await goesOn(all);
});

test("a message that the server refuses for good: failed, and sent again on request", async (t) => {
  const all = await conversation(t);
  const { net, chat, bobsChat } = all;
  net.intercept("a", (req) => (req.method === "POST" ? { status: 400, body: "no" } : undefined));
  await assert.rejects(chat.send("refused"), { code: "SERVER_REFUSED" });
  net.intercept("a", undefined);
  await goesOn(all);
  const note = notesOf(chat).find(({ text }) => text === "refused");
  assert.ok(note);
  assert.equal(note.state, "failed");
  await chat.retry(note);
  await seesText(bobsChat, "refused");
});

test("a server that answers HTML when read: told, and read again", async (t) => {
  const all = await conversation(t);
  const { net, bob, bobsChat } = all;
  let answered = false;
  await bob.me.close();
  net.intercept("b", (req) => {
    if (req.method !== "GET" || !req.url?.includes("/messages")) return undefined;
    answered = true;
    return { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html>" };
  });
  const again = net.open("bob", "b", { database: bob.database });
  await until(() => answered, "a request for the messages");
  net.intercept("b", undefined);
  const { me, log } = await again;
  assert.ok(log.states.includes("offline"));
  assertReadable(log.errors[0] ?? (await errorWith(log, "NOT_JSON")));
  await goesOn({ chat: all.chat, bobsChat: me.conversations[0] });
  assert.deepEqual(texts(me.conversations[0]).slice(0, 1), texts(bobsChat).slice(0, 1));
});

test("a flipped bit in a message: not shown, and the whole one is read", async (t) => {
  const all = await conversation(t);
  const { net, alice, bob, bobsChat } = all;
  // Hold Alice's message back, so that the damaged copy comes first.
  const mallory = await net.open("carol", "b");
  net.intercept("b", (req) =>
    req.method === "POST" && req.url?.endsWith("/inbox") ? { status: 503 } : undefined,
  );
  await all.chat.send("whole");
  const outbox = await alice.transport.get(`${alice.account.actor}/outbox?page=0`);
  const sent = outbox.orderedItems.find((/** @type {any} */ item) => item.type === "Create");
  const octets = fromBase64(sent.object.content);
  flip(octets, octets.length - 5);
  await mallory.transport.post(envelopeOf(mallory.account.actor, bob.account.actor, octets));
  await seesText(bobsChat, "first");
  net.intercept("b", undefined);
  await seesText(bobsChat, "whole");
  assert.deepEqual(texts(bobsChat), ["first", "whole"]);
  assert.deepEqual(bob.log.errors, []);
  await goesOn(all);
});

test("a message in somebody else's envelope: refused, and the real one is still read", async (t) => {
  const all = await conversation(t);
  const { net, alice, bob, bobsChat } = all;
  const mallory = await net.open("carol", "b");
  net.intercept("b", (req) =>
    req.method === "POST" && req.url?.endsWith("/inbox") ? { status: 503 } : undefined,
  );
  await all.chat.send("mine, says Mallory");
  const outbox = await alice.transport.get(`${alice.account.actor}/outbox?page=0`);
  const sent = outbox.orderedItems.find((/** @type {any} */ item) => item.type === "Create");
  await mallory.transport.post(
    envelopeOf(mallory.account.actor, bob.account.actor, sent.object.content),
  );
  assertReadable(await errorWith(bob.log, "SENDER_MISMATCH"));
  assert.ok(!texts(bobsChat).includes("mine, says Mallory"));
  assert.ok(noticesOf(bobsChat).some(({ code }) => code === "SENDER_MISMATCH"));
  net.intercept("b", undefined);
  await seesText(bobsChat, "mine, says Mallory");
  assert.equal(
    bobsChat.messages.find(({ kind, text }) => kind === "note" && text.startsWith("mine"))?.actor,
    alice.account.actor,
  );
  await goesOn(all);
});

test("nonsense of every kind: no harm", async (t) => {
  const all = await conversation(t);
  const { net, bob } = all;
  const mallory = await net.open("carol", "b");
  const [welcome] = (await ciphertexts(bob)).slice(-1);
  const damaged = fromBase64(welcome);
  flip(damaged, damaged.length - 100);
  const contents = [
    "",
    "%%%",
    "AAEAAg==",
    "AAEAAw==",
    "AAEABA==",
    toBase64(new Uint8Array(5000)),
    damaged,
  ];
  for (const content of contents) {
    await mallory.transport.post(envelopeOf(mallory.account.actor, bob.account.actor, content));
  }
  const odd = envelopeOf(mallory.account.actor, bob.account.actor, "AAEAAg==");
  await mallory.transport.post({ ...odd, object: { ...odd.object, content: { a: [1] } } });
  await until(() => bob.log.errors.length >= 4, "errors");
  bob.log.errors.forEach(assertReadable);
  await goesOn(all);
  assert.equal(bob.me.conversations.length, 1);
});

test("a Welcome that was changed: told, the conversation goes on", async (t) => {
  const all = await conversation(t);
  const { net, bob } = all;
  const mallory = await net.open("carol", "b");
  // A Welcome really made for one of Bob's packages, then damaged behind its recipient list.
  const { content } = await packageOf(bob);
  const m = device(mallory.account.actor, 1);
  const group = m.create("uri:uuid:mallory");
  const keyPackage = fromBase64(content);
  const { welcome } = group.add([keyPackage]);
  assert.ok(welcome);
  flip(welcome, welcome.length - 20);
  await mallory.transport.post(envelopeOf(mallory.account.actor, bob.account.actor, welcome));
  assertReadable(await until(() => bob.log.errors[0], "an error"));
  assert.equal(bob.me.conversations.length, 1);
  await goesOn(all);
});

test("a Welcome from somebody who is not in its group: refused", async (t) => {
  const all = await conversation(t);
  const { net, bob } = all;
  const mallory = await net.open("carol", "b");
  const { content } = await packageOf(bob);
  const group = device("https://elsewhere.example/eve", 1).create("uri:uuid:eve");
  const { welcome } = group.add([fromBase64(content)]);
  assert.ok(welcome);
  await mallory.transport.post(envelopeOf(mallory.account.actor, bob.account.actor, welcome));
  assertReadable(await errorWith(bob.log, "WELCOME_FROM_STRANGER"));
  assert.equal(bob.me.conversations.length, 1);
  await goesOn(all);
});

test("KeyPackages of another actor, damaged ones and none: nobody is added", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  const { actor, token } = await net.servers.b.addUser("bob");
  const { ActivityPubTransport } = await import("../../js/src/index.js");
  const bob = new ActivityPubTransport({ actor, token });
  await assert.rejects(alice.me.startConversation([actor]), (/** @type {any} */ error) => {
    assertReadable(error);
    return error.code === "NO_KEY_PACKAGES" && error.message.includes(actor);
  });
  const foreign = device("https://elsewhere.example/eve", 1).keyPackage().keyPackage;
  const damaged = device(actor, 1).keyPackage().keyPackage.slice();
  flip(damaged, damaged.length - 1);
  const expired = device(actor, 1).keyPackage({ notBefore: 1, notAfter: 2 }).keyPackage;
  for (const keyPackage of [foreign, damaged, expired, new Uint8Array([1, 2, 3])]) {
    const create = {
      type: "Create",
      actor,
      to: ["https://www.w3.org/ns/activitystreams#Public"],
      object: {
        type: ["Object", "KeyPackage"],
        attributedTo: actor,
        to: ["https://www.w3.org/ns/activitystreams#Public"],
        mediaType: "message/mls",
        encoding: "base64",
        content: toBase64(keyPackage),
      },
    };
    const { object } = await bob.post(create);
    await bob.post({ type: "Add", actor, object, target: `${actor}/keyPackages` });
  }
  assert.equal((await bob.keyPackages(actor)).length, 4);
  await assert.rejects(alice.me.startConversation([actor]), { code: "NO_KEY_PACKAGES" });
  assert.equal(alice.me.conversations.length, 0);
});

test("names that lead nowhere", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  const host = new URL(net.servers.b.origin).host;
  await assert.rejects(alice.me.startConversation([`@nobody@${host}`]), { code: "NO_SUCH_ACTOR" });
  await assert.rejects(alice.me.startConversation(["@bob@127.0.0.1:1"]), { name: "WaxsealError" });
  await assert.rejects(alice.me.startConversation([]), { code: "INVALID_ARGUMENT" });
  await assert.rejects(alice.me.startConversation(/** @type {any} */ ([7])), {
    code: "INVALID_ARGUMENT",
  });
});

test("a disk that fails: nothing is sent, no key is used twice, later it goes on", async (t) => {
  const net = await startNetwork(t);
  const store = await FileStore.open(join(net.folder, "failing"));
  const write = store.write.bind(store);
  let failing = false;
  store.write = (batch) => (failing ? Promise.reject(new Error("disk full")) : write(batch));
  const alice = await net.open("alice", "a", { store });
  const bob = await net.open("bob", "b");
  const chat = await alice.me.startConversation([bob.account.handle]);
  const bobsChat = await firstConversation(bob.me);
  failing = true;
  await assert.rejects(chat.send("lost"));
  failing = false;
  assert.deepEqual(texts(chat), []);
  await goesOn({ chat, bobsChat });
  assert.ok(!texts(bobsChat).includes("lost"));
  assert.deepEqual(bob.log.errors, []);
});

test("a crash between post and record: posted again, shown once", async (t) => {
  const net = await startNetwork(t);
  const path = join(net.folder, "crashing");
  const store = await FileStore.open(path);
  const write = store.write.bind(store);
  let crash = false;
  let crashed = false;
  // The power fails just before it is recorded that a post was taken.
  store.write = (batch) => {
    crashed ||= crash && batch.deletes.some((name) => name.startsWith("core/outbox/"));
    return crashed ? Promise.reject(new Error("power failure")) : write(batch);
  };
  const alice = await net.open("alice", "a", { store });
  const bob = await net.open("bob", "b");
  const chat = await alice.me.startConversation([bob.account.handle]);
  const bobsChat = await firstConversation(bob.me);
  await until(() => !chat.changing && alice.log.errors.length === 0, "quiet");
  await alice.me.ready;
  await new Promise((resolve) => setTimeout(resolve, 100));
  crash = true;
  chat.send("once").catch(() => {});
  await seesText(bobsChat, "once");
  await until(() => crashed, "the crash");
  await alice.me.close();
  const again = await net.open("alice", "a", { database: path });
  const restored = again.me.conversations[0];
  await until(() => notesOf(restored).at(-1)?.state === "sent", "posted again");
  await goesOn({ chat: restored, bobsChat });
  assert.equal(texts(bobsChat).filter((text) => text === "once").length, 1);
  assert.deepEqual(bob.log.errors, []);
});

test("the database of another account is not mixed up", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  await alice.me.close();
  await assert.rejects(net.open("bob", "a", { database: alice.database }), {
    code: "WRONG_ACCOUNT",
  });
  await (await net.open("alice", "a", { database: alice.database })).me.close();
});

test("a program that is open already keeps a second one out", async (t) => {
  const net = await startNetwork(t);
  const alice = await net.open("alice", "a");
  await assert.rejects(net.open("alice", "a", { database: alice.database }), {
    code: "DATABASE_IN_USE",
  });
});

test("what is stored shows no text, no names and no keys", async (t) => {
  const { alice, bob, chat } = await conversation(t);
  await chat.send("the needle that must not be found");
  await alice.me.close();
  const { readFile } = await import("node:fs/promises");
  const journal = await readFile(join(alice.database, "journal"), "utf8");
  const sealed = [...journal.matchAll(/\["put","[^"]+",\d+,"([^"]+)"\]/g)].map(([, base64]) =>
    Buffer.from(base64, "base64").toString("latin1"),
  );
  const key = (await readFile(join(alice.database, "key"))).toString("latin1");
  assert.ok(sealed.length > 30);
  for (const needle of ["the needle", alice.account.actor, bob.account.actor, "urn:uuid", key]) {
    for (const haystack of [journal, ...sealed]) assert.ok(!haystack.includes(needle), needle);
  }
  assert.ok(wasmFile);
});

test("what waits behind a post that can't be made is said to wait, and follows it in order", async (t) => {
  const { net, chat, bobsChat } = await conversation(t);
  net.intercept("a", (req) =>
    req.method === "POST" && req.url?.endsWith("/outbox") ? { status: 503 } : undefined,
  );
  const sent = await Promise.allSettled(["one", "two", "three"].map((text) => chat.send(text)));
  assert.deepEqual(
    sent.map(({ status }) => status),
    ["rejected", "rejected", "rejected"],
  );
  const states = () =>
    notesOf(chat)
      .slice(-3)
      .map(({ state }) => state);
  assert.deepEqual(states(), ["failed", "failed", "failed"]);
  net.intercept("a", undefined);
  await seesText(bobsChat, "three");
  assert.deepEqual(texts(bobsChat).slice(-3), ["one", "two", "three"]);
  await until(() => states().every((state) => state === "sent"), "all are sent");
});
