// What ActivityPubTransport asks servers for, and what it gives them: who we are, redirections,
// limits, waits, and the answers of outboxes.
import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ActivityPubTransport } from "../../js/src/transport/activitypub.js";
import { startFakeServer, TOKEN } from "../js/lib/fake_server.mjs";

/** @typedef {import("../js/lib/fake_server.mjs").FakeServer} FakeServer */

/** @type {FakeServer} */
let server;
/** @type {FakeServer} */
let other;
/** @type {ActivityPubTransport} */
let transport;
beforeEach(async () => {
  server = await startFakeServer();
  other = await startFakeServer();
  transport = new ActivityPubTransport({ actor: server.actor, token: TOKEN });
});
afterEach(() => {
  server.close();
  other.close();
});

const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
const note = (/** @type {object} */ more = {}) => ({
  type: "Create",
  object: { content: "c" },
  ...more,
});
/** @param {FakeServer} at @param {string} path */
const requestsTo = (at, path) => at.requests.filter(({ url }) => url.split("?")[0] === path);

describe("point 28: who we are", () => {
  test("a bearer token, or cookies: not both, not neither", () => {
    const { actor } = server;
    for (const wrong of [{ actor }, { actor, token: "t", cookies: true }]) {
      assert.throws(() => new ActivityPubTransport(/** @type {any} */ (wrong)), {
        code: "INVALID_ARGUMENT",
      });
    }
  });

  test("cookies go to the own server only", async () => {
    /** @type {[string, RequestInit["credentials"], boolean][]} */
    const asked = [];
    const withCookies = new ActivityPubTransport({
      actor: server.actor,
      cookies: true,
      fetch: (url, init) => {
        const { origin } = new URL(url);
        const headers = new Headers(init?.headers);
        asked.push([origin, init?.credentials, headers.has("authorization")]);
        return fetch(url, init);
      },
    });
    other.on("GET /open", (_req, res) => other.answer(res, 200, { id: "open" }));
    await withCookies.connect();
    await withCookies.post(note());
    await withCookies.get(`${other.origin}/open`);
    for (const [origin, credentials, hasToken] of asked) {
      assert.equal(credentials, origin === server.origin ? "include" : "omit");
      assert.equal(hasToken, false);
    }
    assert.ok(asked.length >= 3);
  });

  test("an upload carries cookies where these say who we are", async () => {
    server.on("GET /users/alice", (_req, res) =>
      server.answer(res, 200, {
        id: server.actor,
        outbox: `${server.actor}/outbox`,
        endpoints: { uploadMedia: `${server.origin}/media` },
      }),
    );
    server.on("POST /media", (_req, res) => server.answer(res, 201, { url: "/media/1" }));
    /** @type {(RequestInit["credentials"])[]} */
    const asked = [];
    const withCookies = new ActivityPubTransport({
      actor: server.actor,
      cookies: true,
      fetch: (url, init) => {
        if (url.endsWith("/media")) asked.push(init?.credentials);
        return fetch(url, init);
      },
    });
    const address = await withCookies.upload(new Uint8Array([1, 2, 3]), {});
    assert.equal(address, `${server.origin}/media/1`);
    assert.deepEqual(asked, ["include"]);
  });

  test("a server that could not be asked directly is asked by the proxy from then on", async () => {
    other.on("GET /closed", (_req, res) => other.answer(res, 401, {}));
    server.on("POST /proxy", (_req, res) => server.answer(res, 200, { id: "by proxy" }));
    await transport.connect();
    for (let i = 0; i < 3; i++) {
      assert.equal((await transport.get(`${other.origin}/closed`)).id, "by proxy");
    }
    assert.equal(requestsTo(other, "/closed").length, 1);
    assert.equal(requestsTo(server, "/proxy").length, 3);
  });

  test("without a proxyUrl of the own server, none is used", async () => {
    server.on("GET /users/alice", (_req, res) =>
      server.answer(res, 200, {
        id: server.actor,
        outbox: `${server.actor}/outbox`,
        endpoints: { proxyUrl: `${other.origin}/proxy` },
      }),
    );
    await transport.connect();
    other.on("GET /closed", (_req, res) => other.answer(res, 403, {}));
    await assert.rejects(transport.get(`${other.origin}/closed`), { code: "FORBIDDEN" });
    assert.equal(requestsTo(other, "/proxy").length, 0);
  });
});

describe("point 28: redirections", () => {
  /** @param {FakeServer} at @param {string} route @param {number} status @param {string} location */
  const redirect = (at, route, status, location) =>
    at.on(route, (_req, res) => res.writeHead(status, { location }).end());

  test("of the own server to itself are followed, with the token", async () => {
    redirect(server, "GET /old", 301, "/new");
    server.on("GET /new", (_req, res) => server.answer(res, 200, { id: "new" }));
    assert.equal((await transport.get(`${server.origin}/old`)).id, "new");
    const [request] = requestsTo(server, "/new");
    assert.equal(request?.headers.authorization, `Bearer ${TOKEN}`);
  });

  test("to another server are followed without the token", async () => {
    redirect(server, "GET /old", 302, `${other.origin}/there`);
    other.on("GET /there", (_req, res) => other.answer(res, 200, { id: "there" }));
    assert.equal((await transport.get(`${server.origin}/old`)).id, "there");
    const [request] = requestsTo(other, "/there");
    assert.equal(request?.headers.authorization, undefined);
  });

  test("of what is posted to another server are refused; nothing is posted there", async () => {
    for (const status of [301, 302, 307, 308]) {
      redirect(server, "POST /users/alice/outbox", status, `${other.origin}/outbox`);
      await assert.rejects(transport.post(note()), { code: "SERVER_REFUSED" });
    }
    assert.equal(other.requests.length, 0);
  });

  test("307 within the own server posts again; 303 reads the answer elsewhere", async () => {
    redirect(server, "POST /users/alice/outbox", 307, "/outbox-of-alice");
    server.on("POST /outbox-of-alice", (_req, res, body) => {
      assert.equal(JSON.parse(body).type, "Create");
      res.writeHead(303, { location: "/activities/9" }).end();
    });
    server.on("GET /activities/9", (req, res) => {
      assert.equal(req.headers["content-type"], undefined);
      server.answer(res, 200, { id: "urn:9", object: "urn:o" });
    });
    assert.deepEqual(await transport.post(note()), { activity: "urn:9", object: "urn:o" });
  });

  test("in a circle, and to what is not the web, are refused", async () => {
    redirect(server, "GET /circle", 302, "/circle");
    await assert.rejects(transport.get(`${server.origin}/circle`), { code: "SERVER_REFUSED" });
    assert.equal(requestsTo(server, "/circle").length, 4);
    redirect(server, "GET /file", 302, "file:///etc/passwd");
    await assert.rejects(transport.get(`${server.origin}/file`), { code: "SERVER_REFUSED" });
  });

  test("that a browser hides are followed with a token, refused with cookies and for posts", async () => {
    /** @type {RequestInit[]} */
    const asked = [];
    /** @type {import("../../js/src/transport/http.js").Fetch} */
    const browser = async (_url, init = {}) => {
      asked.push(init);
      if (init.redirect === "manual") {
        const response = new Response(null);
        return Object.defineProperty(response, "type", { value: "opaqueredirect" });
      }
      return new Response('{"id":"followed"}');
    };
    const { actor } = server;
    const byToken = new ActivityPubTransport({ actor, token: "t", fetch: browser });
    assert.equal((await byToken.get(`${server.origin}/x`)).id, "followed");
    assert.deepEqual(
      asked.map(({ redirect: how, credentials }) => [how, credentials]),
      [
        ["manual", "omit"],
        ["follow", "omit"],
      ],
    );
    const byCookies = new ActivityPubTransport({ actor, cookies: true, fetch: browser });
    await assert.rejects(byCookies.get(`${server.origin}/x`), { code: "SERVER_REFUSED" });
  });
});

describe("point 28: limits", () => {
  test("an answer nested too deep is TOO_LARGE; brackets in strings do not count", async () => {
    const deep = `${"[".repeat(200)}${"]".repeat(200)}`;
    server.on("GET /deep", (_req, res) => res.end(`{"a":${deep}}`));
    server.on("GET /flat", (_req, res) => server.answer(res, 200, { a: `\\"${deep}"\\`, b: [{}] }));
    await assert.rejects(transport.get(`${server.origin}/deep`), { code: "TOO_LARGE" });
    assert.equal((await transport.get(`${server.origin}/flat`)).a, `\\"${deep}"\\`);
  });

  test("a server that does not answer in time is NETWORK", async () => {
    server.on("GET /slow", () => {});
    server.on("GET /slow-body", (_req, res) => res.write("{"));
    const hasty = new ActivityPubTransport({ actor: server.actor, token: TOKEN, timeout: 50 });
    await assert.rejects(hasty.get(`${server.origin}/slow`), { code: "NETWORK" });
    await assert.rejects(hasty.get(`${server.origin}/slow-body`), { code: "NETWORK" });
  });

  test("a signal ends a request, also one by the proxy", async () => {
    server.on("GET /slow", () => {});
    other.on("GET /closed", (_req, res) => other.answer(res, 401, {}));
    server.on("POST /proxy", () => {});
    await transport.connect();
    for (const url of [`${server.origin}/slow`, `${other.origin}/closed`]) {
      const end = new AbortController();
      setTimeout(() => end.abort(), 30);
      await assert.rejects(transport.get(url, { signal: end.signal }), { code: "NETWORK" });
    }
    const ended = { signal: AbortSignal.abort() };
    await assert.rejects(transport.post(note(), ended), { code: "NETWORK" });
    assert.deepEqual(server.state.posted, []);
  });
});

describe("point 28: Retry-After", () => {
  /** @param {string} path @param {number} status @param {Record<string, string>} headers */
  const busy = (path, status, headers) =>
    server.on(path, (_req, res) => server.answer(res, status, {}, headers));
  const inSeconds = (/** @type {number} */ seconds) =>
    new Date(Date.now() + seconds * 1000).toUTCString();

  test("in seconds, or as a date by the server's clock", async () => {
    /** @type {[Record<string, string>, number][]} */
    const cases = [
      [{ "retry-after": "7" }, 7000],
      [{ "retry-after": inSeconds(10) }, 10_000],
      [{ "retry-after": inSeconds(3610), date: inSeconds(3600) }, 10_000],
      [{ "retry-after": inSeconds(-10) }, 0],
      [{ "retry-after": "99999999" }, 3600_000],
    ];
    for (const [headers, expected] of cases) {
      const fresh = new ActivityPubTransport({ actor: server.actor, token: TOKEN });
      busy("GET /busy", 503, headers);
      const error = await fresh.get(`${server.origin}/busy`).catch((e) => e);
      assert.equal(error.code, "SERVER_ERROR");
      assert.ok(Math.abs(error.retryAfter - expected) <= 1500, `${error.retryAfter}`);
      assert.ok(fresh.isTransient(error));
    }
    busy("GET /busy", 503, { "retry-after": "soon" });
    const error = await transport.get(`${server.origin}/busy`).catch((e) => e);
    assert.equal(error.retryAfter, undefined);
  });

  test("until then the server is not asked again, for reading or posting", async () => {
    await transport.connect();
    busy("GET /busy", 429, { "retry-after": "1" });
    await assert.rejects(transport.get(`${server.origin}/busy`), {
      code: "RATE_LIMITED",
      status: 429,
    });
    const asked = server.requests.length;
    for (const attempt of [transport.post(note()), transport.get(server.actor)]) {
      const error = await attempt.catch((e) => e);
      assert.equal(error.code, "RATE_LIMITED");
      assert.ok(error.retryAfter > 500 && error.retryAfter <= 1000);
      assert.ok(transport.isTransient(error));
    }
    assert.equal(server.requests.length, asked);
    other.on("GET /open", (_req, res) => other.answer(res, 200, { id: "open" }));
    assert.equal((await transport.get(`${other.origin}/open`)).id, "open");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await transport.post(note());
    assert.equal(server.state.posted.length, 1);
  });

  test("after a post that was accepted, it is told", async () => {
    busy("POST /users/alice/outbox", 202, { "retry-after": "3" });
    assert.equal((await transport.post(note())).retryAfter, 3000);
  });
});

describe("point 28: an outbox that answers", () => {
  test("a Location relative to it", async () => {
    busy201({ location: "/activities/5" });
    server.on("GET /activities/5", (_req, res) =>
      server.answer(res, 200, { id: "urn:5", object: "o" }),
    );
    assert.deepEqual(await transport.post(note()), { activity: "urn:5", object: "o" });
  });

  test("a Location that is the object's", async () => {
    const location = `${server.origin}/objects/5`;
    busy201({ location });
    server.on("GET /objects/5", (_req, res) =>
      server.answer(res, 200, { id: location, content: "c" }),
    );
    assert.deepEqual(await transport.post(note()), { activity: undefined, object: location });
  });

  test("a Location that can't be read", async () => {
    const location = `${server.origin}/activities/6`;
    busy201({ location });
    assert.deepEqual(await transport.post(note()), { activity: location, object: undefined });
    const elsewhere = `${other.origin}/activities/6`;
    busy201({ location: elsewhere });
    assert.deepEqual(await transport.post(note()), { activity: elsewhere, object: undefined });
    assert.equal(other.requests.length, 0);
  });

  test("neither: what is public is looked for in the outbox, the rest is not", async () => {
    server.on("POST /users/alice/outbox", (_req, res) => server.answer(res, 202));
    const mine = { id: "urn:a", type: "Create", object: { id: "urn:o", content: "c" } };
    const items = [{ id: "urn:later", object: { id: "urn:x", content: "x" } }, mine];
    server.on("GET /users/alice/outbox", (_req, res) =>
      server.answer(res, 200, { orderedItems: items }),
    );
    const unknown = { activity: undefined, object: undefined };
    assert.deepEqual(await transport.post(note({ to: "http://b.example/bob" })), unknown);
    assert.equal(
      server.requests.filter(({ method, url }) => method === "GET" && url.endsWith("/outbox"))
        .length,
      0,
    );
    for (const to of [PUBLIC, ["as:Public"]]) {
      assert.deepEqual(await transport.post(note({ to })), { activity: "urn:a", object: "urn:o" });
    }
    assert.deepEqual(
      await transport.post(note({ to: PUBLIC, object: { content: "not there" } })),
      unknown,
    );
    server.off("GET /users/alice/outbox");
    assert.deepEqual(await transport.post(note({ to: PUBLIC })), unknown);
  });

  /** @param {Record<string, string>} headers */
  function busy201(headers) {
    server.on("POST /users/alice/outbox", (_req, res) =>
      server.answer(res, 201, undefined, headers),
    );
  }
});
