/**
 * Cross-origin headers. Any page may talk to this server: it recognises people by a bearer token
 * that a page has to hold, never by cookies, so that a foreign page gains nothing.
 */

const HEADERS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, HEAD, POST, DELETE, OPTIONS",
  "access-control-allow-headers": "authorization, content-type, accept, last-event-id",
  "access-control-expose-headers": "location",
  "access-control-max-age": "600",
};

/** @param {import("node:http").ServerResponse} res */
export function allowAnyOrigin(res) {
  for (const [name, value] of Object.entries(HEADERS)) res.setHeader(name, value);
}
