/**
 * Passkeys beside a passphrase, with Chromium's virtual authenticator: unlocking with one, one that is
 * gone, one that was removed, and an authenticator that can't protect data.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
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

/**
 * @param {Page} page
 * @param {{ hasPrf?: boolean }} [options]
 * @returns {Promise<{ remove: () => Promise<unknown>, forbid: () => Promise<unknown> }>} forbid: the
 *   user is not recognised any more
 */
async function addAuthenticator(page, { hasPrf = true } = {}) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf,
    },
  });
  return {
    remove: () => cdp.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId }),
    forbid: () => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false }),
  };
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function addPasskey(page, name) {
  const settings = await openSettings(page);
  await settings.getByLabel("Add a passkey, named").fill(name);
  await settings.getByRole("button", { name: "Add passkey" }).click();
  return settings;
}

/** @param {Page} page */
const passkeyButton = (page) => page.getByRole("button", { name: "Use passkey" });

/** @param {Page} page */
async function expectEverything(page) {
  await waitUntilConnected(page);
  await openConversation(page, "Bob");
  assert.equal(await read(page, "a message to keep"), "a message to keep");
}

/** @param {Page} page */
async function expectRefusal(page) {
  await page.getByText("The passkey could not be used").waitFor();
  await page.getByText("unlock with the passphrase").waitFor();
}

// The same person throughout: each part begins with her page open, and protected by the passphrase.
test("passkeys beside a passphrase", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await send(alice, "a message to keep");
  await setPassphrase(alice, PASSPHRASE);

  await t.test("an authenticator that can't protect data is refused with a sentence", async () => {
    const authenticator = await addAuthenticator(alice, { hasPrf: false });
    const settings = await addPasskey(alice, "An old one");
    await settings.getByText("The passkey could not be used").waitFor();
    assert.equal(await settings.getByRole("button", { name: /^Remove Passkey/ }).count(), 0);
    await settings.getByRole("button", { name: "Close" }).click();
    await authenticator.remove();
    await lock(alice);
    assert.equal(await passkeyButton(alice).count(), 0);
    await unlock(alice, PASSPHRASE);
    await expectEverything(alice);
  });

  await t.test("one that was removed opens nothing; a passphrase has to stay", async () => {
    const authenticator = await addAuthenticator(alice);
    const settings = await addPasskey(alice, "Telephone");
    await settings.getByText("The passkey is added.").waitFor();
    await settings.getByRole("button", { name: "Remove Passphrase" }).click();
    await settings.getByText("A passphrase or this device's own key has to stay").waitFor();

    // On the unlock screen, with its button, while another tab removes the passkey.
    const session = await alice.evaluate(() => ({ ...sessionStorage }));
    const other = await alice.context().newPage();
    await other.addInitScript((items) => {
      for (const [key, value] of Object.entries(items)) sessionStorage.setItem(key, value);
    }, session);
    await other.goto(alice.url());
    await passkeyButton(other).waitFor();
    await alice.bringToFront();
    await settings.getByRole("button", { name: "Remove Passkey “Telephone”" }).click();
    await settings.getByText("Passkey “Telephone”: removed.").waitFor();
    await settings.getByRole("button", { name: "Close" }).click();

    await other.bringToFront();
    await passkeyButton(other).click();
    await other.getByText("Unlock them with one of the ways that were set up.").waitFor();
    await passkeyButton(other).waitFor({ state: "detached" });
    await unlock(other, PASSPHRASE);
    await expectEverything(other);
    await other.close();
    await alice.bringToFront();
    await authenticator.remove();
  });

  await t.test("one unlocks; gone, the passphrase still does, and nothing is lost", async () => {
    const authenticator = await addAuthenticator(alice);
    const settings = await addPasskey(alice, "This laptop");
    await settings.getByText("The passkey is added.").waitFor();
    await settings.getByText("only your passphrase or a passkey opens them").waitFor();
    await settings.getByRole("button", { name: "Close" }).click();

    await lock(alice);
    await passkeyButton(alice).click();
    await expectEverything(alice);

    await lock(alice);
    await authenticator.forbid();
    await passkeyButton(alice).click();
    await expectRefusal(alice);
    await authenticator.remove();
    await addAuthenticator(alice);
    await alice.reload();
    await passkeyButton(alice).click();
    await expectRefusal(alice);
    await unlock(alice, PASSPHRASE);
    await expectEverything(alice);
    await send(alice, "and goes on");
  });
});
