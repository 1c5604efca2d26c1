// ActivityPubTransport against a server that behaves as servers do, well and badly.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ActivityPubTransport } from "../../js/src/transport/activitypub.js";
import { readCollection } from "../../js/src/transport/collection.js";
import { actorInWebfinger, isHandle, webfingerUrl } from "../../js/src/transport/webfinger.js";
import { startFakeServer, TOKEN } from "../js/lib/fake_server.mjs";

/** @type {import("../js/lib/fake_server.mjs").FakeServer} */
let server;
/** @type {ActivityPubTransport} */
let transport;
beforeEach(async () => {
  server = await startFakeServer();
  transport = new ActivityPubTransport({ actor: server.actor, token: TOKEN, pollInterval: 20 });
});
afterEach(() => server.close());

/** @param {number} number */
const activity = (number) => ({ id: `urn:test:${number}`, type: "Create", object: { number } });

/** @param {() => boolean} condition @param {string} what */
async function until(condition, what) {
  for (let i = 0; i < 300; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`did not happen: ${what}`);
}

/**
 * Watches until stop(); collects what comes.
 * @param {string} [since]
 */
function watch(since) {
  const end = new AbortController();
  /** @type {{ ids: string[], states: string[], errors: string[] }} */
  const seen = { ids: [], states: [], errors: [] };
  const done = transport.watch({
    signal: end.signal,
    since: () => seen.ids.at(-1) ?? since,
    onActivity: async ({ id }) => void seen.ids.push(id),
    onError: (error) => seen.errors.push(/** @type {any} */ (error).code),
    onState: (state, error) => {
      seen.states.push(state);
      if (error) seen.errors.push(/** @type {any} */ (error).code);
    },
  });
  function stop() {
    end.abort();
    return done;
  }
  return { ...seen, stop };
}

describe("constructor", () => {
  test("names a wrong argument", () => {
    assert.throws(() => new ActivityPubTransport({ actor: "bob", token: "t" }), {
      code: "INVALID_ARGUMENT",
      message: /actor/,
    });
    const withoutToken = /** @type {any} */ ({ actor: server.actor });
    assert.throws(() => new ActivityPubTransport(withoutToken), { message: /token/ });
  });
});

describe("post", () => {
  /** @typedef {import("../js/lib/fake_server.mjs").Res} Res */
  /** @type {Record<string, { reply: (res: Res) => void, expected: () => object }>} */
  const answers = {
    "201 with Location only": {
      reply: (res) =>
        server.answer(res, 201, undefined, { location: `${server.origin}/activities/7` }),
      expected: () => ({ activity: `${server.origin}/activities/7`, object: "urn:object" }),
    },
    "201 with a body": {
      reply: (res) => server.answer(res, 201, { id: "urn:a", object: { id: "urn:o" } }),
      expected: () => ({ activity: "urn:a", object: "urn:o" }),
    },
    "201 with the object in an array": {
      reply: (res) => server.answer(res, 201, { id: "urn:a", object: [{ id: "urn:o" }] }),
      expected: () => ({ activity: "urn:a", object: "urn:o" }),
    },
    "202 with neither": {
      reply: (res) => server.answer(res, 202),
      expected: () => ({ activity: undefined, object: undefined }),
    },
    "200 with a text that is not JSON": {
      reply: (res) => res.writeHead(200, { "content-type": "text/plain" }).end("accepted"),
      expected: () => ({ activity: undefined, object: undefined }),
    },
  };
  for (const [name, { reply, expected }] of Object.entries(answers)) {
    test(`understands ${name}`, async () => {
      server.on("POST /users/alice/outbox", (_req, res) => reply(res));
      server.on("GET /activities/7", (_req, res) => {
        server.answer(res, 200, { id: `${server.origin}/activities/7`, object: "urn:object" });
      });
      assert.deepEqual(await transport.post(activity(1)), expected());
    });
  }

  /** @type {[number, string, boolean][]} */
  const failures = [
    [401, "UNAUTHORISED", true],
    [403, "FORBIDDEN", false],
    [404, "NOT_FOUND", false],
    [413, "TOO_LARGE", false],
    [400, "SERVER_REFUSED", false],
    [429, "RATE_LIMITED", true],
    [500, "SERVER_ERROR", true],
    [502, "SERVER_ERROR", true],
  ];
  for (const [status, code, transient] of failures) {
    test(`${status} is ${code}`, async () => {
      server.on("POST /users/alice/outbox", (_req, res) => {
        res.writeHead(status, { "content-type": "text/html", "retry-after": "2" });
        res.end("<h1>no</h1>");
      });
      const error = await transport.post(activity(1)).catch((e) => e);
      assert.equal(error.code, code);
      assert.equal(error.name, "WaxsealError");
      assert.equal(error.status, status);
      assert.match(error.message, /\. ?[A-Z].*\.|\.$/);
      assert.equal(transport.isTransient(error), transient);
      if (status === 429) assert.equal(error.retryAfter, 2000);
    });
  }
});

describe("get", () => {
  test("HTML instead of JSON is NOT_JSON", async () => {
    server.on("GET /users/alice", (_req, res) => res.end("<!doctype html><p>hello"));
    await assert.rejects(transport.connect(), { code: "NOT_JSON" });
  });

  test("a server that is not there is NETWORK", async () => {
    await assert.rejects(transport.get("http://127.0.0.1:1/x"), { code: "NETWORK" });
  });

  test("a connection cut in the middle is NETWORK", async () => {
    server.on("GET /users/alice", (_req, res) => {
      res.writeHead(200, { "content-length": "1000" });
      res.write('{"id":');
      setTimeout(() => res.destroy(), 5);
    });
    await assert.rejects(transport.connect(), { code: "NETWORK" });
  });

  test("an endless answer is TOO_LARGE", async () => {
    server.on("GET /users/alice", (_req, res) => {
      res.writeHead(200, { "content-length": String(2 ** 30) });
      res.write("{");
    });
    await assert.rejects(transport.connect(), { code: "TOO_LARGE" });
  });

  test("only http and https are asked", async () => {
    await assert.rejects(transport.get("file:///etc/passwd"), { code: "NOT_FOUND" });
  });

  test("the token goes to the own server only; others are tried directly, then by the proxy", async () => {
    const other = await startFakeServer();
    other.on("GET /open", (_req, res) => other.answer(res, 200, { id: "open" }));
    other.on("GET /closed", (_req, res) => other.answer(res, 401, {}));
    server.on("POST /proxy", (_req, res, body) => {
      server.answer(res, 200, { id: new URLSearchParams(body).get("id") });
    });
    await transport.connect();
    assert.equal((await transport.get(`${other.origin}/open`)).id, "open");
    assert.equal((await transport.get(`${other.origin}/closed`)).id, `${other.origin}/closed`);
    for (const { headers } of other.requests) assert.equal(headers.authorization, undefined);
    const proxied = server.requests.find(({ url }) => url === "/proxy");
    assert.equal(proxied?.headers.authorization, `Bearer ${TOKEN}`);
    other.close();
  });

  test("an outbox on another server is refused", async () => {
    server.on("GET /users/alice", (_req, res) => {
      server.answer(res, 200, { id: server.actor, outbox: "http://elsewhere.example/outbox" });
    });
    await assert.rejects(transport.connect(), { code: "NOT_AN_ACTOR" });
  });
});

describe("resolve", () => {
  test("handles and their addresses", () => {
    assert.ok(isHandle("@bob@127.0.0.1:8080"));
    assert.ok(!isHandle("https://host.example/@bob"));
    const at = (/** @type {string} */ handle) => webfingerUrl(handle).split("/.well")[0];
    assert.equal(at("@bob@127.0.0.1:8080"), "http://127.0.0.1:8080");
    assert.equal(at("bob@localhost:1"), "http://localhost:1");
    assert.equal(at("@bob@social.example"), "https://social.example");
    assert.equal(at("@bob@127.0.0.1.evil.example"), "https://127.0.0.1.evil.example");
    assert.throws(() => webfingerUrl("@bob@[zz"), { code: "INVALID_ARGUMENT" });
    assert.throws(() => actorInWebfinger({ links: [] }, "@bob@x"), { code: "NO_SUCH_ACTOR" });
  });

  test("finds an actor by handle", async () => {
    server.on("GET /.well-known/webfinger", (_req, res) => {
      const link = { rel: "self", type: "application/activity+json", href: server.actor };
      server.answer(res, 200, { links: [link] });
    });
    const host = new URL(server.origin).host;
    const found = await transport.resolve(`@alice@${host}`);
    assert.equal(found.id, server.actor);
    assert.equal(found.handle, `@alice@${host}`);
    assert.equal(found.name, "Alice");
  });

  test("an unknown handle is NO_SUCH_ACTOR", async () => {
    const host = new URL(server.origin).host;
    await assert.rejects(transport.resolve(`@nobody@${host}`), { code: "NO_SUCH_ACTOR" });
  });

  test("a document that claims another actor's id is not believed", async () => {
    server.on("GET /users/mallory", (_req, res) => {
      server.answer(res, 200, {
        id: server.actor,
        inbox: "http://evil.example/inbox",
        name: "Evil",
      });
    });
    const found = await transport.resolve(`${server.origin}/users/mallory`);
    assert.equal(found.name, "Alice");
  });
});

describe("collections", () => {
  /** @type {Record<string, any>} */
  const documents = {
    paged: { type: "OrderedCollection", first: "page1" },
    page1: { orderedItems: [1, 2], next: "page2" },
    page2: { orderedItems: [3], next: "page1" },
    embedded: { type: "Collection", first: { items: [1, 2], next: "page2" } },
    single: { type: "Collection", items: "one" },
    empty: { type: "Collection", totalItems: 0 },
  };
  const get = async (/** @type {string} */ url) => documents[url] ?? assert.fail(`read ${url}`);

  test("come in many shapes, and loops end", async () => {
    assert.deepEqual(await readCollection(get, "paged"), [1, 2, 3]);
    assert.deepEqual(await readCollection(get, "embedded"), [1, 2, 3, 1, 2]);
    assert.deepEqual(await readCollection(get, "single"), ["one"]);
    assert.deepEqual(await readCollection(get, "empty"), []);
    assert.deepEqual(await readCollection(get, ["a", "b"]), ["a", "b"]);
    assert.deepEqual(await readCollection(get, { id: "paged", type: "Collection" }), [1, 2, 3]);
    assert.deepEqual(await readCollection(get, undefined), []);
  });

  test("are read no further than needed", async () => {
    assert.deepEqual(await readCollection(get, "paged", (item) => item === 2), [1]);
  });
});

describe("watch", () => {
  test("polls pages, the oldest first, since the last one seen", async () => {
    server.state.messages = [1, 2, 3, 4, 5, 6, 7, 8].map(activity);
    const watched = watch("urn:test:2");
    await until(() => watched.states.includes("polling"), "polling");
    server.state.messages.push(activity(9));
    await until(() => watched.ids.length === 7, "seven activities");
    await watched.stop();
    assert.deepEqual(
      watched.ids,
      [3, 4, 5, 6, 7, 8, 9].map((n) => `urn:test:${n}`),
    );
  });

  test("follows events, and reads what it missed after a cut", async () => {
    server.state.events = true;
    server.state.messages = [activity(1)];
    const watched = watch();
    await until(() => watched.states.includes("live"), "live");
    server.state.messages.push(activity(2));
    server.push(activity(2));
    await until(() => watched.ids.length === 2, "the event");
    server.cutStreams();
    server.state.messages.push(activity(3));
    await until(() => watched.ids.includes("urn:test:3"), "what was missed");
    await watched.stop();
    assert.deepEqual(
      watched.ids,
      [1, 2, 3].map((n) => `urn:test:${n}`),
    );
    assert.ok(watched.states.includes("offline"));
    const stream = server.requests.find(({ url }) => url === "/users/alice/events");
    assert.equal(stream?.headers.authorization, `Bearer ${TOKEN}`);
    await until(() => server.openStreams === 0, "the stream is closed");
  });

  test("polls when the event stream can't be opened", async () => {
    server.state.events = true;
    server.state.messages = [activity(1)];
    for (const status of [500, 404, 200]) {
      server.on("GET /users/alice/events", (_req, res) => server.answer(res, status, {}));
      const watched = watch();
      await until(() => watched.ids.length === 1, `polled after ${status}`);
      await watched.stop();
      assert.ok(watched.states.includes("polling"));
      assert.deepEqual(watched.errors, []);
    }
  });

  test("a resync event makes it read the collection", async () => {
    server.state.events = true;
    const watched = watch();
    await until(() => watched.states.includes("live"), "live");
    server.state.messages.push(activity(1));
    server.push({ id: "" }, "resync");
    await until(() => watched.ids.length === 1, "read anew");
    await watched.stop();
  });

  test("goes on after the server failed", async () => {
    server.state.messages = [activity(1)];
    server.on("GET /users/alice/messages", (_req, res) => server.answer(res, 500, {}));
    const watched = watch();
    await until(() => watched.errors.includes("SERVER_ERROR"), "the error");
    server.off("GET /users/alice/messages");
    await until(() => watched.ids.length === 1, "the activity");
    await watched.stop();
  });

  test("an activity that is gone for good is passed over and told", async () => {
    server.state.messages = [activity(1), `${server.origin}/gone`, activity(2)];
    const watched = watch();
    await until(() => watched.ids.length === 2, "both others");
    await watched.stop();
    assert.ok(watched.errors.includes("NOT_FOUND"));
  });
});

describe("keyPackages", () => {
  test("items by address and embedded; one that fails does not hide the others", async () => {
    server.on("GET /users/alice/keyPackages", (_req, res) => {
      const items = [`${server.origin}/kp/1`, `${server.origin}/kp/missing`, { id: "embedded" }];
      server.answer(res, 200, { type: "Collection", items });
    });
    server.on("GET /kp/1", (_req, res) => server.answer(res, 200, { id: "one" }));
    const found = await transport.keyPackages(server.actor);
    assert.deepEqual(
      found.map(({ id }) => id),
      ["one", "embedded"],
    );
  });
});
