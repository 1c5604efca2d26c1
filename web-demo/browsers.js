/**
 * The browsers that the check and the tests play in, headless, driven through playwright-core:
 * Chromium over its own protocol, Firefox as Debian has it over WebDriver BiDi. From version 1.65 on
 * playwright-core asks for emulation.setMediaFeaturesOverride, which Firefox ESR 153 does not know.
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { chromium, firefox } from "playwright-core";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {"chromium" | "firefox"} BrowserName */
/** @typedef {NonNullable<Parameters<import("playwright-core").BrowserType["launchPersistentContext"]>[1]>} ProfileOptions */

/** @type {Record<BrowserName, { type: import("playwright-core").BrowserType, title: string, programs: string[], options: ProfileOptions }>} */
const BROWSERS = {
  chromium: {
    type: chromium,
    title: "Chromium",
    programs: ["chromium"],
    options: {
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  firefox: {
    type: firefox,
    title: "Firefox",
    programs: ["firefox-esr", "firefox"],
    options: { channel: "moz-firefox" },
  },
};

export const BROWSER_NAMES = /** @type {BrowserName[]} */ (Object.keys(BROWSERS));

/**
 * @param {string} name
 * @returns {BrowserName}
 * @throws {Error} whose message says which there are
 */
export function browserNamed(name) {
  const known = BROWSER_NAMES.find((one) => one === name);
  if (known) return known;
  throw new Error(`There is no browser "${name}" here. Choose one of: ${BROWSER_NAMES.join(", ")}`);
}

/** @param {BrowserName} name */
function launchOptions(name) {
  return { ...BROWSERS[name].options, executablePath: findProgram(name), headless: true };
}

/**
 * @param {BrowserName} name
 * @returns {string} where the browser is
 */
function findProgram(name) {
  const { programs, title } = BROWSERS[name];
  const line = programs.map((program) => `command -v ${program}`).join(" || ");
  try {
    return execFileSync("/bin/sh", ["-c", line], { encoding: "utf8" }).trim();
  } catch {
    throw new Error(`${title} was not found. Run: cmake/setup ${name}`);
  }
}

/** What every page here gets, unless told otherwise. */
const SETTINGS = { viewport: { width: 1000, height: 720 }, locale: "en-GB" };
const TIMEOUT_MS = 20_000;

/**
 * A browser that keeps nothing; each of its contexts is apart from the others.
 * @param {BrowserName} [name]
 * @param {ProfileOptions} [options]
 */
export function launchBrowser(name = "chromium", options = {}) {
  return BROWSERS[name].type.launch({ ...launchOptions(name), ...options });
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

/** @param {string} profile folder of a browser opened by openProfile() */
export const downloadsIn = (profile) => join(profile, "downloads");

/**
 * A browser of its own, which keeps its data in a folder.
 * @param {string} profile the folder
 * @param {BrowserName} [name]
 * @param {ProfileOptions} [options] args: added to those it has anyway
 * @returns {Promise<Page>} its first page; closing the page's context ends the browser
 */
export async function openProfile(profile, name = "chromium", options = {}) {
  const own = launchOptions(name);
  const context = await BROWSERS[name].type.launchPersistentContext(profile, {
    ...own,
    ...SETTINGS,
    downloadsPath: downloadsIn(profile),
    ...options,
    args: [...(own.args ?? []), ...(options.args ?? [])],
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  return context.pages()[0] ?? context.newPage();
}

/**
 * @param {Page} page
 * @param {BrowserName} name
 * @returns {string} such as "Firefox 140.1.0"
 */
export function titleOf(page, name) {
  return `${BROWSERS[name].title} ${page.context().browser()?.version() ?? "of unknown version"}`;
}
