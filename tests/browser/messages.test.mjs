/** What can be done with messages, and what the others see of it. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import {
  acceptRequest,
  act,
  edit,
  message,
  react,
  reaction,
  read,
  reload,
  reply,
  send,
  sendFile,
  signIn,
  startConversation,
} from "../../web-demo/page-driver.js";
import { picture } from "../../web-demo/sample-picture.js";
import { openWorld, until } from "./lib/world.mjs";

/**
 * Alice and Bob in a conversation.
 * @param {import("node:test").TestContext} t
 */
async function openPair(t) {
  const world = await openWorld(t);
  const { demo, openPage } = world;
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await acceptRequest(bob, "Alice");
  return { ...world, alice, bob };
}

test("reactions: seen by the others, and taken back by pressing them again", async (t) => {
  const { alice, bob } = await openPair(t);
  await send(alice, "The seeds came!");
  await read(bob, "The seeds came!");
  await react(bob, "The seeds came!", "🌱");
  await reaction(alice, "The seeds came!", "🌱", "Bob").waitFor();
  await reaction(alice, "The seeds came!", "🌱").click();
  await reaction(bob, "The seeds came!", "🌱").getByText("2").waitFor();
  await reaction(bob, "The seeds came!", "🌱").click();
  await reaction(alice, "The seeds came!", "🌱").getByText("1").waitFor();
  await reaction(bob, "The seeds came!", "🌱", "Alice").waitFor();
  assert.equal(await reaction(bob, "The seeds came!", "🌱").getAttribute("aria-pressed"), "false");
});

test("an answer shows what it answers", async (t) => {
  const { alice, bob } = await openPair(t);
  await send(alice, "Tea or coffee?");
  await read(bob, "Tea or coffee?");
  await reply(bob, "Tea or coffee?", "Neither, thanks.");
  await read(alice, "Neither, thanks.");
  const quote = message(alice, "Neither, thanks.").locator(".quote");
  assert.equal(await quote.textContent(), "You: Tea or coffee?");
  assert.equal(
    await message(bob, "Neither, thanks.").locator(".quote").textContent(),
    "Alice: Tea or coffee?",
  );
});

test("edits keep their history, and only the author is offered them", async (t) => {
  const { alice, bob } = await openPair(t);
  await send(alice, "At five.");
  await read(bob, "At five.");
  await edit(alice, "At five.", "At six.");
  await read(bob, "At six.");
  await message(bob, "At six.").getByRole("button", { name: "Edited" }).click();
  const dialog = bob.getByRole("dialog", { name: "Earlier versions" });
  await dialog.getByText("At five.").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await message(bob, "At six.")
    .getByRole("button", { name: /^Actions/ })
    .click();
  await message(bob, "At six.").getByRole("button", { name: "Reply" }).waitFor();
  assert.equal(
    await message(bob, "At six.").getByRole("button", { name: "Edit", exact: true }).count(),
    0,
  );
  assert.equal(await message(bob, "At six.").getByRole("button", { name: "Delete" }).count(), 0);
});

test("a deletion takes the words away everywhere, also after a reload", async (t) => {
  const { alice, bob } = await openPair(t);
  await send(alice, "forget this");
  await read(bob, "forget this");
  await act(alice, "forget this", "Delete");
  await message(bob, "Message deleted").waitFor();
  await reload(bob);
  assert.equal(await bob.getByText("forget this").count(), 0);
});

test("receipts: delivered and read are told, unless somebody does not want it", async (t) => {
  const { alice, bob } = await openPair(t);
  await send(alice, "one");
  await message(alice, "one").getByText("Read by Bob").waitFor({ state: "attached" });

  await bob.getByRole("button", { name: "Settings" }).click();
  await bob.getByRole("checkbox", { name: "Tell others" }).uncheck();
  await bob.getByRole("button", { name: "Close" }).click();
  await send(alice, "two");
  await read(bob, "two");
  await send(bob, "I have seen it, but do not say so");
  await read(alice, "do not say so");
  assert.equal(
    await message(alice, "two")
      .getByText(/Read by|Delivered/)
      .count(),
    0,
  );

  await reload(bob);
  await bob.getByRole("button", { name: "Settings" }).click();
  assert.equal(await bob.getByRole("checkbox", { name: "Tell others" }).isChecked(), false);
});

test("a small picture: with its description, shown at once", async (t) => {
  const { demo, alice, bob } = await openPair(t);
  /** @type {string[]} */
  const media = [];
  bob.on("request", (request) => {
    if (request.url().includes("/media/")) media.push(request.url());
  });
  const about = { name: "red.png", mimeType: "image/png", alt: "A red square" };
  await sendFile(alice, { ...about, buffer: picture(), text: "see" });
  const image = message(bob, "see").getByRole("img", { name: "A red square" });
  await image.waitFor();
  await until(
    () => image.evaluate((/** @type {any} */ element) => element.naturalWidth === 48),
    "the picture is shown",
  );
  assert.deepEqual(media, [], "nothing was fetched");
  assert.ok(demo);
});

test("a large file: uploaded encrypted, fetched only when asked for, whole", async (t) => {
  const { dataDir, alice, bob } = await openPair(t);
  const buffer = randomBytes(300_000);
  const about = { name: "seeds.bin", mimeType: "application/octet-stream", alt: "All seeds" };
  /** @type {string[]} */
  const media = [];
  bob.on("request", (request) => {
    if (request.url().includes("/media/")) media.push(request.url());
  });
  // Slow enough to be seen.
  for (const page of [alice, bob]) {
    await page.route("**/media{,/*}", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.continue();
    });
  }
  const uploading = alice.getByRole("progressbar", { name: "Uploading" }).waitFor();
  await sendFile(alice, { ...about, buffer, text: "the file" });
  await uploading;
  const bubble = message(bob, "the file");
  await bubble.getByText("All seeds").first().waitFor();
  await bob.waitForTimeout(300);
  assert.deepEqual(media, [], "nothing was fetched by itself");

  await bubble.getByRole("button", { name: "Open" }).click();
  await bubble.getByRole("progressbar", { name: "Downloading" }).waitFor();
  const [download] = await Promise.all([
    bob.waitForEvent("download"),
    bubble.getByRole("link", { name: "Save" }).click(),
  ]);
  const chunks = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk);
  assert.ok(Buffer.concat(chunks).equals(buffer));
  assert.equal(media.length, 1);
  assert.ok(dataDir);
});

test("a file that the server has exchanged: an error beside it, nothing to open", async (t) => {
  const world = await openWorld(t, {
    intercept: {
      a: (req) =>
        req.method === "GET" && req.url?.startsWith("/media/")
          ? {
              status: 200,
              headers: { "access-control-allow-origin": "*" },
              body: "x".repeat(20_073),
            }
          : undefined,
    },
  });
  const { demo, openPage } = world;
  const [alice, bob] = [await openPage(), await openPage()];
  await Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]);
  await startConversation(alice, demo.bob.handle);
  await acceptRequest(bob, "Alice");
  const about = { name: "a.bin", mimeType: "application/octet-stream", alt: "A file" };
  await sendFile(alice, { ...about, buffer: randomBytes(20_000), text: "here" });
  const bubble = message(bob, "here");
  await bubble.getByRole("button", { name: "Open" }).click();
  await bubble.getByRole("alert").getByText("BAD_BLOB").waitFor();
  assert.equal(await bubble.getByRole("link", { name: "Save" }).count(), 0);
});
