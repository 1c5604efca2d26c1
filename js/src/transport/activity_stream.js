/** The event stream of a collection: connections one after the other, and what their events mean. */
import { asArray, idOf } from "./collection.js";
import { readEventStream } from "./event_stream.js";

export class ActivityStream {
  /** @type {string | undefined} */
  #lastEventId;
  #connect;

  /**
   * @param {(url: string) => { fetch: import("./http.js").Fetch, headers: Record<string, string> }}
   *   connect how to ask
   */
  constructor(connect) {
    this.#connect = connect;
  }

  /**
   * One connection, to its end.
   * @param {string} url
   * @param {string} collection its address: an Add to it announces something in it
   * @param {import("./watch.js").StreamHandlers} handlers
   */
  async read(url, collection, { signal, onOpen, onChange, onRetry }) {
    const lastEventId = this.#lastEventId;
    // A server that stumbles over it is asked without it next time.
    this.#lastEventId = undefined;
    await readEventStream({
      ...this.#connect(url),
      url,
      signal,
      onRetry,
      ...(lastEventId === undefined ? {} : { lastEventId }),
      onOpen: () => {
        this.#lastEventId = lastEventId;
        onOpen();
      },
      onEvent: ({ type, data, id }) => {
        if (id) this.#lastEventId = id;
        onChange(type === "resync" ? undefined : activityIn(data, collection));
      },
    });
  }
}

/**
 * @param {string} data
 * @param {string} collection
 * @returns {any} undefined when it is not the activity itself: then the collection tells
 */
function activityIn(data, collection) {
  try {
    const activity = JSON.parse(data);
    if (idOf(activity) === undefined || typeof activity !== "object") return undefined;
    const isNews = asArray(activity.type).includes("Add") && idOf(activity.target) === collection;
    return isNews ? undefined : activity;
  } catch {
    return undefined;
  }
}
