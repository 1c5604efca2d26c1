/** An account as a plain client sees it: requests without any behaviour of Waxseal's. */

/** @typedef {import("../servers/server.js").Account} Account */
/** @typedef {{ status: number, headers: Headers, json: any }} Answer */

export const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
export const CONTEXT = [
  "https://www.w3.org/ns/activitystreams",
  "https://purl.archive.org/socialweb/mls",
];
const TYPE = "application/activity+json";

/** @param {any} value @returns {any[]} */
export const asArray = (value) => (value === undefined || value === null ? [] : [value].flat());
/** @param {any} value @returns {string | undefined} */
export const idOf = (value) => {
  const [one] = asArray(value);
  return typeof one === "string" ? one : one?.id;
};

/**
 * @param {string} url
 * @param {RequestInit & { token?: string }} [options]
 * @returns {Promise<Answer>}
 */
export async function request(url, { token, headers, ...options } = {}) {
  const response = await fetch(url, {
    ...options,
    headers: {
      accept: TYPE,
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      .../** @type {Record<string, string>} */ (headers),
    },
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  const { status } = response;
  return { status, headers: response.headers, json: isJson ? JSON.parse(text) : undefined };
}

/**
 * @param {string} url
 * @param {string} [token]
 * @returns {Promise<any>}
 */
export async function get(url, token) {
  const { status, json } = await request(url, token ? { token } : {});
  if (status !== 200 || !json) throw new Error(`${url} answered ${status}`);
  return json;
}

/**
 * @param {Account} account
 * @param {any} document
 * @returns {Promise<Answer>} of any status
 */
export async function post({ actor, token }, document) {
  const { outbox } = await get(actor);
  const headers = { "content-type": TYPE };
  return request(outbox, { method: "POST", token, headers, body: JSON.stringify(document) });
}

/**
 * The items of a collection, in its order.
 * @param {any} reference an address, a collection, or an array of items
 * @param {string} [token]
 * @returns {Promise<any[]>}
 */
export async function itemsOf(reference, token) {
  if (Array.isArray(reference)) return reference;
  const items = [];
  let page = typeof reference === "string" ? await get(reference, token) : reference;
  for (let pages = 0; page && pages < 100; pages++) {
    items.push(...asArray(page.orderedItems), ...asArray(page.items));
    const next = page.first ?? page.next;
    const empty = page.next && asArray(page.orderedItems).length === 0;
    page = typeof next === "string" && !empty ? await get(next, token) : empty ? undefined : next;
  }
  return items;
}

/**
 * What has come for an account, newest first: from `messages`, else from the inbox.
 * @param {Account} account
 * @returns {Promise<any[]>}
 */
export async function received({ actor, token }) {
  const { messages, inbox } = await get(actor);
  return itemsOf(messages ?? inbox, token);
}

/**
 * Waits until `read` gives something true.
 * @template T
 * @param {() => Promise<T> | T} read
 * @param {string} what
 * @param {number} [milliseconds]
 * @returns {Promise<NonNullable<T>>}
 */
export async function eventually(read, what, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const value = await read();
    if (value) return value;
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
