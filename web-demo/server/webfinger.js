/** WebFinger (RFC 7033): from `acct:bob@127.0.0.1:PORT` to the actor's address. */
import { ACTIVITY_JSON, HttpError } from "./answer.js";

/** @type {import("./router.js").Handler} */
export function getWebFinger({ site, url }) {
  const resource = url.searchParams.get("resource");
  if (!resource) throw new HttpError(400, "Name a resource, such as ?resource=acct:bob@host.");
  const user = findUser(site, resource);
  if (!user) throw new HttpError(404, "There is no such person on this server.");
  return {
    type: "application/jrd+json",
    json: {
      subject: `acct:${user.name}@${site.host}`,
      aliases: [user.id],
      links: [{ rel: "self", type: ACTIVITY_JSON, href: user.id }],
    },
  };
}

/**
 * @param {import("./site.js").Site} site
 * @param {string} resource
 */
function findUser(site, resource) {
  const account = /^acct:@?([^@]+)@(.+)$/.exec(resource);
  if (!account) return site.users.byId(resource);
  const [, name = "", host = ""] = account;
  return host.toLowerCase() === site.host ? site.users.byName(name.toLowerCase()) : undefined;
}
