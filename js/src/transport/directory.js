/** Finding an actor by what people write. */
import { localError, WaxsealError } from "../errors.js";
import { describeActor, readActor } from "./actor.js";
import { actorInWebfinger, isHandle, webfingerUrl } from "./webfinger.js";

/**
 * @param {(url: string) => Promise<any>} get reads a document
 * @param {string} who a handle or an address
 * @returns {Promise<import("./transport.js").Actor>}
 */
export async function findActor(get, who) {
  const address = isHandle(who) ? actorInWebfinger(await webfinger(get, who), who) : who;
  return describeActor(await readActor(get, address));
}

/**
 * @param {(url: string) => Promise<any>} get
 * @param {string} handle
 */
async function webfinger(get, handle) {
  try {
    return await get(webfingerUrl(handle));
  } catch (error) {
    if (!(error instanceof WaxsealError) || error.code !== "NOT_FOUND") throw error;
    throw localError("NO_SUCH_ACTOR", { about: handle, cause: error });
  }
}
