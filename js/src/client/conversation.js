/** An end-to-end encrypted conversation, as the application sees it. */
import { invalidArgument, localError } from "../errors.js";
import { bucketOfMessages, findNote } from "./notes.js";

/** @typedef {import("./records.js").ConversationRecord} ConversationRecord */
/** @typedef {import("./records.js").NoteRecord} NoteRecord */
/** @typedef {import("./compose.js").ContentToSend} ContentToSend */
/** @typedef {import("./views.js").Message} Message */
/** @typedef {import("./views.js").Note} Note */
/** @typedef {{ id: string, key?: string }} MessageRef a message of this conversation, or what names
 *   one */

/** Messages in one receipt. */
const MAX_RECEIPTS = 1000;

/** @type {Omit<ConversationRecord, "state"> & { state: "gone" }} */
const GONE = {
  id: "",
  group: "",
  state: "gone",
  created: 0,
  changing: false,
  members: [],
  order: 0,
};

export class Conversation {
  #database;
  #wishes;
  #views;

  /**
   * @internal
   * @param {string} id
   * @param {object} parts
   * @param {import("./database.js").Database} parts.database
   * @param {import("./wishes.js").Wishes} parts.wishes
   * @param {import("./views.js").Views} parts.views
   */
  constructor(id, { database, wishes, views }) {
    /** Stable on this device; other devices use other ids. */
    this.id = id;
    this.#database = database;
    this.#wishes = wishes;
    this.#views = views;
  }

  /** @returns {ConversationRecord | typeof GONE} */
  get #record() {
    return this.#database.get(`conversation/${this.id}`) ?? GONE;
  }

  get #self() {
    return this.#database.get("device")?.actor;
  }

  /**
   * request: somebody unknown invited us; active; left: by own wish; removed: by somebody else;
   * gone: deleted here.
   */
  get state() {
    return this.#record.state;
  }

  /** The name that the members gave it. @returns {string | undefined} */
  get name() {
    return this.#record.name;
  }

  /** The actor who invited us, if somebody did. */
  get inviter() {
    return this.#record.inviter;
  }

  /**
   * Everybody in the conversation, ourselves included; keys: one per device.
   * @returns {{ actor: string, self: boolean, devices: number, keys: readonly string[] }[]}
   */
  get members() {
    const own = this.#self;
    return this.#record.members.map(({ actor, keys }) => ({
      actor,
      self: actor === own,
      devices: keys.length,
      keys,
    }));
  }

  /**
   * Messages and notices in the order in which this device got them.
   * @returns {Message[]}
   */
  get messages() {
    return this.#database
      .values(bucketOfMessages(this.id))
      .map((record) => this.#views.message(this.id, record));
  }

  /** How many messages of others the user has not seen, see markRead(). */
  get unread() {
    return this.#unread.length;
  }

  /** @returns {NoteRecord[]} */
  get #unread() {
    const all = this.#database.values(bucketOfMessages(this.id));
    return all.filter((message) => message.kind === "note" && !message.own && !message.read);
  }

  /** When the conversation began on this device, ISO 8601. */
  get created() {
    return new Date(this.#record.created * 1000).toISOString();
  }

  /** Whether something can be sent: not in a request, nor after this device left or was removed. */
  get active() {
    return this.state === "active";
  }

  /** Whether a change of the members or the name is on its way. */
  get changing() {
    return this.#record.changing;
  }

  /**
   * @param {string} what
   * @param {Record<string, any>} [fields]
   */
  #wish(what, fields = {}) {
    return { wish: what, conversation: this.id, ...fields };
  }

  /**
   * Encrypts, stores and sends a message. Files that are too large for it are encrypted and uploaded
   * first.
   * @param {string | ContentToSend} content
   * @returns {Promise<Note>} when the server took it. After a rejection the message is still here in
   *   state "failed"; it is sent again by itself unless the server refused it for good.
   */
  async send(content) {
    const key = await this.#wishes.say(this.#wish("send"), content);
    return this.#noteWith(key);
  }

  /**
   * @param {string} key
   * @returns {Note}
   */
  #noteWith(key) {
    const found = findNote(this.#database, this.id, (note) => note.key === key);
    if (!found) throw localError("NOT_FOUND");
    return /** @type {Note} */ (this.#views.message(this.id, found[1]));
  }

  /**
   * Replaces what an own message says. What is not given, of title, summary and attachments, stays.
   * @param {MessageRef} message
   * @param {string | ContentToSend} content
   * @returns {Promise<void>} when the server took it
   */
  async edit(message, content) {
    const { id, title, summary, attachments } = this.#own(message);
    const given = typeof content === "string" ? { text: content } : content;
    const whole = { ...(title && { title }), ...(summary && { summary }), ...given };
    const kept = given.attachments ? [] : attachments;
    await this.#wishes.say(this.#wish("edit", { object: id }), whole, kept);
  }

  /**
   * Deletes an own message everywhere, as far as the others' programs do so.
   * @param {MessageRef} message
   * @returns {Promise<void>} when it is stored, as with everything below; it is sent by itself
   */
  async delete(message) {
    await this.#wishes.do(this.#wish("delete", { object: this.#own(message).id }));
  }

  /** @param {MessageRef} message */
  #own(message) {
    const note = this.#wishes.note(this.id, message);
    if (!note.own) throw invalidArgument("Only own messages can be changed.");
    return note;
  }

  /**
   * @param {MessageRef} message
   * @param {string} [reaction] an emoji; without it a plain like
   */
  async react(message, reaction) {
    const { id } = this.#wishes.note(this.id, message);
    await this.#wishes.do(this.#wish("react", { object: id, ...(reaction ? { reaction } : {}) }));
  }

  /**
   * Takes own reactions back.
   * @param {MessageRef} message
   * @param {string} [reaction] only this one
   */
  async unreact(message, reaction) {
    const { reactions } = this.#wishes.note(this.id, message);
    const own = reactions.filter((one) => one.own);
    for (const one of own) {
      if (reaction === undefined || one.reaction === reaction) await this.undo(one, message);
    }
  }

  /**
   * Passes a message on to the others, to be noticed again.
   * @param {MessageRef} message
   */
  async announce(message) {
    const { id } = this.#wishes.note(this.id, message);
    await this.#wishes.do(this.#wish("announce", { object: id }));
  }

  /**
   * Takes back an own reaction or announcement.
   * @param {{ activity: string }} done
   * @param {MessageRef} message that it is about
   */
  async undo({ activity }, message) {
    await this.#wishes.do(this.#wish("undo", { object: activity, undone: message.id }));
  }

  /** The user has seen everything that is here; the authors are told if settings say so. */
  async markRead() {
    const unread = this.#unread;
    if (unread.length === 0 || !this.active) return;
    const objects = unread.slice(-MAX_RECEIPTS).map(({ actor, id }) => ({ actor, object: id }));
    await this.#wishes.do(this.#wish("read", { objects }), (step) => {
      for (const { key } of unread) {
        const [name, note] = findNote(step, this.id, (one) => one.key === key) ?? [];
        if (name && note) step.put(name, { ...note, read: true });
      }
    });
  }

  /**
   * Adds people with all their devices. They read what is sent after that.
   * @param {string | string[]} who addresses or handles
   * @returns {Promise<void>} when the change is on its way; it holds when it comes back
   */
  async add(who) {
    await this.#wishes.job(this.#wish("add", { actors: await this.#wishes.actors(who) }));
  }

  /**
   * Removes people with all their devices. They read nothing that is sent after that.
   * @param {string | string[]} who addresses or handles
   */
  async remove(who) {
    const actors = await this.#wishes.actors(who);
    await this.#wishes.do(this.#wish("remove", { actors }));
  }

  /** Leaves; the others go on. What was written stays here until it is rejected. */
  async leave() {
    await this.#wishes.do(this.#wish("leave"));
  }

  /** @param {string} name for everybody */
  async rename(name) {
    await this.#wishes.do(this.#wish("rename", { name }));
  }

  /** Gives this device new keys in the conversation, which locks out whoever stole the old ones. */
  async update() {
    await this.#wishes.do(this.#wish("update"));
  }

  /** Sends what nobody is shown: who counts messages on the way learns less. */
  async sendDummy() {
    await this.#wishes.do(this.#wish("dummy"));
  }

  /** Makes a conversation of a request. */
  async accept() {
    await this.#wishes.do(this.#wish("accept"));
  }

  /** Deletes a request, or a conversation that has ended, here. Nobody is told. */
  async reject() {
    await this.#wishes.do(this.#wish("reject"));
  }

  /** Blocks whoever invited us, and deletes the request. */
  async block() {
    const actor = this.inviter ?? this.members.find(({ self }) => !self)?.actor;
    if (actor !== undefined) await this.#wishes.do({ wish: "block", actor });
    if (this.state === "request") await this.reject();
  }

  /**
   * Sends a message again that the server refused, or did not take yet.
   * @param {MessageRef} message
   */
  async retry(message) {
    const { unsent } = this.#own(message);
    const failed = unsent.find(({ state }) => state === "failed");
    if (!failed) return;
    const wish = failed.refused ? this.#wish("retry", { object: failed.activity }) : undefined;
    await this.#wishes.again(wish, this.id, failed.activity);
  }

  /**
   * Sends a held message although others than it was written to read it now.
   * @param {MessageRef} message
   */
  async resend(message) {
    const { unsent } = this.#own(message);
    const held = unsent.find(({ state }) => state === "held");
    if (!held) return;
    const wish = this.#wish("resend", { object: held.activity });
    await this.#wishes.again(wish, this.id, held.activity);
  }
}
