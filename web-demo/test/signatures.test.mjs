/** HTTP signatures: what an inbox accepts, and from whom. */
import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { createServer as createHttpServer } from "node:http";
import { before, test } from "node:test";
import { PublicKeys } from "../server/public-keys.js";
import {
  checkRequest,
  digestOf,
  MAX_CLOCK_SKEW_MS,
  parseSignature,
  SignatureError,
  signatureHeaders,
} from "../server/signatures.js";
import { ACTIVITY_JSON, assertError, itemsOf, posted, request, startServer } from "./helpers.mjs";

/** @type {import("node:crypto").KeyPairKeyObjectResult} */
let keyPair;
/** @type {import("node:crypto").KeyPairKeyObjectResult} */
let otherPair;
before(() => {
  keyPair = generateKeyPairSync("rsa", { modulusLength: 2048 });
  otherPair = generateKeyPairSync("rsa", { modulusLength: 2048 });
});

/** @param {import("node:crypto").KeyPairKeyObjectResult} pair */
const pemOf = ({ publicKey }) => publicKey.export({ type: "spki", format: "pem" }).toString();

/**
 * A foreign server that serves the documents it is given, by path.
 * @param {import("node:test").TestContext} t
 */
async function foreignServer(t) {
  /** @type {Record<string, object>} */
  const documents = {};
  let fetches = 0;
  const http = createHttpServer((req, res) => {
    fetches++;
    const document = documents[req.url ?? ""];
    res.writeHead(document ? 200 : 404, { "content-type": ACTIVITY_JSON });
    res.end(JSON.stringify(document ?? {}));
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", () => resolve(undefined)));
  t.after(() => {
    http.closeAllConnections();
    http.close();
  });
  const { port } = /** @type {import("node:net").AddressInfo} */ (http.address());
  const origin = `http://127.0.0.1:${port}`;
  const actor = `${origin}/mallory`;
  const keyId = `${actor}#main-key`;
  documents["/mallory"] = {
    id: actor,
    type: "Person",
    publicKey: { id: keyId, owner: actor, publicKeyPem: pemOf(keyPair) },
  };
  return { origin, actor, keyId, documents, fetches: () => fetches };
}

/**
 * Delivers to an inbox, signed by `keyPair` unless told otherwise.
 * @param {string} inbox
 * @param {object} activity
 * @param {string} keyId
 * @param {{ date?: Date, privateKey?: import("node:crypto").KeyObject, sentBody?: string,
 *   change?: (headers: Record<string, string>) => void }} [options]
 */
async function deliver(inbox, activity, keyId, options = {}) {
  const { date, privateKey = keyPair.privateKey, sentBody, change } = options;
  const body = Buffer.from(JSON.stringify(activity));
  const url = new URL(inbox);
  const signer = { keyId, privateKey };
  const headers = signatureHeaders(signer, {
    method: "POST",
    url,
    body,
    ...(date ? { date } : {}),
  });
  change?.(headers);
  const { host: _, ...rest } = headers;
  return request(inbox, {
    method: "POST",
    headers: { "content-type": ACTIVITY_JSON, ...rest },
    body: sentBody ?? body,
  });
}

/** @param {import("node:test").TestContext} t */
async function inboxAndStranger(t) {
  const server = await startServer(t);
  const bob = await server.addUser("bob");
  const mallory = await foreignServer(t);
  const activity = {
    "@context": "https://www.w3.org/ns/activitystreams",
    id: `${mallory.origin}/activities/1`,
    type: "Create",
    actor: mallory.actor,
    to: bob.actor,
    object: { type: "Note", content: "hello", "x:y": [1] },
  };
  const inbox = `${bob.actor}/inbox`;
  return { server, bob, mallory, activity, inbox, received: () => itemsOf(inbox, bob.token) };
}

test("a signed activity is stored as it was received, once", async (t) => {
  const { activity, inbox, mallory, received } = await inboxAndStranger(t);
  for (let i = 0; i < 3; i++) {
    assert.equal((await deliver(inbox, activity, mallory.keyId)).status, 202);
  }
  const again = [1, 2, 3].map(() => deliver(inbox, activity, mallory.keyId));
  for (const { status } of await Promise.all(again)) assert.equal(status, 202);
  assert.deepEqual(await received(), [activity]);
  assert.equal(mallory.fetches(), 1, "the key is remembered");
});

test("unsigned, altered, stale or misdirected requests are refused", async (t) => {
  const { server, bob, activity, inbox, mallory, received } = await inboxAndStranger(t);
  const carol = await server.addUser("carol");
  /** @type {[string, RegExp, Parameters<typeof deliver>[3]][]} */
  const cases = [
    ["unsigned", /not signed/, { change: (h) => delete h.signature }],
    ["body altered", /digest/, { sentBody: JSON.stringify({ ...activity, to: carol.actor }) }],
    ["digest altered", /digest/, { change: (h) => (h.digest = digestOf(Buffer.from("x"))) }],
    ["no digest", /digest/, { change: (h) => delete h.digest }],
    ["old", /clock/, { date: new Date(Date.now() - MAX_CLOCK_SKEW_MS - 5000) }],
    ["in future", /clock/, { date: new Date(Date.now() + MAX_CLOCK_SKEW_MS + 5000) }],
    [
      "date altered",
      /match/,
      { change: (h) => (h.date = new Date(Date.now() - 9e4).toUTCString()) },
    ],
    ["no date", /clock|date/, { change: (h) => delete h.date }],
    ["other key", /match/, { privateKey: otherPair.privateKey }],
    ["cut", /lacks/, { change: (h) => (h.signature = (h.signature ?? "").slice(0, 40)) }],
    [
      "md5",
      /algorithm/,
      { change: (h) => (h.signature = h.signature?.replace("sha256", "md5") ?? "") },
    ],
    ["twice", /twice/, { change: (h) => (h.signature += ',keyId="http://a.example/"') }],
    [
      "digest not covered",
      /cover "digest"/,
      { change: (h) => (h.signature = h.signature?.replace(" digest", "") ?? "") },
    ],
  ];
  for (const [what, sentence, options] of cases) {
    const result = await deliver(inbox, activity, mallory.keyId, options);
    assert.equal(result.status, 401, what);
    assertError(result, 401, sentence);
  }
  // Signed for Carol's inbox, sent to Bob's.
  const body = Buffer.from(JSON.stringify(activity));
  const signer = { keyId: mallory.keyId, privateKey: keyPair.privateKey };
  const forCarol = new URL(`${carol.actor}/inbox`);
  const { host: _, ...headers } = signatureHeaders(signer, { method: "POST", url: forCarol, body });
  assertError(await request(inbox, { method: "POST", headers, body }), 401, /match/);
  // Signed for another host.
  const elsewhere = new URL(inbox.replace("127.0.0.1", "b.example"));
  const foreign = signatureHeaders(signer, { method: "POST", url: elsewhere, body });
  assert.throws(
    () =>
      checkRequest(
        { method: "POST", target: elsewhere.pathname, headers: foreign },
        { host: new URL(bob.actor).host, body },
      ),
    /another host/,
  );
  assert.deepEqual(await received(), []);
  assertError(await deliver(`${server.origin}/users/nobody/inbox`, activity, mallory.keyId), 404);
});

test("the signer must be the actor, and the id of the actor's server", async (t) => {
  const { server, activity, inbox, mallory, received } = await inboxAndStranger(t);
  const alice = await server.addUser("alice");
  const send = (/** @type {object} */ changes) =>
    deliver(inbox, { ...activity, ...changes }, mallory.keyId);
  assertError(await send({ actor: alice.actor }), 403, /signed/);
  assertError(await send({ actor: undefined }), 403, /signed/);
  assertError(await send({ id: `${server.origin}/objects/1` }), 403, /server/);
  assertError(await send({ id: undefined }), 400, /id/);
  assertError(await send({ id: `${mallory.origin}/a\nevent: x` }), 400, /id/);
  assert.equal((await send({ actor: { id: mallory.actor, type: "Person" } })).status, 202);
  assert.equal((await received()).length, 1);
});

test("a key counts only when its owner's own document lists it", async (t) => {
  const { server, activity, inbox, mallory, received } = await inboxAndStranger(t);
  const alice = await server.addUser("alice");
  const forged = { ...activity, actor: alice.actor, id: `${server.origin}/objects/1` };
  mallory.documents["/key"] = {
    id: `${mallory.origin}/key`,
    owner: alice.actor,
    publicKeyPem: pemOf(keyPair),
  };
  assertError(await deliver(inbox, forged, `${mallory.origin}/key`), 401, /does not list/);
  mallory.documents["/disguise"] = {
    id: alice.actor,
    publicKey: {
      id: `${mallory.origin}/disguise#k`,
      owner: alice.actor,
      publicKeyPem: pemOf(keyPair),
    },
  };
  assertError(await deliver(inbox, forged, `${mallory.origin}/disguise#k`), 401, /does not list/);
  assertError(await deliver(inbox, activity, `${mallory.origin}/missing`), 401, /fetched/);
  assertError(await deliver(inbox, activity, "file:///etc/passwd"), 401, /address/);
  assertError(await deliver(inbox, activity, "http://127.0.0.1:1/u#k"), 401, /fetched/);

  // A key document of its own is fine when the owner names it.
  const keyId = `${mallory.origin}/own-key`;
  mallory.documents["/own-key"] = { id: keyId, owner: mallory.actor, publicKeyPem: pemOf(keyPair) };
  mallory.documents["/mallory"] = { id: mallory.actor, publicKey: [keyId] };
  assert.equal((await deliver(inbox, activity, keyId)).status, 202);
  assert.equal((await received()).length, 1);
});

test("the actor's id may stand for its key when it has one", async (t) => {
  const { activity, inbox, mallory } = await inboxAndStranger(t);
  assert.equal((await deliver(inbox, activity, mallory.actor)).status, 202);
  const keys = [keyPair, otherPair].map((pair, i) => {
    return { id: `${mallory.actor}#${i}`, owner: mallory.actor, publicKeyPem: pemOf(pair) };
  });
  mallory.documents["/two"] = { id: `${mallory.origin}/two`, publicKey: keys };
  const refused = await deliver(inbox, activity, `${mallory.origin}/two`);
  assertError(refused, 401, /does not list/);
});

test("a changed key is fetched again, but not at every bad signature", async () => {
  let fetches = 0;
  let now = 0;
  let pair = keyPair;
  const id = "https://a.example/u";
  const keyId = `${id}#main-key`;
  const keys = new PublicKeys(
    async () => {
      fetches++;
      return { id, publicKey: { id: keyId, owner: id, publicKeyPem: pemOf(pair) } };
    },
    { minAgeMs: 1000, now: () => now },
  );
  /** @param {import("node:crypto").KeyPairKeyObjectResult} expected */
  const holdsFor = (expected) => (/** @type {import("node:crypto").KeyObject} */ key) =>
    key.equals(expected.publicKey);
  assert.equal(await keys.ownerOf(keyId, holdsFor(keyPair)), id);
  pair = otherPair;
  await assert.rejects(keys.ownerOf(keyId, holdsFor(otherPair)), SignatureError);
  assert.equal(fetches, 1);
  now = 1000;
  assert.equal(await keys.ownerOf(keyId, holdsFor(otherPair)), id);
  assert.equal(fetches, 2);
  assert.equal(await keys.ownerOf(keyId, holdsFor(otherPair)), id);
  assert.equal(fetches, 2);
});

test("small keys and keys that are not RSA are refused", async () => {
  const id = "https://a.example/u";
  const keyId = `${id}#k`;
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const { publicKey } = generateKeyPairSync("ed25519");
  const ed25519 = publicKey.export({ type: "spki", format: "pem" }).toString();
  for (const publicKeyPem of [pemOf(small), ed25519, "nonsense"]) {
    const keys = new PublicKeys(async () => ({ id, publicKey: { id: keyId, publicKeyPem } }));
    await assert.rejects(
      keys.ownerOf(keyId, () => true),
      /PEM|RSA/,
    );
  }
});

test("the example of draft-cavage-http-signatures-12, appendix C.3, verifies", () => {
  // The draft's own test key and request; its signature is over all headers.
  const key = createPublicKey(`-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDCFENGw33yGihy92pDjZQhl0C3
6rPJj+CvfSC8+q28hxA161QFNUd13wuCTUcq0Qd2qsBe/2hFyc2DCJJg0h1L78+6
Z4UMR7EOcpfdUE9Hf3m/hs+FUR45uBJeDK1HSFHD8bHKD6kv8FPGfJTotc+2xjJw
oYi+1hqp1fIekaxsyQIDAQAB
-----END PUBLIC KEY-----`);
  const headers = {
    host: "example.com",
    date: "Sun, 05 Jan 2014 21:31:40 GMT",
    "content-type": "application/json",
    digest: "SHA-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
    "content-length": "18",
    signature:
      'keyId="Test",algorithm="rsa-sha256",' +
      'headers="(request-target) host date content-type digest content-length",' +
      'signature="vSdrb+dS3EceC9bcwHSo4MlyKS59iFIrhgYkz8+oVLEEzmYZZvRs' +
      "8rgOp+63LEM3v+MFHB32NfpB2bEKBIvB1q52LaEUHFv120V01IL+TAD48XaERZF" +
      'ukWgHoBTLMhYS2Gb51gWxpeIq8knRmPnYePbF5MOkR0Zkly4zKH7s1dE="',
  };
  const { keyId, holds } = checkRequest(
    { method: "POST", target: "/foo?param=value&pet=dog", headers },
    {
      host: "example.com",
      body: Buffer.from('{"hello": "world"}'),
      now: Date.parse("2014-01-05T21:31:41Z"),
    },
  );
  assert.equal(keyId, "Test");
  assert.ok(holds(key));
  assert.ok(!holds(otherPair.publicKey));
});

test("signature headers are read strictly", () => {
  const parsed = parseSignature('keyId="k", headers="(Request-Target) Date",signature="AAA="');
  assert.deepEqual(parsed.names, ["(request-target)", "date"]);
  for (const header of ["", "keyId=k", 'keyId="k"', 'signature="AA=="', 'keyId="",signature="A"']) {
    assert.throws(() => parseSignature(header), SignatureError);
  }
});

test("a GET with a broken signature is refused with the reason", async (t) => {
  const server = await startServer(t);
  const alice = await server.addUser("alice");
  const { object } = await posted(alice, { type: "Note", to: alice.actor, content: "x" });
  const headers = { signature: 'keyId="http://127.0.0.1:1/k",signature="AA=="' };
  assertError(await request(object.id, { headers }), 401, /cover/);
});
