/**
 * Collections and their pages: newest first, with stable pages.
 *
 * Items are numbered from the oldest, so that page k always holds the items 50k to 50k+49 whatever is
 * added later; `next` leads to older pages and `prev` to newer ones.
 */
import { HttpError } from "./answer.js";
import { requireOwner, signedInUser, userInPath } from "./sessions.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */
/** @typedef {import("./json.js").JsonValue} JsonValue */
/** @typedef {import("./users.js").User} User */

export const PAGE_SIZE = 50;

const CONTEXT = [
  "https://www.w3.org/ns/activitystreams",
  "https://purl.archive.org/socialweb/mls",
  "https://purl.archive.org/socialweb/sse",
  "https://purl.archive.org/socialweb/seekitem",
];

/**
 * A list of items, oldest first.
 * @typedef {object} List
 * @property {string} url the collection's id
 * @property {string[]} ids
 * @property {(position: number) => Promise<JsonValue> | JsonValue} read
 * @property {JsonObject} [extra] properties of the collection
 */

/**
 * The part of a log that `select` chooses, as a list.
 * @template {{ id: string }} S
 * @param {string} url
 * @param {import("./append-log.js").AppendLog<S>} log
 * @param {(summary: S) => boolean} select
 * @param {(index: number) => Promise<JsonValue>} read
 * @returns {List}
 */
function listOfLog(url, log, select, read) {
  /** @type {number[]} */
  const indexes = [];
  log.summaries.forEach((summary, index) => {
    if (select(summary)) indexes.push(index);
  });
  return {
    url,
    ids: indexes.map((index) => /** @type {S} */ (log.summaries[index]).id),
    read: (position) => read(/** @type {number} */ (indexes[position])),
  };
}

/**
 * The list behind a path such as /users/alice/messages, if the one who asks may read it.
 * @type {Record<string, (exchange: import("./router.js").Exchange) => List>}
 */
const lists = {
  inbox: (exchange) => receivedList(exchange, "inbox", () => true),
  messages: (exchange) => receivedList(exchange, "messages", ({ mls }) => mls),
  outbox(exchange) {
    const owner = userInPath(exchange);
    const asOwner = signedInUser(exchange) === owner;
    return listOfLog(
      `${owner.id}/outbox`,
      owner.outbox,
      ({ isPublic }) => asOwner || isPublic,
      async (index) => {
        const id = owner.outbox.summaries[index]?.id ?? "";
        return (await exchange.site.objects.read(id))?.value ?? id;
      },
    );
  },
  followers: (exchange) => peopleList(userInPath(exchange), "followers"),
  following: (exchange) => peopleList(userInPath(exchange), "following"),
};

/**
 * @param {import("./router.js").Exchange} exchange
 * @param {"inbox" | "messages"} name
 * @param {(summary: import("./users.js").Received) => boolean} select
 * @returns {List}
 */
function receivedList(exchange, name, select) {
  const owner = requireOwner(exchange);
  const url = `${owner.id}/${name}`;
  return {
    ...listOfLog(url, owner.inbox, select, (index) => owner.inbox.read(index)),
    extra: { eventStream: `${url}/events` },
  };
}

/**
 * @param {User} user
 * @param {"followers" | "following"} name
 * @returns {List}
 */
function peopleList(user, name) {
  const ids = user.record[name];
  return { url: `${user.id}/${name}`, ids, read: (position) => ids[position] ?? null };
}

/**
 * @param {string} name
 * @returns {import("./router.js").Handler}
 */
export function getCollection(name) {
  return async (exchange) => {
    const list = lists[name]?.(exchange);
    if (!list) throw new HttpError(404, "There is no such collection.");
    const page = exchange.url.searchParams.get("page");
    const after = exchange.url.searchParams.get("after");
    if (after !== null) return { json: await itemsAfter(list, after) };
    if (page !== null) return { json: await pageOf(list, page) };
    return { json: summaryOf(list, exchange.site.origin) };
  };
}

/**
 * @param {List} list
 * @param {string} origin
 * @returns {JsonObject}
 */
function summaryOf(list, origin) {
  return {
    "@context": CONTEXT,
    id: list.url,
    type: "OrderedCollection",
    totalItems: list.ids.length,
    first: pageUrl(list, lastPage(list)),
    last: pageUrl(list, 0),
    seekItem: `${origin}/seek?collection=${encodeURIComponent(list.url)}`,
    ...list.extra,
  };
}

/** @param {List} list */
function lastPage(list) {
  return Math.max(0, Math.ceil(list.ids.length / PAGE_SIZE) - 1);
}

/**
 * @param {List} list
 * @param {number} page
 */
function pageUrl(list, page) {
  return `${list.url}?page=${page}`;
}

/**
 * @param {List} list
 * @param {string} text
 */
async function pageOf(list, text) {
  const page = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  const newest = lastPage(list);
  if (!(page <= newest)) throw new HttpError(404, "This collection has no such page.");
  return {
    ...(await span(list, page * PAGE_SIZE)),
    id: pageUrl(list, page),
    ...(page > 0 ? { next: pageUrl(list, page - 1) } : {}),
    ...(page < newest ? { prev: pageUrl(list, page + 1) } : {}),
  };
}

/**
 * The up to 50 items that came directly after one; `prev` leads on while there are more.
 * @param {List} list
 * @param {string} id
 */
async function itemsAfter(list, id) {
  const start = list.ids.indexOf(id) + 1;
  if (start === 0) {
    throw new HttpError(
      404,
      "The item named by ?after= is not in this collection; read it by pages.",
    );
  }
  const afterUrl = (/** @type {string} */ item) => `${list.url}?after=${encodeURIComponent(item)}`;
  const newest = list.ids[start + PAGE_SIZE - 1];
  const more = start + PAGE_SIZE < list.ids.length;
  return {
    ...(await span(list, start)),
    id: afterUrl(id),
    ...(more && newest !== undefined ? { prev: afterUrl(newest) } : {}),
  };
}

/**
 * A page of the items from position `start` on, newest first.
 * @param {List} list
 * @param {number} start
 * @returns {Promise<JsonObject>}
 */
async function span(list, start) {
  /** @type {JsonValue[]} */
  const items = [];
  const end = Math.min(start + PAGE_SIZE, list.ids.length);
  for (let position = end - 1; position >= start; position--) {
    items.push(await list.read(position));
  }
  return {
    "@context": CONTEXT,
    id: list.url,
    type: "OrderedCollectionPage",
    partOf: list.url,
    totalItems: list.ids.length,
    orderedItems: items,
  };
}

/**
 * GET /seek?collection=…&item=… (the Seek Item draft of the Social Web CG): a redirection to the page
 * that holds the item, with that page as its body. Whoever may not read the collection gets the same
 * 404 as for an item that is not in it. The redirection is a temporary one because a demo's data
 * folder may be replaced under the same address.
 * @type {import("./router.js").Handler}
 */
export async function seek(exchange) {
  const collection = exchange.url.searchParams.get("collection") ?? "";
  const item = exchange.url.searchParams.get("item") ?? "";
  const list = readableList(exchange, collection);
  const position = list ? list.ids.indexOf(item) : -1;
  if (!list || position < 0) throw new HttpError(404, "The item is not in this collection.");
  const page = Math.floor(position / PAGE_SIZE);
  return {
    status: 307,
    headers: { location: pageUrl(list, page) },
    json: await pageOf(list, String(page)),
  };
}

/**
 * @param {import("./router.js").Exchange} exchange
 * @param {string} collection
 */
function readableList(exchange, collection) {
  const { origin } = exchange.site;
  const path = collection.startsWith(origin) ? collection.slice(origin.length) : "";
  const [, name = "", kind = ""] = /^\/users\/([^/?]+)\/([a-z]+)$/.exec(path) ?? [];
  const open = Object.hasOwn(lists, kind) ? lists[kind] : undefined;
  try {
    return open?.({ ...exchange, params: { name } });
  } catch (error) {
    if (error instanceof HttpError) return undefined;
    throw error;
  }
}

/**
 * GET /users/NAME/keyPackages: open to everybody, in one piece, the items as ids.
 * @type {import("./router.js").Handler}
 */
export function getKeyPackages(exchange) {
  const { id, record } = userInPath(exchange);
  return {
    json: {
      "@context": CONTEXT.slice(0, 2),
      id: `${id}/keyPackages`,
      type: "Collection",
      attributedTo: id,
      totalItems: record.keyPackages.length,
      items: record.keyPackages,
    },
  };
}
