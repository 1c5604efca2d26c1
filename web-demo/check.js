/** Plays the demo's main job in two browsers and tells what happened. */
import { join } from "node:path";
import { openProfile } from "./chromium.js";
import { openConversation, read, reload, send, signIn, startConversation } from "./page-driver.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof import("./demo.js").startDemo>>} Demo */

/**
 * @param {Demo} demo
 * @param {string} dataDir folder for the browsers' profiles
 * @param {(line: string) => void} say
 * @throws {Error} whose message says what did not happen
 */
export async function playConversation(demo, dataDir, say) {
  const pages = await Promise.all(
    ["alice", "bob"].map((name) => openProfile(join(dataDir, `browser-${name}`))),
  );
  try {
    const [alice, bob] = /** @type {[Page, Page]} */ (pages);
    await play({ demo, alice, bob, say });
  } finally {
    await Promise.all(pages.map((page) => page.context().close()));
  }
}

/** @param {{ demo: Demo, alice: Page, bob: Page, say: (line: string) => void }} parts */
async function play({ demo, alice, bob, say }) {
  /** @type {<T>(what: string, work: () => Promise<T>) => Promise<T>} */
  const step = async (what, work) => {
    try {
      const result = await work();
      say(`  ${what}`);
      return result;
    } catch (error) {
      const reason = String(error instanceof Error ? error.message : error).split("\n")[0];
      const shown = (await Promise.all([alerts(alice), alerts(bob)])).flat();
      throw new Error(
        `"${what}" did not happen: ${reason}${shown.length ? ` The page says: ${shown.join(" ")}` : ""}`,
      );
    }
  };
  const exchange = (
    /** @type {[string, Page]} */ [from, sender],
    /** @type {[string, Page]} */ [to, reader],
    /** @type {string} */ text,
  ) =>
    step(`${from} → ${to}: ${text}`, async () => {
      await send(sender, text);
      const shown = await read(reader, text);
      if (shown.trim() !== text) throw new Error(`${to}'s page shows "${shown}" instead.`);
    });
  /** @type {[string, Page]} */
  const a = ["Alice", alice];
  /** @type {[string, Page]} */
  const b = ["Bob", bob];

  say(`Alice is ${demo.alice.handle}, Bob is ${demo.bob.handle}.`);
  await step("Both sign in; their keys are published.", () =>
    Promise.all([signIn(alice, demo.alice.link), signIn(bob, demo.bob.link)]),
  );
  await step(
    "Alice starts a conversation with Bob, and it says that it is encrypted.",
    async () => {
      await startConversation(alice, demo.bob.handle);
      await alice.getByRole("heading", { name: "End-to-end encrypted" }).waitFor();
    },
  );
  await step("Bob's page shows the conversation.", () => openConversation(bob, "Alice"));
  await exchange(a, b, "Hello Bob, can you read this?");
  await exchange(b, a, "Yes, every word. 🙂");
  await step("Both pages are loaded again and show the same conversation.", async () => {
    await Promise.all([reload(alice), reload(bob)]);
    await openConversation(alice, "Bob");
    await openConversation(bob, "Alice");
    await Promise.all([read(alice, "Yes, every word."), read(bob, "Hello Bob, can you")]);
  });
  await exchange(a, b, "Still there after the reload?");
  await exchange(b, a, "Still here, nothing is lost.");
}

/**
 * The errors that a page shows, for the report.
 * @param {Page} page
 */
async function alerts(page) {
  try {
    return await page.getByRole("alert").allInnerTexts();
  } catch {
    return [];
  }
}
