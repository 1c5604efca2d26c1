// The clients of other projects with each other, without Waxseal: what they say, and over which
// servers they understand one another.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { BonfireClient } from "./clients/bonfire.js";
import { EmissaryClient } from "./clients/emissary.js";
import { eventually, received } from "./lib/wire.js";
import { KINDS, startServer } from "./servers/server.js";

/** @typedef {import("./servers/server.js").PeerServer} PeerServer */
/** @typedef {PeerServer["kind"]} Kind */
/** @typedef {EmissaryClient | BonfireClient} Client */

/** @type {Record<Kind, PeerServer>} */
const servers = /** @type {any} */ ({});
before(async (t) => {
  for (const kind of KINDS) servers[kind] = await startServer(/** @type {any} */ (t), kind);
});

let people = 0;
/** @param {Kind} kind */
const newAccount = (kind) => servers[kind].addUser(`person${people++}`);

/** @param {Kind} kind @param {import("./clients/emissary.js").Options} [options] */
async function emissary(kind = "embedded", options = {}) {
  const account = await newAccount(kind);
  const client = await EmissaryClient.open({ account, stagger: 20, ...options });
  await client.publishKeyPackages();
  // Emissary's server lists a package by itself; so do the two others here.
  if (kind === "embedded") await client.listIn(`${account.actor}/keyPackages`);
  return client;
}

/** @param {Kind} kind @param {import("./clients/bonfire.js").Options} [options] */
async function bonfire(kind = "embedded", options = {}) {
  const client = await BonfireClient.open({ account: await newAccount(kind), ...options });
  await client.publishKeyPackages();
  return client;
}

/**
 * Polls until something comes that fits.
 * @param {Client} client
 * @param {(read: import("./clients/client.js").Read) => boolean} fits
 * @param {string} what
 */
const comes = (client, fits, what) =>
  eventually(async () => {
    await client.poll();
    return client.history.find(fits);
  }, what);

/** @param {Client} client */
const joined = (client) => comes(client, ({ kind }) => kind === "welcome", "the Welcome");

/** @param {Client} client @param {string} content */
const hears = (client, content) =>
  comes(client, ({ inner }) => (inner?.object?.content ?? inner?.content) === content, content);

/** @param {Client[]} clients */
async function sameMembers(clients) {
  const expected = clients.map(({ account }) => account.actor).sort();
  for (const client of clients) {
    await eventually(async () => {
      await client.poll();
      return JSON.stringify(client.members()) === JSON.stringify(expected);
    }, `${client.account.actor} sees ${expected}`);
  }
}

/** @param {{ account: { actor: string } }} client */
const actorOf = ({ account }) => account.actor;

/** The newest activity of an account with this type of object. @param {Client} client @param {string} type */
async function newest(client, type) {
  const items = await received(client.account);
  return items.find(({ object }) => [object?.type].flat().includes(type));
}

describe("Emissary", () => {
  test("one Welcome and one Commit for all who are added; envelopes as it writes them", async () => {
    const [alice, bob, carol, dave] = [
      await emissary(),
      await emissary(),
      await emissary(),
      await emissary(),
    ];
    await alice.invite([actorOf(bob)]);
    await joined(bob);
    await alice.invite([carol, dave].map(actorOf));
    for (const one of [carol, dave]) await joined(one);
    await sameMembers([alice, bob, carol, dave]);

    const welcomes = (await received(carol.account)).filter(
      ({ object }) => object.type === "Welcome",
    );
    assert.equal(welcomes.length, 1);
    const [welcome] = welcomes;
    assert.deepEqual(welcome.to, [carol, dave].map(actorOf));
    assert.equal(welcome.instrument, alice.generator.id);
    assert.equal(welcome.context, alice.group);
    assert.match(alice.group, /^uri:uuid:/);
    assert.ok(!("conversation" in welcome) && !("conversation" in welcome.object));
    assert.deepEqual(Object.keys(welcome.object).sort(), [
      ..."attributedTo content context encoding id mediaType published to type".split(" "),
    ]);

    const id = await carol.send("<p>hello</p>");
    const { inner, sender, from } = await hears(bob, "<p>hello</p>");
    assert.equal(inner.type, "Create");
    assert.equal(inner.actor, actorOf(carol));
    assert.deepEqual([inner.object.id, inner.object.attributedTo], [id, actorOf(carol)]);
    assert.deepEqual([sender, from], [actorOf(carol), actorOf(carol)]);
  });

  test("receipts go to the author only", async () => {
    const [alice, bob, carol] = [await emissary(), await emissary(), await emissary()];
    await alice.invite([bob, carol].map(actorOf));
    for (const one of [bob, carol]) await joined(one);
    const id = await alice.send("read me");
    for (const one of [bob, carol]) await hears(one, "read me");
    const isReceipt = (/** @type {any} */ { inner }) => inner?.type === "Acknowledge";
    await eventually(async () => {
      await alice.poll();
      return alice.history.filter(isReceipt).length === 2;
    }, "two receipts");
    for (const { inner } of alice.history.filter(isReceipt)) assert.equal(inner.object, id);
    await carol.poll();
    assert.ok(!carol.history.some(isReceipt));
    // The generation that the receipt took is missing for others; they go on.
    await bob.send("after a gap");
    await hears(carol, "after a gap");
  });

  test("Like, Update, an attachment as a data: URL; Failure for what can't be read", async () => {
    const [alice, bob] = [await emissary(), await emissary()];
    await alice.invite([actorOf(bob)]);
    await joined(bob);
    const id = await alice.send("first");
    await hears(bob, "first");
    await bob.like(id);
    await alice.edit(id, "second");
    await hears(bob, "second");
    const like = await comes(alice, ({ inner }) => inner?.type === "Like", "the Like");
    assert.deepEqual([like.inner.object, like.inner.content], [id, "❤️"]);
    const octets = Buffer.from("a text of some length");
    await bob.attach({ mediaType: "text/plain", name: "a.txt", octets });
    const { inner } = await comes(alice, (one) => one.inner?.object?.attachment, "the file");
    const [{ url, name }] = inner.object.attachment;
    assert.equal(name, "a.txt");
    assert.equal(url, `data:text/plain;base64,${octets.toString("base64")}`);

    // The same ciphertext again: its key is gone.
    const { object } = await newest(alice, "PrivateMessage");
    await bob.deliver({
      type: "Create",
      actor: actorOf(bob),
      to: [actorOf(alice)],
      object: { ...object, id: undefined },
    });
    const failed = await comes(alice, ({ kind }) => kind === "failed", "the failure");
    const failure = await comes(bob, (one) => one.inner?.type === "Failure", "Failure");
    assert.equal(failure.inner.object, failed.activity);
  });

  test("a removal is called GroupInfo; who leaves proposes it, and the first leaf commits", async () => {
    const [alice, bob, carol] = [await emissary(), await emissary(), await emissary()];
    await alice.invite([bob, carol].map(actorOf));
    for (const one of [bob, carol]) await joined(one);
    await carol.leave();
    const { object } = await newest(bob, "GroupInfo");
    assert.equal(object.encoding, "base64");
    await eventually(async () => {
      for (const one of [alice, bob]) await one.poll();
      return alice.members().length === 2 && bob.members().length === 2;
    }, "two members");
    assert.ok(
      bob.history.some(({ kind, sender }) => kind === "proposal" && sender === actorOf(carol)),
    );
    await bob.send("we two");
    await hears(alice, "we two");

    await alice.remove(actorOf(bob));
    await comes(
      bob,
      ({ kind, sender }) => kind === "commit" && sender === actorOf(alice),
      "removal",
    );
    assert.equal(bob.isMember, false);
  });

  test("the package is replaced when it was used; all devices of a person are added", async () => {
    const [alice, bob] = [await emissary(), await emissary()];
    const second = await EmissaryClient.open({ account: bob.account });
    await second.publishKeyPackages();
    await second.listIn(`${actorOf(bob)}/keyPackages`);
    const contents = async () =>
      (await alice.packagesOf(actorOf(bob))).map(({ content }) => content);
    const before = await contents();
    await alice.invite([actorOf(bob)]);
    for (const one of [bob, second]) await joined(one);
    assert.deepEqual(alice.members(), [actorOf(alice), actorOf(bob), actorOf(bob)].sort());
    const after = await contents();
    assert.equal(after.length, 2);
    for (const content of after) assert.ok(!before.includes(content));
    await second.send("from the other device");
    await hears(bob, "from the other device");
  });
});

describe("Bonfire", () => {
  test("a Welcome per device, bare objects, the first Welcome's id as context", async () => {
    const [alice, bob, carol] = [await bonfire(), await bonfire(), await bonfire()];
    await alice.invite([bob, carol].map(actorOf));
    for (const one of [bob, carol]) await joined(one);
    await sameMembers([alice, bob, carol]);
    assert.match(alice.group, /^mls:\/\/g\//);
    const [first] = (await received(bob.account)).filter(({ object }) => object.type === "Welcome");
    assert.equal(first.object.context, null);
    const later = await newest(carol, "Welcome");
    assert.equal(later.object.context, first.object.id);

    await bob.send("hello");
    const { inner, sender } = await hears(alice, "hello");
    assert.deepEqual(Object.keys(inner), ["type", "content", "attributedTo", "id"]);
    assert.deepEqual(
      [inner.type, inner.attributedTo, sender],
      ["Note", actorOf(bob), actorOf(bob)],
    );
    const { object } = await newest(alice, "PrivateMessage");
    assert.deepEqual([object.context, object.inReplyTo], [first.object.id, first.object.id]);
    assert.ok(!("instrument" in object) && !("conversation" in object));
  });

  test("attachments are gzip; Like and Update without actor", async () => {
    const [alice, bob] = [await bonfire(), await bonfire()];
    await alice.invite([actorOf(bob)]);
    await joined(bob);
    const octets = Buffer.from("a text, ".repeat(100));
    const id = await alice.attach({ mediaType: "text/plain", name: "a.txt", octets }, "look");
    const { inner } = await hears(bob, "look");
    const [{ encoding, content }] = inner.attachment;
    assert.equal(encoding, "gzip");
    assert.deepEqual(gunzipSync(Buffer.from(content, "base64")), octets);
    await bob.like(id);
    await alice.edit(id, "look again");
    await hears(bob, "look again");
    const like = await comes(alice, (one) => one.inner?.type === "Like", "the Like");
    assert.equal(like.inner.object, id);
    assert.ok(!("actor" in like.inner));
  });

  test("the old form: the tree in an object of type GroupInfo", async () => {
    const [alice, bob] = [await bonfire("embedded", { oldForm: true }), await bonfire()];
    await alice.invite([actorOf(bob)]);
    await joined(bob);
    const { object } = await newest(bob, "GroupInfo");
    assert.equal(bob.device.decode(Buffer.from(object.content, "base64")), undefined);
    await bob.send("joined by a tree beside it");
    await hears(alice, "joined by a tree beside it");
  });

  test("several invited in the first message: only the last can read on", async () => {
    const [alice, bob, carol] = [await bonfire(), await bonfire(), await bonfire()];
    await alice.invite([bob, carol].map(actorOf), { commits: false });
    for (const one of [bob, carol]) await joined(one);
    await alice.send("to both");
    await hears(carol, "to both");
    await bob.poll();
    assert.deepEqual(bob.members(), [actorOf(alice), actorOf(bob)].sort());
    assert.ok(!bob.history.some(({ kind }) => kind === "message"));
  });

  test("who leaves proposes it, and it is committed by reference", async () => {
    const [alice, bob, carol] = [await bonfire(), await bonfire(), await bonfire()];
    await alice.invite([bob, carol].map(actorOf));
    for (const one of [bob, carol]) await joined(one);
    await sameMembers([alice, bob, carol]);
    await carol.leave();
    await eventually(async () => {
      for (const one of [alice, bob]) await one.poll();
      return alice.members().length === 2 && bob.members().length === 2;
    }, "two members");
    await comes(carol, ({ kind }) => kind === "commit", "the commit");
    assert.equal(carol.isMember, false);
    await bob.send("we two");
    await hears(alice, "we two");
  });
});

describe("Emissary and Bonfire", () => {
  test("read each other's invitations, notes, attachments and receipts", async () => {
    const [alice, bob, carol] = [await emissary(), await bonfire(), await emissary()];
    await alice.invite([actorOf(bob)]);
    await joined(bob);
    await bob.invite([actorOf(carol)]);
    await joined(carol);
    await sameMembers([alice, bob, carol]);
    const id = await bob.send("from Bonfire");
    for (const one of [alice, carol]) {
      const { inner } = await hears(one, "from Bonfire");
      assert.equal(inner.actor, undefined);
    }
    await alice.like(id);
    const like = await comes(bob, ({ inner }) => inner?.type === "Like", "the Like");
    assert.equal(like.sender, actorOf(alice));
    await carol.send("from Emissary");
    await hears(bob, "from Emissary");
    await bob.attach({ mediaType: "text/plain", name: "a", octets: Buffer.from("x") }, "a file");
    await hears(alice, "a file");
  });
});

describe("over other servers", () => {
  test("activitypub-express: all of it, between it and the demo's server", async () => {
    const [alice, bob] = [await bonfire("apex"), await bonfire("embedded")];
    await alice.invite([actorOf(bob)]);
    await joined(bob);
    await bob.send("to apex");
    await hears(alice, "to apex");
    await alice.send("from apex");
    await hears(bob, "from apex");
    const carol = await emissary("apex");
    await carol.invite([actorOf(bob)]);
    await joined(bob);
    await carol.send("Emissary on apex");
    await hears(bob, "Emissary on apex");
  });

  test("activitypub-express refuses a context mls://…, which the prefix mls: forbids", async () => {
    const alice = await bonfire("embedded");
    const bob = await emissary("apex", { receipts: false });
    await alice.invite([actorOf(bob)]);
    await joined(bob);
    await alice.send("Bonfire writes the Welcome's id as context");
    await hears(bob, "Bonfire writes the Welcome's id as context");
    // Emissary writes the group's id, which Bonfire made.
    await assert.rejects(bob.send("x"), /answered 500/);
    assert.match(servers.apex.log.join("\n"), /"mls:\/\/g\/.*confused with prefix/);
  });

  test("Fedify refuses what has the MLS type alone, posted or delivered, and bare objects", async () => {
    await assert.rejects(emissary("fedify"), /answered 400/);
    await assert.rejects(bonfire("fedify"), /answered 400/);
    const there = await bonfire("fedify", { arrayTypes: true });
    const here = await bonfire();
    await assert.rejects(there.invite([actorOf(here)]), /answered 400/);
    await here.invite([actorOf(there)]);
    await eventually(
      () => servers.embedded.log.some((line) => /given up \(status 400\)/.test(line)),
      "the delivery is given up",
    );
  });

  test("Fedify: packages that lost their suite are not taken by Emissary, but by Bonfire", async () => {
    const arrayTypes = true;
    const there = await emissary("fedify", { arrayTypes });
    const [alice, bob] = [await emissary(), await bonfire("embedded", { arrayTypes })];
    const [found] = await eventually(async () => {
      const packages = await bob.packagesOf(actorOf(there));
      return packages.length > 0 ? packages : undefined;
    }, "the package is listed");
    assert.deepEqual([found.type, found.ciphersuite], ["Object", undefined]);
    await assert.rejects(alice.invite([actorOf(there)]), /no KeyPackage/);
    await bob.invite([actorOf(there)]);
    await joined(there);
    await bob.send("to Fedify");
    await hears(there, "to Fedify");

    // What is written there has lost type and encoding: Emissary reads it, Bonfire does not.
    await there.send("from Fedify");
    const refused = await comes(bob, ({ kind }) => kind === "refused", "the refusal");
    assert.equal(refused.error, "no encoding");
    await bob.invite([actorOf(alice)]);
    await joined(alice);
    await comes(there, ({ kind }) => kind === "commit", "the commit");
    await there.send("again");
    await hears(alice, "again");
  });
});
