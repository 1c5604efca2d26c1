/**
 * What an activity in the outbox does to the objects of this server, by type. Each effect checks
 * first, then acts, and gives the activity as it is stored and delivered.
 */
import { activityType, asArray, idOf, isObject, typesOf, withoutBlindCopies } from "./activity.js";
import { actorDocument, changedProfile } from "./actors.js";
import { HttpError } from "./answer.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */
/** @typedef {import("./objects.js").Stored} Stored */
/**
 * @typedef {{
 *   site: import("./site.js").Site,
 *   user: import("./users.js").User,
 *   audience: string[],
 * }} Scene who does it, and everybody it is addressed to
 * @typedef {(scene: Scene, activity: JsonObject) => Promise<JsonObject>} Effect
 */

const MAX_KEY_PACKAGES = 1000;

/** @type {Record<string, Effect>} */
const effects = {
  Create: create,
  Update: update,
  Delete: remove,
  Add: changeKeyPackages,
  Remove: changeKeyPackages,
  Undo: undo,
};

/**
 * @param {Scene} scene
 * @param {JsonObject} activity with its id, actor and date
 * @throws {HttpError} when it is not possible; nothing has changed then
 */
export async function applyEffect(scene, activity) {
  const effect = effects[activityType(activity) ?? ""];
  return effect ? effect(scene, activity) : activity;
}

/** @type {Effect} */
async function create({ site, user, audience }, activity) {
  const submitted = onlyItem(activity.object);
  if (!isObject(submitted)) {
    throw new HttpError(400, "A Create needs the object itself, one, as its object.");
  }
  if (activityType(submitted) !== undefined) {
    throw new HttpError(400, "An activity cannot be created as an object; post it by itself.");
  }
  refuseForeignAuthor(user, submitted);
  /** @type {JsonObject} */
  const object = {
    ...withoutBlindCopies(submitted),
    id: site.objects.newId(),
    attributedTo: user.id,
    published: activity.published,
  };
  const context = activity["@context"] ?? null;
  const embeddedIn = [String(activity.id)];
  await site.objects.write({ owner: user.id, audience, context, value: object, embeddedIn });
  return { ...activity, object };
}

/** @type {Effect} */
async function update(scene, activity) {
  const changes = onlyItem(activity.object);
  if (!isObject(changes) || idOf(changes) === undefined) {
    throw new HttpError(400, "An Update needs the changed object, with its id, as its object.");
  }
  if (changes.id === scene.user.id) return updateActor(scene, activity, changes);
  const { site, user, audience } = scene;
  const stored = await ownObject(scene, changes.id);
  refuseForeignAuthor(user, changes);
  /** @type {JsonObject} */
  const value = {
    ...stored.value,
    ...withoutBlindCopies(changes),
    id: stored.value.id,
    attributedTo: user.id,
    published: stored.value.published,
    updated: activity.published,
  };
  // ActivityPub section 6.3.1: null removes a property.
  for (const [property, given] of Object.entries(changes))
    if (given === null) delete value[property];
  await site.objects.write({
    ...stored,
    // Whoever could read it before still can: they may hold a copy anyway.
    audience: [...new Set([...stored.audience, ...audience])],
    value,
    embeddedIn: [...(stored.embeddedIn ?? []), String(activity.id)],
  });
  return { ...activity, object: value };
}

/**
 * @param {Scene} scene
 * @param {JsonObject} activity
 * @param {JsonObject} changes
 */
async function updateActor({ site, user }, activity, changes) {
  await user.update({ profile: changedProfile(user, site.origin, changes) });
  return { ...activity, object: actorDocument(user, site.origin) };
}

/**
 * Leaves a Tombstone, takes the object out of `keyPackages`, and the copies of it out of the sender's
 * activities. What was delivered is in other people's hands.
 * @type {Effect}
 */
async function remove(scene, activity) {
  const { site, user } = scene;
  const id = idOf(activity.object);
  const uploaded = id?.startsWith(`${site.origin}/media/`) ? id : undefined;
  if (uploaded) {
    await removeMedia(scene, uploaded);
    return { ...activity, object: uploaded };
  }
  const stored = await ownObject(scene, id);
  const { value } = stored;
  /** @type {JsonObject} */
  const tombstone = {
    id: value.id,
    type: "Tombstone",
    formerType: value.type,
    published: value.published,
    deleted: activity.published,
  };
  await removeCopies(scene, stored);
  await user.update({ keyPackages: user.record.keyPackages.filter((key) => key !== value.id) });
  await site.objects.write({ ...stored, value: tombstone, embeddedIn: [] });
  return { ...activity, object: tombstone };
}

/**
 * @param {Scene} scene
 * @param {Stored} stored
 */
async function removeCopies({ site }, { value, embeddedIn = [] }) {
  for (const activityId of embeddedIn) {
    const embedding = await site.objects.read(activityId);
    if (!embedding) continue;
    await site.objects.write({ ...embedding, value: { ...embedding.value, object: value.id } });
  }
}

/**
 * @param {Scene} scene
 * @param {string} url
 */
async function removeMedia({ site, user }, url) {
  const id = url.slice(`${site.origin}/media/`.length);
  const record = await site.media.record(id);
  if (!record) throw new HttpError(404, "There is no such upload.");
  if (record.owner !== user.id) throw new HttpError(403, "This upload belongs to somebody else.");
  await site.media.remove(id);
}

/**
 * Add and Remove, for the only collection that clients manage here.
 * @type {Effect}
 */
async function changeKeyPackages(scene, activity) {
  const { user } = scene;
  if (idOf(activity.target) !== `${user.id}/keyPackages`) {
    throw new HttpError(403, "Only your own keyPackages collection can be the target.");
  }
  const { keyPackages } = user.record;
  const id = idOf(activity.object);
  if (activityType(activity) === "Remove") {
    if (id === undefined || !keyPackages.includes(id)) {
      throw new HttpError(404, "This object is not in your keyPackages collection.");
    }
    await user.update({ keyPackages: keyPackages.filter((key) => key !== id) });
    return activity;
  }
  const { value } = await ownObject(scene, id);
  if (keyPackages.length >= MAX_KEY_PACKAGES) {
    throw new HttpError(400, "Your keyPackages collection is full; remove old ones first.");
  }
  await user.update({ keyPackages: [...new Set([...keyPackages, String(value.id)])] });
  return activity;
}

/** @type {Effect} */
async function undo({ site, user }, activity) {
  const id = idOf(activity.object);
  const stored = id === undefined ? undefined : await site.objects.read(id);
  if (!stored || activityType(stored.value) === undefined) {
    throw new HttpError(404, "Only an activity that this server knows can be undone.");
  }
  if (stored.owner !== user.id) throw new HttpError(403, "Only its actor can undo an activity.");
  return activity;
}

/**
 * An object, not an activity and not deleted, that the user made.
 * @param {Scene} scene
 * @param {import("./json.js").JsonValue | undefined} id
 */
async function ownObject({ site, user }, id) {
  const stored = typeof id === "string" ? await site.objects.read(id) : undefined;
  if (!stored) throw new HttpError(404, "The object is not one that this server made.");
  if (stored.owner !== user.id) throw new HttpError(403, "The object belongs to somebody else.");
  if (activityType(stored.value) !== undefined) {
    throw new HttpError(400, "This is an activity; only objects can be changed or listed.");
  }
  if (typesOf(stored.value).includes("Tombstone")) {
    throw new HttpError(410, "The object has been deleted.");
  }
  return stored;
}

/**
 * @param {import("./json.js").JsonValue | undefined} value
 */
function onlyItem(value) {
  const items = asArray(value);
  return items.length === 1 ? items[0] : undefined;
}

/**
 * @param {import("./users.js").User} user
 * @param {JsonObject} object
 */
function refuseForeignAuthor(user, { attributedTo }) {
  if (asArray(attributedTo).some((author) => idOf(author) !== user.id)) {
    throw new HttpError(400, "The object is attributed to somebody else.");
  }
}
