/** Starting servers and talking to them, for the tests of the demo server. */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "../server/server.js";

/** @typedef {import("../server/server.js").ServerOptions} ServerOptions */
/** @typedef {import("../server/server.js").DemoServer} DemoServer */
/** @typedef {import("node:test").TestContext} TestContext */
/** @typedef {{ status: number, headers: Headers, json: any }} Result */

export const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
export const ACTIVITY_JSON = "application/activity+json";

/** @param {TestContext} t */
export async function temporaryFolder(t) {
  const folder = await mkdtemp(join(tmpdir(), "waxseal-server-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** @type {string | undefined} */
let pem;

/**
 * Puts an HTTP key for the usual people into a data folder. Making an RSA key takes a good part of a
 * second; so one is made per test file for all of them, and the server takes a key that it finds.
 * @param {string} dataDir
 */
async function placeKeys(dataDir) {
  pem ??= newKey();
  for (const name of ["alice", "bob", "carol"]) {
    await mkdir(join(dataDir, "users", name), { recursive: true });
    await writeFile(join(dataDir, "users", name, "http-key.pem"), pem);
  }
}

function newKey() {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/**
 * A server on an unused port with a folder of its own; both go when the test ends.
 * @param {TestContext} t
 * @param {Partial<ServerOptions>} [options]
 * @returns {Promise<DemoServer & { lines: string[] }>} `lines` is its log
 */
export async function startServer(t, options = {}) {
  /** @type {string[]} */
  const lines = [];
  const dataDir = options.dataDir ?? (await temporaryFolder(t));
  await placeKeys(dataDir);
  const server = await createServer({
    firstRetryMs: 20,
    log: (line) => lines.push(line),
    ...options,
    dataDir,
  });
  // Closing twice is an error in Node, and some tests close by themselves.
  let closing;
  const close = () => (closing ??= server.close());
  t.after(close);
  return { ...server, close, lines };
}

/**
 * @param {string} url
 * @param {RequestInit & { token?: string }} [options]
 * @returns {Promise<Result>}
 */
export async function request(url, { token, headers, ...options } = {}) {
  const response = await fetch(url, {
    ...options,
    headers: {
      accept: ACTIVITY_JSON,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      .../** @type {Record<string, string>} */ (headers),
    },
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return {
    status: response.status,
    headers: response.headers,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

/**
 * @param {{ actor: string, token: string }} account
 * @param {object} document
 * @returns {Promise<Result>}
 */
export function post({ actor, token }, document) {
  return request(`${actor}/outbox`, {
    method: "POST",
    token,
    headers: { "content-type": ACTIVITY_JSON },
    body: JSON.stringify(document),
  });
}

/**
 * Posts, and insists that it was accepted.
 * @param {{ actor: string, token: string }} account
 * @param {object} document
 */
export async function posted(account, document) {
  const { status, json } = await post(account, document);
  assert.equal(status, 201, JSON.stringify(json));
  return json;
}

/**
 * An MLS message as the client sends it.
 * @param {string | string[]} to
 * @param {string} [content]
 */
export function mlsMessage(to, content = "AAEAAg==") {
  return {
    type: "Create",
    to,
    object: {
      type: ["Object", "PrivateMessage"],
      to,
      mediaType: "message/mls",
      encoding: "base64",
      content,
    },
  };
}

/**
 * All items of a collection, newest first, read by its pages.
 * @param {string} url
 * @param {string} [token]
 */
export async function itemsOf(url, token) {
  const { status, json } = await request(url, token ? { token } : {});
  assert.equal(status, 200, JSON.stringify(json));
  const items = [];
  for (let next = json.first; next; ) {
    const page = await request(next, token ? { token } : {});
    items.push(...page.json.orderedItems);
    next = page.json.next;
  }
  // More may have come since the first answer, but nothing may be missing.
  assert.ok(items.length >= json.totalItems, `${items.length} of ${json.totalItems} items`);
  return items;
}

/**
 * Waits until `read` gives something true.
 * @template T
 * @param {() => Promise<T> | T} read
 * @param {string} what
 * @returns {Promise<NonNullable<T>>}
 */
export async function eventually(read, what) {
  const end = Date.now() + 5000;
  for (;;) {
    const value = await read();
    if (value) return value;
    assert.ok(Date.now() < end, `still waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * Asserts that a result is an error with a sentence.
 * @param {Result} result
 * @param {number} expected
 * @param {RegExp} [sentence]
 */
export function assertError({ status, headers, json }, expected, sentence = /./) {
  assert.equal(status, expected, JSON.stringify(json));
  assert.match(headers.get("content-type") ?? "", /^application\/json/);
  assert.deepEqual(Object.keys(json), ["error"]);
  assert.match(json.error, /^\S.*\.$/);
  assert.match(json.error, sentence);
}
