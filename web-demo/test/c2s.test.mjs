/** The outbox as a client sees it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  assertError,
  itemsOf,
  mlsMessage,
  PUBLIC,
  post,
  posted,
  request,
  startServer,
} from "./helpers.mjs";

/** @typedef {import("../server/server.js").Account} Account */

/**
 * Two people on one server.
 * @param {import("node:test").TestContext} t
 */
async function aliceAndBob(t) {
  const server = await startServer(t);
  return {
    server,
    alice: await server.addUser("alice", "Alice"),
    bob: await server.addUser("bob", "Bob"),
  };
}

test("the actor document has everything a client looks for", async (t) => {
  const { server, alice } = await aliceAndBob(t);
  const { json } = await request(alice.actor);
  assert.equal(json.id, alice.actor);
  assert.equal(alice.actor, `${server.origin}/users/alice`);
  assert.equal(json.name, "Alice");
  for (const name of ["inbox", "outbox", "followers", "following", "messages", "keyPackages"]) {
    assert.equal(json[name], `${alice.actor}/${name}`);
  }
  for (const name of ["proxyUrl", "uploadMedia", "eventStream"]) {
    assert.ok(json.endpoints[name].startsWith(server.origin), name);
  }
  assert.equal(json.publicKey.owner, alice.actor);
  assert.match(json.publicKey.publicKeyPem, /^-----BEGIN PUBLIC KEY-----/);
});

test("Create: 201, Location, and the whole activity with ids of the server", async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);
  const draft = mlsMessage([bob.actor, alice.actor]);
  const sent = {
    ...draft,
    id: "https://elsewhere.example/1",
    context: "uri:uuid:1",
    object: {
      ...draft.object,
      id: "https://elsewhere.example/2",
      "x:unknown": [{ deep: null }, 1.5],
    },
  };
  const { status, headers, json } = await post(alice, sent);
  assert.equal(status, 201);
  assert.equal(headers.get("location"), json.id);
  assert.ok(json.id.startsWith(`${server.origin}/objects/`));
  assert.ok(json.object.id.startsWith(`${server.origin}/objects/`));
  assert.notEqual(json.id, json.object.id);
  assert.equal(json.actor, alice.actor);
  assert.equal(json.object.attributedTo, alice.actor);
  assert.ok(Math.abs(Date.parse(json.published) - Date.now()) < 60_000);
  assert.equal(json.context, "uri:uuid:1");
  assert.deepEqual(json.object["x:unknown"], [{ deep: null }, 1.5]);
  assert.deepEqual(json.object.type, ["Object", "PrivateMessage"]);

  const stored = await request(json.id, { token: alice.token });
  assert.deepEqual(stored.json, json);
  const received = await itemsOf(`${bob.actor}/inbox`, bob.token);
  assert.deepEqual(received, [json]);
});

test("a bare object is wrapped in a Create for its recipients", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const json = await posted(alice, { type: "Note", to: bob.actor, bcc: alice.actor, content: "x" });
  assert.equal(json.type, "Create");
  assert.equal(json.to, bob.actor);
  assert.equal(json.object.type, "Note");
  assert.equal(json.object.attributedTo, alice.actor);
  assert.ok(!("bcc" in json) && !("bcc" in json.object), "blind copies are not told");
  assert.equal((await itemsOf(`${alice.actor}/inbox`, alice.token)).length, 1);
  assert.equal((await itemsOf(`${bob.actor}/inbox`, bob.token)).length, 1);
});

test("a foreign actor or author is refused", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const draft = mlsMessage(bob.actor);
  assertError(await post(alice, { ...draft, actor: bob.actor }), 400, /actor/);
  assertError(await post(alice, { ...draft, actor: [alice.actor, bob.actor] }), 400, /actor/);
  const object = { ...draft.object, attributedTo: bob.actor };
  assertError(await post(alice, { ...draft, object }), 400, /attributed/);
  assert.deepEqual(await itemsOf(`${alice.actor}/outbox`, alice.token), []);
});

test("recipients that cannot be delivered to are named in an error", async (t) => {
  const { server, alice } = await aliceAndBob(t);
  assertError(await post(alice, mlsMessage("bob")), 400, /"bob"/);
  assertError(await post(alice, mlsMessage("ftp://a.example/x")), 400, /ftp:/);
  assertError(await post(alice, mlsMessage(`${server.origin}/users/nobody`)), 400, /nobody/);
  const many = Array.from({ length: 1001 }, (_, i) => `https://a.example/${i}`);
  assertError(await post(alice, mlsMessage(many)), 400, /1000/);
});

test("a Create needs one object, which is not an activity", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  for (const object of [
    undefined,
    "https://a.example/1",
    [],
    [{ type: "Note" }, { type: "Note" }],
  ]) {
    assertError(await post(alice, { type: "Create", to: bob.actor, object }), 400, /object/);
  }
  const nested = { type: "Create", to: bob.actor, object: { type: "Like", object: "x" } };
  assertError(await post(alice, nested), 400, /activity/);
});

test("tokens: none, wrong, somebody else's, revoked", async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);
  const draft = mlsMessage(bob.actor);
  assertError(await post({ ...alice, token: "" }, draft), 401, /[Ss]ign in/);
  assertError(await post({ ...alice, token: "wrong" }, draft), 401, /sign in/);
  assertError(await post({ ...alice, token: bob.token }, draft), 403, /owner/);
  const basic = { headers: { authorization: `Basic ${alice.token}` } };
  assertError(await request(`${alice.actor}/inbox`, basic), 401);
  const signOut = { method: "DELETE", token: alice.token };
  assert.equal((await request(`${server.origin}/session`, signOut)).status, 204);
  assertError(await post(alice, draft), 401);
});

test("a sign-in code gives a token, again and again; a wrong one does not", async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);
  const open = (/** @type {unknown} */ code) =>
    request(`${server.origin}/session`, { method: "POST", body: JSON.stringify({ code }) });
  const first = await open(alice.code);
  const second = await open(alice.code);
  assert.equal(first.json.actor, alice.actor);
  assert.notEqual(first.json.token, second.json.token);
  for (const { json } of [first, second]) await posted(json, mlsMessage(bob.actor));
  assertError(await open("wrong"), 403, /code/);
  assertError(await open(7), 403, /code/);
});

test("only the owner reads inbox and messages; the outbox shows others what is public", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  for (const name of ["inbox", "messages", "inbox/events", "messages/events"]) {
    assertError(await request(`${alice.actor}/${name}`), 401);
    assertError(await request(`${alice.actor}/${name}`, { token: bob.token }), 403);
  }
  const secret = await posted(alice, mlsMessage(bob.actor));
  const open = await posted(alice, { type: "Note", to: PUBLIC, content: "hello" });
  assert.deepEqual(await itemsOf(`${alice.actor}/outbox`), [open]);
  assert.deepEqual(await itemsOf(`${alice.actor}/outbox`, bob.token), [open]);
  assert.deepEqual(await itemsOf(`${alice.actor}/outbox`, alice.token), [open, secret]);
});

test("an object is read by its owner and its recipients, a public one by all", async (t) => {
  const { server, alice, bob } = await aliceAndBob(t);
  const carol = await server.addUser("carol");
  const activity = await posted(alice, mlsMessage(bob.actor));
  for (const id of [activity.id, activity.object.id]) {
    assert.equal((await request(id, { token: alice.token })).status, 200);
    assert.equal((await request(id, { token: bob.token })).status, 200);
    assertError(await request(id, { token: carol.token }), 403, /addressed/);
    assertError(await request(id), 403, /sign in/);
  }
  for (const to of [PUBLIC, "as:Public", "Public"]) {
    const { object } = await posted(alice, { type: "Note", to, content: "hello" });
    const { status, json } = await request(object.id);
    assert.equal(status, 200, to);
    assert.deepEqual(json["@context"][0], "https://www.w3.org/ns/activitystreams");
  }
});

test("messages holds what carries MLS, also one's own messages to oneself", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  await posted(alice, { type: "Note", to: [bob.actor, alice.actor], content: "no MLS" });
  const mls = await posted(alice, mlsMessage([bob.actor, alice.actor]));
  for (const { actor, token } of [alice, bob]) {
    assert.deepEqual(await itemsOf(`${actor}/messages`, token), [mls]);
    assert.equal((await itemsOf(`${actor}/inbox`, token)).length, 2);
  }
});

test("Update: by the owner, partly, null removes", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const { object } = await posted(alice, { type: "Note", to: bob.actor, content: "a", name: "n" });
  const changes = { id: object.id, content: "b", name: null, extra: 1 };
  const updated = await posted(alice, { type: "Update", to: bob.actor, object: changes });
  assert.equal(updated.object.content, "b");
  assert.equal(updated.object.extra, 1);
  assert.equal(updated.object.type, "Note");
  assert.equal(updated.object.published, object.published);
  assert.ok(!("name" in updated.object));
  const { json } = await request(object.id, { token: bob.token });
  assert.equal(json.content, "b");
  const foreign = { type: "Update", to: alice.actor, object: changes };
  assertError(await post(bob, foreign), 403, /somebody else/);
  assertError(await post(alice, { type: "Update", object: object.id }), 400);
  const activity = { type: "Update", object: { id: updated.id, content: "c" } };
  assertError(await post(alice, activity), 400, /activity/);
});

test("Update of the own actor changes the profile, not what the server decides", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const update = (/** @type {object} */ changes) => ({
    type: "Update",
    to: PUBLIC,
    object: { id: alice.actor, type: "Person", ...changes },
  });
  const { object } = await posted(alice, update({ name: "Alice A.", toString: "kept" }));
  assert.equal(object.name, "Alice A.");
  const { json } = await request(alice.actor);
  assert.equal(json.name, "Alice A.");
  assert.equal(json.toString, "kept");
  assertError(await post(alice, update({ inbox: "https://a.example" })), 400, /"inbox"/);
  assertError(await post(alice, update({ publicKey: null })), 400, /"publicKey"/);
  assertError(await post(bob, update({ name: "Mallory" })), 404);
});

test("Delete leaves a Tombstone and no copy in the sender's activities", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const created = await posted(alice, { type: "Note", to: bob.actor, content: "regret" });
  const { object } = created;
  const update = { type: "Update", to: bob.actor, object: { id: object.id, content: "regret 2" } };
  const updated = await posted(alice, update);
  assertError(await post(bob, { type: "Delete", object: object.id }), 403, /somebody else/);
  const deleted = await posted(alice, { type: "Delete", to: bob.actor, object: object.id });
  assert.equal(deleted.object.type, "Tombstone");
  const { status, json } = await request(object.id, { token: bob.token });
  assert.equal(status, 410);
  assert.equal(json.type, "Tombstone");
  assert.equal(json.formerType, "Note");
  assert.ok(!JSON.stringify(json).includes("regret"));
  for (const { id } of [created, updated]) {
    const activity = await request(id, { token: alice.token });
    assert.equal(activity.json.object, object.id);
  }
  assertError(await post(alice, { type: "Delete", object: object.id }), 410, /deleted/);
  assertError(await post(alice, update), 410, /deleted/);
});

test("Add and Remove: only one's own objects, only to one's own keyPackages", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const keyPackage = { ...mlsMessage(PUBLIC).object, type: ["Object", "KeyPackage"] };
  const mine = (await posted(alice, { type: "Create", to: PUBLIC, object: keyPackage })).object.id;
  const theirs = (await posted(bob, { type: "Create", to: PUBLIC, object: keyPackage })).object.id;
  const target = `${alice.actor}/keyPackages`;
  const add = (/** @type {string} */ object) => ({ type: "Add", to: PUBLIC, object, target });
  const read = async () => (await request(target)).json;

  await posted(alice, add(mine));
  await posted(alice, add(mine));
  assert.deepEqual((await read()).items, [mine]);
  assert.equal((await read()).totalItems, 1);
  assertError(await post(alice, add(theirs)), 403, /somebody else/);
  assertError(await post(alice, add("https://a.example/1")), 404);
  assertError(await post(bob, add(theirs)), 403, /keyPackages/);
  assertError(await post(bob, { ...add(mine), type: "Remove" }), 403, /keyPackages/);
  assertError(await post(alice, { ...add(mine), target: `${alice.actor}/followers` }), 403);
  assert.deepEqual((await read()).items, [mine]);

  await posted(alice, { ...add(mine), type: "Remove" });
  assert.deepEqual((await read()).items, []);
  assertError(await post(alice, { ...add(mine), type: "Remove" }), 404, /not in/);

  await posted(alice, add(mine));
  await posted(alice, { type: "Delete", to: PUBLIC, object: mine });
  assert.deepEqual((await read()).items, [], "a deleted object is no longer listed");
  assertError(await post(alice, add(mine)), 410, /deleted/);
});

test("activities without an effect of their own are stored and delivered", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const types = "Like Announce Read View Listen Block Flag IntransitiveActivity".split(" ");
  for (const type of types) {
    const sent = await posted(alice, { type, to: bob.actor, object: "https://a.example/1" });
    assert.equal(sent.type, type);
    assert.equal(sent.actor, alice.actor);
  }
  const received = await itemsOf(`${bob.actor}/inbox`, bob.token);
  assert.deepEqual(received.map(({ type }) => type).reverse(), types);
});

test("Undo: only one's own activities", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const like = await posted(alice, { type: "Like", to: bob.actor, object: "https://a.example/1" });
  const undo = { type: "Undo", to: bob.actor, object: like.id };
  assertError(await post(bob, undo), 403, /undo/);
  await posted(alice, undo);
  assertError(await post(alice, { ...undo, object: "https://a.example/1" }), 404, /undone/);
});

test("Follow, Accept and Undo keep followers and following", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const follow = await posted(alice, { type: "Follow", to: bob.actor, object: bob.actor });
  assert.deepEqual(await itemsOf(`${bob.actor}/followers`), [], "a request changes nothing yet");
  await posted(bob, { type: "Accept", to: alice.actor, object: follow.id });
  assert.deepEqual(await itemsOf(`${bob.actor}/followers`), [alice.actor]);
  assert.deepEqual(await itemsOf(`${alice.actor}/following`), [bob.actor]);
  const note = await posted(bob, { type: "Note", to: `${bob.actor}/followers`, content: "x" });
  const [newest] = await itemsOf(`${alice.actor}/inbox`, alice.token);
  assert.equal(newest.id, note.id);
  await posted(alice, { type: "Undo", to: bob.actor, object: follow.id });
  assert.deepEqual(await itemsOf(`${bob.actor}/followers`), []);
  assert.deepEqual(await itemsOf(`${alice.actor}/following`), []);
});

test("an Accept of a Follow that was never sent changes nothing", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const invented = {
    type: "Follow",
    actor: alice.actor,
    object: bob.actor,
    id: "https://a.example/1",
  };
  await posted(bob, { type: "Accept", to: alice.actor, object: invented });
  assert.deepEqual(await itemsOf(`${alice.actor}/following`), []);
  assert.deepEqual(await itemsOf(`${bob.actor}/followers`), []);
});

test("posts at the same time all arrive, each once", async (t) => {
  const { alice, bob } = await aliceAndBob(t);
  const posts = Array.from({ length: 20 }, (_, i) => posted(alice, mlsMessage(bob.actor, `${i}`)));
  const ids = (await Promise.all(posts)).map(({ id }) => id);
  const received = await itemsOf(`${bob.actor}/messages`, bob.token);
  assert.deepEqual(received.map(({ id }) => id).sort(), ids.sort());
});

test("user names and data folders are checked", async (t) => {
  const { server } = await aliceAndBob(t);
  for (const name of ["", "Alice", "a/b", "..", "x".repeat(33)]) {
    await assert.rejects(server.addUser(name), /user name/);
  }
});
