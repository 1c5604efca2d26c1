// ActivityPubTransport on the servers of other projects.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { ActivityPubTransport } from "../../js/src/transport/activitypub.js";
import { CONTEXT, eventually, idOf, PUBLIC } from "./lib/wire.js";
import { KINDS, startServer } from "./servers/server.js";

/** @typedef {import("./servers/server.js").PeerServer} PeerServer */
/** @typedef {import("./servers/server.js").Account} Account */

/** @type {Record<PeerServer["kind"], { alice: Account, bob: Account }>} */
const people = /** @type {any} */ ({});
before(async (t) => {
  for (const kind of KINDS) {
    const server = await startServer(/** @type {any} */ (t), kind);
    people[kind] = { alice: await server.addUser("alice"), bob: await server.addUser("bob") };
  }
});

/** @param {Account} account */
const transportOf = (account) => new ActivityPubTransport({ ...account, pollInterval: 50 });

/** @param {string} actor @param {string} to @param {string} content @param {string} type */
const create = (actor, to, content, type) => ({
  "@context": CONTEXT,
  type: "Create",
  actor,
  to: [to],
  object: {
    type: ["Object", type],
    attributedTo: actor,
    to: [to],
    mediaType: "message/mls",
    encoding: "base64",
    content,
    ciphersuite: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
  },
});

for (const kind of KINDS) {
  describe(kind, () => {
    test("people are found by handle, from every server", async () => {
      const { alice } = people[kind];
      for (const other of KINDS) {
        const found = await transportOf(people[other].bob).resolve(alice.handle);
        assert.equal(found.id, alice.actor);
        assert.equal(found.handle, alice.handle);
        assert.equal(found.keyPackages, `${alice.actor}/keyPackages`);
      }
    });

    test("a KeyPackage is posted, its address known, found and deleted", async () => {
      const { alice } = people[kind];
      const transport = transportOf(alice);
      const posted = await transport.post(create(alice.actor, PUBLIC, "AAAA", "KeyPackage"));
      assert.match(posted.object ?? "", /^http/);
      assert.match(posted.activity ?? "", /^http/);
      assert.equal((await transport.get(posted.object ?? "")).content, "AAAA");
      const list = {
        actor: alice.actor,
        object: posted.object,
        target: `${alice.actor}/keyPackages`,
      };
      const add = transport.post({ "@context": CONTEXT, type: "Add", ...list });
      if (kind === "apex") await assert.rejects(add, { code: "SERVER_REFUSED" });
      else await add;
      const reader = transportOf(people.embedded.bob);
      const [found] = await eventually(async () => {
        const objects = await reader.keyPackages(alice.actor);
        return objects.length > 0 ? objects : undefined;
      }, "the package is listed");
      assert.deepEqual([found.id, found.content], [posted.object, "AAAA"]);
      const { actor, object } = list;
      await transport.post({ "@context": CONTEXT, type: "Delete", actor, object });
      await eventually(async () => (await reader.keyPackages(alice.actor)).length === 0, "gone");
    });

    test("what comes is read by cursor and watched, the oldest first", async (t) => {
      const { alice } = people[kind];
      const transport = transportOf(alice);
      const { cursor } = await transport.read(undefined);
      const sender = transportOf(people[kind === "embedded" ? "fedify" : "embedded"].bob);
      const send = (/** @type {string} */ content) =>
        sender.post(create(sender.actor, alice.actor, content, "PrivateMessage"));
      const contents = (/** @type {any[]} */ items) => items.map(({ object }) => object.content);
      // More than a page of each server.
      const first = Array.from({ length: 55 }, (_, i) => Buffer.from(`a${i}`).toString("base64"));
      for (const content of first) await send(content);
      await eventually(async () => {
        const { items } = await transport.read(cursor);
        return items.length === first.length;
      }, "all have come");
      const batch = await transport.read(cursor);
      assert.deepEqual(contents(batch.items), first);
      assert.equal(batch.cursor, idOf(batch.items.at(-1)));
      assert.equal(await transport.newest(), batch.cursor);
      assert.deepEqual((await transport.read(batch.cursor)).items, []);
      const middle = idOf(batch.items[20]);
      assert.deepEqual(contents((await transport.read(middle)).items), first.slice(21));

      const end = new AbortController();
      t.after(() => end.abort());
      /** @type {any[]} */
      const seen = [];
      /** @type {string[]} */
      const states = [];
      const watching = transport.watch({
        signal: end.signal,
        since: () => idOf(seen.at(-1)) ?? batch.cursor,
        onActivity: async (activity) => void seen.push(activity),
        onError: (error) => assert.fail(String(error)),
        onState: (state) => states.push(state),
      });
      const expected = kind === "embedded" ? "live" : "polling";
      await eventually(() => states.includes(expected), expected);
      for (const content of ["BBBB", "CCCC"]) await send(content);
      await eventually(() => seen.length === 2, "both are seen");
      assert.deepEqual(contents(seen), ["BBBB", "CCCC"]);
      end.abort();
      await watching;
    });
  });
}
