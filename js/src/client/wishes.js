/** What the application wishes, given to the core. */
import { invalidArgument, localError } from "../errors.js";
import { compose } from "./compose.js";
import { findNote, setSent } from "./notes.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./compose.js").ContentToSend} ContentToSend */
/** @typedef {Record<string, any> & { wish: string }} Wish see "Wishes" in core/include/waxseal/fedi.h */

export class Wishes {
  #database;
  #transport;
  #jobs;
  #deliveries;
  #kick;

  /**
   * @param {object} parts
   * @param {import("./database.js").Database} parts.database
   * @param {import("../transport/transport.js").Transport} parts.transport
   * @param {import("./promises.js").Jobs} parts.jobs
   * @param {import("./promises.js").Deliveries} parts.deliveries
   * @param {() => void} parts.kick wakes the outbox
   */
  constructor({ database, transport, jobs, deliveries, kick }) {
    this.#database = database;
    this.#transport = transport;
    this.#jobs = jobs;
    this.#deliveries = deliveries;
    this.#kick = kick;
  }

  /**
   * @param {Wish} wish
   * @param {(step: Step) => void} [also] changes what goes with it
   * @returns {Promise<void>} when it is stored
   */
  async do(wish, also) {
    await this.#database.run(async (step) => {
      step.isWish = true;
      await step.engine((engine, at) => engine.wish(at, wish));
      also?.(step);
    });
  }

  /**
   * A wish for which others' keys have to be read first.
   * @param {Wish} wish
   * @returns {Promise<import("./engine.js").EngineEvent>} when it is done
   */
  async job(wish) {
    /** @type {ReturnType<import("./promises.js").Jobs["begin"]> | undefined} */
    let begun;
    try {
      await this.#database.run(async (step) => {
        step.isWish = true;
        begun = this.#jobs.begin(wish);
        const { wish: whole } = begun;
        await step.engine((engine, at) => engine.wish(at, whole));
      });
    } catch (error) {
      begun?.drop();
      throw error;
    }
    return /** @type {NonNullable<typeof begun>} */ (begun).promise;
  }

  /**
   * Sends a message, or edits one.
   * @param {Wish} wish
   * @param {string | ContentToSend} content
   * @param {readonly import("./records.js").AttachmentRecord[]} [kept] files that the message has
   *   already
   * @returns {Promise<string>} the key of the message, when the server took it
   */
  async say(wish, content, kept = []) {
    const files = await Promise.all(kept.map((file) => this.#composed(file)));
    const { fields, parts } = await compose(content, this.#transport, this.#database.host, files);
    const whole = { ...wish, ...fields };
    return this.#untilPosted((step) => step.engine((engine, at) => engine.wish(at, whole, parts)));
  }

  /**
   * A file as it is to be sent once more.
   * @param {import("./records.js").AttachmentRecord} file
   * @returns {Promise<import("./compose.js").ComposedFile>}
   */
  async #composed({ form, record, stored: _stored, ...about }) {
    if (form === "blob") return { about };
    if (record === undefined || form !== "octets") throw localError("FILE_BROKEN");
    const { size: _, ...rest } = about;
    return { about: rest, octets: await this.#database.octets(record) };
  }

  /**
   * Sends again what was refused or held, or does not wait until it is tried again.
   * @param {Wish | undefined} wish retry or resend; undefined for what only has to be tried again
   * @param {string} conversation
   * @param {string} activity
   */
  async again(wish, conversation, activity) {
    await this.#untilPosted(async (step) => {
      setSent(step, conversation, activity, "sending");
      const effects = wish && (await step.engine((engine, at) => engine.wish(at, wish)));
      if (!wish) step.after(this.#kick);
      return effects ?? { events: [], posts: [] };
    }, activity);
  }

  /**
   * @param {(step: Step) => Promise<Pick<import("./engine.js").Effects, "events" | "posts">>} call
   * @param {string} [known] the activity, when the call makes no new one
   */
  async #untilPosted(call, known) {
    /** @type {Promise<void> | undefined} */
    let posted;
    let activity = known;
    let key = "";
    try {
      await this.#database.run(async (step) => {
        step.isWish = true;
        const { events, posts } = await call(step);
        const own = events.find(({ type }) => type === "message" || type === "edit");
        key = own?.key ?? "";
        activity ??= own?.activity;
        if (activity === undefined) return;
        for (const post of posts) post.message ||= activity;
        posted = this.#deliveries.wait(activity);
      });
    } catch (error) {
      if (activity !== undefined) this.#deliveries.drop(activity);
      throw error;
    }
    await posted;
    return key;
  }

  /**
   * @param {string | string[]} who addresses or handles
   * @returns {Promise<string[]>} ids of actors, each once
   */
  async actors(who) {
    const list = [who].flat();
    if (list.length === 0 || list.some((one) => typeof one !== "string")) {
      throw invalidArgument("Name at least one person, each by a handle or an address.");
    }
    const actors = await Promise.all(list.map((one) => this.#transport.resolve(one)));
    return [...new Set(actors.map(({ id }) => id))];
  }

  /**
   * A message of a conversation, by what identifies it for the application.
   * @param {string} conversation
   * @param {{ id: string, key?: string }} message
   * @returns {import("./records.js").NoteRecord}
   */
  note(conversation, { id, key }) {
    const found = findNote(
      this.#database,
      conversation,
      (note) => note.id === id && (key === undefined || note.key === key),
    );
    if (!found) throw invalidArgument("There is no such message in this conversation.");
    return found[1];
  }
}
