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
 * Ends when the conversation is open, or the dialog says why not.
 * @param {Page} page
 * @param {string} handles of one or several people
 * @param {string} [name] of the conversation
 */
export async function startConversation(page, handles, name) {
  await page.getByRole("button", { name: "New conversation" }).click();
  await page.getByRole("textbox", { name: "Handles" }).fill(handles);
  if (name) await page.getByRole("textbox", { name: "Name of the conversation" }).fill(name);
  await page.getByRole("button", { name: "Start" }).click();
  const dialog = page.getByRole("dialog", { name: "New conversation" });
  await Promise.race([
    dialog.waitFor({ state: "hidden" }),
    dialog.getByRole("alert").getByRole("code").waitFor(),
  ]);
}

/**
 * @param {Page} page
 * @param {string} name of the other person, or of the conversation
 */
export async function openConversation(page, name) {
  await page.getByRole("navigation").getByRole("button", { name }).click();
  await page.getByRole("textbox", { name: "Message" }).waitFor();
}

/**
 * Opens a request without answering it.
 * @param {Page} page
 * @param {string} name of the person who wants to write
 */
export async function openRequest(page, name) {
  const requests = page.getByRole("navigation").getByRole("region", { name: "Requests" });
  await requests.getByRole("button", { name }).click();
  await page.getByRole("button", { name: "Accept" }).waitFor();
}

/**
 * @param {Page} page
 * @param {string} name of the person who wants to write
 */
export async function acceptRequest(page, name) {
  await openRequest(page, name);
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByRole("textbox", { name: "Message" }).waitFor();
}

/**
 * @param {Page} page
 * @param {string} text
 */
export async function write(page, text) {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("textbox", { name: "Message" }).press("Enter");
}

/**
 * Sends a text and waits until the server took it.
 * @param {Page} page
 * @param {string} text
 */
export async function send(page, text) {
  await write(page, text);
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

/**
 * Chooses what is to be done with a message.
 * @param {Page} page
 * @param {string} text of the message
 * @param {string} action the button's words
 */
export async function act(page, text, action) {
  const bubble = message(page, text);
  await bubble.getByRole("button", { name: /^Actions/ }).click();
  await bubble.getByRole("button", { name: action, exact: true }).click();
}

/**
 * @param {Page} page
 * @param {string} text
 * @param {string} emoji
 */
export async function react(page, text, emoji) {
  await act(page, text, `React with ${emoji}`);
  await reaction(page, text, emoji).waitFor();
}

/**
 * @param {Page} page
 * @param {string} text of the message
 * @param {string} emoji
 * @param {string} [from] names of those who reacted
 */
export function reaction(page, text, emoji, from = "") {
  const name = new RegExp(`^${emoji} \\d+ from .*${from}`);
  return message(page, text).getByRole("button", { name });
}

/**
 * @param {Page} page
 * @param {string} text
 * @param {string} become
 */
export async function edit(page, text, become) {
  await act(page, text, "Edit");
  await write(page, become);
  await message(page, become).locator("[data-state=sent]").waitFor({ state: "attached" });
}

/**
 * @param {Page} page
 * @param {string} text
 * @param {string} answer
 */
export async function reply(page, text, answer) {
  await act(page, text, "Reply");
  await write(page, answer);
}

/**
 * Sends a file and waits until the server took it.
 * @param {Page} page
 * @param {{ name: string, mimeType: string, buffer: Buffer, alt: string, text: string }} file
 */
export async function sendFile(page, { name, mimeType, buffer, alt, text }) {
  await page.locator("wx-composer input[type=file]").setInputFiles({ name, mimeType, buffer });
  await page.getByRole("textbox", { name }).fill(alt);
  await send(page, text);
}

/** @param {Page} page */
export async function openMembers(page) {
  await page.getByRole("button", { name: "Members" }).click();
  return page.getByRole("dialog", { name: "Members" });
}

/** @param {Page} page */
export async function openSettings(page) {
  await page.getByRole("button", { name: "Settings" }).click();
  return page.getByRole("dialog", { name: "Settings" });
}

/**
 * Protects what the browser's key has protected so far.
 * @param {Page} page
 * @param {string} passphrase
 */
export async function setPassphrase(page, passphrase) {
  const settings = await openSettings(page);
  await settings.getByText("Set a passphrase", { exact: true }).click();
  await settings.getByLabel("New passphrase").fill(passphrase);
  await settings.getByLabel("The same again").fill(passphrase);
  await settings.getByRole("button", { name: "Set passphrase" }).click();
  await settings.getByText("The passphrase is set").waitFor();
  await settings.getByRole("button", { name: "Close" }).click();
}

/** @param {Page} page */
export async function lock(page) {
  await page.getByRole("button", { name: "Lock", exact: true }).click();
  await page.getByRole("heading", { name: "Locked" }).waitFor();
}

/**
 * Tries a passphrase on the unlock screen.
 * @param {Page} page
 * @param {string} passphrase
 */
export async function unlock(page, passphrase) {
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
  await page.getByRole("button", { name: "Unlock" }).click();
}
