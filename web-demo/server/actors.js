/** Actor documents. */
import { CONTEXT } from "./activity.js";
import { HttpError } from "./answer.js";
import { userInPath } from "./sessions.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */

/**
 * What the server decides; an owner cannot change it.
 * @param {import("./users.js").User} user
 * @param {string} origin
 * @returns {JsonObject}
 */
function managedProperties(user, origin) {
  const { id } = user;
  return {
    id,
    type: "Person",
    preferredUsername: user.name,
    inbox: `${id}/inbox`,
    outbox: `${id}/outbox`,
    followers: `${id}/followers`,
    following: `${id}/following`,
    messages: `${id}/messages`,
    keyPackages: `${id}/keyPackages`,
    endpoints: {
      proxyUrl: `${origin}/proxy`,
      uploadMedia: `${origin}/media`,
      eventStream: `${id}/inbox/events`,
    },
    manuallyApprovesFollowers: true,
    publicKey: { id: user.keyId, owner: id, publicKeyPem: user.publicKeyPem },
  };
}

/**
 * @param {import("./users.js").User} user
 * @param {string} origin
 * @returns {JsonObject}
 */
export function actorDocument(user, origin) {
  return {
    "@context": CONTEXT,
    name: user.record.displayName,
    ...user.record.profile,
    ...managedProperties(user, origin),
  };
}

/**
 * The profile after an Update by its owner: given properties replace old ones, null removes one
 * (ActivityPub section 6.3.1).
 * @param {import("./users.js").User} user
 * @param {string} origin
 * @param {JsonObject} changes
 * @returns {JsonObject}
 * @throws {HttpError} 400 when a property that the server decides would change
 */
export function changedProfile(user, origin, changes) {
  const managed = managedProperties(user, origin);
  const profile = { ...user.record.profile };
  for (const [property, value] of Object.entries(changes)) {
    if (property === "@context") continue;
    if (Object.hasOwn(managed, property)) {
      if (JSON.stringify(value) === JSON.stringify(managed[property])) continue;
      throw new HttpError(400, `The server decides "${property}" of an actor; leave it out.`);
    }
    if (value === null) delete profile[property];
    else profile[property] = value;
  }
  return profile;
}

/** @type {import("./router.js").Handler} */
export function getActor(exchange) {
  return { json: actorDocument(userInPath(exchange), exchange.site.origin) };
}
