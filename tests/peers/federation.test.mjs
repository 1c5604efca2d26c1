// An activity posted at one server arrives at each of the others, and what is changed on the way is
// what the servers' own descriptions say: the tolerance of a client is tested by it.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import {
  asArray,
  CONTEXT,
  eventually,
  get,
  idOf,
  itemsOf,
  PUBLIC,
  post,
  received,
} from "./lib/wire.js";
import { KINDS, startServer } from "./servers/server.js";

/** @typedef {import("./servers/server.js").PeerServer} PeerServer */
/** @typedef {import("./servers/server.js").Account} Account */
/** @typedef {PeerServer["kind"]} Kind */

const GENERATOR = { id: "https://client.example/app", type: "Application", name: "A client" };
const CONVERSATION = "uri:uuid:1b4e28ba-2fa1-41d2-883f-0016d3cca427";

/** @type {Record<Kind, PeerServer>} */
const servers = /** @type {any} */ ({});
/** @type {Record<Kind, { alice: Account, bob: Account }>} */
const people = /** @type {any} */ ({});
before(async (t) => {
  for (const kind of KINDS) {
    servers[kind] = await startServer(/** @type {any} */ (t), kind);
    const [alice, bob] = [await servers[kind].addUser("alice"), await servers[kind].addUser("bob")];
    people[kind] = { alice, bob };
  }
});

/** @param {string} actor @param {string | string[]} to @param {string} content @param {string} type */
const activity = (actor, to, content, type = "PrivateMessage") => ({
  "@context": CONTEXT,
  type: "Create",
  actor,
  to,
  context: CONVERSATION,
  instrument: GENERATOR.id,
  object: {
    type: ["Object", type],
    attributedTo: actor,
    to,
    context: CONVERSATION,
    conversation: CONVERSATION,
    mediaType: "message/mls",
    encoding: "base64",
    content,
    ciphersuite: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
    generator: GENERATOR,
    summary: "An encrypted message",
  },
});

/** @param {Account} reader @param {string} content */
const arrival = (reader, content) =>
  eventually(async () => {
    const found = await received(reader);
    return found.find(({ object }) => object.content === content);
  }, `${content} at ${reader.actor}`);

describe("what arrives", () => {
  for (const from of KINDS) {
    for (const at of KINDS) {
      test(`from ${from} at ${at}`, async () => {
        const { alice } = people[from];
        const { bob } = people[at];
        const content = Buffer.from(`${from} to ${at}`).toString("base64");
        const answer = await post(alice, activity(alice.actor, [bob.actor], content));
        assert.equal(answer.status, from === "fedify" ? 202 : 201);
        const arrived = await arrival(bob, content);
        const { object } = arrived;

        // What every server keeps.
        assert.equal(arrived.type, "Create");
        assert.equal(idOf(arrived.actor), alice.actor);
        assert.equal(new URL(arrived.id).origin, servers[from].origin);
        assert.equal(arrived.context, CONVERSATION);
        assert.equal(arrived.instrument, GENERATOR.id);
        assert.equal(idOf(object.attributedTo), alice.actor);
        assert.equal(new URL(object.id).origin, servers[from].origin);
        assert.equal(object.mediaType, "message/mls");
        assert.equal(object.content, content);
        assert.equal(object.context, CONVERSATION);
        assert.equal(object.summary, "An encrypted message");
        assert.deepEqual(object.generator, GENERATOR);
        assert.deepEqual(asArray(arrived.to).map(idOf), [bob.actor]);

        // What Fedify has no name for is lost where an activity is made there, not where it arrives.
        const lost = from === "fedify";
        assert.deepEqual(object.type, lost ? "Object" : ["Object", "PrivateMessage"]);
        assert.equal(object.encoding, lost ? undefined : "base64");
        assert.equal(object.conversation, lost ? undefined : CONVERSATION);
        assert.equal("ciphersuite" in object, !lost);

        // Shapes.
        assert.equal(typeof arrived.actor, at === "apex" ? "object" : "string");
        assert.equal("likes" in arrived, from === "apex");
        if (from === "fedify") assert.equal(asArray(arrived.to)[0].inbox, `${bob.actor}/inbox`);
        else
          assert.deepEqual(arrived.to, from === "apex" || at === "apex" ? bob.actor : [bob.actor]);
      });
    }
  }

  test("two people of one server both get it, and the sender what the server gives back", async () => {
    for (const from of KINDS) {
      const { alice, bob } = people[from];
      const content = Buffer.from(`${from} to all`).toString("base64");
      const others = KINDS.filter((kind) => kind !== from).flatMap((kind) => [
        people[kind].alice,
        people[kind].bob,
      ]);
      const to = [alice, bob, ...others].map(({ actor }) => actor);
      await post(alice, activity(alice.actor, to, content));
      for (const reader of [bob, ...others]) await arrival(reader, content);
      if (from !== "apex") {
        await arrival(alice, content);
        continue;
      }
      // activitypub-express leaves the sender out (ActivityPub section 7.1); the outbox has it.
      const { outbox } = await get(alice.actor);
      const own = await itemsOf(outbox, alice.token);
      assert.ok(own.some(({ object }) => object?.content === content));
      assert.ok((await received(alice)).every(({ object }) => object.content !== content));
    }
  });
});

describe("an outbox answers", () => {
  test("embedded: 201, Location, the activity", async () => {
    const { alice } = people.embedded;
    const { status, headers, json } = await post(alice, activity(alice.actor, PUBLIC, "AAEAAg=="));
    assert.equal(status, 201);
    assert.equal(headers.get("location"), json.id);
    assert.deepEqual(json.object.type, ["Object", "PrivateMessage"]);
  });

  test("Fedify: 202 with neither; a type that it does not know alone is refused", async () => {
    const { alice } = people.fedify;
    const sent = activity(alice.actor, alice.actor, "AAEAAg==");
    const { status, headers, json } = await post(alice, sent);
    assert.deepEqual([status, headers.get("location"), json], [202, null, undefined]);
    const alone = { ...sent, object: { ...sent.object, type: "PrivateMessage" } };
    assert.equal((await post(alice, alone)).status, 400);
  });

  test("activitypub-express: 201 with Location and nothing else; more than 100 kB is refused", async () => {
    const { alice } = people.apex;
    const { status, headers, json } = await post(alice, activity(alice.actor, PUBLIC, "AAEAAg=="));
    assert.deepEqual([status, json], [201, undefined]);
    const made = await get(headers.get("location") ?? "", alice.token);
    assert.equal(made.object.content, "AAEAAg==");
    assert.equal(made.to, "as:Public");
    const large = activity(alice.actor, PUBLIC, "A".repeat(100 * 1024));
    assert.equal((await post(alice, large)).status, 413);
  });

  for (const kind of KINDS) {
    test(`${kind}: not without the account's own token`, async () => {
      const { alice, bob } = people[kind];
      const sent = activity(alice.actor, bob.actor, "AAEAAg==");
      const foreign = await post({ ...alice, token: bob.token }, sent);
      const none = await post({ ...alice, token: "x" }, sent);
      for (const { status } of [foreign, none])
        assert.ok(status === 401 || status === 403, `${status}`);
      const { inbox } = await get(alice.actor);
      await assert.rejects(get(inbox, "x"), /40[13]/).catch(async () => {
        // activitypub-express shows a stranger the inbox without what is not public.
        assert.equal(kind, "apex");
        for (const item of await itemsOf(inbox)) assert.equal(item.to, "as:Public");
      });
    });
  }
});

describe("keyPackages", () => {
  for (const kind of KINDS) {
    test(`${kind}: a package is found by everybody, and is gone after Delete`, async () => {
      const { alice } = people[kind];
      const content = Buffer.from(`package of ${kind}`).toString("base64");
      const posted = await post(alice, activity(alice.actor, PUBLIC, content, "KeyPackage"));
      const { keyPackages } = await get(alice.actor);
      const read = async () => {
        const items = await itemsOf(keyPackages);
        return Promise.all(items.map((item) => (typeof item === "string" ? get(item) : item)));
      };
      if (kind === "embedded") {
        const add = { type: "Add", object: posted.json.object.id, target: keyPackages };
        assert.equal(
          (await post(alice, { "@context": CONTEXT, actor: alice.actor, ...add })).status,
          201,
        );
      }
      const found = await eventually(
        async () => (await read()).find((one) => one.content === content),
        "the package is listed",
      );
      assert.deepEqual(found.type, kind === "fedify" ? "Object" : ["Object", "KeyPackage"]);
      assert.equal("ciphersuite" in found, kind !== "fedify");
      if (kind === "apex") {
        const add = { "@context": CONTEXT, type: "Add", actor: alice.actor, object: found.id };
        assert.equal((await post(alice, { ...add, target: keyPackages })).status, 400);
      }
      const remove = { "@context": CONTEXT, type: "Delete", actor: alice.actor, object: found.id };
      assert.ok((await post(alice, remove)).status < 300);
      await eventually(async () => (await read()).length === 0, "it is gone");
    });
  }
});

test("no server complained of anything else", () => {
  const refused = /Invalid type: .*#PrivateMessage|entity too large/;
  for (const kind of KINDS) {
    assert.deepEqual(
      servers[kind].log.filter((line) => !refused.test(line)),
      [],
      kind,
    );
  }
});
