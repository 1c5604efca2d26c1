// Envelopes, KeyPackage objects and notes, in the shapes in which they come.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromBase64, toBase64 } from "../../js/src/bytes.js";
import { makeEnvelope, readEnvelope } from "../../js/src/fediverse/envelope.js";
import { htmlOfText, textOfHtml } from "../../js/src/fediverse/html.js";
import {
  createKeyPackageActivity,
  readKeyPackageObject,
} from "../../js/src/fediverse/key_package_object.js";
import { decodeNote, encodeNote, newNote } from "../../js/src/fediverse/note.js";

const ALICE = "https://a.example/users/alice";
const BOB = "https://b.example/users/bob";
const generator = { id: "urn:test", name: "Test" };
const octets = new Uint8Array([0, 1, 0, 2, 255, 254]);
/** @returns {any} */
const envelope = () => ({
  id: "https://a.example/activities/1",
  ...makeEnvelope({
    actor: ALICE,
    to: [BOB, ALICE],
    octets,
    type: "PrivateMessage",
    conversation: "uri:uuid:1",
    generator,
  }),
});

describe("base64", () => {
  test("both alphabets, with and without padding, with white space", () => {
    assert.deepEqual(fromBase64(" AAEA\nAv/+ "), octets);
    assert.deepEqual(fromBase64("AAEAAv_-"), octets);
    assert.deepEqual(fromBase64("AA=="), new Uint8Array([0]));
    assert.deepEqual(fromBase64("AA"), new Uint8Array([0]));
    for (const bad of ["A", "AA$A", "AA==AA", "ä"]) assert.equal(fromBase64(bad), undefined, bad);
    const large = new Uint8Array(100_000).map((_, i) => i);
    assert.deepEqual(fromBase64(toBase64(large)), large);
  });
});

describe("envelope", () => {
  test("reads what it makes", () => {
    assert.deepEqual(readEnvelope(envelope()), {
      id: "https://a.example/activities/1",
      actor: ALICE,
      octets,
      context: "uri:uuid:1",
    });
  });

  test("has what peers demand", () => {
    const { type, actor, to, instrument, context, conversation, object } = envelope();
    assert.deepEqual([type, actor, to, instrument], ["Create", ALICE, [BOB, ALICE], "urn:test"]);
    assert.equal(context, conversation);
    assert.deepEqual(object.type, ["Object", "PrivateMessage"]);
    assert.deepEqual(
      [object.mediaType, object.encoding, object.attributedTo],
      ["message/mls", "base64", ALICE],
    );
    assert.ok(object.summary.length > 20);
  });

  test("reads other shapes", () => {
    const { object, id } = envelope();
    const bare = { ...object, id };
    assert.deepEqual(readEnvelope(bare)?.octets, octets);
    const rewritten = {
      ...envelope(),
      actor: { id: ALICE },
      object: [{ ...object, type: "Object" }],
    };
    assert.equal(readEnvelope(rewritten)?.actor, ALICE);
    const { encoding: _, ...withoutEncoding } = object;
    assert.deepEqual(readEnvelope({ ...envelope(), object: withoutEncoding })?.octets, octets);
  });

  test("what carries no MLS is not ours", () => {
    assert.equal(readEnvelope({ id: "x", type: "Create", object: { type: "Note" } }), undefined);
    assert.equal(readEnvelope({ type: "Create" }), undefined);
    assert.equal(readEnvelope(null), undefined);
    assert.equal(readEnvelope("text"), undefined);
    assert.equal(readEnvelope({ id: "x", object: [null, 3, "u"] }), undefined);
  });

  test("senders that differ are refused", () => {
    const forged = envelope();
    forged.object.attributedTo = BOB;
    assert.throws(() => readEnvelope(forged), { code: "SENDER_MISMATCH" });
    const nobody = envelope();
    delete nobody.actor;
    delete nobody.object.attributedTo;
    assert.throws(() => readEnvelope(nobody), { code: "SENDER_MISMATCH" });
  });

  test("content that is not base64 is refused", () => {
    for (const content of ["$$$", "", 7, null, { a: 1 }]) {
      const bad = envelope();
      bad.object.content = content;
      assert.throws(() => readEnvelope(bad), { code: "BAD_ENVELOPE" }, String(content));
    }
    const gzip = envelope();
    gzip.object.encoding = "gzip";
    assert.throws(() => readEnvelope(gzip), { code: "BAD_ENVELOPE" });
  });

  test("an activity that servers would refuse is TOO_LARGE", () => {
    const large = {
      actor: ALICE,
      to: [BOB],
      type: /** @type {const} */ ("Welcome"),
      conversation: "c",
      generator,
    };
    assert.throws(() => makeEnvelope({ ...large, octets: new Uint8Array(75_000) }), {
      code: "TOO_LARGE",
    });
  });
});

describe("KeyPackage object", () => {
  test("reads what it makes, and has what peers demand", () => {
    const suite = "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519";
    const { object } = createKeyPackageActivity({
      actor: ALICE,
      keyPackage: octets,
      suite,
      generator,
    });
    assert.deepEqual(readKeyPackageObject(object), octets);
    assert.equal(object.ciphersuite, suite);
    assert.deepEqual(object.generator, { type: "Application", id: "urn:test", name: "Test" });
    assert.deepEqual(object.to, ["https://www.w3.org/ns/activitystreams#Public"]);
  });

  test("what is none is undefined", () => {
    for (const other of [
      undefined,
      null,
      "url",
      5,
      {},
      { mediaType: "message/mls", content: "%" },
    ]) {
      assert.equal(readKeyPackageObject(other), undefined);
    }
  });
});

describe("note", () => {
  test("reads what it makes", () => {
    const note = newNote(ALICE, "1 < 2 & \"3\"\nnext 'line' \u{1F600}");
    const { note: read, senders } = decodeNote(encodeNote(note, "c"));
    assert.deepEqual(read, note);
    assert.deepEqual([...new Set(senders)], [ALICE]);
  });

  test("reads a bare Note without an actor", () => {
    const { note, senders } = decodeNote('{"type":"Note","id":"urn:1","content":"<b>hi</b>"}');
    assert.equal(note?.contentHtml, "<b>hi</b>");
    assert.equal(note?.text, "hi");
    assert.deepEqual(senders, []);
  });

  test("names every sender that is claimed", () => {
    const json = JSON.stringify({
      type: "Create",
      actor: ALICE,
      object: { type: "Note", id: "urn:1", content: "x", attributedTo: BOB },
    });
    assert.deepEqual(new Set(decodeNote(json).senders), new Set([ALICE, BOB]));
  });

  test("what is not shown", () => {
    const others = ["", "null", "[]", "3", "{", '{"type":"IntransitiveActivity"}'];
    others.push('{"type":"Note"}', '{"type":"Note","id":"u","content":{}}', '{"type":"Create"}');
    for (const json of others) assert.equal(decodeNote(json).note, undefined, json);
  });
});

describe("html", () => {
  test("text survives the way there and back", () => {
    const texts = ["<script>alert(1)</script>", "a\nb\n\nc", "&amp; & &lt;", "\"'`", "𝒳 ä"];
    for (const text of texts) assert.equal(textOfHtml(htmlOfText(text)), text);
  });

  test("escaped text has no markup left", () => {
    assert.equal(
      htmlOfText("<img src=x onerror='a'>"),
      "<p>&lt;img src=x onerror=&#39;a&#39;&gt;</p>",
    );
  });

  test("text of others' HTML", () => {
    const cases = {
      "<p>one</p><p>two</p>": "one\ntwo",
      "a<br/>b": "a\nb",
      "<style>p{}</style>x<script>y()</script>": "x",
      "&#x41;&#66;&nbsp;&constructor;&#0;&#xd800;": "AB\u00a0&constructor;\ufffd\ufffd",
      "<b": "",
    };
    for (const [html, text] of Object.entries(cases)) assert.equal(textOfHtml(html), text, html);
  });

  test("hostile length takes no hostile time", () => {
    const begin = performance.now();
    for (const unit of ["<script>", "<", "&#", "<br", "</p"]) textOfHtml(unit.repeat(100_000));
    assert.ok(performance.now() - begin < 2000);
  });
});
