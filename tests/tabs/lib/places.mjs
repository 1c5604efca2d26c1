/** Places in which one device works at once, and the peer who gets what they send. */
import { join } from "node:path";
import { launchBrowser, openPage, openProfile } from "../../../web-demo/browsers.js";
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

/**
 * The first of some cases in a plain run of all tests, all of them otherwise.
 * @template T
 * @param {T[]} cases
 * @param {number} short how many in a plain run
 */
export const casesOf = (cases, short) =>
  process.env.WAXSEAL_TABS_SHORT ? cases.slice(0, short) : cases;

/** A place where the device works; call: a function of device.js. */
export class Place {
  /**
   * @param {Page} page
   * @param {PlaceKind} kind
   * @param {import("./device.js").Account} account
   */
  constructor(page, kind, account) {
    this.page = page;
    this.kind = kind;
    this.account = account;
  }

  /**
   * @param {Page} page
   * @param {PlaceKind} kind
   * @param {import("./device.js").Account} account
   */
  static async open(page, kind, account) {
    if (kind === "worker") await call(page, "tabs/lib/ask", "startWorker");
    if (kind === "service worker") await call(page, "tabs/lib/ask", "startServiceWorker");
    const place = new Place(page, kind, account);
    await place.call("open", account);
    return place;
  }

  /**
   * @param {string} name
   * @param {...unknown} args
   * @returns {Promise<any>}
   */
  call(name, ...args) {
    if (this.kind === "page") return call(this.page, "tabs/lib/device", name, args);
    return call(this.page, "tabs/lib/ask", "ask", [this.account, name, args]);
  }
}

/**
 * Alice's browser, and Bob, who accepts and keeps what she sends.
 * @param {import("node:test").TestContext} t
 * @param {import("../../../web-demo/browsers.js").BrowserName} browserName
 * @param {{ unlock?: import("../../../js/src/vault/ways.js").Unlock, isKept?: boolean }} [options]
 *   isKept: whether the browser keeps its files in a folder
 */
export async function openWorld(t, browserName, { unlock, isKept = false } = {}) {
  const network = await startNetwork(t);
  const modules = await startModuleServer();
  t.after(() => modules.close());
  const profile = join(network.folder, "profile");
  const first = isKept
    ? await openProfile(profile, browserName)
    : await openPage(await launchBrowser(browserName));
  t.after(() => (isKept ? first.context().close() : first.context().browser()?.close()));
  const { actor, token } = await network.servers.a.addUser("alice");
  const account = { actor, token, database: "shared", ...(unlock && { unlock }) };
  const bob = await network.open("bob", "b");

  /**
   * @param {PlaceKind} kind
   * @param {{ page?: Page, database?: string }} [options] page: a new one, unless given
   */
  async function open(kind, { page, database = account.database } = {}) {
    const where = page ?? (await first.context().newPage());
    await where.goto(`${modules.origin}/`);
    return Place.open(where, kind, { ...account, database });
  }

  const tab = await open("page", { page: first });
  await tab.call("start", bob.account.handle);
  await tab.call("send", "first");
  const conversation = await firstConversation(bob.me);
  await until(() => heardBy(bob).includes("first"), "Bob has the first message");
  return { network, profile, bob, conversation, tab, open };
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
