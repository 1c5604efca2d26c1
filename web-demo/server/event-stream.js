/**
 * Server-Sent Events: every activity that enters an inbox, as it comes.
 *
 * A stream is a cursor in the inbox log. After a reconnection the cursor starts behind Last-Event-ID,
 * so that repeating and going on are one loop and nothing can fall between them.
 */
import { once } from "node:events";
import { activityType } from "./activity.js";
import { HttpError } from "./answer.js";
import { requireOwner } from "./sessions.js";

const MAX_STREAMS_PER_USER = 32;
/** How long a client waits before it connects again, in milliseconds. */
const RECONNECT_MS = 1000;

export class EventStreams {
  /** @type {Map<string, Set<import("node:http").ServerResponse>>} by user name */
  #open = new Map();
  #heartbeatMs;

  /** @param {number} heartbeatMs */
  constructor(heartbeatMs) {
    this.#heartbeatMs = heartbeatMs;
  }

  /**
   * Registers an open stream until it closes, and keeps it alive with comments.
   * @param {string} name
   * @param {import("node:http").ServerResponse} res
   */
  register(name, res) {
    const streams = this.#open.get(name) ?? new Set();
    if (streams.size >= MAX_STREAMS_PER_USER) {
      throw new HttpError(429, "Too many event streams are open for this user; close some.");
    }
    this.#open.set(name, streams.add(res));
    const heartbeat = setInterval(() => res.write(":\n\n"), this.#heartbeatMs);
    res.on("close", () => {
      clearInterval(heartbeat);
      streams.delete(res);
    });
  }

  close() {
    for (const streams of this.#open.values()) for (const res of streams) res.end();
  }
}

/**
 * GET /users/NAME/inbox/events and /users/NAME/messages/events. `event` is the activity's type, `id`
 * its id, `data` the activity. When Last-Event-ID is unknown, a first event `resync` tells the client
 * to read the collection.
 * @param {"inbox" | "messages"} collection
 * @returns {import("./router.js").Handler}
 */
export function streamEvents(collection) {
  return async (exchange) => {
    const { site, req, res } = exchange;
    const { inbox, name } = requireOwner(exchange);
    const lastId = req.headers["last-event-id"];
    const lastIndex = typeof lastId === "string" ? inbox.indexOf(lastId) : undefined;
    const cursor = lastIndex === undefined ? inbox.summaries.length : lastIndex + 1;

    site.eventStreams.register(name, res);
    res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    res.write(`retry: ${RECONNECT_MS}\n\n`);
    if (lastId && lastIndex === undefined) res.write("event: resync\ndata: {}\n\n");
    await follow(inbox, cursor, collection === "messages", res);
  };
}

/**
 * Writes the log from `cursor` on, then whatever is added, until the client goes.
 * @param {import("./append-log.js").AppendLog<import("./users.js").Received>} inbox
 * @param {number} cursor
 * @param {boolean} mlsOnly
 * @param {import("node:http").ServerResponse} res
 */
async function follow(inbox, cursor, mlsOnly, res) {
  const gone = new AbortController();
  res.on("close", () => gone.abort());
  /** @type {() => void} */
  let wake = () => {};
  const unwatch = inbox.watch(() => wake());
  gone.signal.addEventListener("abort", () => wake());
  try {
    for (let index = cursor; !gone.signal.aborted; index++) {
      // No await between the test and the promise: no append can be missed.
      while (index >= inbox.summaries.length && !gone.signal.aborted) {
        await new Promise((resolve) => {
          wake = () => resolve(undefined);
        });
      }
      if (gone.signal.aborted) break;
      if (mlsOnly && !inbox.summaries[index]?.mls) continue;
      const activity = await inbox.read(index);
      const drained = res.write(eventText(activity));
      if (!drained) await once(res, "drain", { signal: gone.signal });
    }
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  } finally {
    unwatch();
  }
}

/** @param {import("./json.js").JsonObject} activity its id is a URL, so without line breaks */
function eventText(activity) {
  const type = activityType(activity) ?? "message";
  return `event: ${type}\nid: ${activity.id}\ndata: ${JSON.stringify(activity)}\n\n`;
}
