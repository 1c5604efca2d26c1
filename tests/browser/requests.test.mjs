/** Invitations of people whom the user does not know. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  acceptRequest,
  message,
  openRequest,
  read,
  send,
  sendFile,
  signIn,
  startConversation,
} from "../../web-demo/page-driver.js";
import { picture } from "../../web-demo/sample-picture.js";
import { openWorld, until } from "./lib/world.mjs";

/**
 * Alice has written to Bob, with a picture.
 * @param {import("node:test").TestContext} t
 */
async function openRequested(t) {
  const world = await openWorld(t);
  const { demo, openPage } = world;
  const [alice, bob] = [await openPage(), await openPage()];
  /** Addresses that Bob's page asked. @type {string[]} */
  const asked = [];
  bob.on("request", (request) => asked.push(request.url()));
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await send(alice, "Hello, stranger");
  const about = { name: "red.png", mimeType: "image/png", alt: "A red square" };
  await sendFile(alice, { ...about, buffer: picture(), text: "look" });
  return { ...world, alice, bob, asked };
}

test("no preview, no files and no receipts until it is accepted", async (t) => {
  const { demo, alice, bob, asked } = await openRequested(t);
  const requests = bob.getByRole("region", { name: "Requests" });
  await requests.getByText("wants to write to you").waitFor();
  assert.equal(await requests.getByText("look").count(), 0, "nothing of what it says");
  assert.equal(await bob.title(), "Waxseal", "not counted as unread");

  await openRequest(bob, "Alice");
  await read(bob, "look");
  await message(bob, "look").getByText("A file, shown once you accept").waitFor();
  assert.equal(await bob.getByRole("img", { name: "A red square" }).count(), 0);
  assert.equal(await bob.getByRole("textbox", { name: "Message" }).count(), 0);
  await bob.waitForTimeout(1000);
  assert.equal(await alice.getByText(/Read by|Delivered to/).count(), 0, "Alice learns nothing");
  const isTelling = (/** @type {string} */ url) =>
    url.startsWith(demo.a.origin) || url.endsWith("/proxy");
  assert.deepEqual(asked.filter(isTelling), [], "nor does her server");

  await bob.getByRole("button", { name: "Accept" }).click();
  await bob.getByRole("img", { name: "A red square" }).waitFor();
  await until(() => asked.some(isTelling), "the control: now her server is asked for her name");
  await requests.waitFor({ state: "detached" });
  await send(bob, "Hello Alice");
  await read(alice, "Hello Alice");
  await message(alice, "look").getByText("Read by Bob").waitFor({ state: "attached" });
});

test("deleted: gone here, and nobody is told", async (t) => {
  const { alice, bob } = await openRequested(t);
  await openRequest(bob, "Alice");
  await bob.getByRole("button", { name: "Delete", exact: true }).click();
  await bob.getByRole("region", { name: "Requests" }).waitFor({ state: "detached" });
  await bob.getByText("No conversations yet.").waitFor();
  assert.deepEqual(await alice.locator(".notice").allInnerTexts(), []);
  await send(alice, "anybody there?");
});

test("blocked: no requests any more, until unblocked", async (t) => {
  const { demo, alice, bob } = await openRequested(t);
  await openRequest(bob, "Alice");
  await bob.getByRole("button", { name: "Block and delete" }).click();
  await bob.getByRole("region", { name: "Requests" }).waitFor({ state: "detached" });
  await startConversation(alice, demo.bob.handle);
  await send(alice, "It is me again");
  await bob.waitForTimeout(1000);
  assert.equal(await bob.getByRole("region", { name: "Requests" }).count(), 0);

  await bob.getByRole("button", { name: "Settings" }).click();
  await bob.getByRole("button", { name: "Unblock Alice" }).click();
  await bob.getByText("Nobody.").waitFor();
  await bob.getByRole("button", { name: "Close" }).click();
  await startConversation(alice, demo.bob.handle);
  await send(alice, "Third time");
  await acceptRequest(bob, "Alice");
});

test("whom the user wrote to is no stranger", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await acceptRequest(bob, "Alice");
  await startConversation(bob, demo.alice.handle);
  await send(bob, "a conversation of my own");
  const entry = alice.getByRole("navigation").getByRole("button", { name: "my own" });
  await entry.waitFor();
  assert.equal(await alice.getByRole("region", { name: "Requests" }).count(), 0);
});
