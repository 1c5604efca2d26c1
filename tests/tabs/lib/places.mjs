/** Places in which one device works at once, and the peer who gets what they send. */
import { launchBrowser, openPage } from "../../../web-demo/browsers.js";
import { startModuleServer } from "../../browser/lib/module_server.mjs";
import { firstConversation, startNetwork, until } from "../../js/lib/network.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {"page" | "worker" | "service worker"} PlaceKind */
/** @typedef {Awaited<ReturnType<typeof openWorld>>} World */

/**
 * Calls a function of a module in a page.
 * @param {Page} page
 * @param {string} file
 * @param {string} name
 * @param {unknown[]} [args]
 */
export function call(page, file, name, args = []) {
  return page.evaluate(
    async ([address, what, words]) => (await import(address))[what](...words),
    /** @type {[string, string, any[]]} */ ([`/tests/${file}.js`, name, args]),
  );
}

/** A place where the device works; call: a function of device.js. */
export class Place {
  /**
   * @param {Page} page
   * @param {PlaceKind} kind
   */
  constructor(page, kind) {
    this.page = page;
    this.kind = kind;
  }

  /**
   * @param {Page} page
   * @param {PlaceKind} kind
   */
  static async start(page, kind) {
    if (kind === "worker") await call(page, "tabs/lib/ask", "startWorker");
    if (kind === "service worker") await call(page, "tabs/lib/ask", "startServiceWorker");
    return new Place(page, kind);
  }

  /**
   * @param {string} name
   * @param {...unknown} args
   * @returns {Promise<any>}
   */
  call(name, ...args) {
    if (this.kind === "page") return call(this.page, "tabs/lib/device", name, args);
    return call(this.page, "tabs/lib/ask", "ask", [name, args]);
  }
}

/**
 * Alice's browser, and Bob, who accepts and keeps what she sends.
 * @param {import("node:test").TestContext} t
 * @param {import("../../../web-demo/browsers.js").BrowserName} browserName
 */
export async function openWorld(t, browserName) {
  const network = await startNetwork(t);
  const modules = await startModuleServer();
  t.after(() => modules.close());
  const browser = await launchBrowser(browserName);
  t.after(() => browser.close());
  const first = await openPage(browser);
  const { actor, token } = await network.servers.a.addUser("alice");
  const account = { actor, token, database: "shared" };
  const bob = await network.open("bob", "b");

  /**
   * @param {PlaceKind} kind
   * @param {{ page?: Page, database?: string }} [options] page: a new one, unless given
   */
  async function open(kind, { page, database = account.database } = {}) {
    const where = page ?? (await first.context().newPage());
    await where.goto(`${modules.origin}/`);
    const place = await Place.start(where, kind);
    await place.call("open", { ...account, database });
    return place;
  }

  const tab = await open("page", { page: first });
  await tab.call("start", bob.account.handle);
  await tab.call("send", "first");
  const conversation = await firstConversation(bob.me);
  await until(() => heardBy(bob).includes("first"), "Bob has the first message");
  return { network, bob, conversation, account, tab, open };
}

/** @param {import("../../js/lib/network.mjs").Person} person */
export function heardBy({ log }) {
  return log.notes.filter(({ own }) => !own).map(({ text }) => text);
}

/**
 * What is wrong with what somebody got: each sender's messages have to come once and in order.
 * @param {string[]} texts "name number"
 * @param {Record<string, number>} counts by sender
 * @returns {string[]}
 */
export function faultsIn(texts, counts) {
  return Object.entries(counts).flatMap(([name, count]) => {
    const got = texts.filter((text) => text.startsWith(`${name} `));
    const expected = Array.from({ length: count }, (_, i) => `${name} ${i}`);
    const at = expected.findIndex((text, i) => got[i] !== text);
    if (at >= 0) return [`${name}: "${got[at]}" stands where "${expected[at]}" should (${at})`];
    return got.length > count ? [`${name}: ${got.length} instead of ${count}`] : [];
  });
}
