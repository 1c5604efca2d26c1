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
 * Alice and Bob have written to each other.
 * @param {import("node:test").TestContext} t
 */
async function talking(t) {
  const world = await openWorld(t);
  const { demo } = world;
  const [alice, bob] = [await world.openPage(), await world.openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await send(alice, "before the passphrase");
  await acceptRequest(bob, "Alice");
  await send(bob, "an answer");
  await read(alice, "an answer");
  return { ...world, alice, bob };
}

test("a passphrase: reloaded, the page is locked; the wrong one is refused, the right one opens", async (t) => {
  const { alice, bob } = await talking(t);
  await setPassphrase(alice, PASSPHRASE);
  await send(alice, "with the passphrase");
  assert.ok(
    (await alice.getByText("before the passphrase").count()) > 0,
    "the control: it is shown",
  );

  await alice.reload();
  await lockScreen(alice).waitFor();
  assert.equal(await alice.getByText("before the passphrase").count(), 0);
  assert.equal(await alice.getByText("Bob").count(), 0);
  await unlock(alice, "something else");
  await alice.getByText("This is not the passphrase.").waitFor();

  await unlock(alice, PASSPHRASE);
  await waitUntilConnected(alice);
  await openConversation(alice, "Bob");
  assert.equal(await read(alice, "before the passphrase"), "before the passphrase");
  assert.equal(await read(alice, "with the passphrase"), "with the passphrase");
  await send(alice, "after unlocking");
  assert.equal(await read(bob, "after unlocking"), "after unlocking");
  await send(bob, "received again");
  assert.equal(await read(alice, "received again"), "received again");
});

test("locked in one tab, the other is locked, too, and what came meanwhile is read later", async (t) => {
  const { alice, bob } = await talking(t);
  const session = await alice.evaluate(() => ({ ...sessionStorage }));
  await setPassphrase(alice, PASSPHRASE);
  const other = await alice.context().newPage();
  await other.addInitScript((items) => {
    for (const [key, value] of Object.entries(items)) sessionStorage.setItem(key, value);
  }, session);
  await other.goto(alice.url());
  await lockScreen(other).waitFor();
  await unlock(other, PASSPHRASE);
  await waitUntilConnected(other);
  await openConversation(other, "Bob");

  await lock(alice);
  await lockScreen(other).waitFor();
  assert.equal(await other.getByText("before the passphrase").count(), 0);
  await send(bob, "while it was locked");
  await unlock(other, PASSPHRASE);
  await waitUntilConnected(other);
  await openConversation(other, "Bob");
  assert.equal(await read(other, "while it was locked"), "while it was locked");
  assert.ok(await lockScreen(alice).isVisible(), "one tab's passphrase unlocks that tab");
});

test("it locks by itself when nobody is there, in no tab before", async (t) => {
  const { alice } = await talking(t);
  await setPassphrase(alice, PASSPHRASE);
  const settings = await openSettings(alice);
  const choice = settings.getByLabel("Lock when nobody is there");
  await choice.selectOption("After 5 minutes");
  const key = await alice.evaluate(() =>
    Object.keys(localStorage).find((name) => name.includes("auto-lock")),
  );
  assert.ok(key, "the choice is kept");
  // Three seconds, which nobody can choose.
  await alice.evaluate((name) => localStorage.setItem(name, String(3 / 60)), key);
  await alice.reload();
  await unlock(alice, PASSPHRASE);
  await waitUntilConnected(alice);
  const end = Date.now() + 5000;
  for (let x = 0; Date.now() < end; x++) {
    await alice.mouse.move(100 + (x % 50), 100);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  assert.equal(await lockScreen(alice).count(), 0, "somebody moves the mouse");
  const quiet = Date.now();
  await lockScreen(alice).waitFor();
  assert.ok(Date.now() - quiet > 1500, "not at once");
});

test("the passphrase is changed, can't be removed alone, and ends with the browser's key", async (t) => {
  const { alice } = await talking(t);
  await setPassphrase(alice, PASSPHRASE);
  const settings = await openSettings(alice);
  await settings.getByRole("button", { name: "Remove Passphrase" }).click();
  await settings.getByText("A passphrase or this device's own key has to stay").waitFor();

  await settings.getByText("Change the passphrase", { exact: true }).click();
  const change = async (/** @type {string[]} */ present, first = "", second = first) => {
    await settings.getByLabel("Present passphrase").fill(present[0] ?? "");
    await settings.getByLabel("New passphrase").fill(first);
    await settings.getByLabel("The same again").fill(second);
    await settings.getByRole("button", { name: "Change passphrase" }).click();
  };
  await change([PASSPHRASE], "short");
  await settings.getByText("too short").waitFor();
  await change([PASSPHRASE], "another passphrase", "another passphrasf");
  await settings.getByText("The two are not the same").waitFor();
  await change(["not the present one"], "another passphrase");
  await settings.getByText("not the present passphrase").waitFor();
  await change([PASSPHRASE], "another passphrase");
  await settings.getByText("The passphrase is changed.").waitFor();

  await alice.reload();
  await unlock(alice, PASSPHRASE);
  await alice.getByText("This is not the passphrase.").waitFor();
  await unlock(alice, "another passphrase");
  await waitUntilConnected(alice);

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
});

test("who has lost the passphrase starts anew as a new device", async (t) => {
  const { alice, bob } = await talking(t);
  await setPassphrase(alice, PASSPHRASE);
  await lock(alice);
  await alice.getByText("I have lost the passphrase").click();
  await alice.getByRole("button", { name: "Delete everything and start anew…" }).click();
  await alice.getByRole("button", { name: "Cancel" }).click();
  await unlock(alice, PASSPHRASE);
  await waitUntilConnected(alice);
  await openConversation(alice, "Bob");
  await lock(alice);
  await alice.getByText("I have lost the passphrase").click();
  await alice.getByRole("button", { name: "Delete everything and start anew…" }).click();
  await alice.getByRole("button", { name: "Delete everything", exact: true }).click();
  await waitUntilConnected(alice);
  await alice.getByText("No conversations yet").waitFor();
  assert.equal(
    await alice.getByRole("alert").getByRole("code").count(),
    0,
    "it was the user's wish",
  );
  await startConversation(bob, (await alice.locator(".handle").textContent()) ?? "", "Anew");
  await send(bob, "to the new device");
});
