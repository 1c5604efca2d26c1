/** Two servers on loopback that deliver to each other. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import {
  assertError,
  eventually,
  itemsOf,
  mlsMessage,
  PUBLIC,
  posted,
  request,
  startServer,
  temporaryFolder,
} from "./helpers.mjs";

/**
 * Alice on one server, Bob on another.
 * @param {import("node:test").TestContext} t
 * @param {Partial<import("./helpers.mjs").ServerOptions>} [optionsA]
 * @param {Partial<import("./helpers.mjs").ServerOptions>} [optionsB]
 */
async function twoServers(t, optionsA, optionsB) {
  const a = await startServer(t, { name: "A", ...optionsA });
  const b = await startServer(t, { name: "B", ...optionsB });
  return { a, b, alice: await a.addUser("alice"), bob: await b.addUser("bob") };
}

/**
 * @param {{ actor: string, token: string }} account
 * @param {number} count
 */
function messagesOf({ actor, token }, count) {
  return eventually(async () => {
    const items = await itemsOf(`${actor}/messages`, token);
    return items.length >= count ? items : undefined;
  }, `${count} messages of ${actor}`);
}

test("messages go both ways, in order, unchanged, once", async (t) => {
  const { a, b, alice, bob } = await twoServers(t);
  const toBob = [];
  for (let i = 0; i < 12; i++) {
    toBob.push(await posted(alice, mlsMessage([bob.actor, alice.actor], `${i}`)));
  }
  const toAlice = await posted(bob, mlsMessage([alice.actor, bob.actor]));
  const atBob = await messagesOf(bob, 13);
  assert.deepEqual(atBob.filter(({ actor }) => actor === alice.actor).reverse(), toBob);
  const atAlice = await messagesOf(alice, 13);
  assert.deepEqual(
    atAlice.filter(({ actor }) => actor === bob.actor),
    [toAlice],
  );
  assert.deepEqual([...a.lines, ...b.lines], []);
});

test("a remote recipient reads the object through its own server's proxyUrl", async (t) => {
  const { b, alice, bob } = await twoServers(t);
  const carol = await b.addUser("carol");
  const { id, object } = await posted(alice, mlsMessage(bob.actor));
  /**
   * @param {{ token: string }} account
   * @param {string} target
   */
  const read = ({ token }, target) =>
    request(`${b.origin}/proxy`, {
      method: "POST",
      token,
      body: new URLSearchParams({ id: target }),
    });
  assert.deepEqual((await read(bob, object.id)).json.content, object.content);
  assert.equal((await read(bob, id)).json.id, id);
  assertError(await read(carol, object.id), 403, /addressed/);
  assert.equal((await read(carol, alice.actor)).json.id, alice.actor);
  assertError(await request(object.id), 403);
});

test("Follow and Accept work across servers", async (t) => {
  const { alice, bob } = await twoServers(t);
  const follow = await posted(alice, { type: "Follow", to: bob.actor, object: bob.actor });
  await eventually(async () => (await itemsOf(`${bob.actor}/inbox`, bob.token)).length, "Follow");
  await posted(bob, { type: "Accept", to: alice.actor, object: follow });
  await eventually(async () => (await itemsOf(`${alice.actor}/following`)).length, "Accept");
  assert.deepEqual(await itemsOf(`${bob.actor}/followers`), [alice.actor]);
  await posted(bob, { type: "Note", to: [PUBLIC, `${bob.actor}/followers`], content: "x" });
  await eventually(
    async () => (await itemsOf(`${alice.actor}/inbox`, alice.token)).length === 2,
    "a post to followers",
  );
});

test("a failing server gets it later, in order; others do not wait for it", async (t) => {
  let failing = true;
  let attempts = 0;
  const { a, alice, bob } = await twoServers(t, undefined, {
    intercept(req) {
      if (!failing || !req.url?.endsWith("/bob/inbox") || req.method !== "POST") return undefined;
      attempts++;
      return { status: 500, headers: { "content-type": "text/html" }, body: "<p>down</p>" };
    },
  });
  const carol = await a.addUser("carol");
  const sent = [];
  for (let i = 0; i < 3; i++) {
    sent.push((await posted(alice, mlsMessage([bob.actor, carol.actor], `${i}`))).id);
  }
  assert.equal((await messagesOf(carol, 3)).length, 3);
  await eventually(() => attempts >= 3, "three attempts");
  failing = false;
  const received = await messagesOf(bob, 3);
  assert.deepEqual(received.map(({ id }) => id).reverse(), sent);
  assert.ok(
    a.lines.every((line) => /status 500.*next try in \d+ ms\.$/.test(line)),
    a.lines[0],
  );
  const pauses = a.lines.map((line) => Number(/(\d+) ms/.exec(line)?.[1]));
  assert.deepEqual(pauses.slice(0, 3), [20, 40, 80]);
});

test("a delivery that is pending survives a restart of the sender", async (t) => {
  const dataDir = await temporaryFolder(t);
  let failing = true;
  const b = await startServer(t, {
    intercept: (req) =>
      failing && req.url === "/users/bob/inbox" && req.method === "POST"
        ? { status: 503 }
        : undefined,
  });
  const bob = await b.addUser("bob");
  const a = await startServer(t, { dataDir });
  const alice = await a.addUser("alice");
  const sent = [];
  for (let i = 0; i < 3; i++) sent.push((await posted(alice, mlsMessage(bob.actor, `${i}`))).id);
  await eventually(() => a.lines.length > 0, "a failed attempt");
  await a.close();
  failing = false;
  assert.deepEqual(await itemsOf(`${bob.actor}/messages`, bob.token), []);

  const again = await startServer(t, { dataDir });
  assert.equal(again.origin, a.origin, "the folder keeps its port");
  const received = await messagesOf(bob, 3);
  assert.deepEqual(received.map(({ id }) => id).reverse(), sent);
  const pending = async () => (await readdir(join(dataDir, "deliveries"))).length;
  await eventually(async () => (await pending()) === 0, "an empty queue");
});

test("a recipient that is down, or hangs, is tried again", async (t) => {
  const { a, alice } = await twoServers(t, { remoteTimeoutMs: 100 });
  const hanging = createHttpServer(() => {});
  await new Promise((resolve) => hanging.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => {
    hanging.closeAllConnections();
    hanging.close();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (hanging.address());
  await posted(alice, mlsMessage([`http://127.0.0.1:${port}/u`, "http://127.0.0.1:1/u"]));
  await eventually(
    () =>
      a.lines.some((line) => /did not answer in time.*next try/.test(line)) &&
      a.lines.some((line) => /could not be reached.*next try/.test(line)),
    "two failures in the log",
  );
});

test("what cannot be delivered is given up, kept in a file, and blocks nothing", async (t) => {
  const dataDir = await temporaryFolder(t);
  const { a, b, alice, bob } = await twoServers(t, { dataDir });
  const nobody = `${b.origin}/users/nobody`;
  const { id } = await posted(alice, mlsMessage([nobody, bob.actor]));
  await messagesOf(bob, 1);
  await eventually(() => a.lines.some((line) => /given up/.test(line)), "giving up");
  const [line = ""] = (await readFile(join(dataDir, "deliveries/given-up.jsonl"), "utf8")).split(
    "\n",
  );
  const entry = JSON.parse(line);
  assert.equal(entry.recipient, nobody);
  assert.equal(entry.activity, id);
  assert.match(entry.reason, /404/);
});
