/** What comes in: each activity of the messages collection is given to the core once. */
import { digest } from "../bytes.js";
import { WaxsealError } from "../errors.js";
import { idOf } from "../transport/collection.js";

/** @typedef {import("./records.js").InboxRecord} InboxRecord */
/** @typedef {import("./database.js").Database} Database */

const MAX_SEEN = 500;
/** Not the activity's fault: it is read again later. */
const OUR_TROUBLE = new Set(
  [
    "DATABASE STORAGE_FULL STORAGE_GONE DATABASE_NEWER DATABASE_BROKEN STATE_CONFLICT CLOSED",
    "CORE_BROKEN NO_MEMORY NO_RANDOMNESS STATE_BROKEN STATE_MISMATCH STATE_VERSION",
  ].flatMap((codes) => codes.split(" ")),
);

export class Inbox {
  #database;
  #onError;

  /**
   * @param {Database} database
   * @param {(error: unknown) => void} onError an activity could not be read and is passed over
   */
  constructor(database, onError) {
    this.#database = database;
    this.#onError = onError;
  }

  /** @returns {string | undefined} id of the newest activity processed */
  get since() {
    return this.#database.get("inbox")?.since;
  }

  /** @returns {string[]} */
  get #seen() {
    return this.#database.get("inbox")?.seen ?? [];
  }

  /** @param {any} activity */
  async receive(activity) {
    const id = idOf(activity);
    const mark = id === undefined ? undefined : await digest(id);
    const isSeen = () => mark !== undefined && this.#seen.includes(mark);
    if (isSeen()) return;
    const json = JSON.stringify(activity);
    /** @param {import("./step.js").Step} step */
    const markSeen = (step) => {
      const { seen } = /** @type {InboxRecord} */ (step.get("inbox") ?? { seen: [] });
      if (mark !== undefined) {
        step.put("inbox", { since: id, seen: [...seen, mark].slice(-MAX_SEEN) });
      }
    };
    try {
      const receive = async (/** @type {import("./step.js").Step} */ step) => {
        await step.engine((engine, at) => engine.receive(at, json));
        markSeen(step);
      };
      // Another tab may have been faster.
      await this.#database.run(receive, { unless: isSeen });
    } catch (error) {
      const isOurs = !(error instanceof WaxsealError) || OUR_TROUBLE.has(error.code);
      if (isOurs) throw error;
      await this.#database.run(markSeen);
      this.#onError(error);
    }
  }
}
