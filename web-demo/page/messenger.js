/**
 * Between the Waxseal client and the components: what to show, and what people can do. Fires "change"
 * whenever something has to be shown anew.
 */
import { ActivityPubTransport, Waxseal, WaxsealError } from "waxseal";
import { People } from "./people.js";
import { countUnread, markRead } from "./read-marks.js";

/** @typedef {import("waxseal").Conversation} Conversation */
/** @typedef {Conversation["messages"][number]} Message */
/** @typedef {{ id: string, title: string, actor: string, last: string, date: string,
 *   unread: number }} Summary */
/** @typedef {{ name: string, handle: string, devices: number }} Participant */
/** @typedef {{ id: string, title: string, actor: string, others: Participant[], active: boolean,
 *   messages: readonly Message[] }} OpenConversation */
/** @typedef {{ code: string, sentence: string }} Problem */

/** Problems that are over when the server answers again. */
const CONNECTION = new Set(["NETWORK", "SERVER_ERROR", "RATE_LIMITED", "NOT_JSON"]);
const MAX_PROBLEMS = 3;

/**
 * @param {unknown} error
 * @returns {Problem}
 */
export function problemOf(error) {
  if (error instanceof WaxsealError) return { code: error.code, sentence: error.message };
  const message = error instanceof Error ? error.message : String(error);
  return { code: "PAGE", sentence: message };
}

export class Messenger extends EventTarget {
  #client;
  #people;
  /** @type {string | undefined} */
  #openId;
  /** @type {Problem[]} */
  #problems = [];
  isReady = false;

  /** @param {Waxseal} client */
  constructor(client) {
    super();
    this.#client = client;
    this.#people = new People((actor) => client.findActor(actor));
    const changed = () => this.#changed();
    this.#people.addEventListener("change", changed);
    client.addEventListener("conversation", changed);
    client.addEventListener("sync-state", changed);
    client.addEventListener("error", (event) => this.#onError(event));
    client.ready.then(() => {
      this.isReady = true;
      changed();
    });
  }

  /**
   * @param {import("./session.js").Session} session
   * @returns {Promise<Messenger>}
   */
  static async open({ actor, token }) {
    const transport = new ActivityPubTransport({ actor, token });
    return new Messenger(await Waxseal.open({ transport, database: `waxseal ${actor}` }));
  }

  #changed() {
    this.#markOpenAsRead();
    if (this.syncState === "live" || this.syncState === "polling") {
      this.#problems = this.#problems.filter(({ code }) => !this.#isOver(code));
    }
    this.dispatchEvent(new Event("change"));
  }

  /** @param {string} code */
  #isOver(code) {
    const waiting = this.#client.conversations.some(({ messages }) =>
      messages.some((message) => message.kind === "note" && message.state === "failed"),
    );
    return CONNECTION.has(code) && !waiting;
  }

  /** @param {Event} event */
  #onError(event) {
    const { error, conversation } = /** @type {CustomEvent} */ (event).detail;
    const last = conversation?.messages.at(-1);
    // The conversation says so itself.
    if (last?.kind === "notice" && last.code === error.code) return;
    this.report(error);
  }

  /** @param {unknown} error */
  report(error) {
    const problem = problemOf(error);
    const others = this.#problems.filter(({ sentence }) => sentence !== problem.sentence);
    this.#problems = [...others, problem].slice(-MAX_PROBLEMS);
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {readonly Problem[]} */
  get problems() {
    return this.#problems;
  }

  /** @param {Problem} problem */
  dismiss(problem) {
    this.#problems = this.#problems.filter((other) => other !== problem);
    this.dispatchEvent(new Event("change"));
  }

  get profile() {
    return this.#client.profile;
  }

  get syncState() {
    return this.#client.syncState;
  }

  /** @param {Conversation} conversation */
  #others(conversation) {
    const { members } = conversation;
    const others = members.filter(({ self }) => !self);
    return others.length > 0 ? others : members;
  }

  /** @param {Conversation} conversation */
  #title(conversation) {
    return this.#others(conversation)
      .map(({ actor }) => this.#people.get(actor).name)
      .join(", ");
  }

  /** @returns {Summary[]} the conversation with the newest message first */
  get summaries() {
    return this.#client.conversations
      .map((conversation) => {
        const { id, messages, created } = conversation;
        const last = messages.at(-1);
        return {
          id,
          title: this.#title(conversation),
          actor: this.#others(conversation)[0]?.actor ?? id,
          last: last ? this.#summaryOf(last) : "No messages yet",
          date: last?.published ?? created,
          unread: countUnread(id, messages),
        };
      })
      .sort((a, b) => (a.date < b.date ? 1 : -1));
  }

  /** @param {Message} message */
  #summaryOf(message) {
    if (message.kind === "notice") return this.noticeText(message);
    return message.own ? `You: ${message.text}` : message.text;
  }

  /**
   * A notice with people's names in place of their addresses.
   * @param {Extract<Message, { kind: "notice" }>} notice
   */
  noticeText({ text, actor }) {
    return actor === undefined ? text : text.replaceAll(actor, this.#people.get(actor).name);
  }

  /** @param {string} actor */
  nameOf(actor) {
    return this.#people.get(actor).name;
  }

  get #open() {
    return this.#client.conversations.find(({ id }) => id === this.#openId);
  }

  /** @returns {OpenConversation | undefined} */
  get conversation() {
    const open = this.#open;
    if (!open) return undefined;
    const others = this.#others(open);
    return {
      id: open.id,
      title: this.#title(open),
      actor: others[0]?.actor ?? open.id,
      others: others.map(({ actor, devices }) => ({ ...this.#people.get(actor), devices })),
      active: open.active,
      messages: open.messages,
    };
  }

  /** @param {string | undefined} id of the conversation to show; undefined: none */
  open(id) {
    this.#openId = id;
    this.#markOpenAsRead();
    this.dispatchEvent(new Event("change"));
  }

  #markOpenAsRead() {
    const open = this.#open;
    if (open && document.visibilityState === "visible") markRead(open.id, open.messages);
  }

  /**
   * @param {string} handle
   * @returns {Promise<string>} the conversation's id
   * @throws {WaxsealError}
   */
  async start(handle) {
    const { id } = await this.#client.startConversation([handle]);
    return id;
  }

  /**
   * Sends a text in the open conversation.
   * @param {string} text
   * @returns {Promise<boolean>} false when it is not even in the conversation as "failed"
   */
  async send(text) {
    const open = this.#open;
    if (!open) return false;
    const before = open.messages.length;
    try {
      await open.send(text);
      return true;
    } catch (error) {
      const added = open.messages.slice(before);
      if (added.some((message) => message.kind === "note" && message.text === text)) return true;
      this.report(error);
      return false;
    }
  }

  /** @param {{ id: string }} note */
  async retry(note) {
    await this.#open?.retry(note).catch((error) => this.report(error));
  }

  close() {
    return this.#client.close();
  }
}
