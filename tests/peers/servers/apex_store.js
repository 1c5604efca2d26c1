/**
 * What activitypub-express keeps, in memory (its own store is MongoDB). The methods and their
 * contracts are those of its `store/interface.js`.
 */
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { MLS_CONTEXT, MLS_CONTEXT_URL } from "./mls_context.js";

// CommonJS without types.
const Interface = createRequire(import.meta.url)("activitypub-express/store/interface.js");

/** A delivery that failed is looked at this often; also the longest that a closed server lives on. */
const LOOK_MS = 100;
/** Contexts that the other servers here name and whose terms nothing depends on. */
const UNNEEDED =
  /^https:\/\/(w3id\.org|purl\.archive\.org|gotosocial\.org|www\.w3\.org\/ns\/did)\b/;

/**
 * A copy, with the private part only where it is asked for.
 * @param {any} document
 * @param {boolean} [withMeta]
 */
function copy(document, withMeta = false) {
  if (!document) return document;
  const { _meta, ...rest } = structuredClone(document);
  return withMeta && _meta ? { ...rest, _meta } : rest;
}

export class MemoryStore extends Interface {
  /** @type {Map<string, any>} by id */
  #objects = new Map();
  /** Activities, oldest first. @type {any[]} */
  #stream = [];
  /** @type {Map<string, any>} by address */
  #contexts = new Map();
  /** @type {any[]} */
  #deliveries = [];

  constructor() {
    super();
    this.saveContext(contextDocument(MLS_CONTEXT_URL, MLS_CONTEXT));
  }

  async setup() {}

  generateId() {
    return randomBytes(12).toString("hex");
  }

  /** @param {string} id @param {boolean} [withMeta] */
  async getObject(id, withMeta) {
    return copy(this.#objects.get(id), withMeta === true);
  }

  /** @param {any} object */
  async saveObject(object) {
    if (this.#objects.has(object.id)) return false;
    this.#objects.set(object.id, structuredClone(object));
    return true;
  }

  /** @param {any} object @param {string} _actor @param {boolean} fullReplace */
  async updateObject(object, _actor, fullReplace) {
    const old = this.#objects.get(object.id);
    if (!old) return undefined;
    const changed = { ...(fullReplace ? { _meta: old._meta } : old), ...structuredClone(object) };
    for (const key of Object.keys(changed)) if (changed[key] === null) delete changed[key];
    this.#objects.set(object.id, changed);
    return copy(changed);
  }

  /** @param {string} id @param {boolean} [withMeta] */
  async getActivity(id, withMeta) {
    return copy(this.#find(id), withMeta);
  }

  /** @param {string} id */
  #find(id) {
    return this.#stream.find((activity) => activity.id === id);
  }

  /** @param {any} activity */
  async saveActivity(activity) {
    if (this.#find(activity.id)) return undefined;
    this.#stream.push(structuredClone(activity));
    return true;
  }

  /** @param {any} activity */
  async removeActivity(activity) {
    this.#stream = this.#stream.filter(({ id }) => id !== activity.id);
  }

  /** @param {any} activity @param {boolean} fullReplace */
  async updateActivity(activity, fullReplace) {
    const old = this.#find(activity.id);
    if (!old) return undefined;
    const changed = { ...(fullReplace ? { _meta: old._meta } : old), ...structuredClone(activity) };
    this.#stream[this.#stream.indexOf(old)] = changed;
    return copy(changed, true);
  }

  /** @param {any} activity @param {string} key @param {string} value @param {boolean} [remove] */
  async updateActivityMeta(activity, key, value, remove) {
    const found = this.#find(activity.id);
    if (!found) throw new Error(`no activity ${activity.id}`);
    found._meta ??= {};
    const values = new Set(found._meta[key]);
    if (remove) values.delete(value);
    else values.add(value);
    found._meta[key] = [...values];
    return copy(found, true);
  }

  /** @param {string} collection */
  #inCollection(collection) {
    return this.#stream.filter(({ _meta }) => _meta?.collection?.includes(collection));
  }

  /** @param {string} collection @param {string} object @param {boolean} [withMeta] */
  async findActivityByCollectionAndObjectId(collection, object, withMeta) {
    const found = this.#inCollection(collection).find((one) => one.object?.includes?.(object));
    return copy(found, withMeta);
  }

  /** @param {string} collection @param {string} actor @param {boolean} [withMeta] */
  async findActivityByCollectionAndActorId(collection, actor, withMeta) {
    const found = this.#inCollection(collection).find((one) => one.actor?.includes?.(actor));
    return copy(found, withMeta);
  }

  /**
   * Newest first. `_id` of an item is what a page begins after.
   * @param {string} collection
   * @param {number | null} limit
   * @param {string | null} after
   * @param {string[]} [blocked]
   */
  async getStream(collection, limit, after, blocked = []) {
    const end = after === null ? this.#stream.length : Number(after);
    if (!Number.isInteger(end)) throw new Error("ApexStore: invalid page value");
    const here = new Set(this.#inCollection(collection));
    const items = [...this.#stream.entries()]
      .filter(([at, activity]) => at < end && here.has(activity))
      .filter(([, { actor }]) => !blocked.includes(actor[0]))
      .reverse()
      .slice(0, limit ?? Number.POSITIVE_INFINITY);
    // As the store with MongoDB, which joins the actor's document to its activity.
    const actorOf = (/** @type {any} */ one) => copy(this.#objects.get(one.id ?? one)) ?? one;
    return items.map(([at, activity]) => {
      return { ...copy(activity), actor: activity.actor.map(actorOf), _id: at };
    });
  }

  /** @param {string} collection */
  async getStreamCount(collection) {
    return this.#inCollection(collection).length;
  }

  async getUserCount() {
    return this.#objects.size;
  }

  /** @param {string} url */
  async getContext(url) {
    const known = this.#contexts.get(url);
    if (known) return structuredClone(known);
    return UNNEEDED.test(url) ? contextDocument(url, { "@context": {} }) : undefined;
  }

  /** @param {any} context */
  async saveContext(context) {
    this.#contexts.set(context.documentUrl, context);
  }

  /** @param {string} actorId @param {string} body @param {string[]} addresses @param {string} signingKey */
  async deliveryEnqueue(actorId, body, addresses, signingKey) {
    for (const address of [addresses].flat()) {
      this.#deliveries.push({ address, actorId, signingKey, body, attempt: 0, after: new Date() });
    }
    return true;
  }

  async deliveryDequeue() {
    const due = this.#deliveries.findIndex(({ after }) => after <= new Date());
    if (due >= 0) return this.#deliveries.splice(due, 1)[0];
    return this.#deliveries.length > 0 ? { waitUntil: new Date(Date.now() + LOOK_MS) } : null;
  }

  /** Forgets what is not delivered. */
  close() {
    this.#deliveries = [];
  }

  /** @param {any} delivery */
  async deliveryRequeue(delivery) {
    delivery.after = new Date(Date.now() + 10 ** delivery.attempt++);
    this.#deliveries.push(delivery);
    return true;
  }
}

/** @param {string} documentUrl @param {object} document */
const contextDocument = (documentUrl, document) => ({ contextUrl: null, documentUrl, document });
