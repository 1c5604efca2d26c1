/** MLS messages as ActivityPub activities. */
import { fromBase64, toBase64 } from "../bytes.js";
import { localError } from "../errors.js";
import { AS2_CONTEXT, asArray, idOf, isObject, MLS_CONTEXT, textIn } from "./activity.js";

export const MLS_MEDIA_TYPE = "message/mls";
/** Servers refuse larger activities. */
const MAX_ACTIVITY = 95_000;

const SUMMARY =
  "This is an end-to-end encrypted message. Open it with an app that supports MLS over ActivityPub.";

/**
 * @typedef {object} Envelope
 * @property {string} id of the activity
 * @property {string} actor who sent it, as the servers say
 * @property {Uint8Array} octets the MLS message
 * @property {string | undefined} context the sender's name for the conversation
 */

/**
 * The activity that carries an MLS message.
 * @param {object} parts
 * @param {string} parts.actor
 * @param {string[]} parts.to actor ids
 * @param {Uint8Array} parts.octets
 * @param {"PrivateMessage" | "PublicMessage" | "Welcome"} parts.type
 * @param {string} parts.conversation the group id as text
 * @param {{ id: string, name: string }} parts.generator
 */
export function makeEnvelope({ actor, to, octets, type, conversation, generator }) {
  const activity = {
    "@context": [AS2_CONTEXT, MLS_CONTEXT],
    type: "Create",
    actor,
    to,
    instrument: generator.id,
    context: conversation,
    conversation,
    object: {
      type: ["Object", type],
      attributedTo: actor,
      to,
      context: conversation,
      conversation,
      mediaType: MLS_MEDIA_TYPE,
      encoding: "base64",
      content: toBase64(octets),
      generator: { type: "Application", ...generator },
      summary: SUMMARY,
    },
  };
  if (JSON.stringify(activity).length > MAX_ACTIVITY) throw localError("TOO_LARGE");
  return activity;
}

/**
 * Whether an activity, or a bare object, carries MLS: the media type tells, since servers change
 * types.
 * @param {any} object
 */
function carriesMls(object) {
  return isObject(object) && object.mediaType === MLS_MEDIA_TYPE;
}

/**
 * The object of an activity where it is only named: to be fetched, then put in its place.
 * @param {any} activity
 * @returns {string | undefined}
 */
export function objectToFetch(activity) {
  const [object] = asArray(activity?.object);
  const isCreate = asArray(activity?.type).includes("Create");
  return isCreate && typeof object === "string" ? object : undefined;
}

/**
 * @param {any} activity a Create with an embedded object, or a bare object
 * @returns {Envelope | undefined} undefined when it carries no MLS message, so is not ours
 * @throws {import("../errors.js").WaxsealError} BAD_ENVELOPE
 */
export function readEnvelope(activity) {
  const object = carriesMls(activity) ? activity : asArray(activity?.object).find(carriesMls);
  const id = idOf(activity);
  if (!object || id === undefined) return undefined;
  const senders = [activity.actor, object.attributedTo, object.actor].map(idOf);
  const [actor, ...others] = new Set(senders.filter((sender) => sender !== undefined));
  if (actor === undefined || others.length > 0) throw localError("SENDER_MISMATCH");
  const octets = decodeContent(object);
  if (!octets) throw localError("BAD_ENVELOPE");
  const context = textIn(idOf(object.context) ?? idOf(activity.context));
  return { id, actor, octets, context };
}

/**
 * The octets of an MLS object.
 * @param {any} object
 * @returns {Uint8Array | undefined}
 */
export function decodeContent({ content, encoding }) {
  if (typeof content !== "string") return undefined;
  if (encoding !== undefined && encoding !== "base64" && encoding !== "base64url") return undefined;
  const octets = fromBase64(content);
  return octets && octets.length > 0 ? octets : undefined;
}
