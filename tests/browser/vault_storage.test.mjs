/**
 * Where keys and messages are kept: taking everything along, deleting everything, the report for
 * developers; and what people are told when the browser deletes something, has no room, or holds
 * records that somebody changed.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import {
  acceptRequest,
  openConversation,
  openSettings,
  read,
  send,
  sendFile,
  signIn,
  startConversation,
  waitUntilConnected,
  write,
} from "../../web-demo/page-driver.js";
import { secretsOfPage } from "./lib/page_keys.mjs";
import { needlesOfOctets, needlesOfText, search } from "./lib/search.mjs";
import { openWorld, until } from "./lib/world.mjs";

/** @typedef {import("playwright-core").Page} Page */

const TEXT = "Mein Geheimnis: ümläute & <Zeichen>";
const FILE = Buffer.from("the list of the seeds");

/**
 * Alice and Bob have written to each other.
 * @param {import("node:test").TestContext} t
 * @param {(alice: Page, address: string) => Promise<unknown>} [prepare] before she signs in
 */
async function talking(t, prepare) {
  const world = await openWorld(t);
  const { demo } = world;
  const [alice, bob] = [await world.openPage(), await world.openPage()];
  await prepare?.(alice, demo.page);
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle, "Garden");
  await send(alice, TEXT);
  await acceptRequest(bob, "Alice");
  await send(bob, "Bob's answer");
  await read(alice, "Bob's answer");
  return { ...world, alice, bob };
}

/** @param {Page} page */
const databases = (page) =>
  page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));

/**
 * @param {Page} page
 * @param {() => Promise<unknown>} start
 * @returns {Promise<Buffer>} what the user gets as a file
 */
async function download(page, start) {
  const [file] = await Promise.all([page.waitForEvent("download"), start()]);
  return readFile(await file.path());
}

/**
 * All private keys of a page and its vault key, as they might be in a text.
 * @param {Page} page
 */
async function keyNeedles(page) {
  const { secrets, counts } = await secretsOfPage(page);
  assert.ok((counts.device ?? 0) >= 1 && (counts.chat ?? 0) >= 1, "keys are known");
  return secrets.flatMap(({ what, octets }) => needlesOfOctets(what, octets));
}

test("everything can be taken along: messages and files, and no key", async (t) => {
  const { alice } = await talking(t);
  const about = { name: "seeds.txt", mimeType: "text/plain", alt: "a list" };
  await sendFile(alice, { ...about, buffer: FILE, text: "with a file" });
  const needles = await keyNeedles(alice);
  const settings = await openSettings(alice);
  const octets = await download(alice, () =>
    settings.getByRole("button", { name: "Download everything" }).click(),
  );
  await settings.getByText("The file was given to the browser.").waitFor();

  const { conversations, account } = JSON.parse(octets.toString());
  assert.equal(account.name, "Alice");
  assert.equal(conversations.length, 1);
  const [{ name, messages }] = conversations;
  assert.equal(name, "Garden");
  const notes = messages.filter((/** @type {any} */ { kind }) => kind === "note");
  const texts = notes.map((/** @type {any} */ { text }) => text);
  assert.deepEqual(texts, [TEXT, "Bob's answer", "with a file"]);
  assert.equal(notes[2].attachments[0].base64, FILE.toString("base64"));

  assert.deepEqual(search([{ name: "the file", octets }], needles), []);
  const [{ octets: key }] = /** @type {[any]} */ (needles);
  const control = Buffer.concat([octets, key]);
  assert.notDeepEqual(search([{ name: "the control", octets: control }], needles), []);
});

test("the report for developers has no text, name, address or key", async (t) => {
  const { alice, demo } = await talking(t);
  await demo.b.close();
  await write(alice, "to nobody");
  const keys = await keyNeedles(alice);
  const settings = await openSettings(alice);
  await settings.getByRole("button", { name: "Report for developers…" }).click();
  const dialog = alice.getByRole("dialog", { name: "Report for developers" });
  const shown = await dialog.getByRole("region", { name: "The report" }).textContent();
  const saved = await download(alice, () => dialog.getByRole("button", { name: "Save" }).click());
  assert.deepEqual(JSON.parse(saved.toString()), JSON.parse(shown ?? ""), "shown as it is saved");

  const { conversations, vault, storage, core } = JSON.parse(saved.toString());
  assert.equal(core, "worker", "where the core works");
  assert.deepEqual(
    vault.ways.map((/** @type {any} */ { kind }) => kind),
    ["device"],
  );
  assert.equal(storage.kind, "IndexedDB");
  assert.equal(conversations[0].people, 2);

  const conversationId = await alice.locator("wx-conversation").evaluate((element) => {
    return /** @type {any} */ (element).conversation.id;
  });
  const texts = [
    TEXT,
    "Bob's answer",
    "to nobody",
    "Garden",
    ...[demo.alice, demo.bob].flatMap(({ actor, handle, token }) => [actor, handle, token]),
    ...[demo.a, demo.b].map(({ origin }) => origin.replace(/^https?:\/\//, "")),
    conversationId,
  ];
  const needles = [...texts.flatMap((text) => needlesOfText(text, text)), ...keys];
  assert.deepEqual(search([{ name: "the report", octets: saved }], needles), []);
  for (const name of ["Alice", "Bob", "alice", "bob"]) {
    assert.doesNotMatch(saved.toString(), new RegExp(`\\b${name}\\b`), name);
  }
  // The control: the same search in what does hold all that.
  await dialog.getByRole("button", { name: "Close" }).click();
  const everything = await download(alice, () =>
    settings.getByRole("button", { name: "Download everything" }).click(),
  );
  const found = search([{ name: "the control", octets: everything }], needles).join("\n");
  for (const text of [TEXT, "Bob's answer", "Garden", demo.bob.actor, conversationId]) {
    assert.ok(found.includes(text), `control: ${text} is found`);
  }
  assert.match(everything.toString(), /\bAlice\b/, "control: a name is found");
});

test("everything is deleted: no database stays, keys are taken back, the account is signed out", async (t) => {
  const { alice, bob, demo } = await talking(t);
  assert.equal((await databases(alice)).length, 1, "the control: there is one");
  const other = await alice.context().newPage();
  const session = await alice.evaluate(() => ({ ...sessionStorage }));
  await other.addInitScript((items) => {
    for (const [key, value] of Object.entries(items)) sessionStorage.setItem(key, value);
  }, session);
  await other.goto(alice.url());
  await waitUntilConnected(other);

  const settings = await openSettings(alice);
  await settings.getByRole("button", { name: "Delete everything on this device…" }).click();
  await settings.getByRole("button", { name: "Delete everything", exact: true }).click();
  await alice.getByText("All keys and messages were deleted from this device.").waitFor();
  await other.getByText("were deleted, by the browser or in another window").waitFor();
  assert.deepEqual(await databases(alice), []);
  const kept = await alice.evaluate(() => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
  ]);
  assert.deepEqual(kept, []);

  // Nobody can write to a device that is gone.
  await startConversation(bob, demo.alice.handle, "Anew");
  await bob
    .getByRole("dialog", { name: "New conversation" })
    .getByRole("alert")
    .getByRole("code")
    .waitFor();
});

test("what the browser has deleted is said when the page is opened again", async (t) => {
  const { alice, demo } = await talking(t);
  await alice.goto("about:blank");
  // As the browser does it when space gets short, which leaves localStorage alone in Chromium.
  const cleaner = await alice.context().newPage();
  await cleaner.goto(`${demo.page}seal.svg`);
  const [name = ""] = await databases(cleaner);
  await cleaner.evaluate(
    (database) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(database);
        request.onsuccess = resolve;
        request.onerror = reject;
        request.onblocked = reject;
      }),
    name,
  );
  await signIn(alice, demo.alice.link);
  await alice.getByText("The browser has deleted the keys and messages").waitFor();
  await alice.getByText("No conversations yet").waitFor();
});

test("what is deleted while the page is open is said, and nothing is made in its place", async (t) => {
  const { alice } = await talking(t);
  await alice.evaluate(async () => {
    const [{ name = "" } = {}] = await indexedDB.databases();
    indexedDB.deleteDatabase(name);
  });
  await alice.getByText("Reload the page to start anew.").waitFor();
  assert.deepEqual(await databases(alice), []);
  assert.equal(await alice.getByText(TEXT).count(), 0);
});

/**
 * Takes up what room the page's site has left, in another database.
 * @param {Page} page
 */
function fillUp(page) {
  return page.evaluate(async () => {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open("junk");
      request.onupgradeneeded = () =>
        request.result.createObjectStore("junk", { autoIncrement: true });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    /** @param {number} size */
    const add = (size) =>
      new Promise((resolve) => {
        const tx = db.transaction("junk", "readwrite");
        tx.objectStore("junk").add(crypto.getRandomValues(new Uint8Array(size)));
        tx.oncomplete = () => resolve(true);
        tx.onabort = () => resolve(tx.error?.name !== "QuotaExceededError");
      });
    for (const size of [65_536, 8192, 1024, 128]) while (await add(size));
    db.close();
  });
}

test("without room a message is not lost: it is said, and it can be sent when there is room", async (t) => {
  /** @type {(quotaSize: number) => Promise<unknown>} */
  let allow = () => Promise.resolve();
  const { alice, bob } = await talking(t, async (page, address) => {
    await page.goto(address);
    const cdp = await page.context().newCDPSession(page);
    const { origin } = new URL(address);
    allow = (quotaSize) => cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
    // Before there is a database: Chromium asks for the room of one twice a minute only.
    await allow(2_000_000);
  });
  await fillUp(alice);
  await write(alice, "no room for this");
  await alice.getByText("There is no room left on this device").waitFor();
  const box = alice.getByRole("textbox", { name: "Message" });
  await until(async () => (await box.inputValue()) === "no room for this", "it is still there");
  await allow(20_000_000);
  await send(alice, "no room for this");
  assert.equal(await read(bob, "no room for this"), "no room for this");
});

test("a record that somebody changed is named, and everything else can be read", async (t) => {
  const { alice } = await talking(t);
  const changed = await alice.evaluate(async () => {
    const [{ name = "" } = {}] = await indexedDB.databases();
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const tx = db.transaction("records", "readwrite");
    const records = tx.objectStore("records");
    const range = IDBKeyRange.bound("message/", "message/\uffff");
    /** @type {any[]} */
    const all = await new Promise((resolve) => {
      records.getAll(range).onsuccess = (/** @type {any} */ { target }) => resolve(target.result);
    });
    const [record] = all;
    record.sealed[record.sealed.length - 1] ^= 1;
    records.put(record);
    await new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    db.close();
    return record.name;
  });
  await alice.reload();
  await waitUntilConnected(alice);
  const alert = alice
    .getByRole("alert")
    .filter({ hasText: "A part of the stored data was damaged" });
  await alert.waitFor();
  assert.ok((await alert.textContent())?.includes(changed), "it is named");
  await openConversation(alice, "Garden");
  await read(alice, "Bob's answer");
  await send(alice, "it goes on");
});
