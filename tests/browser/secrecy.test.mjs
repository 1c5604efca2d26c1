/**
 * What servers, the wire and the disk get to see of a conversation between two pages: everything is
 * searched for the texts and for the private keys, in every encoding in which they might be there.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  acceptRequest,
  openConversation,
  read,
  reload,
  send,
  signIn,
  startConversation,
} from "../../web-demo/page-driver.js";
import { secretsOfPage } from "./lib/page_keys.mjs";
import { filesBelow, needlesOfOctets, needlesOfText, search } from "./lib/search.mjs";
import { openWorld } from "./lib/world.mjs";

/** A text that cannot be anywhere by chance, with letters that encodings treat differently. */
function secretText() {
  return `Geheim “${randomBytes(15).toString("base64url")}” <b> & "ü" \\ 🔏`;
}

/**
 * Both people write and reload; gives what they wrote.
 * @param {import("playwright-core").Page} alice
 * @param {import("playwright-core").Page} bob
 * @param {Awaited<ReturnType<typeof openWorld>>["demo"]} demo
 */
async function talk(alice, bob, demo) {
  const texts = [secretText(), secretText(), secretText()];
  const [first = "", second = "", third = ""] = texts;
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await send(alice, first);
  await acceptRequest(bob, "Alice");
  assert.equal(await read(bob, first), first);
  await send(bob, second);
  assert.equal(await read(alice, second), second);
  await Promise.all([reload(alice), reload(bob)]);
  await openConversation(alice, "Bob");
  await openConversation(bob, "Alice");
  await send(alice, third);
  assert.equal(await read(bob, third), third);
  return texts;
}

/** @param {string[]} texts */
const needlesOf = (texts) =>
  texts.flatMap((text, index) => needlesOfText(`text ${index + 1}`, text));

test("the search finds text in every form", () => {
  const text = secretText();
  const forms = [
    text,
    JSON.stringify({ content: text }),
    ...[0, 1, 2, 3].map((pad) => Buffer.from("x".repeat(pad) + text).toString("base64")),
    ...[0, 1, 2].map((pad) => Buffer.from(`${"x".repeat(pad)}${text}xx`).toString("base64url")),
    Buffer.from(text).toString("hex"),
  ];
  for (const form of forms) {
    const found = search([{ name: "form", octets: Buffer.from(form) }], needlesOfText("it", text));
    assert.notDeepEqual(found, [], form);
  }
  const wide = [{ name: "UTF-16", octets: Buffer.from(text, "utf16le") }];
  assert.notDeepEqual(search(wide, needlesOfText("it", text)), []);
  const other = [{ name: "another", octets: Buffer.from(secretText()) }];
  assert.deepEqual(search(other, needlesOfText("it", text)), []);
});

test("servers and wire hold neither the texts nor a private key", async (t) => {
  /** @type {{ name: string, octets: Buffer }[]} */
  const wire = [];
  const onWire = (/** @type {import("../../web-demo/server/wire-tap.js").WireRecord} */ record) => {
    const { server, direction, part, method, url, headers, body } = record;
    const head = Buffer.from(`${method} ${url}\n${JSON.stringify(headers)}\n`);
    wire.push({
      name: `${server} ${direction} ${part} ${method} ${url}`,
      octets: Buffer.concat([head, body]),
    });
  };
  const { demo, dataDir, openPage } = await openWorld(t, { onWire });
  const [alice, bob] = [await openPage(), await openPage()];
  const texts = await talk(alice, bob, demo);

  // The control: what looks like a message to the servers, but is not encrypted. At Bob's it ends in
  // an error, which shows that it went the whole way.
  const marker = secretText();
  await alice.evaluate(
    async ({ actor, to, token, summary, content }) => {
      const mls = { mediaType: "message/mls", encoding: "base64" };
      const object = { type: ["Object", "PrivateMessage"], ...mls, content, summary, to };
      const response = await fetch(`${actor}/outbox`, {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/activity+json" },
        body: JSON.stringify({ type: "Create", actor, to, object }),
      });
      if (!response.ok) throw new Error(`The outbox answered ${response.status}.`);
    },
    {
      ...demo.alice,
      to: [demo.bob.actor],
      summary: marker,
      content: Buffer.from(`x${marker}`).toString("base64"),
    },
  );
  await bob.getByRole("alert").getByRole("code").first().waitFor();

  const keys = await Promise.all([secretsOfPage(alice), secretsOfPage(bob)]);
  for (const { counts } of keys) {
    assert.ok((counts.device ?? 0) >= 1, "the signature key is known");
    assert.ok((counts.package ?? 0) >= 2 * 10, "the keys of the KeyPackages are known");
    assert.ok((counts.chat ?? 0) >= 1, "the keys of the group are known");
  }
  // Nobody writes any more.
  await Promise.all([alice, bob].map((page) => page.context().close()));
  await demo.close();
  const servers = [
    ...(await filesBelow(`${dataDir}/server-a`)),
    ...(await filesBelow(`${dataDir}/server-b`)),
  ];
  const markers = needlesOf([marker]);
  for (const form of ["(form 1), raw", "in base64, alignment 1"]) {
    for (const place of ["/outbox", "/inbox", "/events"]) {
      const found = search(wire, markers).some(
        (line) => line.includes(form) && line.includes(place),
      );
      assert.ok(found, `control: ${form} at ${place}`);
    }
  }
  assert.ok(
    search(servers, markers).some((line) => line.includes("server-a")),
    "control: stored",
  );
  assert.ok(
    search(servers, markers).some((line) => line.includes("server-b")),
    "control: stored",
  );

  const secrets = keys.flatMap((page) => page.secrets);
  const needles = secrets.flatMap(({ what, octets }) => needlesOfOctets(what, octets));
  assert.deepEqual(search(servers, [...needlesOf(texts), ...needles]), []);
  assert.deepEqual(search(wire, [...needlesOf(texts), ...needles]), []);
});

test("the browser's files hold neither the texts, nor the vault key, nor a private key", async (t) => {
  const { demo, openPage, openProfile } = await openWorld(t);
  const { page: alice, profile } = await openProfile();
  const bob = await openPage();
  const texts = await talk(alice, bob, demo);
  const { secrets, counts } = await secretsOfPage(alice);
  assert.ok((counts.device ?? 0) >= 1 && (counts.chat ?? 0) >= 1, "keys are known");

  // The control: the same kinds of things, stored by the same page without encryption.
  const markerText = secretText();
  const markerKey = randomBytes(32);
  await alice.evaluate(
    async ({ text, octets }) => {
      const db = await new Promise((resolve, reject) => {
        const request = indexedDB.open("control", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("records");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      await new Promise((resolve, reject) => {
        const tx = db.transaction("records", "readwrite", { durability: "strict" });
        tx.objectStore("records").put({ text, sealed: Uint8Array.from(octets) }, "control");
        tx.oncomplete = resolve;
        tx.onerror = () => reject(tx.error);
      });
      db.close();
    },
    { text: markerText, octets: [...markerKey] },
  );
  await alice.context().close();

  const files = await filesBelow(profile);
  assert.ok(
    files.some(({ name }) => name.includes("IndexedDB")),
    "there are files of IndexedDB",
  );
  const inDatabase = (/** @type {string} */ line) => line.includes("IndexedDB");
  assert.ok(search(files, needlesOf([markerText])).some(inDatabase), "control: a text is found");
  assert.ok(search(files, needlesOfOctets("key", markerKey)).some(inDatabase), "control: a key");

  const needles = secrets.flatMap(({ what, octets }) => needlesOfOctets(what, octets));
  assert.deepEqual(search(files, [...needlesOf(texts), ...needles]), []);
});
