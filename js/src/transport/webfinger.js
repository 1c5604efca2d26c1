/** From a handle such as @bob@example.org to the actor's address (RFC 7033). */
import { invalidArgument, localError } from "../errors.js";
import { asArray } from "./collection.js";

const HANDLE = /^@?([^@\s/]+)@([^@\s/]+)$/;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
const ACTOR_TYPES = /^application\/(activity\+json|ld\+json)/i;

/** @param {string} text */
export function isHandle(text) {
  return HANDLE.test(text);
}

/**
 * @param {string} handle
 * @returns {string} where to ask; plain http for this machine's own servers only
 */
export function webfingerUrl(handle) {
  const [, name, host] = HANDLE.exec(handle) ?? [];
  const scheme = host && LOOPBACK.test(host) ? "http" : "https";
  if (!name || !host || !URL.canParse(`${scheme}://${host}/`)) {
    throw invalidArgument(`"${handle}" is not a handle; write it as @name@server.`);
  }
  const resource = encodeURIComponent(`acct:${name}@${host}`);
  return `${scheme}://${host}/.well-known/webfinger?resource=${resource}`;
}

/**
 * @param {any} answer
 * @param {string} handle
 * @returns {string} the actor's address
 */
export function actorInWebfinger(answer, handle) {
  const link = asArray(answer.links).find((/** @type {any} */ l) => {
    return l?.rel === "self" && typeof l.href === "string" && ACTOR_TYPES.test(l.type ?? "");
  });
  if (!link) throw localError("NO_SUCH_ACTOR", { about: handle });
  return /** @type {{ href: string }} */ (link).href;
}
