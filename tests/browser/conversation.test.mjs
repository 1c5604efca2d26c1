/** The main job, as `web-demo/run --check` plays it, and what the page keeps beside it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { playConversation } from "../../web-demo/check.js";
import {
  acceptRequest,
  message,
  openConversation,
  react,
  reaction,
  read,
  reload,
  send,
  signIn,
  startConversation,
  waitUntilConnected,
} from "../../web-demo/page-driver.js";
import { openWorld, until } from "./lib/world.mjs";

/** @typedef {import("playwright-core").Page} Page */

test("Alice and Bob write to each other, before and after a reload", async (t) => {
  const { demo, dataDir, log } = await openWorld(t);
  /** @type {string[]} */
  const transcript = [];
  const say = (/** @type {string} */ line) => transcript.push(line);
  await playConversation(demo, { dataDir, browser: "chromium", say });
  assert.equal(transcript.filter((line) => line.includes("→")).length, 7, transcript.join("\n"));
  assert.deepEqual(log, [], "the servers log nothing when all goes well");
});

test("two people in two tabs of one browser stay apart, and the code leaves the address", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const alice = await openPage();
  const bob = await alice.context().newPage();
  await signIn(alice, demo.alice.link);
  await signIn(bob, demo.bob.link);
  assert.equal(alice.url(), demo.page);
  // That there are two databases, and nothing of who is signed in.
  const kept = await alice.evaluate(() => Object.entries(localStorage));
  const actors = [demo.alice.actor, demo.bob.actor];
  assert.deepEqual(
    kept.sort(),
    actors.map((actor) => [`waxseal database: waxseal ${actor}`, "1"]).sort(),
  );
  await startConversation(alice, demo.bob.handle);
  await send(alice, "Are you in the other tab?");
  await acceptRequest(bob, "Alice");
  assert.equal(await read(bob, "Are you in the other tab?"), "Are you in the other tab?");
});

test("one person in two tabs: both show everything, and either goes on when the other closes", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [first, bob] = [await openPage(), await openPage()];
  const second = await first.context().newPage();
  await Promise.all([signIn(first, demo.alice.link), signIn(bob, demo.bob.link)]);
  await signIn(second, demo.alice.link);
  await startConversation(first, demo.bob.handle);
  await acceptRequest(bob, "Alice");
  await openConversation(second, "Bob");
  await send(first, "from the first tab");
  await send(second, "from the second tab");
  await send(bob, "to both");
  for (const tab of [first, second]) {
    for (const text of ["from the first tab", "from the second tab", "to both"]) {
      await read(tab, text);
    }
    assert.equal(await tab.locator("wx-message").count(), 3);
    await message(tab, "from the first tab").locator("[data-state=sent]").waitFor();
  }
  await react(first, "to both", "🌱");
  await reaction(second, "to both", "🌱").waitFor();
  await first.close();
  await send(second, "still here");
  await read(bob, "still here");
  await send(bob, "good");
  await read(second, "good");
});

test("unread messages are counted, in the list and in the title, until they are seen", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await acceptRequest(bob, "Alice");
  await reload(bob);
  await send(alice, "one");
  await send(alice, "two");
  const entry = bob.getByRole("navigation").getByRole("button", { name: "Alice" });
  await entry.getByText("2 unread").waitFor();
  assert.equal(await bob.title(), "(2) Waxseal");
  await reload(bob);
  assert.equal(await bob.title(), "(2) Waxseal");
  await openConversation(bob, "Alice");
  await entry.getByText("unread").waitFor({ state: "detached" });
  assert.equal(await bob.title(), "Waxseal");
});

test("the composer: Shift+Enter begins a line, Enter during a composition does not send", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  const field = alice.getByRole("textbox", { name: "Message" });
  await field.waitFor();
  assert.equal(await field.evaluate((element) => element.matches(":focus")), true);
  await field.pressSequentially("first");
  await field.press("Shift+Enter");
  await field.pressSequentially("second");
  await field.dispatchEvent("keydown", { key: "Enter", isComposing: true });
  assert.equal(await field.inputValue(), "first\nsecond");
  await field.press("Enter");
  assert.equal(await field.inputValue(), "");
  await message(alice, "first").locator("[data-state=sent]").waitFor();
  await acceptRequest(bob, "Alice");
  assert.equal(await message(bob, "first").locator("wx-note-body br").count(), 1);
});

test("the newest message stays in view, unless somebody reads further up", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await acceptRequest(bob, "Alice");
  const long = "and on ".repeat(300);
  for (const text of ["one", "two", "three"]) await send(alice, `${text} ${long} end of ${text}`);
  const isInView = (/** @type {Page} */ page, /** @type {string} */ text) =>
    message(page, text)
      .locator("time")
      .evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight;
      });
  await read(bob, "end of three");
  await until(() => isInView(alice, "three"), "Alice sees the end of her own message");
  await until(() => isInView(bob, "three"), "Bob sees the end of Alice's message");
  await bob.setViewportSize({ width: 500, height: 400 });
  await until(() => isInView(bob, "three"), "Bob sees it in a smaller window too");

  const log = bob.getByRole("region", { name: "Messages" });
  await log.focus();
  await log.press("Home");
  await bob.getByRole("heading", { name: "End-to-end encrypted" }).click();
  await send(alice, "four");
  await bob.getByRole("button", { name: "New messages" }).waitFor();
  assert.equal(await isInView(bob, "four"), false);
  await bob.getByRole("button", { name: "New messages" }).click();
  await until(() => isInView(bob, "four"), "Bob sees the new message");
});

test("by keyboard: dialogs give the focus back, lists and conversations take it", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  const isFocused = (/** @type {import("playwright-core").Locator} */ locator) =>
    until(
      () => locator.evaluate((element) => element.matches(":focus")),
      `${locator} has the focus`,
    );
  const begin = alice.getByRole("button", { name: "New conversation" });
  await begin.focus();
  await alice.keyboard.press("Enter");
  await isFocused(alice.getByRole("textbox", { name: "Handles" }));
  await alice.keyboard.press("Escape");
  await isFocused(begin);
  await alice.keyboard.press("Enter");
  await alice.keyboard.type(demo.bob.handle);
  await alice.keyboard.press("Enter");
  await isFocused(alice.getByRole("textbox", { name: "Message" }));
  await alice.keyboard.type("typed");
  await alice.keyboard.press("Tab");
  await alice.keyboard.press("Enter");
  await message(alice, "typed").waitFor();
  await isFocused(alice.getByRole("textbox", { name: "Message" }));
});

test("sign out, and in again by a pasted link: the conversation is still there", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await send(alice, "Back in a minute");
  await alice.getByRole("button", { name: "Sign out" }).click();
  const field = alice.getByRole("textbox", { name: "Sign-in link or code" });
  await field.fill("nonsense");
  await alice.getByRole("button", { name: "Sign in" }).click();
  await alice.getByRole("alert").getByText("This is no sign-in link.").waitFor();
  await field.fill(demo.alice.link.split("#")[1] ?? "");
  await alice.getByRole("button", { name: "Sign in" }).click();
  await waitUntilConnected(alice);
  await openConversation(alice, "Bob");
  assert.equal(await read(alice, "Back in a minute"), "Back in a minute");
});
