/** The server of the page: what it gives, with which headers, and what it does not give. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { request } from "node:http";
import { test } from "node:test";
import { createPageServer } from "../../web-demo/page-server.js";

/**
 * A request whose path is sent as it stands; fetch would tidy it up.
 * @param {number} port
 * @param {string} path
 * @param {string} [method]
 * @returns {Promise<{ status: number | undefined, headers: import("node:http").IncomingHttpHeaders,
 *   body: string }>}
 */
function ask(port, path, method = "GET") {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method }, (res) => {
      let body = "";
      res.setEncoding("utf8");
      res.on("data", (part) => {
        body += part;
      });
      res.on("end", () => resolve({ status: res.statusCode, headers: res.headers, body }));
    });
    sent.on("error", reject).end();
  });
}

test("the page has a strict policy that names its only inline script by hash", async (t) => {
  const server = await createPageServer();
  t.after(() => server.close());
  const { status, headers, body } = await ask(server.port, "/");
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "text/html; charset=utf-8");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  const policy = String(headers["content-security-policy"]);
  const inline = [...body.matchAll(/<script(?![^>]* src=)[^>]*>([^<]*)/g)].map(
    ([, text = ""]) => text,
  );
  assert.equal(inline.length, 1);
  const hash = createHash("sha256")
    .update(inline[0] ?? "")
    .digest("base64");
  const directives = policy.split("; ");
  assert.ok(directives.includes(`script-src 'self' 'wasm-unsafe-eval' 'sha256-${hash}'`), policy);
  for (const directive of [
    "default-src 'none'",
    "style-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ]) {
    assert.ok(directives.includes(directive), directive);
  }
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:\/\/(?!127\.0\.0\.1:)/);
});

test("everything that the import map names is there, as JavaScript", async (t) => {
  const server = await createPageServer();
  t.after(() => server.close());
  const { body } = await ask(server.port, "/");
  const { imports } = JSON.parse(/importmap">([^<]*)/.exec(body)?.[1] ?? "");
  const files = Object.values(imports).filter((path) => !path.endsWith("/"));
  assert.ok(files.length >= 8);
  for (const path of files) {
    const { status, headers } = await ask(server.port, path);
    assert.equal(status, 200, path);
    assert.equal(headers["content-type"], "text/javascript; charset=utf-8", path);
  }
  const wasm = await ask(server.port, "/vendor/waxseal/dist/core.wasm", "HEAD");
  assert.equal(wasm.headers["content-type"], "application/wasm");
});

test("nothing else is given", async (t) => {
  const server = await createPageServer();
  t.after(() => server.close());
  for (const path of [
    "/../page-server.js",
    "/components/../../page-server.js",
    "/%2e%2e/page-server.js",
    "/..%2fpage-server.js",
    "/%252e%252e/page-server.js",
    "/..\\page-server.js",
    "/vendor/lit/../../package.json",
    "/vendor/lit/../playwright-core/index.js",
    "/vendor/waxseal/src/../../web-demo/main.js",
    "/vendor/waxseal/package.json",
    "/vendor/playwright-core/index.js",
    "/vendor/ts-mls/dist/index.js",
    "/vendor/",
    "/vendor/lit/",
    "/components",
    "/server/server.js",
    "/main.js%00.html",
    "/%ff",
    "//main.js/",
    "http://127.0.0.1/main.js",
    "/elements.d.ts",
  ]) {
    const { status, headers } = await ask(server.port, path);
    assert.equal(status, 404, path);
    assert.match(String(headers["content-security-policy"]), /default-src 'none'/);
  }
  assert.equal((await ask(server.port, "/", "POST")).status, 405);
  // The control: a file of the same folder.
  assert.equal((await ask(server.port, "/main.js")).status, 200);
});
