/**
 * What came to an actor after what is known: by `?after=` where the server knows it, by `seekItem`
 * where it offers that, else page by page. The oldest first, each once.
 */
import { WaxsealError } from "../errors.js";
import { idOf, isPage, itemsIn, MAX_ITEMS, pagesOf } from "./collection.js";

/** @typedef {(url: string) => Promise<any>} Get reads a document */

/**
 * @param {Get} get
 * @param {string} url of the collection
 * @param {string | undefined} cursor id of the newest activity that is known
 * @param {(url: string) => boolean} isOwn whether an address is of the own server
 * @returns {Promise<unknown[]>} activities or their addresses
 */
export async function readMessages(get, url, cursor, isOwn) {
  if (cursor === undefined) return unique((await walk(get, url)).reverse());
  const answer = await tryGet(get, withParameter(url, "after", cursor));
  if (answer && isFiltered(answer)) return unique(await readFiltered(get, answer, cursor));
  const collection = answer ?? (await get(url));
  const { items, found } = await firstPages(get, collection, cursor);
  if (found) return unique(items.reverse());
  const page = await seek(get, collection, url, cursor, isOwn);
  if (page) return unique(await readOnward(get, page, cursor));
  return unique((await walk(get, collection, cursor)).reverse());
}

/**
 * @param {Get} get
 * @param {string} url of the collection
 * @returns {Promise<string | undefined>} id of the newest activity
 */
export async function newestMessage(get, url) {
  for await (const page of pagesOf(get, url)) {
    const items = itemsIn(page);
    if (items.length === 0) continue;
    return idOf(isOldestFirst(items) ? (await walk(get, url)).at(-1) : items[0]);
  }
  return undefined;
}

/**
 * The newest first, until `cursor`.
 * @param {Get} get
 * @param {unknown} collection
 * @param {string} [cursor]
 */
async function walk(get, collection, cursor) {
  /** @type {unknown[]} */
  const items = [];
  for await (const page of pagesOf(get, collection)) {
    if (takeUntil(itemsIn(page), cursor, items)) break;
  }
  return items;
}

/**
 * What is in the collection's document and its first page: enough when little has come.
 * @param {Get} get
 * @param {unknown} collection
 * @param {string} cursor
 */
async function firstPages(get, collection, cursor) {
  /** @type {unknown[]} */
  const items = [];
  let withItems = 0;
  for await (const page of pagesOf(get, collection)) {
    const here = itemsIn(page);
    if (takeUntil(here, cursor, items)) return { items, found: true };
    if (here.length > 0) withItems++;
    if (withItems === 1) break;
  }
  return { items, found: false };
}

/**
 * @param {unknown[]} from the newest first
 * @param {string | undefined} cursor
 * @param {unknown[]} items what comes before the cursor is added here
 * @returns {boolean} whether it was found, or enough is read
 */
function takeUntil(from, cursor, items) {
  for (const item of from) {
    if ((cursor !== undefined && idOf(item) === cursor) || items.length >= MAX_ITEMS) return true;
    items.push(item);
  }
  return false;
}

/**
 * Whether an answer to `?after=` is more than the collection itself: a server that does not know the
 * parameter gives that.
 * @param {any} answer
 */
function isFiltered(answer) {
  return isPage(answer) || idOf(answer.first)?.includes("after=") === true;
}

/**
 * Servers give what follows in either order: `prev` leads on from the newest first, and what has
 * dates that grow is the oldest first.
 * @param {Get} get
 * @param {any} answer
 * @param {string} cursor
 */
async function readFiltered(get, answer, cursor) {
  if (answer.prev !== undefined) return readOnward(get, answer, cursor);
  const items = await walk(get, answer);
  const ordered = isOldestFirst(items) ? items : items.reverse();
  const known = ordered.findLastIndex((item) => idOf(item) === cursor);
  return ordered.slice(known + 1);
}

/**
 * From a page, each the newest first, to those that are newer.
 * @param {Get} get
 * @param {any} page
 * @param {string} cursor what is not newer than this is left out
 */
async function readOnward(get, page, cursor) {
  /** @type {unknown[]} */
  const items = [];
  for await (const one of pagesOf(get, page, "prev")) {
    items.push(...itemsIn(one).reverse());
    if (items.length >= MAX_ITEMS) break;
  }
  const known = items.findLastIndex((item) => idOf(item) === cursor);
  return items.slice(known + 1);
}

/**
 * The page that holds an item, where the collection has `seekItem`.
 * @param {Get} get
 * @param {any} collection
 * @param {string} url
 * @param {string} item
 * @param {(url: string) => boolean} isOwn
 */
async function seek(get, collection, url, item, isOwn) {
  const address = idOf(collection.seekItem);
  if (!address || !isOwn(address)) return undefined;
  const whole = new URL(address).searchParams.has("collection")
    ? address
    : withParameter(address, "collection", url);
  const page = await tryGet(get, withParameter(whole, "item", item));
  return page && itemsIn(page).some((one) => idOf(one) === item) ? page : undefined;
}

/**
 * @param {Get} get
 * @param {string} url
 * @returns {Promise<any>} undefined when the server does not know what is asked for
 */
async function tryGet(get, url) {
  try {
    return await get(url);
  } catch (error) {
    const { code } = /** @type {WaxsealError} */ (error);
    const unknown = ["NOT_FOUND", "SERVER_REFUSED", "SERVER_ERROR", "NOT_JSON"];
    if (error instanceof WaxsealError && unknown.includes(code)) return undefined;
    throw error;
  }
}

/**
 * @param {string} url
 * @param {string} name
 * @param {string} value
 */
function withParameter(url, name, value) {
  const whole = new URL(url);
  whole.searchParams.set(name, value);
  return whole.href;
}

/**
 * By the dates of most neighbours; without dates, no.
 * @param {unknown[]} items
 */
function isOldestFirst(items) {
  const dates = items.map((item) => Date.parse(/** @type {any} */ (item)?.published));
  let growing = 0;
  for (const [at, date] of dates.entries()) {
    const before = dates[at - 1];
    if (before === undefined || Number.isNaN(before) || Number.isNaN(date)) continue;
    growing += Math.sign(date - before);
  }
  return growing > 0;
}

/**
 * @param {unknown[]} items
 */
function unique(items) {
  const ids = new Set();
  return items.filter((item) => {
    const id = idOf(item);
    if (id === undefined) return true;
    return !ids.has(id) && ids.add(id);
  });
}
