/** Client to server: what a user's own client posts (ActivityPub section 6). */
import {
  activityType,
  addressees,
  CONTEXT,
  idOf,
  isObject,
  isPublicAddress,
  isWebUrl,
  withoutBlindCopies,
} from "./activity.js";
import { HttpError } from "./answer.js";
import { readObject } from "./body.js";
import { applyEffect } from "./effects.js";
import { followAfterSending } from "./follows.js";
import { receive } from "./inbox.js";
import { MAX_DEPTH, nestingDepth } from "./json.js";
import { requireOwner } from "./sessions.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */
/** @typedef {import("./users.js").User} User */
/** @typedef {import("./site.js").Site} Site */

const MAX_RECIPIENTS = 1000;

/**
 * POST /users/NAME/outbox: 201, Location, and the activity as it was completed. When it answers, the
 * activity is on disk, in the inboxes of this server, and queued for other servers.
 * @type {import("./router.js").Handler}
 */
export async function postOutbox(exchange) {
  const { site } = exchange;
  const user = requireOwner(exchange);
  const submitted = asActivity(await readObject(exchange.req));
  const { activity, recipients } = await user.locked(() => accept(site, user, submitted));
  // Outside the user's lock: receiving may take the lock of the same user.
  for (const recipient of recipients.local) await receive(site.objects, recipient, activity);
  site.deliveries.start();
  return { status: 201, headers: { location: String(activity.id) }, json: activity };
}

/**
 * A bare object means: create it, for the people it is addressed to.
 * @param {JsonObject} submitted
 * @returns {JsonObject}
 */
function asActivity(submitted) {
  if (activityType(submitted) !== undefined) return submitted;
  /** @type {JsonObject} */
  const create = { "@context": submitted["@context"] ?? CONTEXT, type: "Create" };
  for (const property of ["to", "cc", "bto", "bcc", "audience"]) {
    if (submitted[property] !== undefined) create[property] = submitted[property];
  }
  const { "@context": _, ...object } = submitted;
  const wrapped = { ...create, object };
  // One level deeper than what was checked, and other servers check it too.
  if (nestingDepth(JSON.stringify(wrapped)) > MAX_DEPTH) {
    throw new HttpError(400, `In a Create, the object is nested deeper than ${MAX_DEPTH} levels.`);
  }
  return wrapped;
}

/**
 * Completes an activity, does what it says and stores it.
 * @param {Site} site
 * @param {User} user
 * @param {JsonObject} submitted
 */
async function accept(site, user, submitted) {
  if (submitted.actor !== undefined && idOf(submitted.actor) !== user.id) {
    throw new HttpError(400, "The actor of an activity in this outbox must be the outbox's owner.");
  }
  const audience = audienceOf(submitted);
  const recipients = recipientsOf(site, user, audience);
  /** @type {JsonObject} */
  const draft = {
    "@context": CONTEXT,
    ...withoutBlindCopies(submitted),
    id: site.objects.newId(),
    actor: user.id,
    published: new Date().toISOString(),
  };
  const activity = await applyEffect({ site, user, audience }, draft);
  const isPublic = audience.some(isPublicAddress);
  const id = String(activity.id);
  const context = activity["@context"] ?? CONTEXT;
  await site.objects.write({ owner: user.id, audience, context, value: activity });
  await site.deliveries.add(user, id, recipients.remote);
  await user.outbox.append({ id, isPublic });
  await followAfterSending(site.objects, user, activity);
  return { activity, recipients };
}

/**
 * Everybody the activity, or the object that it creates, is addressed to.
 * @param {JsonObject} activity
 */
function audienceOf(activity) {
  const { object } = activity;
  const inner = activityType(activity) === "Create" && isObject(object) ? addressees(object) : [];
  const audience = [...new Set([...addressees(activity), ...inner])];
  if (audience.length > MAX_RECIPIENTS) {
    throw new HttpError(400, `An activity may have at most ${MAX_RECIPIENTS} recipients.`);
  }
  const bad = audience.find((id) => !isPublicAddress(id) && !isWebUrl(id));
  if (bad !== undefined)
    throw new HttpError(400, `The recipient "${bad}" is not an actor's address.`);
  return audience;
}

/**
 * The inboxes that an audience means. The sender is a recipient when it names itself.
 * @param {Site} site
 * @param {User} sender
 * @param {string[]} audience
 * @returns {{ local: User[], remote: string[] }}
 */
function recipientsOf(site, sender, audience) {
  const people = new Set(
    audience.flatMap((id) => (id === `${sender.id}/followers` ? sender.record.followers : [id])),
  );
  /** @type {User[]} */
  const local = [];
  /** @type {string[]} */
  const remote = [];
  for (const id of people) {
    if (isPublicAddress(id)) continue;
    const user = site.users.byId(id);
    if (user) local.push(user);
    else if (id.startsWith(`${site.origin}/`)) {
      throw new HttpError(400, `The recipient "${id}" is not a person of this server.`);
    } else remote.push(id);
  }
  return { local, remote };
}
