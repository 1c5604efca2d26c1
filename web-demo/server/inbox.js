/** Server to server: what other servers deliver. */
import { idOf, isWebUrl } from "./activity.js";
import { HttpError } from "./answer.js";
import { MAX_BODY, readBody } from "./body.js";
import { followAfterReceiving } from "./follows.js";
import { parseObject } from "./json.js";
import { userInPath } from "./sessions.js";
import { verifiedSigner } from "./verify-request.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */

/** Largest delivery: the largest post, and what the sender's server adds to it. */
const MAX_DELIVERY = MAX_BODY + 16 * 1024;

/**
 * POST /users/NAME/inbox. The signer must be the activity's actor, and the activity's id must be of
 * the actor's server: otherwise a stranger could occupy an id, and the true activity would later be
 * dropped as a repetition.
 * @type {import("./router.js").Handler}
 */
export async function postInbox(exchange) {
  const { site, req } = exchange;
  const recipient = userInPath(exchange);
  const body = await readBody(req, MAX_DELIVERY);
  const signer = await verifiedSigner(site, req, body);
  const activity = parseObject(body);
  const { id, actor } = activity;
  if (idOf(actor) !== signer) {
    throw new HttpError(403, "The activity's actor is not the one who signed the request.");
  }
  if (!isWebUrl(id)) throw new HttpError(400, "The activity needs an id that is a web address.");
  if (new URL(id).origin !== new URL(signer).origin) {
    throw new HttpError(403, "The activity's id is not of its actor's server.");
  }
  await receive(site.objects, recipient, activity);
  return { status: 202 };
}

/**
 * Puts an activity into an inbox once, however often it is delivered.
 * @param {import("./objects.js").Objects} objects
 * @param {import("./users.js").User} recipient
 * @param {JsonObject} activity
 */
export async function receive(objects, recipient, activity) {
  const isNew = await recipient.inbox.append(activity);
  if (isNew) await followAfterReceiving(objects, recipient, activity);
}
