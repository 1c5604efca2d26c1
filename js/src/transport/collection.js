/** Collections in all the shapes in which servers give them. */

/** Items are looked at no further back than this, and pages no more. */
const MAX_ITEMS = 10_000;
const MAX_PAGES = 500;

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

/** @param {any} page */
function itemsOf(page) {
  return [...asArray(page.orderedItems), ...asArray(page.items)];
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
  const seen = new Set();
  /** @type {unknown[]} */
  const items = [];
  let page = await follow(get, collection, seen);
  for (let count = 0; page && count < MAX_PAGES; count++) {
    for (const item of itemsOf(page)) {
      if (enough(item) || items.length >= MAX_ITEMS) return items;
      items.push(item);
    }
    page = await follow(get, page.first ?? page.next, seen);
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
