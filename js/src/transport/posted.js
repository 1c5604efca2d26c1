/** What an outbox says of a post: 201 or 202, with a Location, a body, both or neither. */
import { WaxsealError } from "../errors.js";
import { asArray, idOf, readCollection } from "./collection.js";
import { retryAfterOf } from "./http.js";

/** @typedef {import("./transport.js").Posted} Posted */
/** @typedef {(url: string) => Promise<any>} Get reads a document of the own server */

const PUBLIC = ["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"];
/** How far back in the outbox something just posted is looked for. */
const MAX_BACK = 50;

/**
 * @param {any} activity what was posted
 * @param {string} outbox
 * @param {{ headers: Headers, json: any }} answer
 * @param {Get} get
 * @returns {Promise<Posted>}
 */
export async function readPosted(activity, outbox, { headers, json }, get) {
  const location = locationOf(headers, outbox);
  const retryAfter = retryAfterOf(headers);
  const pause = retryAfter ? { retryAfter } : {};
  const document = json ?? (location && (await tryGet(get, location)));
  if (!document && !location) return { ...(await findInOutbox(activity, outbox, get)), ...pause };
  const id = typeof document?.id === "string" ? document.id : undefined;
  // A document may be the activity, or only the object that it made.
  if (document && "object" in document) {
    return { activity: id ?? location, object: idOf(document.object), ...pause };
  }
  return { activity: id === location ? undefined : location, object: id, ...pause };
}

/**
 * @param {Headers} headers
 * @param {string} outbox
 */
function locationOf(headers, outbox) {
  const location = headers.get("location");
  return location && URL.canParse(location, outbox) ? new URL(location, outbox).href : undefined;
}

/**
 * What others are to find, they have to be told the address of; so it is looked for. The rest comes
 * back in the collection of messages.
 * @param {any} activity
 * @param {string} outbox
 * @param {Get} get
 * @returns {Promise<Posted>}
 */
async function findInOutbox(activity, outbox, get) {
  const content = activity.object?.content;
  const isPublic = asArray(activity.to).some((to) => PUBLIC.includes(String(idOf(to))));
  const unknown = { activity: undefined, object: undefined };
  if (!isPublic || typeof content !== "string") return unknown;
  let count = 0;
  const items = await readCollection(get, outbox, () => count++ >= MAX_BACK).catch(ignore);
  for (const item of items ?? []) {
    const { id, object } = /** @type {any} */ (item) ?? {};
    if (object?.content === content) return { activity: id, object: idOf(object) };
  }
  return unknown;
}

/**
 * The post was accepted, whether or not it can be read.
 * @param {Get} get
 * @param {string} url
 */
function tryGet(get, url) {
  return get(url).catch(ignore);
}

/** @param {unknown} error */
function ignore(error) {
  if (!(error instanceof WaxsealError)) throw error;
  return undefined;
}
