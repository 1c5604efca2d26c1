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

/**
 * Changes one octet of a stored message.
 * @param {Page} page
 * @returns {Promise<string>} the record's name
 */
function damageFirstMessage(page) {
  return page.evaluate(async () => {
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
    const [record] = await new Promise((resolve) => {
      records.getAll(range).onsuccess = (/** @type {any} */ { target }) => resolve(target.result);
    });
    record.sealed[record.sealed.length - 1] ^= 1;
    records.put(record);
    await new Promise((resolve) => {
      tx.oncomplete = resolve;
    });
    db.close();
    return record.name;
  });
}

// Bob and his server are the same throughout; who loses something is somebody new each time.
test("storage", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const bob = await openPage();
  await signIn(bob, demo.bob.link);
  /**
   * Somebody who has written to Bob, in a conversation called Garden.
   * @param {string} name
   * @param {(page: Page) => Promise<unknown>} [prepare] before signing in
   */
  const newcomer = async (name, prepare) => {
    const account = await demo.a.addUser(name.toLowerCase(), name);
    const link = demo.link(account, demo.a);
    const page = await openPage();
    await prepare?.(page);
    await signIn(page, link);
    await startConversation(page, demo.bob.handle, "Garden");
    await send(page, TEXT);
    return { page, account, link };
  };

  await t.test("what the browser has deleted is said when the page is opened again", async () => {
    const { page, link } = await newcomer("Carol");
    await page.goto("about:blank");
    // As the browser does it when space gets short, which leaves localStorage alone in Chromium.
    const cleaner = await page.context().newPage();
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
    await signIn(page, link);
    await page.getByText("The browser has deleted the keys and messages").waitFor();
    await page.getByText("No conversations yet").waitFor();
  });

  await t.test(
    "what is deleted while the page is open is said, and nothing takes its place",
    async () => {
      const { page } = await newcomer("Dora");
      await page.evaluate(async () => {
        const [{ name = "" } = {}] = await indexedDB.databases();
        indexedDB.deleteDatabase(name);
      });
      await page.getByText("Reload the page to start anew.").waitFor();
      assert.deepEqual(await databases(page), []);
      assert.equal(await page.getByText(TEXT).count(), 0);
    },
  );

  await t.test(
    "a record that somebody changed is named, and everything else can be read",
    async () => {
      const { page } = await newcomer("Emma");
      await send(page, "the second message");
      const changed = await damageFirstMessage(page);
      await page.reload();
      await waitUntilConnected(page);
      const sentence = "A part of the stored data was damaged";
      const alert = page.getByRole("alert").filter({ hasText: sentence });
      await alert.waitFor();
      assert.ok((await alert.textContent())?.includes(changed), "it is named");
      await openConversation(page, "Garden");
      await read(page, "the second message");
      await send(page, "it goes on");
    },
  );

  await t.test(
    "without room a message is not lost: it is said, and sent when there is room",
    async () => {
      /** @type {(quotaSize: number) => Promise<unknown>} */
      let allow = () => Promise.resolve();
      const { page } = await newcomer("Fred", async (fresh) => {
        await fresh.goto(demo.page);
        const cdp = await fresh.context().newCDPSession(fresh);
        const { origin } = new URL(demo.page);
        allow = (quotaSize) => cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize });
        // Before there is a database: Chromium asks for the room of one twice a minute only.
        await allow(2_000_000);
      });
      await acceptRequest(bob, "Fred");
      await fillUp(page);
      await write(page, "no room for this");
      await page.getByText("There is no room left on this device").waitFor();
      const box = page.getByRole("textbox", { name: "Message" });
      await until(async () => (await box.inputValue()) === "no room for this", "it is still there");
      await allow(20_000_000);
      await send(page, "no room for this");
      assert.equal(await read(bob, "no room for this"), "no room for this");
    },
  );

  await t.test(
    "everything is deleted: no database stays, keys are taken back, signed out",
    async () => {
      const { page, account } = await newcomer("Grace");
      assert.equal((await databases(page)).length, 1, "the control: there is one");
      const other = await page.context().newPage();
      const session = await page.evaluate(() => ({ ...sessionStorage }));
      await other.addInitScript((items) => {
        for (const [key, value] of Object.entries(items)) sessionStorage.setItem(key, value);
      }, session);
      await other.goto(page.url());
      await waitUntilConnected(other);

      const settings = await openSettings(page);
      await settings.getByRole("button", { name: "Delete everything on this device…" }).click();
      await settings.getByRole("button", { name: "Delete everything", exact: true }).click();
      await page.getByText("All keys and messages were deleted from this device.").waitFor();
      await other.getByText("were deleted, by the browser or in another window").waitFor();
      assert.deepEqual(await databases(page), []);
      const kept = await page.evaluate(() => [localStorage, sessionStorage].flatMap(Object.keys));
      assert.deepEqual(kept, []);

      // Nobody can write to a device that is gone.
      await startConversation(bob, account.handle, "Anew");
      const dialog = bob.getByRole("dialog", { name: "New conversation" });
      await dialog.getByRole("alert").getByRole("code").waitFor();
      await dialog.getByRole("button", { name: "Cancel" }).click();
    },
  );

  const { page: alice, account } = await newcomer("Alicia");
  const about = { name: "seeds.txt", mimeType: "text/plain", alt: "a list of seeds" };
  await sendFile(alice, { ...about, buffer: FILE, text: "with a file" });
  await acceptRequest(bob, "Alicia");
  await send(bob, "Bob's answer");
  await read(alice, "Bob's answer");
  const settings = alice.getByRole("dialog", { name: "Settings" });
  const keys = await keyNeedles(alice);
  /** What the user gets by "Download everything". @type {Buffer} */
  let everything = Buffer.alloc(0);

  await t.test("everything can be taken along: messages and files, and no key", async () => {
    await openSettings(alice);
    const button = settings.getByRole("button", { name: "Download everything" });
    everything = await download(alice, () => button.click());
    await settings.getByText("The file was given to the browser.").waitFor();
    await settings.getByRole("button", { name: "Close" }).click();

    const { conversations, account: owner } = JSON.parse(everything.toString());
    assert.equal(owner.name, "Alicia");
    assert.equal(conversations.length, 1);
    const [{ name, messages }] = conversations;
    assert.equal(name, "Garden");
    const notes = messages.filter((/** @type {any} */ { kind }) => kind === "note");
    const texts = notes.map((/** @type {any} */ { text }) => text);
    assert.deepEqual(texts, [TEXT, "with a file", "Bob's answer"]);
    assert.equal(notes[1].attachments[0].base64, FILE.toString("base64"));

    assert.deepEqual(search([{ name: "the file", octets: everything }], keys), []);
    const [{ octets: key }] = /** @type {[any]} */ (keys);
    const control = [{ name: "the control", octets: Buffer.concat([everything, key]) }];
    assert.notDeepEqual(search(control, keys), []);
  });

  await t.test("the report for developers has no text, name, address or key", async () => {
    const conversationId = await alice
      .locator("wx-conversation")
      .evaluate((element) => /** @type {any} */ (element).conversation.id);
    // Something that went wrong, too.
    await demo.a.close();
    await write(alice, "to nobody");
    await alice.getByRole("button", { name: "Try again" }).waitFor();
    await openSettings(alice);
    await settings.getByRole("button", { name: "Report for developers…" }).click();
    const dialog = alice.getByRole("dialog", { name: "Report for developers" });
    const shown = await dialog.getByRole("region", { name: "The report" }).textContent();
    const button = dialog.getByRole("button", { name: "Save" });
    const saved = await download(alice, () => button.click());
    const report = JSON.parse(saved.toString());
    assert.deepEqual(report, JSON.parse(shown ?? ""), "shown as it is saved");
    assert.deepEqual(
      report.vault.ways.map((/** @type {any} */ { kind }) => kind),
      ["device"],
    );
    assert.equal(report.storage.kind, "IndexedDB");
    assert.equal(report.conversations[0].people, 2);
    assert.ok(report.errors.length > 0, "it names what went wrong");

    const texts = [
      ...[
        TEXT,
        "Bob's answer",
        "with a file",
        "to nobody",
        "Garden",
        "a list of seeds",
        conversationId,
      ],
      ...[account, demo.bob].flatMap(({ actor, handle, token }) => [actor, handle, token]),
      ...[demo.a, demo.b].map(({ origin }) => origin.replace(/^https?:\/\//, "")),
    ];
    const needles = [...texts.flatMap((text) => needlesOfText(text, text)), ...keys];
    const names = /\b(Alicia|Bob)\b/i;
    assert.deepEqual(search([{ name: "the report", octets: saved }], needles), []);
    assert.doesNotMatch(saved.toString(), names);
    // The control: the same search in what does hold all that.
    const found = search([{ name: "the control", octets: everything }], needles).join("\n");
    for (const text of [TEXT, "Bob's answer", "Garden", "a list of seeds", demo.bob.actor]) {
      assert.ok(found.includes(text), `control: ${text} is found`);
    }
    assert.match(everything.toString(), names, "control: a name is found");
  });
});
