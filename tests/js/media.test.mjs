// Files: what is uploaded and downloaded, within bounds, and what comes out of gzip.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { compose } from "../../js/src/client/compose.js";
import { inflate } from "../../js/src/client/inflate.js";
import { ActivityPubTransport } from "../../js/src/index.node.js";
import { openHost } from "../../js/src/wasm/host.js";
import { loadModule } from "../../js/src/wasm/init.js";
import { answer, startFakeServer, TOKEN } from "./lib/fake_server.mjs";

const host = await openHost(await loadModule());
/** @type {import("./lib/fake_server.mjs").FakeServer} */
let server;
/** @type {ActivityPubTransport} */
let transport;
before(async () => {
  server = await startFakeServer();
  transport = new ActivityPubTransport({ actor: server.actor, token: TOKEN });
});
after(() => server.close());

const octets = (/** @type {number} */ len) => new Uint8Array(len).fill(7);

describe("upload", () => {
  test("to the own server's endpoint, with the token, as it is", async () => {
    server.on("POST /media", (_req, res) =>
      answer(res, 201, undefined, { location: "/media/here" }),
    );
    /** @type {any[]} */
    const progress = [];
    const onProgress = (/** @type {any} */ one) => progress.push(one);
    const url = await transport.upload(octets(3), { onProgress });
    assert.equal(url, `${server.origin}/media/here`);
    const request = server.requests.findLast(({ method }) => method === "POST");
    assert.equal(request?.headers.authorization, `Bearer ${TOKEN}`);
    assert.equal(request?.headers["content-type"], "application/octet-stream");
    assert.deepEqual(progress.at(-1), { done: 3, total: 3 });
  });

  test("the address in an object, or in the activity around it", async () => {
    for (const json of [
      { id: "x", url: "https://files.example/1" },
      { object: { url: { type: "Link", href: "https://files.example/1" } } },
      { type: "Create", object: { id: "https://files.example/1" } },
    ]) {
      server.on("POST /media", (_req, res) => answer(res, 201, json));
      assert.equal(await transport.upload(octets(1), {}), "https://files.example/1");
    }
  });

  test("what a server answers instead", async () => {
    for (const [status, code] of [
      [413, "TOO_LARGE"],
      [500, "SERVER_ERROR"],
      [201, "NOT_JSON"],
    ]) {
      server.on("POST /media", (_req, res) => answer(res, Number(status)));
      await assert.rejects(transport.upload(octets(1), {}), { code });
    }
  });
});

describe("download", () => {
  /** @param {import("node:http").OutgoingHttpHeaders} headers @param {Uint8Array} body */
  const offer = (headers, body) =>
    server.on("GET /blob", (_req, res) => {
      res.writeHead(200, headers);
      res.end(body);
    });

  test("without a token, up to the limit", async () => {
    offer({}, octets(10));
    const url = `${server.origin}/blob`;
    assert.deepEqual(await transport.download(url, { limit: 10 }), octets(10));
    const request = server.requests.findLast(({ url: path }) => path === "/blob");
    assert.equal(request?.headers.authorization, undefined);
    assert.equal(request?.headers.referer, undefined);
  });

  test("not a single octet more, whether or not the server says so before", async () => {
    const url = `${server.origin}/blob`;
    for (const headers of [{ "content-length": "11" }, { "transfer-encoding": "chunked" }]) {
      offer(headers, octets(11));
      await assert.rejects(transport.download(url, { limit: 10 }), { code: "TOO_LARGE" });
    }
  });

  test("only over http and https, and only what is there", async () => {
    for (const url of ["file:///etc/passwd", "data:,x", "blob:x", "x"]) {
      await assert.rejects(transport.download(url, { limit: 10 }), { code: "NOT_FOUND" }, url);
    }
    const missing = `${server.origin}/nothing`;
    await assert.rejects(transport.download(missing, { limit: 10 }), { code: "NOT_FOUND" });
  });

  test("can be given up", async () => {
    server.on("GET /blob", () => {});
    const signal = AbortSignal.timeout(20);
    const url = `${server.origin}/blob`;
    await assert.rejects(transport.download(url, { limit: 10, signal }), { code: "NETWORK" });
  });
});

describe("gzip", () => {
  test("there and back", async () => {
    assert.deepEqual(await inflate(gzipSync(octets(1000)), 1000), octets(1000));
  });

  test("a bomb is stopped", async () => {
    const bomb = gzipSync(octets(50_000_000));
    await assert.rejects(inflate(bomb, 1_000_000), { code: "TOO_LARGE" });
  });

  test("what is none, or is cut short", async () => {
    for (const broken of [octets(20), gzipSync(octets(1000)).subarray(0, 15)]) {
      await assert.rejects(inflate(broken, 1000), { code: "FILE_BROKEN" });
    }
  });
});

describe("what the user writes", () => {
  test("text, HTML, a title, a warning, an answer", async () => {
    const { fields } = await compose("a < b", transport, host);
    assert.deepEqual(fields, { content: "<p>a &lt; b</p>" });
    const reply = { html: "<p>x</p>", title: "T", summary: "S", inReplyTo: { id: "urn:1" } };
    assert.deepEqual((await compose(reply, transport, host)).fields, {
      content: "<p>x</p>",
      type: "Article",
      name: "T",
      summary: "S",
      inReplyTo: "urn:1",
    });
  });

  test("small files travel inside", async () => {
    const data = new Blob([octets(5)], { type: "image/png" });
    const attachments = [
      { data, name: "seal.png", alt: "a seal", width: 3, height: 4 },
      { data: octets(6), name: "notes.txt", mediaType: "text/plain" },
    ];
    const { fields, parts } = await compose({ attachments }, transport, host);
    assert.deepEqual(fields, {
      content: "",
      attachments: [
        { type: "Image", mediaType: "image/png", name: "a seal", width: 3, height: 4, part: 0 },
        { type: "Document", mediaType: "text/plain", name: "notes.txt", part: 1 },
      ],
    });
    assert.deepEqual(
      parts.map(({ length }) => length),
      [5, 6],
    );
  });

  test("large ones do not, where nothing can be uploaded", async () => {
    const attachments = [{ data: octets(20_000) }];
    const without = /** @type {any} */ ({ upload: undefined });
    await assert.rejects(compose({ attachments }, without, host), { code: "TOO_LARGE" });
  });

  test("nothing, or something else", async () => {
    for (const content of ["", {}, { text: "" }, null, 7, { attachments: [{ data: "x" }] }]) {
      const wrong = /** @type {any} */ (content);
      await assert.rejects(compose(wrong, transport, host), { code: "INVALID_ARGUMENT" });
    }
  });
});
