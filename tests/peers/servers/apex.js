/**
 * A server on activitypub-express 4.4.2, as its author would write it. It processes JSON-LD with the
 * draft's context, so nothing of the draft is lost; arrays of one become their item. The outbox
 * answers 201 with Location and an empty body. It delivers nothing to the sender, even one who is
 * addressed: the own activities are in the outbox only. Add takes activities only, and only into
 * collections of its own kind; so KeyPackages are listed by the server, and an Add is refused with
 * 400 or 405. Its deliveries are one queue per process: start one server, with many users.
 */
import { randomUUID } from "node:crypto";
import { createRequire } from "node:module";
import { MemoryStore } from "./apex_store.js";
import { bearerOf, listen } from "./listen.js";
import { MLS_CONTEXT_URL } from "./mls_context.js";

// CommonJS without types.
const require = createRequire(import.meta.url);
/** @type {any} */
const express = require("express");
/** @type {any} */
const ActivitypubExpress = require("activitypub-express");

const ROUTES = {
  actor: "/u/:actor",
  object: "/o/:id",
  activity: "/s/:id",
  inbox: "/u/:actor/inbox",
  outbox: "/u/:actor/outbox",
  followers: "/u/:actor/followers",
  following: "/u/:actor/following",
  liked: "/u/:actor/liked",
  collections: "/u/:actor/c/:id",
  blocked: "/u/:actor/blocked",
  rejections: "/u/:actor/rejections",
  rejected: "/u/:actor/rejected",
  shares: "/s/:id/shares",
  likes: "/s/:id/likes",
};
/** A limit that other servers have: see the profile. */
const LARGEST_BODY = "100kb";

/** @returns {Promise<import("./server.js").PeerServer>} */
export async function startApex() {
  /** @type {string[]} */
  const log = [];
  const app = express();
  const { origin, close } = await listen(app);
  const { host } = new URL(origin);
  const complain = (/** @type {unknown[]} */ ...words) => void log.push(words.join(" "));
  const store = new MemoryStore();
  const apex = ActivitypubExpress({
    name: "apex",
    version: "1",
    domain: host,
    baseUrl: origin,
    actorParam: "actor",
    objectParam: "id",
    activityParam: "id",
    routes: ROUTES,
    store,
    endpoints: { proxyUrl: `${origin}/proxy` },
    context: [MLS_CONTEXT_URL],
    logger: { info() {}, warn: complain, error: complain },
  });
  /** @type {Map<string, string>} user name by token */
  const tokens = new Map();
  app.set("env", "production");
  app.use(express.json({ type: apex.consts.jsonldTypes, limit: LARGEST_BODY }));
  app.use(express.urlencoded({ extended: true }));
  app.use(signIn(tokens));
  app.use(apex);
  const { inbox, outbox } = apex.net;
  app.route(ROUTES.inbox).get(inbox.get).post(inbox.post);
  app.route(ROUTES.outbox).get(outbox.get).post(outbox.post);
  for (const kind of ["followers", "following", "liked", "shares", "likes", "collections"]) {
    app.get(ROUTES[/** @type {keyof typeof ROUTES} */ (kind)], apex.net[kind].get);
  }
  app.get(ROUTES.actor, apex.net.actor.get);
  app.get(ROUTES.object, apex.net.object.get);
  app.get(ROUTES.activity, apex.net.activityStream.get);
  app.get("/.well-known/webfinger", apex.net.webfinger.get);
  app.post("/proxy", apex.net.proxy.post);
  app.get("/u/:actor/keyPackages", keyPackages(apex));
  app.on("apex-outbox", (/** @type {any} */ event) => listKeyPackage(apex, event).catch(complain));

  return {
    kind: "apex",
    origin,
    log,
    async addUser(name) {
      const actor = await apex.createActor(name, name, "", null, "Person");
      await store.saveObject({ ...actor, keyPackages: [`${actor.id}/keyPackages`] });
      const token = randomUUID();
      tokens.set(token, name);
      return { actor: actor.id, handle: `@${name}@${host}`, token };
    },
    async close() {
      apex.offlineMode = true;
      store.close();
      await close();
    },
  };
}

/** @param {Map<string, string>} tokens */
function signIn(tokens) {
  return (/** @type {any} */ req, /** @type {any} */ _res, /** @type {() => void} */ next) => {
    const username = tokens.get(bearerOf(req.get("authorization")));
    if (username) {
      req.user = { username };
      // It would be taken for an HTTP signature.
      delete req.headers.authorization;
    }
    next();
  };
}

/** @param {any} apex @param {string} name */
const listOf = (apex, name) => apex.utils.userCollectionIdToIRI(name, "keypackages");

/**
 * Notes the Create of a KeyPackage in the sender's list, and takes it out when the object is deleted.
 * @param {any} apex
 * @param {{ actor: any, activity: any, object: any }} event
 */
async function listKeyPackage(apex, { actor, activity, object }) {
  const list = listOf(apex, actor.preferredUsername[0]);
  const type = activity.type.toLowerCase();
  if (type === "create" && apex.isPublic(activity) && object.type.includes("KeyPackage")) {
    await apex.store.updateActivityMeta(activity, "collection", list);
  } else if (type === "delete" || type === "remove") {
    const id = apex.objectIdFromActivity(activity);
    for (const listed of (await apex.getCollection(list, Infinity, null, true)).orderedItems) {
      if (apex.objectIdFromActivity(listed) !== id) continue;
      await apex.store.updateActivityMeta(listed, "collection", list, true);
    }
  }
}

/** The objects of the listed activities, as activitypub-express does it for `liked`. @param {any} apex */
function keyPackages(apex) {
  const { validators, responders } = apex.net;
  const read = async (
    /** @type {any} */ req,
    /** @type {any} */ res,
    /** @type {(error?: unknown) => void} */ next,
  ) => {
    const objectOf = (/** @type {any} */ { object }) => object[0];
    try {
      const list = listOf(apex, req.params.actor);
      const page = await apex.getCollection(list, Infinity, objectOf, true);
      res.locals.apex.result = { ...page, id: `${apex.baseUrl}${req.path}`, next: undefined };
      next();
    } catch (error) {
      next(error);
    }
  };
  return [validators.jsonld, validators.targetActor, read, responders.result];
}
