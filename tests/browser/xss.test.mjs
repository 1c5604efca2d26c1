/** Hostile HTML inside Note and Article: nothing of it runs, loads or leads anywhere unsafe. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptRequest, read, send, signIn } from "../../web-demo/page-driver.js";
import { RawPeer } from "./lib/raw_peer.mjs";
import { openWorld } from "./lib/world.mjs";
import { CORPUS, OUTSIDE } from "./lib/xss_corpus.mjs";

/** @typedef {import("playwright-core").Page} Page */

/**
 * Notes whatever a page must not do because of somebody's message.
 * @param {Page} page
 * @param {string} own origin of the page
 */
async function watch(page, own) {
  /** @type {string[]} */
  const seen = [];
  await page.exposeFunction("hit", () => seen.push("a script ran"));
  const context = page.context();
  await context.route("**/*", (route) => {
    const { origin, hostname } = new URL(route.request().url());
    if (origin === own || hostname === "127.0.0.1") return route.continue();
    seen.push(`a request to ${route.request().url()}`);
    return route.abort();
  });
  page.on("dialog", (dialog) => {
    seen.push(`a dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
  page.on("framenavigated", (frame) => {
    if (frame !== page.mainFrame() || new URL(frame.url()).origin !== own) {
      seen.push(`a navigation to ${frame.url()}`);
    }
  });
  context.on("page", (opened) => seen.push(`a window of ${opened.url()}`));
  return seen;
}

const ALLOWED = new Set(
  "DIV P BR A SPAN DEL PRE CODE EM STRONG B I U BLOCKQUOTE UL OL LI".split(" "),
);

/** @param {Page} page @returns {Promise<string[]>} what is not allowed in the messages shown */
function inspect(page) {
  return page.locator("wx-note-body").evaluateAll(
    (bodies, allowed) => {
      return bodies.flatMap((body) =>
        [...(body.shadowRoot?.querySelectorAll("*") ?? [])].flatMap((element) => {
          const wrong = [];
          const isOurs = element.tagName === "DIV" && element.parentNode === body.shadowRoot;
          if (!allowed.includes(element.tagName)) {
            wrong.push(`<${element.tagName}>`);
          }
          for (const { name, value } of element.attributes) {
            const isLink = element.tagName === "A" && ["href", "rel", "target"].includes(name);
            if (!isLink && !(isOurs && name === "dir"))
              wrong.push(`${element.tagName} ${name}=${value}`);
          }
          if (element instanceof HTMLAnchorElement && element.hasAttribute("href")) {
            const isWeb = /^https?:$/.test(element.protocol);
            const isSafe =
              element.rel === "nofollow noopener noreferrer" && element.target === "_blank";
            if (!isWeb || !isSafe) wrong.push(element.outerHTML);
          }
          return wrong;
        }),
      );
    },
    [...ALLOWED],
  );
}

test("the control: the same corpus in a page without defences runs and loads", async (t) => {
  const { openPage } = await openWorld(t);
  const page = await openPage();
  await page.route("http://scratch.invalid/", (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>scratch</title><div id=show></div>" }),
  );
  await page.goto("http://scratch.invalid/");
  const seen = await watch(page, "http://scratch.invalid");
  for (const html of CORPUS.filter((one) => !/refresh|<base/.test(one))) {
    await page.locator("#show").evaluate((element, content) => {
      element.innerHTML = content;
    }, html);
    await page.waitForTimeout(20);
  }
  await page.waitForTimeout(300);
  const runs = seen.filter((line) => line === "a script ran").length;
  assert.ok(runs >= 10, `scripts ran ${runs} times`);
  assert.ok(
    seen.some((line) => line.includes(OUTSIDE)),
    "something was loaded",
  );
});

/**
 * Mallory has begun a conversation, and Alice has accepted it on her page.
 * @param {import("node:test").TestContext} t
 */
async function startWithMallory(t) {
  const { demo, openPage, atEnd } = await openWorld(t);
  const mallory = await RawPeer.open(await demo.b.addUser("mallory", "Mallory"));
  atEnd(async () => mallory.close());
  const alice = await openPage();
  await signIn(alice, demo.alice.link);
  const seen = await watch(alice, new URL(demo.page).origin);
  await mallory.startConversation(demo.alice.actor);
  await mallory.sendHtml("<p>first</p>");
  await acceptRequest(alice, "Mallory");
  return { alice, mallory, seen };
}

test(`${CORPUS.length} hostile notes and articles stay inert`, async (t) => {
  assert.ok(CORPUS.length >= 40);
  const { alice, mallory, seen } = await startWithMallory(t);
  for (const [index, html] of CORPUS.entries()) {
    await mallory.sendHtml(html, index % 2 === 0 ? "Note" : "Article");
  }
  await mallory.sendHtml("<p>last</p>");
  await read(alice, "last");
  assert.equal(await alice.locator("wx-message").count(), CORPUS.length + 2);
  assert.deepEqual(await inspect(alice), []);

  // What people may press, is pressed; what is a link to the web, opens nothing of this page.
  for (const text of await alice.locator("wx-note-body").getByText("press me").all()) {
    await text.click({ timeout: 2000 });
  }
  await alice.waitForTimeout(500);
  assert.deepEqual(seen, []);
  assert.equal(await alice.locator("wx-app").count(), 1);

  // Were the sanitiser to fail, Trusted Types would still stand in the way.
  const assignment = alice.evaluate(() => {
    document.body.innerHTML = "<img src=x onerror=hit()>";
  });
  await assert.rejects(assignment, /TrustedHTML/);

  await send(alice, "Still here.");
  const link = alice.locator("wx-note-body a[href]").getByText("a link");
  assert.equal(await link.getAttribute("href"), `https://${OUTSIDE}/ping`);
});

test("titles, warnings, descriptions and files stay inert", async (t) => {
  const { alice, mallory, seen } = await startWithMallory(t);
  const evil = `<img src=x onerror=hit()><script>hit()</script>\u202e${OUTSIDE}`;
  const script =
    "<svg xmlns='http://www.w3.org/2000/svg' onload='hit()'><script>hit()</script></svg>";
  const types = ["image/svg+xml", "text/html", "image/png", "application/xhtml+xml"];
  await mallory.sendObject({
    type: "Article",
    name: evil,
    summary: evil,
    content: "<p>behind the warning</p>",
    attachment: [
      ...types.map((mediaType) => ({
        type: "Image",
        mediaType,
        name: evil,
        encoding: "base64",
        content: Buffer.from(script).toString("base64"),
      })),
      { type: "Image", mediaType: "image/png", name: "pixel", url: `http://${OUTSIDE}/pixel.png` },
      { type: "Image", mediaType: "image/png", name: "pixel", url: "javascript:hit()" },
    ],
  });
  await alice.locator("wx-message summary").click();
  await read(alice, "behind the warning");
  await alice.waitForTimeout(300);
  // What is called a PNG is shown as one, which it is not; what else is there, can only be saved.
  const files = alice.locator("wx-attachment");
  assert.equal(await files.count(), 6);
  assert.ok((await files.locator("img").count()) <= 1);
  for (const button of await files.getByRole("button", { name: "Open" }).all()) {
    await button.click({ timeout: 2000 });
  }
  const links = await files
    .getByRole("link", { name: "Save" })
    .evaluateAll((all) =>
      all.map(
        (link) =>
          `${link.getAttribute("download")} ${/** @type {HTMLAnchorElement} */ (link).protocol}`,
      ),
    );
  assert.deepEqual(links, Array(3).fill(`${evil} blob:`));
  assert.deepEqual(seen, []);
  await send(alice, "Still here.");
});
