/**
 * Reading Activity Streams 2.0 without JSON-LD processing: `type`, `to`, `actor` and `object` come
 * as a string, an object with an id, or an array of these.
 */

/** @typedef {import("./json.js").JsonValue} JsonValue */
/** @typedef {import("./json.js").JsonObject} JsonObject */

export const CONTEXT = [
  "https://www.w3.org/ns/activitystreams",
  "https://w3id.org/security/v1",
  "https://purl.archive.org/socialweb/mls",
];

const PUBLIC = new Set(["https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"]);

/** Everything in the vocabulary that is an activity; a Question is treated as an object. */
const ACTIVITY_TYPES = new Set([
  ..."Accept Add Announce Arrive Block Create Delete Dislike Flag Follow Ignore".split(" "),
  ..."IntransitiveActivity Invite Join Leave Like Listen Move Offer Read Reject Remove".split(" "),
  ..."TentativeAccept TentativeReject Travel Undo Update View Activity".split(" "),
]);

const MLS_MEDIA_TYPE = "message/mls";

/**
 * @param {JsonValue | undefined} value
 * @returns {JsonValue[]}
 */
export function asArray(value) {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * @param {JsonValue | undefined} value
 * @returns {value is JsonObject}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The id of a reference: a URL string, or an embedded object. An array of one counts as its item.
 * @param {JsonValue | undefined} value
 * @returns {string | undefined}
 */
export function idOf(value) {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof one === "string") return one;
  return isObject(one) && typeof one.id === "string" ? one.id : undefined;
}

/** @param {JsonObject} object */
export function typesOf(object) {
  return asArray(object.type).filter((type) => typeof type === "string");
}

/**
 * The activity type of a document, or undefined when it is not an activity. In an array such as
 * ["Activity", "Create"] the specific type wins.
 * @param {JsonObject} document
 */
export function activityType(document) {
  const types = typesOf(document).filter((type) => ACTIVITY_TYPES.has(type));
  return types.find((type) => type !== "Activity") ?? types[0];
}

/**
 * @param {JsonObject} document
 * @param {string[]} properties
 */
function idsIn(document, properties) {
  const values = properties.flatMap((property) => asArray(document[property]));
  return values.map(idOf).filter((id) => id !== undefined);
}

/**
 * Everybody an activity or object is addressed to, blind copies included, Public in any form too.
 * @param {JsonObject} document
 */
export function addressees(document) {
  return [...new Set(idsIn(document, ["to", "cc", "bto", "bcc", "audience"]))];
}

/** @param {string} id */
export function isPublicAddress(id) {
  return PUBLIC.has(id);
}

/**
 * A copy without the blind recipients, which nobody but the sender may learn (ActivityPub section 6).
 * @param {JsonObject} document
 * @returns {JsonObject}
 */
export function withoutBlindCopies({ bto, bcc, ...rest }) {
  return rest;
}

/**
 * Whether an activity carries an MLS message: the media type tells, since servers change the type.
 * @param {JsonObject} activity
 */
export function carriesMls(activity) {
  return asArray(activity.object).some((o) => isObject(o) && o.mediaType === MLS_MEDIA_TYPE);
}

/**
 * Whether `text` can be the id of something on the fediverse: an http or https URL without
 * credentials, control characters or white space, of bounded length.
 * @param {unknown} text
 * @returns {text is string}
 */
export function isWebUrl(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
  if (typeof text !== "string" || text.length > 2048 || /[\u0000-\u0020\u007f]/.test(text)) {
    return false;
  }
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
  } catch {
    return false;
  }
}
