/** What a person does on the page, for the check and for the tests. */

/** @typedef {import("playwright-core").Page} Page */

/**
 * Opens a sign-in link and waits until the account is connected.
 * @param {Page} page
 * @param {string} link
 */
export async function signIn(page, link) {
  await page.goto(link);
  await waitUntilConnected(page);
}

/** @param {Page} page */
export async function waitUntilConnected(page) {
  await page.getByText("Connected", { exact: true }).waitFor();
  // The keys are published by now, or on their way.
  await page.locator("wx-app[ready]").waitFor({ state: "attached" });
}

/** @param {Page} page */
export async function reload(page) {
  await page.reload();
  await waitUntilConnected(page);
}

/**
 * @param {Page} page
 * @param {string} handle
 */
export async function startConversation(page, handle) {
  await page.getByRole("button", { name: "New conversation" }).click();
  await page.getByRole("textbox", { name: "Handle" }).fill(handle);
  await page.getByRole("button", { name: "Start" }).click();
}

/**
 * @param {Page} page
 * @param {string} name of the other person
 */
export async function openConversation(page, name) {
  await page.getByRole("navigation").getByRole("button", { name }).click();
  await page.getByRole("textbox", { name: "Message" }).waitFor();
}

/**
 * Sends a text and waits until the server took it.
 * @param {Page} page
 * @param {string} text
 */
export async function send(page, text) {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("textbox", { name: "Message" }).press("Enter");
  await message(page, text).locator("[data-state=sent]").waitFor({ state: "attached" });
}

/**
 * The message with this text.
 * @param {Page} page
 * @param {string} text
 */
export function message(page, text) {
  return page.locator("wx-message").filter({ hasText: text });
}

/**
 * Waits until the text is readable in the conversation, and gives what the page shows.
 * @param {Page} page
 * @param {string} text
 * @returns {Promise<string>}
 */
export async function read(page, text) {
  const body = message(page, text).locator("wx-note-body > div");
  await body.waitFor();
  return (await body.textContent()) ?? "";
}
