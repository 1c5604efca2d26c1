/** What is on disk: a restart loses nothing, a crash damages nothing, tokens are not there. */
import assert from "node:assert/strict";
import { appendFile, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { AppendLog } from "../server/append-log.js";
import { createServer } from "../server/server.js";
import {
  assertError,
  itemsOf,
  mlsMessage,
  PUBLIC,
  post,
  posted,
  request,
  startServer,
  temporaryFolder,
} from "./helpers.mjs";

test("a restart loses nothing: actors, keys, tokens, collections, objects, uploads", async (t) => {
  const dataDir = await temporaryFolder(t);
  const first = await startServer(t, { dataDir });
  const [alice, bob] = [await first.addUser("alice", "Alice"), await first.addUser("bob")];
  await posted(alice, mlsMessage([bob.actor, alice.actor]));
  await posted(alice, { type: "Update", to: PUBLIC, object: { id: alice.actor, summary: "hi" } });
  const keyPackage = (await posted(alice, { type: "KeyPackage", to: PUBLIC, content: "x" })).object
    .id;
  const target = `${alice.actor}/keyPackages`;
  await posted(alice, { type: "Add", to: PUBLIC, object: keyPackage, target });
  const gone = (await posted(alice, { type: "Note", to: PUBLIC, content: "x" })).object.id;
  await posted(alice, { type: "Delete", to: PUBLIC, object: gone });
  const follow = await posted(bob, { type: "Follow", to: alice.actor, object: alice.actor });
  await posted(alice, { type: "Accept", to: bob.actor, object: follow.id });
  const media = await request(`${first.origin}/media`, {
    method: "POST",
    token: alice.token,
    body: "octets",
  });
  const read = async () => ({
    actor: (await request(alice.actor)).json,
    keyPackages: (await request(target)).json,
    keyPackage: (await request(keyPackage)).json,
    gone: await request(gone).then(({ status, json }) => ({ status, json })),
    outbox: await itemsOf(`${alice.actor}/outbox`, alice.token),
    inbox: await itemsOf(`${alice.actor}/inbox`, alice.token),
    messages: await itemsOf(`${bob.actor}/messages`, bob.token),
    followers: await itemsOf(`${alice.actor}/followers`),
    following: await itemsOf(`${bob.actor}/following`),
    media: await (await fetch(media.json.url)).text(),
  });
  const before = await read();
  assert.equal(before.messages.length, 1);
  assert.deepEqual(before.followers, [bob.actor]);
  await first.close();

  const second = await startServer(t, { dataDir });
  assert.equal(second.port, first.port);
  assert.deepEqual(await read(), before);
  const again = await second.addUser("alice", "Other");
  assert.equal(again.actor, alice.actor);
  assert.equal((await request(alice.actor)).json.name, "Alice");
  for (const token of [alice.token, again.token]) {
    await posted({ ...alice, token }, mlsMessage(bob.actor));
  }
  const open = (/** @type {string} */ code) =>
    request(`${second.origin}/session`, { method: "POST", body: JSON.stringify({ code }) });
  assertError(await open(alice.code), 403, /code/);
  assert.equal((await open(again.code)).status, 200);
});

test("tokens and codes are not on disk nor in the log; files are the owner's", async (t) => {
  const dataDir = await temporaryFolder(t);
  const server = await startServer(t, { dataDir });
  // Not among the people whose keys the helper places: this makes a key.
  const dave = await server.addUser("dave");
  await posted(dave, mlsMessage(dave.actor));
  await post({ ...dave, token: "wrong" }, {});
  const session = await request(`${server.origin}/session`, {
    method: "POST",
    body: JSON.stringify({ code: dave.code }),
  });
  const secrets = [dave.token, dave.code, session.json.token];
  let files = 0;
  for (const entry of await readdir(dataDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.path, entry.name);
    const text = await readFile(path, "utf8");
    for (const secret of secrets) assert.ok(!text.includes(secret), entry.name);
    if (path.includes("dave")) assert.equal((await stat(path)).mode & 0o077, 0, entry.name);
    files++;
  }
  assert.ok(files >= 6);
  assert.deepEqual(server.lines, []);
});

test("a data folder belongs to one port, and a port to one server", async (t) => {
  const dataDir = await temporaryFolder(t);
  const server = await startServer(t, { dataDir });
  const { port } = server;
  await assert.rejects(createServer({ dataDir, port: port + 1 }), /belongs to port/);
  const other = await temporaryFolder(t);
  await assert.rejects(createServer({ dataDir: other, port }), /Cannot listen on 127\.0\.0\.1/);
});

test("a damaged folder stops the start with a sentence", async (t) => {
  const dataDir = await temporaryFolder(t);
  const server = await startServer(t, { dataDir });
  const alice = await server.addUser("alice");
  await posted(alice, mlsMessage(alice.actor));
  await server.close();
  const path = join(dataDir, "users/alice/user.json");
  const text = await readFile(path, "utf8");
  await writeFile(path, "{");
  await assert.rejects(createServer({ dataDir }), /user\.json is not valid JSON; restore/);
  await writeFile(path, text);
  await startServer(t, { dataDir });
});

/** @param {import("../server/json.js").JsonObject} record */
const summarise = (record) => ({ id: String(record.id) });

test("an append log: order, repetition, a last line cut short, damage in the middle", async (t) => {
  const path = join(await temporaryFolder(t), "log.jsonl");
  const log = await AppendLog.open(path, summarise);
  let told = 0;
  const unwatch = log.watch(() => told++);
  const added = ["a", "b", "a", "ü\n"].map((id) => log.append({ id, text: id.repeat(3) }));
  assert.deepEqual(await Promise.all(added), [true, true, false, true]);
  assert.equal(told, 3);
  unwatch();
  assert.deepEqual(await log.read(2), { id: "ü\n", text: "ü\nü\nü\n" });
  assert.equal(log.indexOf("b"), 1);
  assert.equal(log.indexOf("c"), undefined);
  await assert.rejects(log.read(3), RangeError);
  await log.close();

  await appendFile(path, '{"id":"cut');
  const reopened = await AppendLog.open(path, summarise);
  assert.deepEqual(
    reopened.summaries.map(({ id }) => id),
    ["a", "b", "ü\n"],
  );
  assert.equal(await reopened.append({ id: "c" }), true);
  assert.deepEqual(await reopened.read(3), { id: "c" });
  await reopened.close();

  const text = await readFile(path, "utf8");
  await writeFile(path, text.replace('{"id":"b"', '{"id":b'));
  await assert.rejects(AppendLog.open(path, summarise), /line 2 is damaged/);
});
