/**
 * `followers` and `following`, kept by the activities that change them. A request to follow waits for
 * its Accept; only an Accept, Reject or Undo by the right person counts.
 *
 * The Follow that is answered or undone is looked up by its id, in the inbox or among the objects made
 * here. A received Undo may carry a copy instead: it can only end what its actor began.
 */
import { activityType, idOf, isObject } from "./activity.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */
/** @typedef {import("./json.js").JsonValue} JsonValue */
/** @typedef {import("./users.js").User} User */

/**
 * @param {JsonValue | undefined} value
 * @returns {{ follower: string, followed: string } | undefined}
 */
function readFollow(value) {
  if (!isObject(value) || activityType(value) !== "Follow") return undefined;
  const follower = idOf(value.actor);
  const followed = idOf(value.object);
  return follower && followed ? { follower, followed } : undefined;
}

/**
 * After `user` sent an activity: Accept and Reject answer a Follow in the user's own inbox, Undo ends
 * a Follow that the user sent. Runs inside the user's lock.
 * @param {import("./objects.js").Objects} objects
 * @param {User} user
 * @param {JsonObject} activity
 */
export async function followAfterSending(objects, user, activity) {
  const id = idOf(activity.object);
  const { followers, following } = user.record;
  switch (activityType(activity)) {
    case "Accept":
    case "Reject": {
      const index = id === undefined ? undefined : user.inbox.indexOf(id);
      const follow = index === undefined ? undefined : readFollow(await user.inbox.read(index));
      if (follow?.followed !== user.id) return;
      const accepted = activityType(activity) === "Accept";
      await user.update({ followers: changed(followers, follow.follower, accepted) });
      return;
    }
    case "Undo": {
      const follow = readFollow(id === undefined ? undefined : (await objects.read(id))?.value);
      if (follow?.follower !== user.id) return;
      await user.update({ following: changed(following, follow.followed, false) });
    }
  }
}

/**
 * After `user` received an activity, whose actor has been authenticated. Takes the user's lock.
 * @param {import("./objects.js").Objects} objects
 * @param {User} user
 * @param {JsonObject} activity
 */
export async function followAfterReceiving(objects, user, activity) {
  const type = activityType(activity);
  const actor = idOf(activity.actor);
  const id = idOf(activity.object);
  if (type === "Undo") {
    const index = id === undefined ? undefined : user.inbox.indexOf(id);
    const known = index === undefined ? activity.object : await user.inbox.read(index);
    const follow = readFollow(known);
    if (follow?.follower !== actor || follow?.followed !== user.id) return;
    await user.locked(() =>
      user.update({ followers: changed(user.record.followers, follow.follower, false) }),
    );
  } else if (type === "Accept" || type === "Reject") {
    // Only a Follow that the user really sent: a copy alone could be anybody's invention.
    const follow = readFollow(id === undefined ? undefined : (await objects.read(id))?.value);
    if (follow?.follower !== user.id || follow.followed !== actor) return;
    await user.locked(() =>
      user.update({
        following: changed(user.record.following, follow.followed, type === "Accept"),
      }),
    );
  }
}

/**
 * @param {string[]} ids
 * @param {string} id
 * @param {boolean} present
 */
function changed(ids, id, present) {
  const others = ids.filter((other) => other !== id);
  return present ? [...others, id] : others;
}
