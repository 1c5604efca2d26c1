// Waxseal over the servers of other projects: an invitation, a message and an answer.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { ActivityPubTransport, Waxseal } from "../../js/src/index.node.js";
import { eventually } from "./lib/wire.js";
import { KINDS, startServer } from "./servers/server.js";

/** @typedef {import("./servers/server.js").PeerServer} PeerServer */

/** @type {Record<PeerServer["kind"], PeerServer>} */
const servers = /** @type {any} */ ({});
before(async (t) => {
  for (const kind of KINDS) servers[kind] = await startServer(/** @type {any} */ (t), kind);
});

let people = 0;

/** @param {import("node:test").TestContext} t @param {PeerServer["kind"]} kind */
async function open(t, kind) {
  const account = await servers[kind].addUser(`person${people++}`);
  const database = await mkdtemp(join(tmpdir(), "waxseal-peers-"));
  const transport = new ActivityPubTransport({ ...account, pollInterval: 100 });
  const me = await Waxseal.open({ transport, database });
  t.after(async () => {
    await me.close();
    await rm(database, { recursive: true, force: true, maxRetries: 5 });
  });
  await me.ready;
  return me;
}

/** @param {import("../../js/src/client/conversation.js").Conversation} conversation @param {string} text */
const hears = (conversation, text) =>
  eventually(
    () => conversation.messages.some((message) => message.kind === "note" && message.text === text),
    `"${text}"`,
  );

for (const from of KINDS) {
  for (const at of KINDS) {
    test(`from ${from} to ${at} and back`, async (t) => {
      const [alice, bob] = [await open(t, from), await open(t, at)];
      const chat = await alice.startConversation([bob.actor]);
      await chat.send("hello");
      const request = await eventually(() => bob.requests[0], "the invitation");
      await request.accept();
      await hears(request, "hello");
      await request.send("hello yourself");
      await hears(chat, "hello yourself");
      assert.deepEqual(
        chat.members.map(({ actor }) => actor).sort(),
        [alice.actor, bob.actor].sort(),
      );
    });
  }
}
