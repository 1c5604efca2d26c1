// One group conversation of two Waxseal users, one who speaks as Emissary and one as Bonfire, on the
// demo's server and Fedify: add, talk, react, attach, edit, leave.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ActivityPubTransport, Waxseal } from "../../js/src/index.node.js";
import { BonfireClient } from "./clients/bonfire.js";
import { EmissaryClient } from "./clients/emissary.js";
import { eventually } from "./lib/wire.js";
import { startServer } from "./servers/server.js";

/** @typedef {import("./servers/server.js").Account} Account */
/** @typedef {EmissaryClient | BonfireClient} Peer */
/** @typedef {import("../../js/src/client/conversation.js").Conversation} Conversation */
/** @typedef {import("../../js/src/client/views.js").Note} Note */

/** Milliseconds: others wait for their turn before they commit what somebody asked for. */
const PATIENCE = 120_000;

/**
 * @param {import("node:test").TestContext} t
 * @param {Account} account
 */
async function waxseal(t, account) {
  const folder = await mkdtemp(join(tmpdir(), "waxseal-group-"));
  const me = await Waxseal.open({
    transport: new ActivityPubTransport({ ...account, pollInterval: 100 }),
    database: join(folder, "db"),
  });
  /** @type {string[]} */
  const errors = [];
  me.addEventListener("error", ({ detail }) => errors.push(detail.error.message));
  t.after(async () => {
    await me.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  await me.ready;
  return { me, errors };
}

/** @param {Conversation} chat @returns {Note[]} */
const notes = (chat) =>
  /** @type {Note[]} */ (chat.messages.filter((message) => message.kind === "note"));

/** @param {Conversation} chat @param {string} content */
const reads = (chat, content) =>
  eventually(() => notes(chat).find((note) => note.text === content), content, PATIENCE);

/** @param {Peer} peer @param {string} content */
const hears = (peer, content) =>
  eventually(
    async () => {
      await peer.poll();
      return peer.history.find(({ inner }) =>
        String(inner?.object?.content ?? inner?.content).includes(content),
      );
    },
    `${peer.account.actor} hears ${content}`,
    PATIENCE,
  );

/** @param {Peer} peer @param {(read: import("./clients/client.js").Read) => any} fits @param {string} what */
const comes = (peer, fits, what) =>
  eventually(
    async () => {
      await peer.poll();
      return peer.history.find(fits);
    },
    what,
    PATIENCE,
  );

test("Waxseal, Waxseal, Emissary and Bonfire in one conversation", async (t) => {
  const embedded = await startServer(t, "embedded");
  const fedify = await startServer(t, "fedify");
  const accounts = {
    alice: await embedded.addUser("alice"),
    wanda: await fedify.addUser("wanda"),
    emil: await embedded.addUser("emil"),
    bonny: await embedded.addUser("bonny"),
    erna: await embedded.addUser("erna"),
  };
  const alice = await waxseal(t, accounts.alice);
  const wanda = await waxseal(t, accounts.wanda);
  // Fedify refuses the single types that these clients write; both are on the demo's server, and name
  // the type beside Object, as their servers would have to for Fedify's readers.
  const open = async (/** @type {Account} */ account) => {
    const one = await EmissaryClient.open({ account, arrayTypes: true, stagger: 60_000 });
    await one.publishKeyPackages();
    await one.listIn(`${account.actor}/keyPackages`);
    return one;
  };
  const emil = await open(accounts.emil);
  const erna = await open(accounts.erna);
  const bonny = await BonfireClient.open({ account: accounts.bonny, arrayTypes: true });
  await bonny.publishKeyPackages();

  // Begin, talk.
  const chat = await alice.me.startConversation(
    [accounts.wanda, accounts.emil, accounts.bonny].map(({ actor }) => actor),
  );
  const request = await eventually(() => wanda.me.requests[0], "the request", PATIENCE);
  await request.accept();
  const hers = /** @type {Conversation} */ (request);
  for (const peer of [emil, bonny]) await comes(peer, ({ kind }) => kind === "welcome", "Welcome");
  await chat.send("from Alice");
  await reads(hers, "from Alice");
  await hears(emil, "from Alice");
  await hears(bonny, "from Alice");
  await hers.send("from Wanda");
  await emil.send("<p>from Emil</p>");
  await bonny.send("<p>from Bonny</p>");
  for (const one of [chat, hers]) {
    for (const name of ["Emil", "Bonny"]) await reads(one, `from ${name}`);
  }
  await reads(chat, "from Wanda");
  await hears(emil, "from Wanda");
  // Fedify keeps neither type nor `encoding`, and Bonfire's client reads nothing without them: what
  // Wanda says reaches everybody but Bonny.
  const { actor: wandas } = accounts.wanda;
  await comes(bonny, ({ kind, from }) => kind === "refused" && from === wandas, "it is refused");
  await hears(bonny, "from Emil");
  await hears(emil, "from Bonny");

  // React.
  const emils = await reads(chat, "from Emil");
  await chat.react(emils, "🎉");
  const liked = await comes(emil, ({ inner }) => inner?.type === "Like", "the reaction");
  assert.equal(liked.inner.content, "🎉");
  assert.equal(liked.inner.object, emils.id);
  await emil.like((await reads(chat, "from Alice")).id);
  await bonny.like((await reads(chat, "from Alice")).id);
  await eventually(
    () => notes(chat).find(({ text }) => text === "from Alice")?.reactions.length === 2,
    "both reactions",
    PATIENCE,
  );

  // Attach.
  const octets = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3]);
  const file = { mediaType: "image/png", name: "a dot", octets };
  await emil.attach(file, "<p>picture of Emil</p>");
  await bonny.attach(file, "<p>picture of Bonny</p>");
  for (const name of ["Emil", "Bonny"]) {
    const [attachment] = (await reads(hers, `picture of ${name}`)).attachments;
    const blob = await attachment?.load();
    assert.deepEqual(new Uint8Array(await /** @type {Blob} */ (blob).arrayBuffer()), octets);
  }
  await chat.send({
    text: "picture of Alice",
    attachments: [{ data: octets, name: "a dot", mediaType: "image/png" }],
  });
  for (const peer of [emil, bonny]) {
    const { inner } = await hears(peer, "picture of Alice");
    const [image] = [inner.object.attachment].flat();
    const inline = image.url?.startsWith("data:") ? image.url.split(",")[1] : image.content;
    const read = Buffer.from(inline, "base64");
    assert.deepEqual(new Uint8Array(image.encoding === "gzip" ? gunzipSync(read) : read), octets);
  }

  // Edit.
  await emil.edit(emils.id, "<p>from Emil, better</p>");
  const edited = await reads(hers, "from Emil, better");
  assert.equal(edited.id, emils.id);
  await hers.edit(await reads(hers, "from Wanda"), "from Wanda, better");
  await hears(emil, "from Wanda, better");
  await reads(chat, "from Wanda, better");

  // Add: a Waxseal user adds somebody, then Emissary's client, which applies its commit at once.
  await chat.add(accounts.erna.actor);
  await comes(erna, ({ kind }) => kind === "welcome", "Erna's Welcome");
  const five = Object.values(accounts)
    .map(({ actor }) => actor)
    .sort();
  for (const peer of [emil, bonny, erna]) {
    await eventually(
      async () => {
        await peer.poll();
        return JSON.stringify(peer.members()) === JSON.stringify(five);
      },
      `${peer.account.actor} sees five`,
      PATIENCE,
    );
  }
  await erna.send("<p>from Erna</p>");
  for (const one of [chat, hers]) await reads(one, "from Erna");
  for (const peer of [emil, bonny]) await hears(peer, "from Erna");

  // Leave: a Waxseal member commits the removals, with a path.
  await bonny.leave();
  const four = five.filter((actor) => actor !== accounts.bonny.actor);
  for (const one of [chat, hers]) {
    await eventually(() => one.members.length === 4, "Bonny has left", PATIENCE);
  }
  for (const peer of [emil, erna]) {
    await eventually(
      async () => {
        await peer.poll();
        return JSON.stringify(peer.members()) === JSON.stringify(four);
      },
      `${peer.account.actor} sees four`,
      PATIENCE,
    );
  }
  await hers.leave();
  await eventually(() => chat.members.length === 3, "Wanda has left", PATIENCE);
  await chat.send("the three of us");
  await hears(emil, "the three of us");
  await hears(erna, "the three of us");
  await emil.send("<p>so it is</p>");
  await reads(chat, "so it is");
  assert.ok(!notes(hers).some(({ text }) => text === "the three of us"));
  assert.deepEqual(alice.errors, []);
  assert.deepEqual(wanda.errors, []);
});
