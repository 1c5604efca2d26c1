/**
 * The views that web-demo/README.md shows. WAXSEAL_README_SCREENSHOTS=1 writes them to
 * web-demo/screenshots; otherwise this only looks whether they can be had.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import {
  acceptRequest,
  act,
  edit,
  lock,
  message,
  openMembers,
  openRequest,
  openSettings,
  react,
  reaction,
  read,
  reply,
  send,
  sendFile,
  setPassphrase,
  signIn,
  startConversation,
} from "../../web-demo/page-driver.js";
import { picture } from "../../web-demo/sample-picture.js";
import { openWorld } from "./lib/world.mjs";

const folder = join(import.meta.dirname, "..", "..", "web-demo", "screenshots");
const isWanted = process.env.WAXSEAL_README_SCREENSHOTS === "1";

test("a group, its members, a request, a narrow screen, protection, locked", async (t) => {
  const { demo, openPage } = await openWorld(t);
  const viewport = { width: 1000, height: 900 };
  const [alice, bob] = [await openPage({ viewport }), await openPage({ viewport })];
  const carol = await openPage({ viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  const account = await demo.b.addUser("carol", "Carol");
  await Promise.all([
    signIn(alice, demo.alice.link),
    signIn(bob, demo.bob.link),
    signIn(carol, demo.link(account, demo.b)),
  ]);
  if (isWanted) await mkdir(folder, { recursive: true });
  let taken = 0;
  const take = async (
    /** @type {import("playwright-core").Page} */ page,
    /** @type {string} */ name,
  ) => {
    const image = await page.screenshot(isWanted ? { path: join(folder, `${name}.png`) } : {});
    assert.ok(image.length > 5000, `${name} shows something`);
    taken++;
  };

  await startConversation(alice, `${demo.bob.handle} ${account.handle}`, "Garden");
  await send(alice, "Hello both! The seeds came this morning.");
  await acceptRequest(bob, "Alice");
  await openRequest(carol, "Alice");
  await read(carol, "The seeds came");
  await take(carol, "request");
  await carol.getByRole("button", { name: "Accept" }).click();

  await read(bob, "The seeds came");
  await react(bob, "The seeds came", "❤️");
  await send(bob, "Are thos the blue ones?");
  await edit(bob, "Are thos the blue ones?", "Are those the blue ones?");
  await read(carol, "Are those the blue ones?");
  await reply(carol, "Are those the blue ones?", "I hope so.");
  await reaction(carol, "The seeds came", "❤️").click();
  const about = { name: "seeds.png", mimeType: "image/png", alt: "A blue square" };
  const buffer = picture(160, [60, 90, 190]);
  await sendFile(alice, { ...about, buffer, text: "See for yourselves:" });
  await message(bob, "See for yourselves:").getByRole("img").waitFor();
  await send(bob, "Wrong window, sorry");
  await act(bob, "Wrong window, sorry", "Delete");
  await message(alice, "Message deleted").waitFor();
  await reaction(alice, "The seeds came", "❤️").getByText("2").waitFor();
  await message(alice, "See for")
    .getByText(/Read by Bob|Read by Carol/)
    .waitFor({
      state: "attached",
    });
  await take(alice, "group");
  await take(carol, "narrow");

  const members = await openMembers(alice);
  await take(alice, "members");
  await members.getByRole("button", { name: "Close" }).click();

  await setPassphrase(alice, "five random words are enough");
  const settings = await openSettings(alice);
  await take(alice, "protection");
  await settings.getByRole("button", { name: "Close" }).click();
  await carol.getByRole("button", { name: "Back to the conversations" }).click();
  await setPassphrase(carol, "five random words are enough");
  await lock(carol);
  await take(carol, "locked");
  assert.equal(taken, 6);
});
