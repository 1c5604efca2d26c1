// The hostile server does what its rules say, to whom they say it, and tells the truth otherwise.
import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { ActivityPubTransport } from "../../js/src/transport/activitypub.js";
import { BonfireClient } from "./clients/bonfire.js";
import { MlsDevice, toBase64 } from "./clients/mls.js";
import { startHostile } from "./hostile.js";
import {
  both,
  changing,
  claiming,
  damaging,
  dropping,
  relabelling,
  replaying,
  reversing,
  shuffling,
  splitting,
  swapping,
} from "./hostile_attacks.js";
import { CONTEXT, eventually, get, itemsOf, post, received, request } from "./lib/wire.js";
import { startServer } from "./servers/server.js";

/** @typedef {import("./servers/server.js").Account} Account */

/** @type {import("./hostile.js").HostileServer} */
let server;
/** @type {Account} */
let alice;
/** @type {Account} */
let bob;
beforeEach(async (t) => {
  server = await startHostile();
  /** @type {any} */ (t).after(() => server.close());
  alice = await server.addUser("alice");
  bob = await server.addUser("bob");
});

/** @param {Account} from @param {Account} to @param {string} content */
const send = ({ actor, ...rest }, to, content) =>
  post(
    { actor, ...rest },
    {
      "@context": CONTEXT,
      type: "Create",
      actor,
      to: [to.actor],
      object: {
        type: ["Object", "PrivateMessage"],
        to: [to.actor],
        mediaType: "message/mls",
        content,
      },
    },
  );

const LETTERS = ["AAAA", "BBBB", "CCCC", "DDDD", "EEEE"];
/** @param {any[]} items */
const contents = (items) => items.map(({ object }) => object.content);
/** What bob reads, oldest first. */
const read = async () => (await received(bob)).reverse();

describe("messages", () => {
  beforeEach(async () => {
    for (const letters of LETTERS) assert.equal((await send(alice, bob, letters)).status, 201);
  });
  const second = (/** @type {any} */ _item, /** @type {number} */ index) => index === 1;

  test("without a rule, and after behave(), are as they came", async () => {
    const before = await received(bob);
    server.onMessages(
      bob.actor,
      dropping(() => true),
    );
    assert.deepEqual(await received(bob), []);
    server.behave();
    assert.deepEqual(await received(bob), before);
    assert.deepEqual(contents(before).reverse(), LETTERS);
  });

  test("are dropped, reordered, replayed", async () => {
    server.onMessages(bob.actor, dropping(second));
    assert.deepEqual(contents(await read()), ["AAAA", "CCCC", "DDDD", "EEEE"]);
    server.onMessages(bob.actor, reversing());
    assert.deepEqual(contents(await read()), [...LETTERS].reverse());
    server.onMessages(bob.actor, shuffling(7));
    const shuffled = contents(await read());
    assert.notDeepEqual(shuffled, LETTERS);
    assert.deepEqual([...shuffled].sort(), LETTERS);
    assert.deepEqual(contents(await read()), shuffled);
    server.onMessages(bob.actor, replaying(second, { times: 2 }));
    const replayed = await read();
    assert.deepEqual(contents(replayed), [...LETTERS, "BBBB", "BBBB"]);
    assert.notEqual(replayed[5].id, replayed[1].id);
    assert.equal((await read())[5].id, replayed[5].id, "another look finds the same");
    server.onMessages(bob.actor, replaying(second, { anew: false }));
    const same = await read();
    assert.equal(same[5].id, same[1].id);
  });

  test("are relabelled, claimed, changed, damaged; several rules at once", async () => {
    server.onMessages(bob.actor, relabelling("GroupInfo", second));
    const types = (await read()).map(({ object }) => object.type);
    assert.deepEqual(types.slice(0, 2), [["Object", "PrivateMessage"], "GroupInfo"]);
    server.onMessages(bob.actor, claiming(bob.actor, second));
    const [first, claimed] = await read();
    assert.deepEqual([first.actor, first.object.attributedTo], [alice.actor, alice.actor]);
    assert.deepEqual([claimed.actor, claimed.object.attributedTo], [bob.actor, bob.actor]);
    server.onMessages(bob.actor, claiming(bob.actor, second, { object: false }));
    assert.equal((await read())[1].object.attributedTo, alice.actor);
    server.onMessages(bob.actor, both(changing({ context: "x" }, second), damaging(0, second)));
    const [whole, damaged] = await read();
    assert.ok(!("context" in whole.object));
    assert.equal(damaged.object.context, "x");
    assert.deepEqual([whole.object.content, damaged.object.content], ["AAAA", "BBBA"]);
  });

  test("are what a transport reads, with a cursor too; no events are offered", async () => {
    const honest = new ActivityPubTransport(bob);
    const { cursor } = await honest.read(undefined);
    server.onMessages(bob.actor, (items) => [...items, { ...items[0], id: "urn:later" }]);
    const transport = new ActivityPubTransport(bob);
    assert.equal((await transport.read(undefined)).items.length, 6);
    assert.deepEqual(
      (await transport.read(cursor)).items.map(({ id }) => id),
      ["urn:later"],
    );
    assert.equal((await request(`${bob.actor}/messages/events`, bob)).status, 404);
    assert.equal((await get(`${bob.actor}/messages`, bob.token)).eventStream, undefined);
  });

  test("of others stay hidden: the rules change no rights", async () => {
    server.onMessages(bob.actor, (items) => items);
    assert.equal((await request(`${bob.actor}/messages`, alice)).status, 403);
    assert.equal((await request(`${bob.actor}/messages`)).status, 401);
  });
});

describe("KeyPackages", () => {
  /** @type {BonfireClient} */
  let client;
  beforeEach(async () => {
    client = await BonfireClient.open({ account: alice });
    await client.publishKeyPackages();
  });
  /** @param {string} token */
  const found = async (token) => {
    const items = await itemsOf(`${alice.actor}/keyPackages`, token);
    return items.map(({ content }) => content);
  };

  test("are swapped, so that a client that does not compare invites another device", async () => {
    const mallory = await MlsDevice.create(alice.actor, {
      lifetimeDays: 84,
      grease: false,
      pastEpochs: 4,
      padding: 0,
      acceptsProposals: true,
    });
    const { octets } = await mallory.newPackage();
    server.onKeyPackages(alice.actor, swapping(toBase64(octets)));
    const here = await BonfireClient.open({ account: bob });
    await here.publishKeyPackages();
    await here.invite([alice.actor]);
    assert.deepEqual(here.members(), [alice.actor, bob.actor].sort());
    const [welcome] = (await received(alice)).filter(({ object }) => object.type === "Welcome");
    const message = mallory.decode(Buffer.from(welcome.object.content, "base64"));
    assert.equal(await mallory.join(message.welcome), here.group, "and Mallory is in");
    assert.equal(await client.device.join(message.welcome), undefined);
  });

  test("are different for different readers, in the collection and one by one", async () => {
    const [object] = await client.packagesOf(alice.actor);
    const other = { ...object, content: "AAAA" };
    server.onKeyPackages(
      alice.actor,
      splitting(
        new Map([
          [bob.actor, [other]],
          [undefined, []],
        ]),
      ),
    );
    assert.deepEqual(await found(alice.token), [object.content]);
    assert.deepEqual(await found(bob.token), ["AAAA"]);
    assert.deepEqual(await itemsOf(`${alice.actor}/keyPackages`), []);
    assert.equal((await get(object.id, bob.token)).content, "AAAA");
    assert.equal((await get(object.id, alice.token)).content, object.content);
    assert.equal((await request(object.id)).status, 404);
  });

  test("know a reader of another server who asks through that one", async (t) => {
    const there = await startServer(t, "embedded");
    const carol = await there.addUser("carol");
    const [object] = await client.packagesOf(alice.actor);
    /** @type {(string | undefined)[]} */
    const readers = [];
    server.onKeyPackages(alice.actor, (objects, reader) => {
      readers.push(reader);
      return reader === carol.actor ? [{ ...object, content: "CCCC" }] : objects;
    });
    const answer = await request(`${there.origin}/proxy`, {
      method: "POST",
      token: carol.token,
      body: new URLSearchParams({ id: `${alice.actor}/keyPackages` }),
    });
    assert.equal(answer.json.items[0].content, "CCCC");
    assert.deepEqual(readers, [carol.actor]);
  });
});

describe("posts and proxy", () => {
  test("what is posted is swallowed, doubled or changed", async () => {
    server.onPost(alice.actor, () => []);
    assert.equal((await send(alice, bob, "AAAA")).status, 202);
    server.onPost(alice.actor, (activity) => [activity, activity]);
    assert.equal((await send(alice, bob, "BBBB")).status, 201);
    server.onPost(alice.actor, (activity) => [
      { ...activity, object: { ...activity.object, content: "DDDD" } },
    ]);
    await send(alice, bob, "CCCC");
    assert.deepEqual(contents(await read()), ["BBBB", "BBBB", "DDDD"]);
    assert.equal((await send({ ...alice, token: bob.token }, bob, "EEEE")).status, 403);
  });

  test("what is read of other servers is changed, for one reader", async (t) => {
    const there = await startServer(t, "embedded");
    const carol = await there.addUser("carol");
    server.onProxy((document, url, reader) =>
      reader === bob.actor && url === carol.actor ? { ...document, name: "Mallory" } : document,
    );
    const ask = (/** @type {Account} */ { token }) =>
      request(`${server.origin}/proxy`, {
        method: "POST",
        token,
        body: new URLSearchParams({ id: carol.actor }),
      });
    assert.equal((await ask(bob)).json.name, "Mallory");
    assert.equal((await ask(alice)).json.name, "carol");
    const gone = {
      method: "POST",
      token: bob.token,
      body: new URLSearchParams({ id: `${carol.actor}x` }),
    };
    assert.notEqual((await request(`${server.origin}/proxy`, gone)).status, 200);
  });

  test("federation goes on behind the rules", async (t) => {
    const there = await startServer(t, "embedded");
    const carol = await there.addUser("carol");
    server.onMessages(bob.actor, relabelling("Welcome"));
    assert.equal((await send(carol, bob, "AAAA")).status, 201);
    const [item] = await eventually(async () => {
      const items = await received(bob);
      return items.length > 0 ? items : undefined;
    }, "the delivery");
    assert.deepEqual([item.actor, item.object.type], [carol.actor, "Welcome"]);
  });
});
