// Watching: event streams and their reconnections, looks at the collection, waits.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { localError } from "../../js/src/errors.js";
import { ActivityPubTransport } from "../../js/src/transport/activitypub.js";
import { relayTransport } from "../../js/src/transport/relay.js";
import { startFakeServer, TOKEN } from "../js/lib/fake_server.mjs";

/** @typedef {import("../../js/src/transport/transport.js").Transport} Transport */

/** @type {import("../js/lib/fake_server.mjs").FakeServer} */
let server;
/** @type {ActivityPubTransport} */
let transport;
beforeEach(async () => {
  server = await startFakeServer();
  transport = new ActivityPubTransport({ actor: server.actor, token: TOKEN, pollInterval: 20 });
});
afterEach(() => server.close());

const activity = (/** @type {number} */ number) => ({ id: `urn:test:${number}`, type: "Create" });

/** @param {() => boolean} condition @param {string} what */
async function until(condition, what) {
  for (let i = 0; i < 300; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.fail(`did not happen: ${what}`);
}

/**
 * Watches until stop(). `since` follows what came, unless it is fixed.
 * @param {import("node:test").TestContext} t
 * @param {Pick<Transport, "watch">} from
 * @param {{ fixed?: boolean }} [options]
 */
function watch(t, from, { fixed = false } = {}) {
  const end = new AbortController();
  /** @type {{ ids: string[], states: string[], errors: any[] }} */
  const seen = { ids: [], states: [], errors: [] };
  const done = from.watch({
    signal: end.signal,
    since: () => (fixed ? undefined : seen.ids.at(-1)),
    onActivity: async ({ id }) => void seen.ids.push(id),
    onError: (error) => void seen.errors.push(error),
    onState: (state, error) => {
      seen.states.push(state);
      if (error) seen.errors.push(error);
    },
  });
  t.after(() => {
    end.abort();
    return done;
  });
  return seen;
}

const streams = () => server.requests.filter(({ url }) => url === "/users/alice/events");

describe("point 28: an event stream", () => {
  test("is taken up again with Last-Event-ID, and what is repeated is handed on once", async (t) => {
    server.state.events = true;
    const seen = watch(t, transport, { fixed: true });
    await until(() => seen.states.includes("live"), "live");
    server.state.messages.push(activity(1));
    server.push(activity(1));
    await until(() => seen.ids.length === 1, "the event");
    server.cutStreams();
    await until(() => server.openStreams === 1 && streams().length === 2, "a second connection");
    assert.equal(streams()[0]?.headers["last-event-id"], undefined);
    assert.equal(streams()[1]?.headers["last-event-id"], "urn:test:1");
    server.push(activity(1));
    server.push(activity(2));
    await until(() => seen.ids.length === 2, "the next event");
    assert.deepEqual(seen.ids, ["urn:test:1", "urn:test:2"]);
    assert.equal(streams()[1]?.headers.authorization, `Bearer ${TOKEN}`);
  });

  test("waits as long as the server says before it is opened again", async (t) => {
    server.state.events = true;
    /** @type {number[]} */
    const opened = [];
    server.on("GET /users/alice/events", (_req, res) => {
      opened.push(Date.now());
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.end("retry: 400\n\n");
    });
    watch(t, transport);
    await until(() => opened.length === 2, "a second connection");
    assert.ok(Number(opened[1]) - Number(opened[0]) >= 390);
  });

  test("that ends as soon as it is opened is opened more and more seldom", async (t) => {
    server.state.events = true;
    /** @type {number[]} */
    const opened = [];
    server.on("GET /users/alice/events", (_req, res) => {
      opened.push(Date.now());
      res.writeHead(200, { "content-type": "text/event-stream" }).end();
    });
    watch(t, transport);
    await until(() => opened.length === 4, "a fourth connection");
    const waits = opened.slice(1).map((time, i) => time - Number(opened[i]));
    assert.ok(Number(waits[1]) >= 490 + Number(waits[0]) - 200, `${waits}`);
    assert.ok(Number(waits[2]) >= 990, `${waits}`);
  });

  test("that stumbles over Last-Event-ID is asked without it", async (t) => {
    server.state.events = true;
    const seen = watch(t, transport);
    await until(() => seen.states.includes("live"), "live");
    server.push(activity(1));
    await until(() => seen.ids.length === 1, "the event");
    const stream = transport.watch.bind(transport);
    server.on("GET /users/alice/events", (req, res) => {
      assert.equal(req.headers["last-event-id"], "urn:test:1");
      server.answer(res, 400, {});
      server.off("GET /users/alice/events");
    });
    server.cutStreams();
    await until(() => seen.states.includes("polling"), "it looks at the collection");
    // Another watch of this transport opens a connection at once.
    watch(t, { watch: stream });
    await until(() => streams().length === 3, "a third connection");
    assert.equal(streams()[2]?.headers["last-event-id"], undefined);
  });

  test("that tells of Adds to the collection, as the draft has it, makes it read", async (t) => {
    server.state.events = true;
    const seen = watch(t, transport);
    await until(() => seen.states.includes("live"), "live");
    server.state.messages.push(activity(1));
    const add = {
      id: "urn:add",
      type: "Add",
      object: "urn:test:1",
      target: `${server.actor}/messages`,
    };
    server.push(add, "Add");
    await until(() => seen.ids.length === 1, "the activity");
    assert.deepEqual(seen.ids, ["urn:test:1"]);
  });

  test("of another server is not opened", async (t) => {
    server.on("GET /users/alice/messages", (_req, res) =>
      server.answer(res, 200, {
        eventStream: "http://127.0.0.1:1/events",
        orderedItems: [activity(1)],
      }),
    );
    const seen = watch(t, transport);
    await until(() => seen.states.includes("polling"), "polling");
    assert.deepEqual(seen.ids, ["urn:test:1"]);
  });

  test("is read with cookies where these say who we are", async (t) => {
    server.state.events = true;
    /** @type {(string | undefined)[]} */
    const credentials = [];
    const byCookies = new ActivityPubTransport({
      actor: server.actor,
      cookies: true,
      fetch: (url, init) => {
        if (url.endsWith("/events")) credentials.push(init?.credentials);
        return fetch(url, init);
      },
    });
    const seen = watch(t, byCookies);
    await until(() => seen.states.includes("live"), "live");
    assert.deepEqual(credentials, ["include"]);
  });
});

describe("point 28: looking at the collection", () => {
  test("becomes more seldom while nothing comes, and frequent again when something did", async (t) => {
    /** @type {number[]} */
    const times = [];
    let since = 0;
    server.on("GET /users/alice/messages", (_req, res) => {
      times.push(Date.now() - since);
      since = Date.now();
      server.answer(res, 200, { orderedItems: [...server.state.messages].reverse() });
    });
    const seen = watch(t, transport);
    await until(() => Number(times.at(-1)) > 80 && times.length > 5, "a longer wait");
    server.state.messages.push(activity(1));
    await until(() => seen.ids.length === 1, "the activity");
    const count = times.length;
    await until(() => times.length > count, "another look");
    assert.ok(Number(times[count]) < 60, `${times[count]}`);
  });

  test("waits as long as a busy server asks for", async (t) => {
    server.state.messages = [activity(1)];
    server.on("GET /users/alice/messages", (_req, res) =>
      server.answer(res, 503, {}, { "retry-after": "1" }),
    );
    const started = Date.now();
    const seen = watch(t, transport);
    await until(() => seen.errors.length > 0, "the error");
    assert.ok(seen.errors[0].retryAfter > 900);
    const asked = server.requests.length;
    server.off("GET /users/alice/messages");
    await until(() => seen.ids.length === 1, "the activity");
    assert.ok(Date.now() - started >= 950);
    assert.ok(server.requests.length > asked);
    assert.equal(seen.errors.length, 1);
  });

  test("ends at once with its signal", async () => {
    server.on("GET /users/alice/messages", () => {});
    const end = new AbortController();
    const done = transport.watch({
      signal: end.signal,
      since: () => undefined,
      onActivity: async () => {},
      onError: () => {},
      onState: () => {},
    });
    await until(() => server.requests.length > 1, "a request under way");
    const started = Date.now();
    end.abort();
    await done;
    assert.ok(Date.now() - started < 200);
  });
});

describe("point 28: a relay", () => {
  /** Activities in memory. */
  function memoryRelay() {
    /** @type {any[]} */
    const stored = [];
    /** @type {Set<(activity?: any) => void>} */
    const watching = new Set();
    /** @type {import("../../js/src/transport/transport.js").Relay} */
    const relay = {
      actor: "https://relay.example/alice",
      async post(activity) {
        stored.push(activity);
        for (const tell of watching) tell(stored.length % 2 === 0 ? activity : undefined);
        return { activity: activity.id, object: undefined };
      },
      async get(url) {
        const { actor } = relay;
        if (url.includes("webfinger")) {
          return { links: [{ rel: "self", type: "application/activity+json", href: actor }] };
        }
        if (url !== actor) throw localError("NOT_FOUND", { about: url });
        return {
          id: actor,
          inbox: `${actor}/inbox`,
          name: "Alice",
          keyPackages: [{ id: "urn:kp" }],
        };
      },
      async read(cursor) {
        const at = stored.findIndex(({ id }) => id === cursor);
        return { items: stored.slice(at + 1), cursor: stored.at(-1)?.id ?? cursor };
      },
      async watch(onChange, signal) {
        watching.add(onChange);
        onChange();
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        watching.delete(onChange);
      },
    };
    return relay;
  }

  test("with watch() is a live transport", async (t) => {
    const relay = memoryRelay();
    await relay.post(activity(1));
    const whole = relayTransport(relay);
    assert.equal(await whole.newest(), "urn:test:1");
    const seen = watch(t, whole);
    await until(() => seen.states.includes("live"), "live");
    for (const number of [2, 3, 4]) await whole.post(activity(number));
    await until(() => seen.ids.length === 4, "all of them");
    assert.deepEqual(
      seen.ids,
      [1, 2, 3, 4].map((number) => `urn:test:${number}`),
    );
  });

  test("without watch() is looked at now and then", async (t) => {
    const { watch: _, ...relay } = memoryRelay();
    const whole = relayTransport(relay, { pollInterval: 10 });
    const seen = watch(t, whole);
    await until(() => seen.states.includes("polling"), "polling");
    await relay.post(activity(1));
    await until(() => seen.ids.length === 1, "the activity");
  });

  test("finds people and their packages with what it reads", async () => {
    const relay = memoryRelay();
    const whole = relayTransport(relay);
    assert.equal((await whole.connect()).name, "Alice");
    assert.equal((await whole.resolve("@alice@relay.example")).id, relay.actor);
    assert.deepEqual(await whole.keyPackages(relay.actor), [{ id: "urn:kp" }]);
    const error = await whole.resolve("https://relay.example/bob").catch((e) => e);
    assert.equal(error.code, "NOT_FOUND");
    assert.equal(whole.isTransient(error), false);
    server.on("GET /file", (_req, res) => res.end("octets"));
    const file = await whole.download(`${server.origin}/file`, { limit: 10 });
    assert.equal(new TextDecoder().decode(file), "octets");
  });
});
