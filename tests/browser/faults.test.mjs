/**
 * Wrong, cut and foreign input, and servers that fail: the page says what happened, with a code and a
 * sentence, and the conversation goes on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  acceptRequest,
  message,
  read,
  send,
  signIn,
  startConversation,
} from "../../web-demo/page-driver.js";
import { RawPeer } from "./lib/raw_peer.mjs";
import { openWorld } from "./lib/world.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("../../web-demo/server/server.js").Interception} Interception */

/**
 * Waits for an error on the page: a code, and a sentence beside it.
 * @param {Page} page
 * @param {string} code
 * @param {RegExp} sentence
 */
async function seesError(page, code, sentence) {
  const alert = page.getByRole("alert").filter({ has: page.getByText(code, { exact: true }) });
  await alert.first().waitFor();
  assert.match((await alert.first().textContent()) ?? "", sentence);
}

/**
 * Waits for a notice in the open conversation.
 * @param {Page} page
 * @param {string} code
 * @param {RegExp} sentence
 */
async function seesNotice(page, code, sentence) {
  const notice = page.locator(`.notice[data-code=${code}]`);
  await notice.waitFor();
  assert.match((await notice.textContent()) ?? "", sentence);
}

/** @param {Uint8Array} octets @param {number} [at] */
function flipped(octets, at = octets.length - 1) {
  const copy = octets.slice();
  copy[at] = (copy[at] ?? 0) ^ 0x10;
  return copy;
}

/**
 * Alice on a page, and a peer that can misbehave, in a conversation with her.
 * @param {import("node:test").TestContext} t
 */
async function openWithMallory(t) {
  const world = await openWorld(t);
  const { demo, openPage, atEnd } = world;
  const mallory = await RawPeer.open(await demo.b.addUser("mallory", "Mallory"));
  atEnd(async () => mallory.close());
  const alice = await openPage();
  await signIn(alice, demo.alice.link);
  await mallory.startConversation(demo.alice.actor);
  await mallory.sendHtml("<p>before</p>");
  await acceptRequest(alice, "Mallory");
  await read(alice, "before");
  return { ...world, alice, mallory };
}

/** @param {Page} alice @param {RawPeer} mallory */
async function goesOn(alice, mallory) {
  await mallory.sendHtml("<p>after</p>");
  await read(alice, "after");
  await send(alice, "I can read that.");
}

for (const { what, answer, code, sentence } of [
  {
    what: "500",
    answer: { status: 500, body: "broken" },
    code: "SERVER_ERROR",
    sentence: /\(500\): The server has a problem/,
  },
  {
    what: "429",
    answer: { status: 429, headers: { "retry-after": "1" } },
    code: "RATE_LIMITED",
    sentence: /asks to wait/,
  },
  {
    what: "400",
    answer: { status: 400, headers: { "content-type": "text/html" }, body: "<h1>No</h1>" },
    code: "SERVER_REFUSED",
    sentence: /refused/,
  },
]) {
  test(`the outbox answers ${what}: the message is kept and sent later`, async (t) => {
    /** @type {Interception | undefined} */
    let broken;
    const a = (/** @type {import("node:http").IncomingMessage} */ req) =>
      req.method === "POST" && req.url?.endsWith("/outbox") ? broken : undefined;
    const { demo, openPage } = await openWorld(t, { intercept: { a } });
    const [alice, bob] = [await openPage(), await openPage()];
    await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
    await startConversation(alice, demo.bob.handle);
    await send(alice, "first");
    broken = answer;
    await alice.getByRole("textbox", { name: "Message" }).fill("second");
    await alice.getByRole("textbox", { name: "Message" }).press("Enter");
    await seesError(alice, code, sentence);
    await message(alice, "second").getByText("Not sent yet").waitFor();
    broken = undefined;
    // It may have been sent again by itself in the meantime.
    await message(alice, "second")
      .getByRole("button", { name: "Try again" })
      .click({ timeout: 3000 })
      .catch(() => {});
    await message(alice, "second").locator("[data-state=sent]").waitFor();
    await acceptRequest(bob, "Alice");
    assert.equal(await read(bob, "second"), "second");
    await send(bob, "third");
    assert.equal(await read(alice, "third"), "third");
  });
}

test("HTML instead of JSON, at the other's server and at the own", async (t) => {
  /** @type {"webfinger" | "messages" | undefined} */
  let broken;
  const html = {
    status: 200,
    headers: { "content-type": "text/html" },
    body: "<!doctype html><title>Parked</title>",
  };
  const intercept = (/** @type {import("node:http").IncomingMessage} */ req) =>
    broken && req.url?.includes(broken) ? html : undefined;
  const { demo, openPage } = await openWorld(t, { intercept: { a: intercept, b: intercept } });
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  broken = "webfinger";
  await startConversation(alice, demo.bob.handle);
  await seesError(alice, "NOT_JSON", /not Activity Streams JSON/);
  broken = undefined;
  await alice.getByRole("button", { name: "Start" }).click();
  await send(alice, "now it works");

  broken = "messages";
  await bob.reload();
  await seesError(bob, "NOT_JSON", /not Activity Streams JSON/);
  broken = undefined;
  await acceptRequest(bob, "Alice");
  assert.equal(await read(bob, "now it works"), "now it works");
});

test("somebody without keys, nobody at all, and no handle", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const alice = await openPage();
  await signIn(alice, demo.alice.link);
  await startConversation(alice, demo.bob.handle);
  await seesError(alice, "NO_KEY_PACKAGES", /has published no keys/);
  const field = alice.getByRole("textbox", { name: "Handles" });
  await field.fill(demo.bob.handle.replace("bob", "bobb"));
  await field.press("Enter");
  await seesError(alice, "NO_SUCH_ACTOR", /nobody with this name/);
  await field.fill("bob");
  await field.press("Enter");
  await alice
    .getByRole("alert")
    .getByText("NOT_FOUND")
    .or(alice.getByText("INVALID_ARGUMENT"))
    .waitFor();
  assert.equal(await field.evaluate((element) => element.matches(":focus")), true);
});

test("a KeyPackage of another actor does not count", async (t) => {
  const { demo, openPage, atEnd } = await openWorld(t);
  const eve = await RawPeer.open(await demo.b.addUser("eve", "Eve"));
  atEnd(async () => eve.close());
  await eve.publishKeyPackage(demo.bob.actor);
  const alice = await openPage();
  await signIn(alice, demo.alice.link);
  await startConversation(alice, `@eve@127.0.0.1:${demo.b.port}`);
  await seesError(alice, "NO_KEY_PACKAGES", /has published no keys/);
  // The control: the same with the right identity.
  await eve.publishKeyPackage();
  await alice.getByRole("button", { name: "Start" }).click();
  await send(alice, "Now I believe you.");
});

test("flipped bits in a message", async (t) => {
  const { alice, mallory } = await openWithMallory(t);
  const octets = mallory.encryptHtml("<p>shown in the end</p>");
  await mallory.postOctets(flipped(octets), "PrivateMessage");
  // It could belong to a state of the group that is still to come, so it only waits.
  await goesOn(alice, mallory);
  assert.equal(await message(alice, "in the end").count(), 0);
  // The right octets are still good for reading afterwards.
  await mallory.postOctets(octets, "PrivateMessage");
  await read(alice, "in the end");
});

test("a message that names another author inside", async (t) => {
  const { demo, alice, mallory } = await openWithMallory(t);
  const lie = mallory.encryptHtml("<p>I am Bob</p>", "Note", demo.bob.actor);
  await mallory.postOctets(lie, "PrivateMessage");
  await seesNotice(alice, "SENDER_MISMATCH", /names another sender/);
  assert.equal(await message(alice, "I am Bob").count(), 0);
  await goesOn(alice, mallory);
});

test("a message cut short, and one that is no MLS at all", async (t) => {
  const { alice, mallory } = await openWithMallory(t);
  const octets = mallory.encryptHtml("<p>never shown</p>");
  await mallory.postOctets(octets.subarray(0, octets.length / 2), "PrivateMessage");
  await alice.getByRole("alert").getByRole("code").first().waitFor();
  await mallory.postOctets(new TextEncoder().encode("Hello, I am text."), "PrivateMessage");
  await goesOn(alice, mallory);
  assert.equal(await message(alice, "never shown").count(), 0);
});

test("bad Welcomes: flipped bits, cut, and again the one that was used", async (t) => {
  const { demo, alice, mallory, atEnd } = await openWithMallory(t);
  const eve = await RawPeer.open(await demo.a.addUser("eve", "Eve"));
  atEnd(async () => eve.close());
  const welcome = await eve.createGroupWith(demo.alice.actor);
  await eve.postOctets(flipped(welcome), "Welcome");
  await alice.getByRole("alert").getByRole("code").first().waitFor();
  await eve.postOctets(welcome.subarray(0, welcome.length - 40), "Welcome");
  await goesOn(alice, mallory);
  // The right one still opens.
  await eve.postOctets(welcome, "Welcome");
  await eve.postOctets(welcome, "Welcome");
  await eve.sendHtml("<p>hello from Eve</p>");
  await acceptRequest(alice, "Eve");
  await read(alice, "hello from Eve");
  await send(alice, "Hello Eve");
});

test("a changed key is announced in the conversation", async (t) => {
  const { demo, alice, mallory, atEnd } = await openWithMallory(t);
  const other = await RawPeer.open(await demo.b.addUser("mallory"));
  atEnd(async () => other.close());
  await other.startConversation(demo.alice.actor);
  await other.sendHtml("<p>It is me, really</p>");
  const entries = alice.getByRole("navigation").getByRole("button", { name: "Mallory" });
  await entries.nth(1).waitFor();
  await entries.filter({ hasText: "really" }).click();
  await seesNotice(alice, "key-changed", /^\s*Mallory has changed keys/);
  await entries.filter({ hasText: "before" }).click();
  await goesOn(alice, mallory);
});

test("a policy without 'wasm-unsafe-eval'", async (t) => {
  const { demo, openPage } = await openWorld(t, { allowWasm: false });
  const alice = await openPage();
  await alice.goto(demo.alice.link);
  await seesError(alice, "WASM_BLOCKED", /'wasm-unsafe-eval'/);
  await alice.getByRole("button", { name: "Try again" }).waitFor();
});

test("a sign-in code that is not valid, and a server that is not there", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const alice = await openPage();
  await alice.goto(demo.alice.link.replace(/code=.*/, "code=wrong"));
  await alice.getByRole("alert").getByText("The sign-in code is not valid any more.").waitFor();
  await alice.goto("about:blank");
  await alice.goto(`${demo.page}#server=${encodeURIComponent("http://127.0.0.1:9")}&code=x`);
  await alice.getByRole("alert").getByText("can't be reached").waitFor();
});
