/**
 * A server on Fedify 2.3.6, as its author would write it. Fedify brings the actor, the outbox (which
 * answers 202 without Location or body), signatures and delivery; the rest is the author's.
 *
 * Fedify knows the Activity Streams vocabulary only. An activity that gets an id is serialised anew,
 * and what Fedify has no name for is lost: of ["Object", "PrivateMessage"] stays "Object"; `encoding`,
 * `ciphersuite`, `conversation` go; `content`, `mediaType`, `context` stay. Recipients that were looked
 * up stand in `to` as whole actors from then on. That is what these tests want to see, so nothing is
 * repaired here.
 */
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import {
  createFederation,
  generateCryptoKeyPair,
  getAuthenticatedDocumentLoader,
  InProcessMessageQueue,
  MemoryKvStore,
} from "@fedify/fedify";
import {
  Activity,
  Add,
  Create,
  Delete,
  Endpoints,
  isActor,
  Person,
  PUBLIC_COLLECTION,
  Remove,
} from "@fedify/vocab";
import { getDocumentLoader } from "@fedify/vocab-runtime";
import { bearerOf, listen, sendResponse, toRequest } from "./listen.js";
import { MLS_CONTEXT, MLS_CONTEXT_URL } from "./mls_context.js";

/**
 * @typedef {object} User
 * @property {string} name
 * @property {string} token
 * @property {CryptoKeyPair} keys for signing requests
 * @property {any[]} inbox newest first
 * @property {any[]} outbox newest first
 * @property {string[]} keyPackages ids
 */

const JSON_TYPE = { "content-type": "application/activity+json" };
/** Making an RSA key takes long: one for all. @type {Promise<CryptoKeyPair> | undefined} */
let httpKeys;

/** @type {any} Fedify's type asks for more than a loader needs */
const load = getDocumentLoader({ allowPrivateAddress: true });
const loader = (/** @type {string} */ url, /** @type {any} */ options) =>
  url === MLS_CONTEXT_URL
    ? Promise.resolve({ contextUrl: null, documentUrl: url, document: MLS_CONTEXT })
    : load(url, options);

/** @returns {Promise<import("./server.js").PeerServer>} */
export async function startFedify() {
  /** @type {string[]} */
  const log = [];
  /** @type {Map<string, User>} */
  const users = new Map();
  /** @type {Map<string, { document: any, owner: string, isPublic: boolean }>} by id */
  const objects = new Map();
  /** @type {(req: Request) => Promise<Response>} */
  let answer = async () => new Response(null, { status: 503 });
  const { origin, close } = await listen(async (req, res) => {
    try {
      await sendResponse(res, await answer(await toRequest(req, origin)));
    } catch (error) {
      log.push(String(error));
      res.writeHead(500).end();
    }
  });
  const queue = new AbortController();
  setMaxListeners(0, queue.signal); // Fedify's queue leaves one for every time it waits.
  const federation = makeFederation({ origin, users, objects, log });
  const running = federation.startQueue(undefined, { signal: queue.signal });
  answer = (request) => route({ request, origin, users, objects, federation });

  return {
    kind: "fedify",
    origin,
    log,
    async addUser(name) {
      httpKeys ??= generateCryptoKeyPair("RSASSA-PKCS1-v1_5");
      const token = randomUUID();
      const keys = await httpKeys;
      users.set(name, { name, token, keys, inbox: [], outbox: [], keyPackages: [] });
      const { host } = new URL(origin);
      return { actor: `${origin}/users/${name}`, handle: `@${name}@${host}`, token };
    },
    async close() {
      queue.abort();
      await running;
      await close();
    },
  };
}

/**
 * @typedef {{ origin: string, users: Map<string, User>,
 *   objects: Map<string, { document: any, owner: string, isPublic: boolean }>, log: string[] }} Site
 */

/** @param {Site} site */
function makeFederation(site) {
  const { origin, users, log } = site;
  const federation = createFederation({
    kv: new MemoryKvStore(),
    // Not for what comes in: from a queue, of two people here whom an activity is for, one gets it.
    queue: { outbox: new InProcessMessageQueue() },
    manuallyStartQueue: true,
    origin,
    firstKnock: "draft-cavage-http-signatures-12",
    contextLoaderFactory: () => loader,
    documentLoaderFactory: () => loader,
    authenticatedDocumentLoaderFactory: (identity) =>
      getAuthenticatedDocumentLoader(identity, { allowPrivateAddress: true }),
    onOutboxError: (error) => void log.push(error.message),
  });
  federation
    .setActorDispatcher("/users/{identifier}", async (context, name) => {
      if (!users.has(name)) return null;
      const keys = await context.getActorKeyPairs(name);
      return new Person({
        id: context.getActorUri(name),
        name,
        preferredUsername: name,
        inbox: context.getInboxUri(name),
        outbox: context.getOutboxUri(name),
        endpoints: new Endpoints({ proxyUrl: new URL("/proxy", origin) }),
        publicKey: /** @type {any} */ (keys[0]).cryptographicKey,
      });
    })
    .setKeyPairsDispatcher(async (_context, name) => {
      const user = users.get(name);
      return user ? [user.keys] : [];
    });
  federation
    .setOutboxListeners("/users/{identifier}/outbox")
    .on(Activity, (context, activity) => onOutbox(site, context, activity))
    .onError((_context, error) => void log.push(String(error)))
    .authorize(
      async (context, name) =>
        users.get(name)?.token === bearerOf(context.request.headers.get("authorization")),
    );
  federation
    .setInboxListeners("/users/{identifier}/inbox", "/inbox")
    .on(Activity, async (context, activity) => {
      const user = users.get(context.recipient ?? "");
      user?.inbox.unshift(await activity.toJsonLd(context));
    })
    .onError((_context, error) => void log.push(String(error)));
  return federation;
}

/**
 * @param {Site} site
 * @param {import("@fedify/fedify").OutboxContext<unknown>} context
 * @param {Activity} posted
 */
async function onOutbox({ origin, users, objects }, context, posted) {
  const user = /** @type {User} */ (users.get(context.identifier));
  const owner = context.getActorUri(user.name);
  const newId = (/** @type {string} */ kind) => new URL(`/${kind}/${randomUUID()}`, origin);
  const object = posted instanceof Create ? await posted.getObject(context) : null;
  const activity = posted.clone({
    id: newId("activities"),
    actor: owner,
    ...(object ? { object: object.clone({ id: newId("objects"), attribution: owner }) } : {}),
  });
  const isPublic = activity.toIds.some(({ href }) => href === PUBLIC_COLLECTION.href);
  const document = /** @type {any} */ (await activity.toJsonLd(context));
  objects.set(document.id, { document, owner: user.name, isPublic });
  user.outbox.unshift(document);
  if (object) {
    const made = await (await activity.getObject(context))?.toJsonLd(context);
    const { id } = /** @type {any} */ (made);
    objects.set(id, { document: made, owner: user.name, isPublic });
    // The client is not told the id, so it could not Add it: the server lists what is a KeyPackage.
    if (isPublic && object.mediaType === "message/mls") user.keyPackages.push(id);
  }
  changeKeyPackages(user, activity, objects);
  for await (const recipient of activity.getTos({ ...context, suppressError: true })) {
    if (isActor(recipient)) {
      await context.sendActivity({ identifier: user.name }, recipient, activity);
    }
  }
}

/**
 * @param {User} user
 * @param {Activity} activity
 * @param {Site["objects"]} objects
 */
function changeKeyPackages(user, activity, objects) {
  const id = activity.objectId?.href ?? "";
  const isOwn = objects.get(id)?.owner === user.name;
  const without = () => user.keyPackages.filter((other) => other !== id);
  if (activity instanceof Add && isOwn) user.keyPackages = [...without(), id];
  if (activity instanceof Remove || activity instanceof Delete) user.keyPackages = without();
  if (activity instanceof Delete && isOwn) objects.delete(id);
}

/**
 * What Fedify leaves to the author: reading.
 * @param {Omit<Site, "log"> & { request: Request, federation: any }} exchange
 * @returns {Promise<Response>}
 */
async function route({ request, origin, users, objects, federation }) {
  const { pathname } = new URL(request.url);
  const [, name = "", collection] = /^\/users\/([^/]+)(?:\/(\w+))?$/.exec(pathname) ?? [];
  const user = users.get(name);
  const reader = bearerOf(request.headers.get("authorization"));
  const json = (/** @type {any} */ body, status = 200) =>
    new Response(JSON.stringify(body), { status, headers: JSON_TYPE });
  if (request.method === "GET" && user && collection) {
    return json(...collectionOf(user, collection, reader, origin));
  }
  const stored = objects.get(origin + pathname);
  if (stored) {
    const mayRead = stored.isPublic || users.get(stored.owner)?.token === reader;
    return mayRead ? json(stored.document) : json({ error: "forbidden" }, 403);
  }
  if (request.method === "POST" && pathname === "/proxy") {
    if (![...users.values()].some(({ token }) => token === reader)) return json({}, 401);
    const id = new URLSearchParams(await request.text()).get("id") ?? "";
    const answer = await fetch(id, { headers: { accept: "application/activity+json" } });
    return new Response(await answer.text(), { status: answer.status, headers: JSON_TYPE });
  }
  const response = await federation.fetch(request, { contextData: undefined });
  if (!user || collection || response.status !== 200) return response;
  const { "@context": contexts, ...actor } = await response.json();
  // A Person of Fedify's has no place for the draft's properties.
  return json({
    "@context": [contexts, MLS_CONTEXT_URL].flat(),
    ...actor,
    keyPackages: `${actor.id}/keyPackages`,
    messages: `${actor.id}/messages`,
  });
}

/**
 * @param {User} user
 * @param {string} name
 * @param {string} reader a bearer token
 * @param {string} origin
 * @returns {[any, number]}
 */
function collectionOf(user, name, reader, origin) {
  const id = `${origin}/users/${user.name}/${name}`;
  const context = "https://www.w3.org/ns/activitystreams";
  const collection = (/** @type {any[]} */ orderedItems) => ({
    "@context": context,
    id,
    type: "OrderedCollection",
    totalItems: orderedItems.length,
    orderedItems,
  });
  if (name === "keyPackages") return [collection(user.keyPackages), 200];
  const lists = { inbox: user.inbox, outbox: user.outbox, messages: user.inbox.filter(carriesMls) };
  const items = /** @type {Record<string, any[]>} */ (lists)[name];
  if (!items) return [{ error: "not found" }, 404];
  return user.token === reader ? [collection(items), 200] : [{ error: "forbidden" }, 403];
}

/** @param {any} activity */
const carriesMls = ({ object }) => [object].flat().some((one) => one?.mediaType === "message/mls");
