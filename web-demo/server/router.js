/** Finds the handler of a request: 404 for an unknown path, 405 for a wrong method. */
import { HttpError } from "./answer.js";

/**
 * One request being answered. A handler returns an Answer, or nothing when it wrote to `res` itself.
 * @typedef {{
 *   site: import("./site.js").Site,
 *   req: import("node:http").IncomingMessage,
 *   res: import("node:http").ServerResponse,
 *   url: URL,
 *   params: Record<string, string>,
 * }} Exchange
 * @typedef {(exchange: Exchange) => Promise<import("./answer.js").Answer | void>
 *   | import("./answer.js").Answer | void} Handler
 * @typedef {Record<string, Partial<Record<string, Handler>>>} Routes path pattern to method to handler;
 *   a pattern segment ":name" matches any one segment
 */

/**
 * @param {Routes} routes
 * @returns {(method: string, pathname: string) => { handler: Handler, params: Record<string, string> }}
 */
export function createRouter(routes) {
  const table = Object.entries(routes).map(([pattern, methods]) => ({
    segments: pattern.split("/"),
    methods,
  }));
  return (method, pathname) => {
    const segments = pathname.split("/");
    for (const { segments: pattern, methods } of table) {
      const params = match(pattern, segments);
      if (!params) continue;
      const handler = methods[method === "HEAD" ? "GET" : method];
      if (handler) return { handler, params };
      const allow = [...Object.keys(methods), "OPTIONS"].join(", ");
      throw new HttpError(405, `${method} is not possible here, only ${allow}.`, { allow });
    }
    throw new HttpError(404, "There is nothing at this address.");
  };
}

/**
 * @param {string[]} pattern
 * @param {string[]} segments
 * @returns {Record<string, string> | undefined}
 */
function match(pattern, segments) {
  if (pattern.length !== segments.length) return undefined;
  /** @type {Record<string, string>} */
  const params = {};
  for (let i = 0; i < pattern.length; i++) {
    const expected = /** @type {string} */ (pattern[i]);
    const actual = /** @type {string} */ (segments[i]);
    if (expected.startsWith(":")) params[expected.slice(1)] = actual;
    else if (expected !== actual) return undefined;
  }
  return params;
}
