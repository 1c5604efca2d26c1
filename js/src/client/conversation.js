/** An end-to-end encrypted conversation, as the application sees it. */
import { invalidArgument } from "../errors.js";
import { actorsOf } from "./members.js";
import { bucketOfMessages } from "./messages.js";

/** @typedef {import("./records.js").ConversationRecord} ConversationRecord */
/** @typedef {import("./records.js").MessageRecord} MessageRecord */

export class Conversation {
  #database;
  #actions;

  /**
   * @internal
   * @param {string} id
   * @param {import("./database.js").Database} database
   * @param {import("./actions.js").Actions} actions
   */
  constructor(id, database, actions) {
    /** Stable on this device; other devices use other ids. */
    this.id = id;
    this.#database = database;
    this.#actions = actions;
  }

  /** @returns {ConversationRecord} */
  get #record() {
    return this.#database.get(`conversation/${this.id}`);
  }

  /**
   * Everybody in the conversation, ourselves included.
   * @returns {{ actor: string, self: boolean, devices: number }[]}
   */
  get members() {
    const own = this.#database.get("device").actor;
    const { members } = this.#record;
    return actorsOf(members).map((actor) => ({
      actor,
      self: actor === own,
      devices: members.filter((member) => member.actor === actor).length,
    }));
  }

  /**
   * Messages and notices in the order in which this device got them.
   * @returns {MessageRecord[]}
   */
  get messages() {
    return this.#database.values(bucketOfMessages(this.id));
  }

  /** When the conversation began on this device, ISO 8601. */
  get created() {
    return this.#record.created;
  }

  /** False after this device was removed: then nothing can be sent. */
  get active() {
    return this.#record.active;
  }

  /** Whether a change of the members is on its way. */
  get changing() {
    return this.#record.pending !== undefined;
  }

  /**
   * Encrypts, stores and sends a text.
   * @param {string} text
   * @returns {Promise<void>} when the server took it. After a rejection the note is still here in
   *   state "failed"; it is sent again by itself unless the server refused it for good.
   */
  async send(text) {
    if (typeof text !== "string" || text === "") {
      throw invalidArgument("text must be a non-empty string.");
    }
    await this.#actions.send(this.id, text);
  }

  /**
   * Adds people with all their devices. They read what is sent after that.
   * @param {string | string[]} who addresses or handles
   * @returns {Promise<void>} when the server took the change; it holds when it comes back
   */
  async add(who) {
    await this.#actions.change(this.id, "add", [who].flat());
  }

  /**
   * Removes people with all their devices. They read nothing that is sent after that.
   * @param {string | string[]} who addresses or handles
   * @returns {Promise<void>} when the server took the change; it holds when it comes back
   */
  async remove(who) {
    await this.#actions.change(this.id, "remove", [who].flat());
  }

  /**
   * Sends a note again that the server refused.
   * @param {{ id: string }} note
   */
  async retry(note) {
    await this.#actions.retry(this.id, note.id);
  }
}
