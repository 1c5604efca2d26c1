/** The stored keys and messages behind a passphrase: unlocking, locking, changing it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  acceptRequest,
  lock,
  openConversation,
  openSettings,
  read,
  send,
  setPassphrase,
  signIn,
  startConversation,
  unlock,
  waitUntilConnected,
} from "../../web-demo/page-driver.js";
import { openWorld } from "./lib/world.mjs";

const PASSPHRASE = "five random words are enough";

/** @typedef {import("playwright-core").Page} Page */

/** @param {Page} page */
const lockScreen = (page) => page.getByRole("heading", { name: "Locked" });

/**
 * Signs in again in another tab, which has no passphrase yet.
 * @param {Page} page
 */
async function anotherTab(page) {
  const session = await page.evaluate(() => ({ ...sessionStorage }));
  const other = await page.context().newPage();
  await other.addInitScript((items) => {
    for (const [key, value] of Object.entries(items)) sessionStorage.setItem(key, value);
  }, session);
  await other.goto(page.url());
  await lockScreen(other).waitFor();
  return other;
}

/** @param {Page} page on the unlock screen */
async function unlocked(page, passphrase = PASSPHRASE) {
  await unlock(page, passphrase);
  await waitUntilConnected(page);
}

// The same two people: each part begins with Alice's page open, and protected by the passphrase.
test("a passphrase", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await send(alice, "before the passphrase");
  await acceptRequest(bob, "Alice");
  await send(bob, "an answer");
  await read(alice, "an answer");

  await t.test(
    "reloaded, the page is locked; the wrong passphrase is refused, the right one opens",
    async () => {
      await setPassphrase(alice, PASSPHRASE);
      await send(alice, "with the passphrase");
      const shown = alice.getByText("before the passphrase");
      assert.ok((await shown.count()) > 0, "the control: it is shown");

      await alice.reload();
      await lockScreen(alice).waitFor();
      assert.equal(await shown.count(), 0);
      assert.equal(await alice.getByText("Bob").count(), 0);
      await unlock(alice, "something else");
      await alice.getByText("This is not the passphrase.").waitFor();

      await unlocked(alice);
      await openConversation(alice, "Bob");
      assert.equal(await read(alice, "before the passphrase"), "before the passphrase");
      assert.equal(await read(alice, "with the passphrase"), "with the passphrase");
      await send(alice, "after unlocking");
      assert.equal(await read(bob, "after unlocking"), "after unlocking");
      await send(bob, "received again");
      assert.equal(await read(alice, "received again"), "received again");
    },
  );

  await t.test(
    "locked in one tab, the other is locked, too, and what came meanwhile is read later",
    async () => {
      const other = await anotherTab(alice);
      await unlocked(other);
      await openConversation(other, "Bob");
      await read(other, "received again");

      await lock(alice);
      await lockScreen(other).waitFor();
      assert.equal(await other.getByText("received again").count(), 0);
      await send(bob, "while it was locked");
      await unlocked(other);
      await openConversation(other, "Bob");
      assert.equal(await read(other, "while it was locked"), "while it was locked");
      assert.ok(await lockScreen(alice).isVisible(), "one tab's passphrase unlocks that tab");
      await unlocked(alice);
      await other.close();
    },
  );

  await t.test("it locks by itself when nobody is there, in no tab before", async () => {
    const settings = await openSettings(alice);
    const choice = settings.getByLabel("Lock when nobody is there");
    await choice.selectOption("After 5 minutes");
    await settings.getByRole("button", { name: "Close" }).click();
    const key = await alice.evaluate(() =>
      Object.keys(localStorage).find((name) => name.includes("auto-lock")),
    );
    assert.ok(key, "the choice is kept");
    const other = await anotherTab(alice);
    await unlocked(other);
    // Five seconds, which nobody can choose. Each tab hears of it from the other.
    for (const [page, seconds] of /** @type {[Page, number][]} */ ([
      [alice, 5],
      [other, 5.1],
    ])) {
      const minutes = String(seconds / 60);
      await page.evaluate(([name, value]) => localStorage.setItem(name, value), [key, minutes]);
    }
    for (const end = Date.now() + 7000; Date.now() < end; ) {
      await other.mouse.move(100 + (Date.now() % 50), 100);
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    assert.equal(await lockScreen(other).count(), 0, "somebody moves the mouse");
    assert.equal(await lockScreen(alice).count(), 0, "in another tab");
    const quiet = Date.now();
    await Promise.all([alice, other].map((page) => lockScreen(page).waitFor()));
    assert.ok(Date.now() - quiet > 3000, "not at once");
    await other.evaluate((name) => localStorage.removeItem(name), key);
    await other.close();
    await unlocked(alice);
  });

  await t.test(
    "the passphrase is changed, can't be removed alone, and ends with the browser's key",
    async () => {
      const settings = await openSettings(alice);
      await settings.getByRole("button", { name: "Remove Passphrase" }).click();
      await settings.getByText("A passphrase or this device's own key has to stay").waitFor();

      await settings.getByText("Change the passphrase", { exact: true }).click();
      const change = async (/** @type {string} */ present, first = "", second = first) => {
        await settings.getByLabel("Present passphrase").fill(present);
        await settings.getByLabel("New passphrase").fill(first);
        await settings.getByLabel("The same again").fill(second);
        await settings.getByRole("button", { name: "Change passphrase" }).click();
      };
      await change(PASSPHRASE, "short");
      await settings.getByText("too short").waitFor();
      await change(PASSPHRASE, "another passphrase", "another passphrasf");
      await settings.getByText("The two are not the same").waitFor();
      await change("not the present one", "another passphrase");
      await settings.getByText("not the present passphrase").waitFor();
      await change(PASSPHRASE, "another passphrase");
      await settings.getByText("The passphrase is changed.").waitFor();

      await alice.reload();
      await unlock(alice, PASSPHRASE);
      await alice.getByText("This is not the passphrase.").waitFor();
      await unlocked(alice, "another passphrase");

      await openSettings(alice);
      await settings.getByRole("button", { name: "Unlock without a passphrase…" }).click();
      await settings.getByRole("button", { name: "Use the browser's key" }).click();
      await settings.getByText("A key of this browser protects it now.").waitFor();
      await settings.getByText("not against somebody who has this disk").waitFor();
      await settings.getByRole("button", { name: "Close" }).click();
      assert.equal(await alice.getByRole("button", { name: "Lock", exact: true }).count(), 0);
      await alice.reload();
      await waitUntilConnected(alice);
      await openConversation(alice, "Bob");
      assert.equal(await read(alice, "before the passphrase"), "before the passphrase");
      await setPassphrase(alice, PASSPHRASE);
    },
  );

  await t.test("who has lost the passphrase starts anew as a new device", async () => {
    const startAnew = async () => {
      await lock(alice);
      await alice.getByText("I have lost the passphrase").click();
      await alice.getByRole("button", { name: "Delete everything and start anew…" }).click();
    };
    await startAnew();
    await alice.getByRole("button", { name: "Cancel" }).click();
    await unlocked(alice);
    await openConversation(alice, "Bob");
    await startAnew();
    await alice.getByRole("button", { name: "Delete everything", exact: true }).click();
    await waitUntilConnected(alice);
    await alice.getByText("No conversations yet").waitFor();
    assert.equal(await alice.getByRole("alert").getByRole("code").count(), 0, "as the user wished");
    await startConversation(bob, demo.alice.handle, "Anew");
    await send(bob, "to the new device");
  });
});
