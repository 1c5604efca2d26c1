/** Headless Chromium, driven through playwright-core. */
import { execFileSync } from "node:child_process";
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @typedef {import("playwright-core").Page} Page */

/** @returns {string} where the browser is */
function findChromium() {
  try {
    return execFileSync("/bin/sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  } catch {
    throw new Error("Chromium was not found. Run: cmake/setup chromium");
  }
}

/** What every page here gets, unless told otherwise. */
const SETTINGS = { viewport: { width: 1000, height: 720 }, locale: "en-GB" };
const TIMEOUT_MS = 20_000;

/** A browser that keeps nothing; each of its contexts is apart from the others. */
export function launchBrowser() {
  return chromium.launch({ executablePath: findChromium(), headless: true, args: FLAGS });
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {import("playwright-core").BrowserContextOptions} [options]
 * @returns {Promise<Page>} in a context of its own
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ ...SETTINGS, ...options });
  context.setDefaultTimeout(TIMEOUT_MS);
  return context.newPage();
}

/**
 * A browser of its own, which keeps its data in a folder.
 * @param {string} profile the folder
 * @returns {Promise<Page>} its first page; closing the page's context ends the browser
 */
export async function openProfile(profile) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    args: FLAGS,
    ...SETTINGS,
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  return context.pages()[0] ?? context.newPage();
}
