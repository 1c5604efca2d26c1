/** Reading Activity Streams 2.0 in the shapes in which it comes: string, object or array. */

export const AS2_CONTEXT = "https://www.w3.org/ns/activitystreams";
export const MLS_CONTEXT = "https://purl.archive.org/socialweb/mls";
export const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";

/**
 * @param {unknown} value
 * @returns {any[]}
 */
export function asArray(value) {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

/**
 * @param {unknown} value
 * @returns {string | undefined}
 */
export function idOf(value) {
  const [one] = asArray(value);
  if (typeof one === "string") return one;
  return typeof one?.id === "string" ? one.id : undefined;
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, any>}
 */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * @param {any} object
 * @param {string} type
 */
export function hasType(object, type) {
  return asArray(object?.type).includes(type);
}

/** @param {unknown} value */
export function textIn(value) {
  return typeof value === "string" ? value : undefined;
}
