/** Actor documents and the KeyPackages that they lead to. */
import { localError } from "../errors.js";
import { asArray, idOf, readCollection, termOf } from "./collection.js";
import { hostOf } from "./http.js";

/** @typedef {import("./transport.js").Actor} Actor */
/** @typedef {(url: string) => Promise<any>} Get reads a document */

/** KeyPackages looked at per actor, and how many are fetched at a time. */
const MAX_KEY_PACKAGES = 200;
const PARALLEL = 8;

/**
 * The document of an actor under its own id: one that names another id is read there again, so that
 * no server can speak for an actor of another.
 * @param {Get} get
 * @param {string} url
 */
export async function readActor(get, url) {
  const first = await get(url);
  const document = first.id === url ? first : await get(String(first.id));
  if (document.id !== first.id || typeof document.inbox !== "string") {
    throw localError("NOT_AN_ACTOR", { about: url });
  }
  return document;
}

/**
 * @param {Get} get
 * @param {string} actor
 * @returns {Promise<any[]>} the objects that could be read; one that can't does not hide the others
 */
export async function readKeyPackages(get, actor) {
  const document = await readActor(get, actor);
  const collection = termOf(document, "keyPackages");
  const items = (await readCollection(get, collection)).slice(0, MAX_KEY_PACKAGES);
  /** @type {any[]} */
  const objects = [];
  for (let at = 0; at < items.length; at += PARALLEL) {
    const batch = items.slice(at, at + PARALLEL).map(async (item) => {
      return typeof item === "string" ? get(item) : item;
    });
    for (const result of await Promise.allSettled(batch)) {
      if (result.status === "fulfilled") objects.push(result.value);
    }
  }
  if (items.length > 0 && objects.length === 0) throw localError("NETWORK", { about: actor });
  return objects;
}

/**
 * @param {any} document
 * @returns {Actor}
 */
export function describeActor(document) {
  const username = String(asArray(document.preferredUsername)[0] ?? "");
  const name = typeof document.name === "string" && document.name !== "" ? document.name : username;
  return {
    id: document.id,
    name: name || document.id,
    handle: username ? `@${username}@${hostOf(document.id)}` : document.id,
    keyPackages: idOf(termOf(document, "keyPackages")),
  };
}
