/** Headless Chromium with a profile of its own, driven through playwright-core. */
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

/** @typedef {import("playwright-core").BrowserContext} BrowserContext */
/** @typedef {import("playwright-core").Page} Page */

/** @returns {string} where the browser is */
function findChromium() {
  try {
    return execFileSync("/bin/sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();
  } catch {
    throw new Error("Chromium was not found. Run: cmake/setup chromium");
  }
}

/**
 * @param {string} profile folder for the browser's data
 * @param {import("playwright-core").BrowserContextOptions} [options]
 * @returns {Promise<BrowserContext>}
 */
export async function openBrowser(profile, options = {}) {
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    headless: true,
    args: FLAGS,
    viewport: { width: 1000, height: 720 },
    locale: "en-GB",
    ...options,
  });
  context.setDefaultTimeout(20_000);
  return context;
}
