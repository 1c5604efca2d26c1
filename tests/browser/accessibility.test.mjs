/**
 * axe-core on every state of the page, in both colour schemes and on a narrow screen.
 * WAXSEAL_SCREENSHOTS=FOLDER also writes a picture of each.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import {
  acceptRequest,
  lock,
  message,
  openMembers,
  openRequest,
  openSettings,
  react,
  send,
  setPassphrase,
  signIn,
  startConversation,
  unlock,
} from "../../web-demo/page-driver.js";
import { RawPeer } from "./lib/raw_peer.mjs";
import { openWorld } from "./lib/world.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const pictures = process.env.WAXSEAL_SCREENSHOTS;

/** @typedef {import("playwright-core").Page} Page */

/**
 * @param {Page} page
 * @param {string} state
 */
async function check(page, state) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    if (pictures) await page.screenshot({ path: join(pictures, `${state}-${colorScheme}.png`) });
    // A script of the test, not of the page: its policy does not apply.
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
    assert.ok(passes.length > 5, `axe looked at ${state}`);
    const found = violations.map(
      (/** @type {any} */ { id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map((/** @type {any} */ node) => node.target.join(" ")).join(", ")}`,
    );
    assert.deepEqual(found, [], `${state}, ${colorScheme}`);
  }
}

test("the control: axe finds what is wrong", async (t) => {
  const { openPage } = await openWorld(t);
  const page = await openPage();
  await page.setContent("<html lang=en><title>x</title><main><input><img src=x></main>");
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
  const ids = violations.map((/** @type {any} */ { id }) => id);
  assert.ok(ids.includes("label") && ids.includes("image-alt"), ids.join(", "));
});

test("at 400 % zoom everything is reachable without scrolling sideways", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  // A window of 1280 × 1024, four times as large.
  await alice.setViewportSize({ width: 320, height: 256 });
  const fits = async (/** @type {string} */ state) => {
    const wide = await alice.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 320, `${state} is ${wide} wide`);
  };
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await fits("the list");
  await alice.getByRole("button", { name: "Sign out" }).scrollIntoViewIfNeeded();
  await startConversation(alice, demo.bob.handle);
  await send(alice, "A_long_word_without_any_space_".repeat(4));
  await fits("the conversation");
  for (const name of ["Back to the conversations", "Send"]) {
    const box = await alice.getByRole("button", { name, exact: true }).boundingBox();
    assert.ok(box && box.y >= 0 && box.y + box.height <= 256, `${name} is in view`);
    assert.ok(box.width >= 24 && box.height >= 24, `${name} is large enough`);
  }
});

for (const { name, viewport } of [
  { name: "wide", viewport: { width: 1100, height: 760 } },
  { name: "narrow", viewport: { width: 360, height: 640 } },
]) {
  test(`no violations: ${name}`, async (t) => {
    const { demo, openPage, atEnd } = await openWorld(t);
    const alice = await openPage({ viewport });
    const bob = await openPage({ viewport });
    const carol = await RawPeer.open(await demo.b.addUser("carol", "Carol"));
    atEnd(async () => carol.close());
    await alice.goto(demo.page);
    await alice.getByRole("button", { name: "Sign in" }).waitFor();
    await check(alice, `${name}-sign-in`);
    await alice.getByRole("button", { name: "What servers still see" }).click();
    await check(alice, `${name}-servers`);
    await alice.goto("about:blank");

    await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
    await check(alice, `${name}-empty`);
    await alice.getByRole("button", { name: "New conversation" }).click();
    await check(alice, `${name}-start`);
    await alice.getByRole("button", { name: "Cancel" }).click();
    await startConversation(alice, "@nobody@127.0.0.1:9");
    await alice.getByRole("alert").getByText("127.0.0.1").waitFor();
    await check(alice, `${name}-start-error`);
    await alice.getByRole("button", { name: "Cancel" }).click();

    await startConversation(alice, demo.bob.handle);
    await alice.getByRole("textbox", { name: "Message" }).waitFor();
    await check(alice, `${name}-begun`);
    await acceptRequest(bob, "Alice");
    await send(alice, "Hello Bob! Did the seeds come?");
    await send(alice, "The blue ones, I mean.");
    await send(bob, "Yes, this morning. I put them beside the kettle so that nobody forgets them.");
    await send(bob, "مرحبا! שלום! 🌱");
    await send(alice, "A_long_word_without_any_space_".repeat(8));
    await check(alice, `${name}-conversation`);
    await react(alice, "Yes, this morning.", "🌱");
    await message(alice, "this morning")
      .getByRole("button", { name: /^Actions/ })
      .click();
    await check(alice, `${name}-actions`);
    await openMembers(alice);
    await check(alice, `${name}-members`);
    await alice.getByRole("button", { name: "Close" }).click();
    await alice.locator("wx-composer input[type=file]").setInputFiles({
      name: "seeds.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("beans"),
    });
    await alice.getByRole("textbox", { name: "seeds.txt" }).waitFor();
    await check(alice, `${name}-files`);
    await send(alice, "the list");

    await carol.startConversation(demo.alice.actor);
    await carol.sendHtml(
      '<p>Hi, <strong>Carol</strong> here. <a href="https://example.org/">A link</a></p><ul><li>one</li><li>two</li></ul><blockquote>quoted</blockquote><pre><code>code</code></pre>',
    );
    const lie = carol.encryptHtml("<p>never</p>", "Note", demo.bob.actor);
    await carol.postOctets(lie, "PrivateMessage");
    const back = alice.getByRole("button", { name: "Back to the conversations" });
    if (await back.isVisible()) await back.click();
    await alice.getByRole("region", { name: "Requests" }).waitFor();
    await check(alice, `${name}-list`);
    await alice.getByRole("button", { name: "Settings" }).click();
    await check(alice, `${name}-settings`);
    await alice.getByRole("button", { name: "Close" }).click();
    await openRequest(alice, "Carol");
    await check(alice, `${name}-request`);
    await alice.getByRole("button", { name: "Accept" }).click();
    await alice.locator(".notice").waitFor();
    await check(alice, `${name}-notice`);

    await demo.a.close();
    await alice.getByRole("textbox", { name: "Message" }).fill("Is anybody there?");
    await alice.getByRole("button", { name: "Send", exact: true }).click();
    await alice.getByRole("button", { name: "Try again" }).waitFor();
    await check(alice, `${name}-offline`);
  });
}

for (const { name, viewport } of [
  { name: "wide", viewport: { width: 1100, height: 760 } },
  { name: "narrow", viewport: { width: 320, height: 640 } },
]) {
  test(`no violations, nothing cut off where stored messages are protected: ${name}`, async (t) => {
    const { demo, openPage } = await openWorld(t);
    const alice = await openPage({ viewport });
    await signIn(alice, demo.alice.link);
    const look = async (/** @type {string} */ state) => {
      await check(alice, `${name}-${state}`);
      const cutOff = await alice
        .locator("main, dialog[open]")
        .evaluateAll((all) =>
          all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.outerHTML),
        );
      assert.deepEqual(cutOff, [], state);
    };
    const settings = await openSettings(alice);
    await settings.getByText("Set a passphrase", { exact: true }).click();
    await look("passphrase-form");
    await settings.getByLabel("New passphrase").fill("short");
    await settings.getByLabel("The same again").fill("short");
    await settings.getByRole("button", { name: "Set passphrase" }).click();
    await settings.getByText("too short").waitFor();
    await look("passphrase-error");
    await settings.getByRole("button", { name: "Delete everything" }).click();
    await look("delete-question");
    await settings.getByRole("button", { name: "Report for developers…" }).click();
    const report = alice.getByRole("dialog", { name: "Report for developers" });
    await report.getByRole("region", { name: "The report" }).waitFor();
    await look("report");
    await report.getByRole("button", { name: "Close" }).click();
    await settings.getByRole("button", { name: "Close" }).click();

    await setPassphrase(alice, "five random words");
    await openSettings(alice);
    await settings.getByText("Change the passphrase", { exact: true }).click();
    await settings.getByRole("button", { name: "Unlock without a passphrase…" }).click();
    await look("protected");
    await settings.getByRole("button", { name: "Close" }).click();
    await look("lockable");
    await lock(alice);
    await look("locked");
    await unlock(alice, "wrong");
    await alice.getByText("This is not the passphrase.").waitFor();
    await alice.getByText("I have lost the passphrase").click();
    await alice.getByRole("button", { name: "Delete everything and start anew…" }).click();
    await look("locked-lost");
  });
}
