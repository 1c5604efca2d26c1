/**
 * Between the Waxseal client and the components: what to show, and what people can do. Fires "change"
 * whenever something has to be shown anew.
 */
import { ActivityPubTransport, Waxseal, WaxsealError } from "waxseal";
import { People } from "./people.js";

/** @typedef {import("waxseal").Conversation} Conversation */
/** @typedef {Conversation["messages"][number]} Message */
/** @typedef {Extract<Message, { kind: "note" }>} Note */
/** @typedef {Extract<Message, { kind: "notice" }>} Notice */
/** @typedef {{ id: string, title: string, actor: string, last: string, date: string,
 *   unread: number }} Summary */
/** @typedef {{ actor: string, name: string, handle: string, devices: number, self: boolean }}
 *   Participant */
/** @typedef {{ id: string, title: string, name: string, actor: string, inviter: string,
 *   state: Conversation["state"], changing: boolean, participants: Participant[],
 *   messages: readonly Message[] }} OpenConversation */
/** @typedef {{ code: string, sentence: string }} Problem */
/** @typedef {NonNullable<Parameters<typeof Waxseal.open>[0]["unlock"]>} Unlock */

/** Problems that are over when the server answers again. */
const CONNECTION = new Set(["NETWORK", "SERVER_ERROR", "RATE_LIMITED", "NOT_JSON"]);
const MAX_PROBLEMS = 3;

/** @param {string} actor */
const databaseOf = (actor) => `waxseal ${actor}`;

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
  /** The newest message that was marked as read, or could not be. @type {string | undefined} */
  #marked;

  /** @param {Waxseal} client */
  constructor(client) {
    super();
    this.#client = client;
    this.#people = new People(
      (actor) => client.findActor(actor),
      (actor) =>
        client.conversations.some(({ members }) => members.some((one) => one.actor === actor)),
    );
    const changed = () => this.#changed();
    this.#people.addEventListener("change", changed);
    client.addEventListener("conversation", changed);
    client.addEventListener("contact", changed);
    client.addEventListener("sync-state", changed);
    client.addEventListener("error", (event) => this.#onError(event));
    client.addEventListener("lock", ({ detail }) => {
      this.dispatchEvent(new CustomEvent("lock", { detail }));
    });
    client.ready.then(() => {
      this.isReady = true;
      changed();
    });
  }

  /**
   * @param {import("./session.js").Session} session
   * @param {Unlock} [unlock] left out: the key of this browser
   * @returns {Promise<Messenger>}
   * @throws {WaxsealError} VAULT_LOCKED with the ways that there are
   */
  static async open({ actor, token }, unlock) {
    const transport = new ActivityPubTransport({ actor, token });
    const options = { transport, database: databaseOf(actor), ...(unlock && { unlock }) };
    return new Messenger(await Waxseal.open(options));
  }

  /**
   * Deletes what nobody can open any more.
   * @param {import("./session.js").Session} session
   */
  static deleteDatabase({ actor }) {
    return Waxseal.deleteDatabase(databaseOf(actor));
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

  /** How the stored keys and messages are protected. */
  get vault() {
    return this.#client.vault;
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
    if (conversation.name) return conversation.name;
    return this.#others(conversation)
      .map(({ actor }) => this.#people.get(actor).name)
      .join(", ");
  }

  /** @returns {Summary[]} the conversation with the newest message first */
  get summaries() {
    return this.#client.conversations
      .map((conversation) => this.#summarise(conversation))
      .sort((a, b) => (a.date < b.date ? 1 : -1));
  }

  /** @returns {Summary[]} invitations of people whom the user does not know; nothing of what they say */
  get requests() {
    return this.#client.requests.map((request) => ({
      ...this.#summarise(request),
      title: this.nameOf(request.inviter ?? ""),
      actor: request.inviter ?? request.id,
      last: "wants to write to you",
    }));
  }

  /**
   * @param {Conversation} conversation
   * @returns {Summary}
   */
  #summarise(conversation) {
    const { id, messages, created, unread } = conversation;
    const last = messages.at(-1);
    return {
      id,
      title: this.#title(conversation),
      actor: this.#others(conversation)[0]?.actor ?? id,
      last: last ? this.#summaryOf(last) : "No messages yet",
      date: last?.published ?? created,
      unread,
    };
  }

  /** @param {Message} message */
  #summaryOf(message) {
    if (message.kind === "notice") return this.noticeText(message);
    const text = this.excerpt(message);
    return message.own ? `You: ${text}` : text;
  }

  /**
   * A message in a few words.
   * @param {Note} note
   */
  excerpt({ text, title, summary, deleted, attachments }) {
    if (deleted) return "Message deleted";
    const [file] = attachments;
    return summary || title || text || file?.name || (file ? "A file" : "");
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
    if (actor === this.#client.actor) return "You";
    return this.#people.get(actor).name;
  }

  get #open() {
    const { conversations, requests } = this.#client;
    return [...conversations, ...requests].find(({ id }) => id === this.#openId);
  }

  /** @returns {OpenConversation | undefined} */
  get conversation() {
    const open = this.#open;
    if (!open) return undefined;
    const { id, state, name = "", changing, members, messages, inviter = "" } = open;
    return {
      id,
      state,
      name,
      changing,
      messages,
      inviter,
      title: this.#title(open),
      actor: this.#others(open)[0]?.actor ?? id,
      participants: members.map((member) => ({ ...this.#people.get(member.actor), ...member })),
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
    if (!open || open.unread === 0 || document.visibilityState !== "visible") return;
    const last = open.messages.at(-1)?.id;
    if (last === this.#marked) return;
    this.#marked = last;
    open.markRead().catch((error) => this.report(error));
  }

  /**
   * @param {string[]} handles
   * @param {string} name of the group; empty for none
   * @returns {Promise<string>} the conversation's id
   * @throws {WaxsealError}
   */
  async start(handles, name) {
    const { id } = await this.#client.startConversation(handles, { name });
    return id;
  }

  /**
   * Sends a message in the open conversation.
   * @param {Parameters<Conversation["send"]>[0]} content
   * @param {Note} [edited] the message that it replaces the content of
   * @returns {Promise<boolean>} false when it is not even in the conversation as "failed"
   */
  async send(content, edited) {
    const open = this.#open;
    if (!open) return false;
    const before = open.messages.length;
    try {
      await (edited ? open.edit(edited, content) : open.send(content));
      return true;
    } catch (error) {
      const added = open.messages.slice(before);
      if (added.some((message) => message.kind === "note" && message.own)) return true;
      this.report(error);
      return false;
    }
  }

  /**
   * Does something with the open conversation.
   * @param {(conversation: Conversation) => Promise<unknown>} work
   * @returns {Promise<Problem | undefined>} what went wrong
   */
  async attempt(work) {
    const open = this.#open;
    try {
      if (open) await work(open);
      return undefined;
    } catch (error) {
      return problemOf(error);
    }
  }

  /**
   * The same; what goes wrong is reported.
   * @param {(conversation: Conversation) => Promise<unknown>} work
   */
  async act(work) {
    const open = this.#open;
    if (open) await work(open).catch((error) => this.report(error));
  }

  /** Whether others are told what was read and delivered. */
  get receipts() {
    return this.#client.receipts;
  }

  /** @param {boolean} receipts */
  async setReceipts(receipts) {
    await this.#client.setReceipts(receipts).catch((error) => this.report(error));
    this.dispatchEvent(new Event("change"));
  }

  /** @returns {{ actor: string, name: string, handle: string }[]} people who are blocked */
  get blocked() {
    return this.#client.contacts
      .filter(({ blocked }) => blocked)
      .map(({ actor }) => ({ actor, ...this.#people.get(actor) }));
  }

  /** @param {string} actor */
  async unblock(actor) {
    await this.#client.unblock(actor).catch((error) => this.report(error));
    this.dispatchEvent(new Event("change"));
  }

  /** Where the keys and messages are kept. */
  storage() {
    return this.#client.storage();
  }

  /** Everything that can be read here, for a file. */
  exportEverything() {
    return this.#client.exportEverything();
  }

  /** A report for developers. */
  diagnostics() {
    return this.#client.diagnostics();
  }

  deleteEverything() {
    return this.#client.deleteEverything();
  }

  close() {
    return this.#client.close();
  }
}
