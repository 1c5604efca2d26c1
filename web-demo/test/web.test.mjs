/** What browsers need: CORS, WebFinger, proxyUrl, and the hooks for tests. */
import assert from "node:assert/strict";
import { createServer as createHttpServer } from "node:http";
import { test } from "node:test";
import { checkLiteralAddress, isInnerAddress } from "../server/address-guard.js";
import {
  ACTIVITY_JSON,
  assertError,
  eventually,
  itemsOf,
  mlsMessage,
  posted,
  request,
  startServer,
} from "./helpers.mjs";

test("CORS: preflight, Location, and errors are open to any page", async (t) => {
  const server = await startServer(t);
  const alice = await server.addUser("alice");
  const origin = "http://localhost:5173";
  const preflight = await fetch(`${alice.actor}/outbox`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
  assert.match(preflight.headers.get("access-control-allow-methods") ?? "", /POST.*DELETE/);
  const allowed = preflight.headers.get("access-control-allow-headers") ?? "";
  for (const name of ["authorization", "content-type", "accept", "last-event-id"]) {
    assert.ok(allowed.split(", ").includes(name), name);
  }
  for (const path of ["/users/alice", "/users/alice/inbox", "/nothing"]) {
    const { headers } = await request(server.origin + path, { headers: { origin } });
    assert.equal(headers.get("access-control-allow-origin"), "*");
    assert.match(headers.get("access-control-expose-headers") ?? "", /location/);
    assert.equal(headers.get("access-control-allow-credentials"), null);
    assert.equal(headers.get("cache-control"), "no-store");
  }
});

test("WebFinger", async (t) => {
  const server = await startServer(t);
  const bob = await server.addUser("bob");
  const host = new URL(server.origin).host;
  assert.equal(bob.handle, `@bob@${host}`);
  const look = (/** @type {string} */ resource) =>
    request(`${server.origin}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`);
  for (const resource of [`acct:bob@${host}`, `acct:@bob@${host}`, `acct:BOB@${host}`, bob.actor]) {
    const { status, headers, json } = await look(resource);
    assert.equal(status, 200, resource);
    assert.equal(headers.get("content-type"), "application/jrd+json");
    assert.equal(json.subject, `acct:bob@${host}`);
    assert.deepEqual(json.links, [{ rel: "self", type: ACTIVITY_JSON, href: bob.actor }]);
  }
  for (const resource of [`acct:nobody@${host}`, "acct:bob@elsewhere.example", "acct:bob", "bob"]) {
    assertError(await look(resource), 404);
  }
  assertError(await request(`${server.origin}/.well-known/webfinger`), 400);
});

/**
 * @param {import("node:test").TestContext} t
 * @param {import("node:http").RequestListener} listener
 */
async function listen(t, listener) {
  const http = createHttpServer(listener);
  await new Promise((resolve) => http.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  return `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (http.address()).port}`;
}

test("proxyUrl: signed, bounded, JSON only, and never a failure of this server", async (t) => {
  const server = await startServer(t, { remoteTimeoutMs: 200 });
  const alice = await server.addUser("alice");
  /** @type {import("node:http").IncomingHttpHeaders[]} */
  const asked = [];
  const json = (/** @type {import("node:http").ServerResponse} */ res, status = 200, body = "{}") =>
    res.writeHead(status, { "content-type": "application/ld+json" }).end(body);
  const remote = await listen(t, (req, res) => {
    asked.push(req.headers);
    const redirects = Number(/^\/redirect\/(\d+)$/.exec(req.url ?? "")?.[1] ?? 0);
    if (redirects > 0) res.writeHead(302, { location: `/redirect/${redirects - 1}` }).end();
    else if (req.url === "/redirect/0") json(res, 200, '{"id":"found","x:y":[1]}');
    else if (req.url === "/html") res.writeHead(200, { "content-type": "text/html" }).end("<p>");
    else if (req.url === "/500") res.writeHead(500, { "content-type": "text/html" }).end("<p>");
    else if (req.url === "/large") json(res, 200, `{"a":"${"x".repeat(1024 * 1024)}"}`);
    else if (req.url === "/deep") json(res, 200, `{"a":${"[".repeat(40)}${"]".repeat(40)}}`);
    else if (req.url === "/broken") json(res, 200, "{");
    else if (req.url === "/gone") json(res, 410, '{"type":"Tombstone"}');
    else if (req.url === "/file") res.writeHead(302, { location: "file:///etc/passwd" }).end();
  });
  const read = (/** @type {string} */ id, token = alice.token) =>
    request(`${server.origin}/proxy`, { method: "POST", token, body: new URLSearchParams({ id }) });

  const found = await read(`${remote}/redirect/3`);
  assert.deepEqual(found.json, { id: "found", "x:y": [1] });
  assert.equal(asked.length, 4);
  const signatures = asked.map(({ signature }) => signature);
  assert.equal(new Set(signatures).size, 4, "every step is signed for itself");
  assert.ok(signatures.every((text) => text?.includes(`keyId="${alice.actor}#main-key"`)));
  assert.ok(asked.every(({ authorization }) => authorization === undefined));

  const gone = await read(`${remote}/gone`);
  assert.equal(gone.status, 410);
  assert.equal(gone.json.type, "Tombstone");
  assertError(await read(`${remote}/redirect/4`), 502, /redirects too often/);
  assertError(await read(`${remote}/html`), 502, /JSON/);
  assertError(await read(`${remote}/500`), 502, /JSON/);
  assertError(await read(`${remote}/large`), 502, /octets/);
  assertError(await read(`${remote}/deep`), 502, /32/);
  assertError(await read(`${remote}/broken`), 502, /JSON/);
  assertError(await read(`${remote}/file`), 502, /not an http/);
  assertError(await read(`${remote}/silent`), 502, /in time/);
  assertError(await read("http://127.0.0.1:1/x"), 502, /reached/);
  for (const id of ["file:///etc/passwd", "x", "http://user:pass@127.0.0.1/", "ftp://a.example/"]) {
    assertError(await read(id), 502, /address/);
  }
  assertError(await read(""), 400, /id/);
  assertError(await read(`${remote}/gone`, ""), 401);
  assert.deepEqual(server.lines, []);
});

test("without allowPrivate nothing inside the machine or network is reached", async (t) => {
  let reached = 0;
  const remote = await listen(t, (_req, res) => {
    reached++;
    res.writeHead(200, { "content-type": ACTIVITY_JSON }).end("{}");
  });
  const server = await startServer(t, { allowPrivate: false });
  const alice = await server.addUser("alice");
  const { port } = new URL(remote);
  for (const host of [
    "127.0.0.1",
    "localhost",
    "2130706433",
    "0x7f.1",
    "[::1]",
    "[::ffff:127.0.0.1]",
  ]) {
    const result = await request(`${server.origin}/proxy`, {
      method: "POST",
      token: alice.token,
      body: new URLSearchParams({ id: `http://${host}:${port}/` }),
    });
    assertError(result, 502, /private addresses/);
  }
  assert.equal(reached, 0);
});

test("inner addresses are told from public ones", () => {
  const innerOnes = "0.0.0.0 10.1.2.3 100.64.0.1 127.9.9.9 169.254.169.254 172.31.0.1 192.168.1.1";
  const more =
    "224.0.0.1 255.255.255.255 ::1 :: fe80::1 fd00::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::a00:1";
  for (const address of `${innerOnes} ${more}`.split(" "))
    assert.ok(isInnerAddress(address), address);
  for (const address of "1.1.1.1 172.32.0.1 192.169.0.1 2606:4700::1 ::ffff:8.8.8.8".split(" ")) {
    assert.ok(!isInnerAddress(address), address);
  }
  assert.throws(() => checkLiteralAddress(new URL("http://[::1]/")), /private/);
  checkLiteralAddress(new URL("http://a.example/"));
});

test("onWire tells every body, both ways; intercept replaces answers", async (t) => {
  /** @type {import("../server/wire-tap.js").WireRecord[]} */
  const records = [];
  let broken = false;
  const a = await startServer(t, {
    onWire: (record) => records.push(record),
    intercept: ({ url }) =>
      broken && url?.endsWith("/inbox")
        ? { status: 500, headers: { "content-type": "text/html" }, body: "<h1>no</h1>" }
        : undefined,
  });
  const b = await startServer(t);
  const [alice, bob] = [await a.addUser("alice"), await b.addUser("bob")];
  const stop = new AbortController();
  t.after(() => stop.abort());
  await fetch(`${alice.actor}/inbox/events`, {
    headers: { authorization: `Bearer ${alice.token}` },
    signal: stop.signal,
  });
  await posted(alice, mlsMessage([alice.actor, bob.actor], "TUFSS0VS"));
  await eventually(async () => (await itemsOf(`${bob.actor}/inbox`, bob.token)).length, "delivery");
  const tells = (
    /** @type {"in" | "out"} */ direction,
    /** @type {string} */ part,
    pattern = /TUFSS0VS/,
  ) =>
    records.some(
      (r) => r.direction === direction && r.part === part && pattern.test(r.body.toString()),
    );
  await eventually(() => tells("in", "request"), "what the client sent");
  assert.ok(tells("in", "response"), "what the client got");
  assert.ok(tells("out", "request"), "what was delivered");
  assert.ok(tells("out", "response", /"inbox"/), "Bob's actor document");
  await eventually(() => tells("in", "response", /^event: Create\nid: /), "the event");
  assert.ok(records.every(({ server, body }) => server === a.origin && Buffer.isBuffer(body)));

  // What the server refuses to read has crossed the wire all the same.
  const refused = { method: "POST", body: "REFUSED" };
  assertError(await request(`${alice.actor}/outbox`, refused), 401);
  await eventually(() => tells("in", "request", /^REFUSED$/), "the refused body");

  broken = true;
  const response = await fetch(`${alice.actor}/inbox`);
  assert.equal(response.status, 500);
  assert.equal(await response.text(), "<h1>no</h1>");
  assert.equal(response.headers.get("access-control-allow-origin"), "*", "a page can read it");
});
