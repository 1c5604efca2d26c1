/** Conversations of several people: begun, named, grown, left. */
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  acceptRequest,
  openConversation,
  openMembers,
  read,
  send,
  signIn,
  startConversation,
} from "../../web-demo/page-driver.js";
import { openWorld } from "./lib/world.mjs";

/**
 * Alice, Bob and Carol, signed in.
 * @param {import("node:test").TestContext} t
 */
async function openThree(t) {
  const world = await openWorld(t);
  const { demo, openPage } = world;
  const account = await demo.b.addUser("carol", "Carol");
  const [alice, bob, carol] = [await openPage(), await openPage(), await openPage()];
  await Promise.all([
    signIn(alice, demo.alice.link),
    signIn(bob, demo.bob.link),
    signIn(carol, demo.link(account, demo.b)),
  ]);
  return { ...world, alice, bob, carol, carolsHandle: account.handle };
}

test("begun with two others at once, with a name that all of them see", async (t) => {
  const { demo, alice, bob, carol, carolsHandle } = await openThree(t);
  await startConversation(alice, `${demo.bob.handle} ${carolsHandle}`, "Garden");
  await alice.getByRole("heading", { name: "Garden" }).waitFor();
  await acceptRequest(bob, "Alice");
  await acceptRequest(carol, "Alice");
  await send(alice, "Hello both!");
  await Promise.all([read(bob, "Hello both!"), read(carol, "Hello both!")]);
  await bob.getByRole("heading", { name: "Garden" }).waitFor();
  await carol.getByRole("heading", { name: "Garden" }).waitFor();
  await send(carol, "Hello from Carol.");
  await Promise.all([read(alice, "Hello from Carol."), read(bob, "Hello from Carol.")]);

  const members = await openMembers(bob);
  assert.equal(await members.getByRole("listitem").count(), 3);
  await members.getByText("1 device").first().waitFor();
  await members.getByRole("textbox", { name: "Name of the conversation" }).fill("Vegetables");
  await members.getByRole("button", { name: "Rename" }).click();
  await alice.getByRole("heading", { name: "Vegetables" }).waitFor();
  await carol.getByRole("heading", { name: "Vegetables" }).waitFor();
});

test("somebody is added, removed, and told so; others are told too", async (t) => {
  const { demo, alice, bob, carol, carolsHandle } = await openThree(t);
  await startConversation(alice, demo.bob.handle);
  await acceptRequest(bob, "Alice");
  await send(alice, "before Carol");
  await read(bob, "before Carol");

  const members = await openMembers(alice);
  await members.getByRole("textbox", { name: "Handles to add" }).fill(carolsHandle);
  await members.getByRole("button", { name: "Add" }).click();
  await members.getByRole("button", { name: "Remove Carol" }).waitFor();
  await acceptRequest(carol, "Alice");
  await members.getByRole("button", { name: "Close" }).click();
  await send(alice, "after Carol");
  await read(carol, "after Carol");
  assert.equal(await carol.getByText("before Carol").count(), 0);
  await bob.locator(".notice").filter({ hasText: "Carol" }).waitFor();

  await openMembers(alice);
  await members.getByRole("button", { name: "Remove Carol" }).click();
  await carol.getByText("You are not in this conversation any more").first().waitFor();
  await members.getByRole("button", { name: "Remove Carol" }).waitFor({ state: "detached" });
  await members.getByRole("button", { name: "Close" }).click();
  await send(alice, "without Carol");
  await read(bob, "without Carol");
  assert.equal(await carol.getByText("without Carol").count(), 0);
  await carol.getByRole("button", { name: "Delete it here" }).click();
  await carol.getByText("No conversations yet.").waitFor();
});

test("an unknown name in the panel: an error there, the panel stays", async (t) => {
  const { demo, alice, bob } = await openThree(t);
  await startConversation(alice, demo.bob.handle);
  await acceptRequest(bob, "Alice");
  const members = await openMembers(alice);
  const field = members.getByRole("textbox", { name: "Handles to add" });
  await field.fill(demo.bob.handle.replace("bob", "bobb"));
  await members.getByRole("button", { name: "Add" }).click();
  await members.getByRole("alert").getByText("NO_SUCH_ACTOR").waitFor();
});

test("somebody leaves by own wish; the others go on", async (t) => {
  const { demo, alice, bob, carol, carolsHandle } = await openThree(t);
  await startConversation(alice, `${demo.bob.handle}, ${carolsHandle}`);
  await acceptRequest(bob, "Alice");
  await acceptRequest(carol, "Alice");
  await send(alice, "all here");
  await Promise.all([read(bob, "all here"), read(carol, "all here")]);
  const members = await openMembers(carol);
  await members.getByRole("button", { name: "Leave" }).click();
  await members.getByRole("button", { name: "Really leave?" }).click();
  await carol.getByText("You left this conversation.").waitFor();
  // The others wait for each other before one of them commits.
  const patience = { timeout: 60_000 };
  await alice.locator(".notice").filter({ hasText: "Carol" }).waitFor(patience);
  const panel = await openMembers(alice);
  await panel.getByRole("button", { name: "Remove Carol" }).waitFor({ state: "detached" });
  await panel.getByRole("button", { name: "Close" }).click();
  await send(alice, "two of us");
  await read(bob, "two of us");
  assert.equal(await carol.getByText("two of us").count(), 0);
  await openConversation(bob, "Alice");
});
