/** Collections in all the shapes in which servers give them. */

/** Items are looked at no further back than this, and pages no more. */
export const MAX_ITEMS = 10_000;
export const MAX_PAGES = 500;

/**
 * @param {unknown} value
 * @returns {unknown[]}
 */
export function asArray(value) {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * The id of a reference: a string, an object with an id, or an array of one of these.
 * @param {unknown} value
 * @returns {string | undefined}
 */
export function idOf(value) {
  const [one] = asArray(value);
  if (typeof one === "string") return one;
  const id = /** @type {any} */ (one)?.id;
  return typeof id === "string" ? id : undefined;
}

/**
 * A property of the draft, under its own name or with the prefix that a server gives it.
 * @param {any} document
 * @param {string} name
 */
export function termOf(document, name) {
  if (document[name] !== undefined) return document[name];
  const prefixed = Object.keys(document).find((key) => key.endsWith(`:${name}`));
  return prefixed === undefined ? undefined : document[prefixed];
}

/**
 * @param {any} page
 * @returns {unknown[]}
 */
export function itemsIn(page) {
  return [...asArray(page.orderedItems), ...asArray(page.items)];
}

/**
 * The pages of a collection, from the one given on, each once.
 * @param {(url: string) => Promise<any>} get reads a document
 * @param {unknown} collection an address, a collection or a page
 * @param {"next" | "prev"} [onward] where a page leads
 * @returns {AsyncGenerator<any>}
 */
export async function* pagesOf(get, collection, onward = "next") {
  const seen = new Set();
  let page = await follow(get, collection, seen);
  for (let count = 0; page && count < MAX_PAGES; count++) {
    yield page;
    const isStart = onward === "next" && !isPage(page) && page.first !== undefined;
    page = await follow(get, isStart ? page.first : page[onward], seen);
  }
}

/** @param {any} document */
export function isPage({ type }) {
  return asArray(type).some((one) => String(one).endsWith("CollectionPage"));
}

/**
 * The items of a collection, in its own order, until `enough` says so.
 * @param {(url: string) => Promise<any>} get reads a document
 * @param {unknown} collection an address, an array of items, a collection or a page
 * @param {(item: unknown) => boolean} [enough] asked before an item is taken; true ends the reading
 * @returns {Promise<unknown[]>}
 */
export async function readCollection(get, collection, enough = () => false) {
  if (Array.isArray(collection)) return collection.slice(0, MAX_ITEMS);
  /** @type {unknown[]} */
  const items = [];
  for await (const page of pagesOf(get, collection)) {
    for (const item of itemsIn(page)) {
      if (enough(item) || items.length >= MAX_ITEMS) return items;
      items.push(item);
    }
  }
  return items;
}

/**
 * @param {(url: string) => Promise<any>} get
 * @param {unknown} reference an address or an embedded document
 * @param {Set<string>} seen addresses read before: a loop ends there
 */
async function follow(get, reference, seen) {
  if (typeof reference === "object" && reference !== null) {
    const page = /** @type {any} */ (reference);
    const embedded = "orderedItems" in page || "items" in page || "first" in page;
    if (embedded || typeof page.id !== "string") return page;
    return follow(get, page.id, seen);
  }
  if (typeof reference !== "string" || seen.has(reference)) return undefined;
  seen.add(reference);
  return get(reference);
}
