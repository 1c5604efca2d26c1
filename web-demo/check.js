/** Plays the demo's main job in three browsers of one kind and tells what happened. */
import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { downloadsIn, openProfile, titleOf } from "./browsers.js";
import {
  acceptRequest,
  act,
  edit,
  message,
  openConversation,
  react,
  reaction,
  read,
  reload,
  send,
  sendFile,
  signIn,
  startConversation,
} from "./page-driver.js";
import { picture } from "./sample-picture.js";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {Awaited<ReturnType<typeof import("./demo.js").startDemo>>} Demo */

/** Larger than what travels inside a message. */
const LARGE_FILE = 40_000;
const SAVE_LIMIT_MS = 10_000;

/**
 * @param {Demo} demo
 * @param {{ dataDir: string, browser: import("./browsers.js").BrowserName,
 *   say: (line: string) => void }} options dataDir: folder for the browsers' profiles
 * @throws {Error} whose message says what did not happen
 */
export async function playConversation(demo, { dataDir, browser, say }) {
  const carol = await demo.b.addUser("carol", "Carol");
  const profile = (/** @type {string} */ name) => join(dataDir, `browser-${name}`);
  const pages = await Promise.all(
    ["alice", "bob", "carol"].map((name) => openProfile(profile(name), browser)),
  );
  try {
    const [page] = /** @type {[Page]} */ (/** @type {unknown} */ (pages));
    say(`Playing in ${titleOf(page, browser)}.`);
    const play = new Play(pages, downloadsIn(profile("bob")), say);
    const links = { alice: demo.alice.link, bob: demo.bob.link, carol: demo.link(carol, demo.b) };
    say(`Alice is ${demo.alice.handle}, Bob is ${demo.bob.handle}, Carol is ${carol.handle}.`);
    await play.begin(links, demo.bob.handle);
    await play.talk();
    await play.changeMessages();
    await play.sendFiles();
    await play.loadAgain();
    await play.group(`${demo.bob.handle}, ${carol.handle}`);
  } finally {
    await Promise.all(pages.map((page) => page.context().close()));
  }
}

class Play {
  /** @type {Page} */
  #alice;
  /** @type {Page} */
  #bob;
  /** @type {Page} */
  #carol;
  #downloads;
  #say;

  /**
   * @param {Page[]} pages
   * @param {string} downloads where Bob's browser puts files
   * @param {(line: string) => void} say
   */
  constructor(pages, downloads, say) {
    const [alice, bob, carol] = /** @type {[Page, Page, Page]} */ (pages);
    this.#downloads = downloads;
    this.#alice = alice;
    this.#bob = bob;
    this.#carol = carol;
    this.#say = say;
  }

  /**
   * @template T
   * @param {string} what
   * @param {() => Promise<T>} work
   */
  async #step(what, work) {
    try {
      const result = await work();
      this.#say(`  ${what}`);
      return result;
    } catch (error) {
      const reason = String(error instanceof Error ? error.message : error).split("\n")[0];
      const pages = [this.#alice, this.#bob, this.#carol];
      const shown = (await Promise.all(pages.map(alerts))).flat().filter((text) => text !== "");
      const says = shown.length > 0 ? ` The pages say: ${shown.join(" ")}` : "";
      throw new Error(`"${what}" did not happen: ${reason}${says}`);
    }
  }

  /**
   * @param {[string, Page]} sender
   * @param {[string, Page][]} readers
   * @param {string} text
   */
  #exchange([from, sender], readers, text) {
    return this.#step(
      `${from} → ${readers.map(([name]) => name).join(", ")}: ${text}`,
      async () => {
        await send(sender, text);
        for (const [to, reader] of readers) {
          const shown = await read(reader, text);
          if (shown.trim() !== text) throw new Error(`${to}'s page shows "${shown}" instead.`);
        }
      },
    );
  }

  /**
   * @param {{ alice: string, bob: string, carol: string }} links
   * @param {string} handle of Bob
   */
  async begin(links, handle) {
    await this.#step("All sign in; their keys are published.", () =>
      Promise.all([
        signIn(this.#alice, links.alice),
        signIn(this.#bob, links.bob),
        signIn(this.#carol, links.carol),
      ]),
    );
    await this.#step(
      "Alice starts a conversation with Bob, and it says that it is encrypted.",
      async () => {
        await startConversation(this.#alice, handle);
        await this.#alice.getByRole("heading", { name: "End-to-end encrypted" }).waitFor();
      },
    );
    await this.#step("Bob sees Alice's request and accepts it.", () =>
      acceptRequest(this.#bob, "Alice"),
    );
  }

  async talk() {
    const [a, b] = this.#both;
    await this.#exchange(a, [b], "Hello Bob, can you read this?");
    await this.#exchange(b, [a], "Yes, every word. 🙂");
  }

  /** @returns {[[string, Page], [string, Page]]} */
  get #both() {
    return [
      ["Alice", this.#alice],
      ["Bob", this.#bob],
    ];
  }

  async changeMessages() {
    const [alice, bob] = [this.#alice, this.#bob];
    await this.#step("Bob reacts, and Alice sees it.", async () => {
      await react(bob, "can you read this?", "🌱");
      await reaction(alice, "can you read this?", "🌱").waitFor();
    });
    await this.#step("Alice edits a message; Bob sees the new one.", async () => {
      await send(alice, "The seeds come on Tusday.");
      await read(bob, "The seeds come on Tusday.");
      await edit(alice, "The seeds come on Tusday.", "The seeds come on Tuesday.");
      await read(bob, "The seeds come on Tuesday.");
      await message(bob, "Tuesday").getByRole("button", { name: "Edited" }).waitFor();
    });
    await this.#step("Alice deletes a message; it is gone at Bob's, too.", async () => {
      await send(alice, "Not for anybody.");
      await read(bob, "Not for anybody.");
      await act(alice, "Not for anybody.", "Delete");
      await message(bob, "Message deleted").waitFor();
      await message(bob, "Not for anybody.").waitFor({ state: "detached" });
    });
    await this.#step("Alice sees that Bob read what she wrote.", () =>
      message(alice, "Tuesday").getByText("Read by Bob").waitFor({ state: "attached" }),
    );
  }

  /**
   * Waits until Bob's browser has saved a file with these octets. The folder is looked at because not
   * every browser's protocol tells of a download that a link in a page began.
   * @param {Buffer} octets
   */
  async #saved(octets) {
    for (const end = Date.now() + SAVE_LIMIT_MS; Date.now() < end; ) {
      for (const name of await readdir(this.#downloads).catch(() => [])) {
        const found = await readFile(join(this.#downloads, name)).catch(() => undefined);
        if (found?.equals(octets)) return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error("Bob's browser saved no file with the same octets.");
  }

  async sendFiles() {
    const [alice, bob] = [this.#alice, this.#bob];
    await this.#step("Alice sends a picture with a description; Bob sees it.", async () => {
      const buffer = picture();
      const alt = "A red square";
      await sendFile(alice, {
        name: "red.png",
        mimeType: "image/png",
        buffer,
        alt,
        text: "Look at this:",
      });
      await message(bob, "Look at this:").getByRole("img", { name: alt }).waitFor();
    });
    await this.#step("Alice sends a large file; Bob opens it when he wants to.", async () => {
      const buffer = randomBytes(LARGE_FILE);
      const alt = "A list of seeds";
      const about = { name: "seeds.bin", mimeType: "application/octet-stream", alt };
      await sendFile(alice, { ...about, buffer, text: "And the list." });
      const bubble = message(bob, "And the list.");
      await bubble.getByRole("button", { name: "Open" }).click();
      await bubble.getByRole("link", { name: "Save" }).click();
      await this.#saved(buffer);
    });
  }

  async loadAgain() {
    const [a, b] = this.#both;
    await this.#step("Both pages are loaded again and show the same conversation.", async () => {
      await Promise.all([reload(this.#alice), reload(this.#bob)]);
      await openConversation(this.#alice, "Bob");
      await openConversation(this.#bob, "Alice");
      await Promise.all([
        read(this.#alice, "Yes, every word."),
        read(this.#bob, "Hello Bob, can you"),
        reaction(this.#alice, "can you read this?", "🌱").waitFor(),
      ]);
    });
    await this.#exchange(a, [b], "Still there after the reload?");
    await this.#exchange(b, [a], "Still here, nothing is lost.");
  }

  /** @param {string} handles of Bob and Carol */
  async group(handles) {
    const [a, b] = this.#both;
    /** @type {[string, Page]} */
    const c = ["Carol", this.#carol];
    await this.#step("Alice starts a group with Bob and Carol; Carol accepts.", async () => {
      await startConversation(this.#alice, handles, "Garden");
      await this.#alice.getByRole("heading", { name: "Garden" }).waitFor();
      await acceptRequest(this.#carol, "Alice");
      await openConversation(this.#bob, "Garden");
    });
    await this.#exchange(a, [b, c], "Hello both of you!");
    await this.#exchange(c, [a, b], "Hello from Carol.");
    await this.#exchange(b, [a, c], "Hello Carol.");
  }
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
