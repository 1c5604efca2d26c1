/** Uploads. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { MAX_UPLOAD } from "../server/media.js";
import {
  assertError,
  eventually,
  post,
  posted,
  request,
  startServer,
  temporaryFolder,
} from "./helpers.mjs";

/** @param {import("node:test").TestContext} t */
async function aliceAlone(t) {
  const dataDir = await temporaryFolder(t);
  const server = await startServer(t, { dataDir });
  const alice = await server.addUser("alice");
  const { json } = await request(alice.actor);
  const upload = (
    /** @type {Uint8Array<ArrayBuffer>} */ body,
    type = "image/png",
    token = alice.token,
  ) =>
    request(json.endpoints.uploadMedia, {
      method: "POST",
      token,
      headers: { "content-type": type },
      body,
    });
  const files = async () => (await readdir(join(dataDir, "media"))).sort();
  return { server, alice, upload, files };
}

test("an upload comes back octet by octet, harmless to open", async (t) => {
  const { alice, upload } = await aliceAlone(t);
  const octets = Buffer.from(randomBytes(300_000));
  const { status, headers, json } = await upload(octets);
  assert.equal(status, 201);
  assert.equal(headers.get("location"), json.url);
  assert.equal(json.mediaType, "image/png");
  assert.equal(json.attributedTo, alice.actor);
  assert.equal(json.size, octets.length);
  const response = await fetch(json.url);
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), octets);
  assert.equal(response.headers.get("content-type"), "image/png");
  assert.equal(response.headers.get("content-disposition"), "attachment");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.match(
    response.headers.get("content-security-policy") ?? "",
    /default-src 'none'; sandbox/,
  );
  const head = await fetch(json.url, { method: "HEAD" });
  assert.equal(head.headers.get("content-length"), "300000");
});

test("an empty file and odd media types", async (t) => {
  const { upload } = await aliceAlone(t);
  const { json } = await upload(new Uint8Array(0), "text/html; charset=utf-8");
  assert.equal(json.size, 0);
  assert.equal(json.mediaType, "text/html");
  assert.equal(await (await fetch(json.url)).text(), "");
  for (const type of ["nonsense", "a/b/c", `${"x".repeat(70)}/y`]) {
    assert.equal(
      (await upload(new Uint8Array(1), type)).json.mediaType,
      "application/octet-stream",
    );
  }
});

test("exactly the limit passes, one octet more is 413 and leaves nothing", async (t) => {
  const { upload, files } = await aliceAlone(t);
  const largest = Buffer.alloc(MAX_UPLOAD + 1, 7);
  assertError(await upload(largest), 413, /50331648/);
  assert.deepEqual(await files(), []);
  const { status, json } = await upload(largest.subarray(1));
  assert.equal(status, 201);
  assert.equal(json.size, MAX_UPLOAD);
});

test("an upload that breaks off leaves nothing", async (t) => {
  const { server, alice, files } = await aliceAlone(t);
  const socket = connect(server.port, "127.0.0.1");
  socket.write(
    `POST /media HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${alice.token}\r\n` +
      `Content-Length: 1000\r\n\r\nabc`,
  );
  await eventually(async () => (await files().catch(() => [])).length === 1, "a file begun");
  socket.destroy();
  await eventually(async () => (await files()).length === 0, "its removal");
  assert.deepEqual(server.lines, []);
});

test("only with a token; removed only by its owner", async (t) => {
  const { server, alice, upload, files } = await aliceAlone(t);
  const bob = await server.addUser("bob");
  assertError(await upload(new Uint8Array(1), "image/png", ""), 401);
  assertError(await upload(new Uint8Array(1), "image/png", "wrong"), 401);
  const { url } = (await upload(new Uint8Array(1))).json;
  assertError(await post(bob, { type: "Delete", object: url }), 403, /somebody else/);
  await posted(alice, { type: "Delete", object: url });
  assertError(await request(url), 404);
  assert.deepEqual(await files(), []);
  assertError(await post(alice, { type: "Delete", object: url }), 404);
  assertError(await request(`${server.origin}/media/../server.json`), 404);
});
