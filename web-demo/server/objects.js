/**
 * The objects and activities made here, a file each under objects/, and who may read them.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { CONTEXT, isPublicAddress, typesOf } from "./activity.js";
import { HttpError } from "./answer.js";
import { readJson, replaceJson } from "./files.js";
import { signedInUser } from "./sessions.js";
import { verifiedSigner } from "./verify-request.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */
/** @typedef {import("./json.js").JsonValue} JsonValue */
/**
 * @typedef {object} Stored
 * @property {string} owner the actor's id
 * @property {string[]} audience ids of everybody it is addressed to, Public included
 * @property {JsonValue} context the "@context" it came with
 * @property {JsonObject} value
 * @property {string[]} [embeddedIn] ids of the activities that hold a copy of it
 */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export class Objects {
  #folder;
  #prefix;

  /**
   * @param {string} dataDir
   * @param {string} origin
   */
  constructor(dataDir, origin) {
    this.#folder = join(dataDir, "objects");
    this.#prefix = `${origin}/objects/`;
  }

  newId() {
    return this.#prefix + randomUUID();
  }

  /**
   * @param {string} id
   * @returns {string | undefined} undefined for an id that was not made here
   */
  #path(id) {
    const uuid = id.startsWith(this.#prefix) ? id.slice(this.#prefix.length) : "";
    return UUID.test(uuid) ? join(this.#folder, uuid.slice(0, 2), `${uuid}.json`) : undefined;
  }

  /**
   * @param {string} id
   * @returns {Promise<Stored | undefined>}
   */
  async read(id) {
    const path = this.#path(id);
    return path === undefined ? undefined : readJson(path);
  }

  /** @param {Stored} stored */
  async write(stored) {
    const path = this.#path(String(stored.value.id));
    if (!path) throw new TypeError("The object's id was not made by this server.");
    await replaceJson(path, stored);
  }
}

/**
 * Whether the one who asks may read it: it is public, or the bearer token or the HTTP signature is
 * that of its owner or of somebody it is addressed to.
 * @param {import("./router.js").Exchange} exchange
 * @param {Stored} stored
 */
async function mayRead(exchange, { owner, audience }) {
  if (audience.some(isPublicAddress)) return true;
  const reader = signedInUser(exchange)?.id ?? (await signerOfGet(exchange));
  return reader !== undefined && (reader === owner || audience.includes(reader));
}

/** @param {import("./router.js").Exchange} exchange */
async function signerOfGet({ site, req }) {
  return req.headers.signature === undefined ? undefined : verifiedSigner(site, req);
}

/**
 * GET /objects/ID. What was deleted answers 410 with its Tombstone.
 * @type {import("./router.js").Handler}
 */
export async function getObject(exchange) {
  const { site, params } = exchange;
  const stored = await site.objects.read(`${site.origin}/objects/${params.id}`);
  if (!stored) throw new HttpError(404, "There is no such object.");
  if (!(await mayRead(exchange, stored))) {
    throw new HttpError(403, "This is readable only by the people it is addressed to; sign in.");
  }
  const { value, context } = stored;
  return {
    status: typesOf(value).includes("Tombstone") ? 410 : 200,
    json: "@context" in value ? value : { "@context": context ?? CONTEXT, ...value },
  };
}
