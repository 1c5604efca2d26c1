/** Hostile and broken requests: each ends in an error with a sentence, and the server goes on. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { MAX_BODY } from "../server/body.js";
import { MAX_DEPTH, nestingDepth, parseObject } from "../server/json.js";
import {
  ACTIVITY_JSON,
  assertError,
  itemsOf,
  mlsMessage,
  post,
  posted,
  request,
  startServer,
} from "./helpers.mjs";

/** @param {import("node:test").TestContext} t */
async function aliceAlone(t) {
  const server = await startServer(t);
  return { server, alice: await server.addUser("alice") };
}

/**
 * @param {{ actor: string, token: string }} account
 * @param {string | Uint8Array<ArrayBuffer>} body
 */
function postRaw({ actor, token }, body) {
  return request(`${actor}/outbox`, {
    method: "POST",
    token,
    headers: { "content-type": ACTIVITY_JSON },
    body,
  });
}

test("a body of exactly 1 MiB passes, one octet more is 413", async (t) => {
  const { server, alice } = await aliceAlone(t);
  const frame = JSON.stringify(mlsMessage(alice.actor, ""));
  const content = "A".repeat(MAX_BODY - frame.length);
  const largest = JSON.stringify(mlsMessage(alice.actor, content));
  assert.equal(largest.length, MAX_BODY);
  assert.equal((await postRaw(alice, largest)).status, 201);
  assertError(await postRaw(alice, `${largest} `), 413, /1048576/);
  assertError(await postRaw(alice, largest + " ".repeat(8 * MAX_BODY)), 413);
  const inbox = { method: "POST", body: largest + " ".repeat(16 * 1024 + 1) };
  assertError(await request(`${alice.actor}/inbox`, inbox), 413);
  assert.equal((await itemsOf(`${alice.actor}/messages`, alice.token)).length, 1);
  assert.deepEqual(server.lines, []);
});

test("an announced length beyond all measure is refused at once", async (t) => {
  const { server } = await aliceAlone(t);
  const socket = connect(server.port, "127.0.0.1");
  socket.write(
    `POST /session HTTP/1.1\r\nHost: x\r\nContent-Length: ${1024 ** 4}\r\n\r\n{"code":"`,
  );
  const chunks = [];
  for await (const chunk of socket) chunks.push(chunk);
  assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 413 .*"error":/s);
});

test("what is not a JSON object is 400", async (t) => {
  const { server, alice } = await aliceAlone(t);
  for (const body of [
    "",
    "{",
    "null",
    "[]",
    "7",
    '"x"',
    "{}x",
    '{"a":1,}',
    "<html>",
    '{"a":NaN}',
  ]) {
    assertError(await postRaw(alice, body), 400, /JSON/);
  }
  assertError(await postRaw(alice, Buffer.from([0x22, 0xff, 0x22])), 400, /UTF-8/);
  assert.deepEqual(server.lines, []);
});

test("depth 32 passes, 33 is 400, and brackets inside strings do not count", async (t) => {
  const { alice } = await aliceAlone(t);
  const nested = (/** @type {number} */ depth) =>
    `{"type":"Note","to":"${alice.actor}","content":"[[{{\\"[","x":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  // The activity around the bare object is one level more.
  assert.equal((await postRaw(alice, nested(MAX_DEPTH - 1))).status, 201);
  assertError(await postRaw(alice, nested(MAX_DEPTH)), 400, /32/);
  assertError(await postRaw(alice, nested(MAX_DEPTH + 1)), 400, /32/);
  assertError(await postRaw(alice, "[".repeat(MAX_BODY)), 400, /32/);
  assert.equal(nestingDepth('{"a":[{"]":"}\\\\"}],"b":"\\"["}'), 3);
});

test("__proto__ is refused and pollutes nothing; other odd names are kept", async (t) => {
  const { alice } = await aliceAlone(t);
  for (const name of ["__proto__", "\\u005f_proto__"]) {
    for (const body of [
      `{"${name}":{"x":1}}`,
      `{"type":"Note","a":[{"${name}":{"polluted":1}}]}`,
    ]) {
      assertError(await postRaw(alice, body), 400, /__proto__/);
    }
  }
  assert.equal(/** @type {any} */ ({}).polluted, undefined);
  const odd = { constructor: { prototype: 1 }, toString: "x", hasOwnProperty: null, toJSON: 1 };
  const { object } = await posted(alice, { type: "Note", to: alice.actor, odd });
  assert.deepEqual(object.odd, odd);
  assert.deepEqual(parseObject('{"a":{"constructor":1}}'), { a: { constructor: 1 } });
});

test("odd values in the places that the server reads are refused, not a failure", async (t) => {
  const { server, alice } = await aliceAlone(t);
  /** @type {unknown[]} */
  const odd = [7, true, null, {}, [], [[]], [null], { id: 7 }, "x", "http://", "a b", "\u0000"];
  for (const value of odd) {
    for (const property of [
      "type",
      "actor",
      "to",
      "object",
      "target",
      "attributedTo",
      "@context",
    ]) {
      for (const type of ["Create", "Update", "Delete", "Add", "Undo", "Accept", "Note", "Like"]) {
        const { status } = await post(alice, { type, object: { type: "Note" }, [property]: value });
        assert.ok(
          status === 201 || (status >= 400 && status < 500),
          `${type} ${property} ${status}`,
        );
      }
    }
  }
  assert.deepEqual(server.lines, []);
  await itemsOf(`${alice.actor}/outbox`, alice.token);
});

test("unknown addresses are 404, wrong methods 405 with Allow", async (t) => {
  const { server, alice } = await aliceAlone(t);
  const paths = [
    "/",
    "/x",
    "/users",
    "/users/nobody",
    "/users/alice/x",
    "/users/%61lice",
    "/objects/x",
  ];
  paths.push("/users/alice/", "/objects/..%2f..%2fserver.json", "/media/..%2fx", "//a/b");
  for (const path of paths) assertError(await request(server.origin + path), 404);
  for (const [method, path] of [
    ["PUT", "/users/alice"],
    ["POST", "/users/alice"],
    ["DELETE", "/users/alice/outbox"],
    ["GET", "/proxy"],
    ["GET", "/session"],
    ["PATCH", "/users/alice/inbox"],
  ]) {
    const result = await request(server.origin + path, { ...(method ? { method } : {}) });
    assertError(result, 405, /only/);
    assert.match(result.headers.get("allow") ?? "", /OPTIONS/);
  }
  const head = await fetch(alice.actor, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
});

test("a request that breaks off leaves no trace", async (t) => {
  const { server, alice } = await aliceAlone(t);
  const socket = connect(server.port, "127.0.0.1");
  socket.write(
    `POST /users/alice/outbox HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\n` +
      'Content-Length: 1000\r\n\r\n{"type":"Note"',
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  assert.equal((await request(alice.actor)).status, 200);
  assert.deepEqual(server.lines, []);
});
