/** What the application wishes, made into steps: conversations begun, texts sent, members changed. */
import { invalidArgument, localError } from "../errors.js";
import { encodeNote, newNote } from "../fediverse/note.js";
import { choosePackages, findDevices } from "./directory.js";
import { activeConversation, beginConversation, changeMembers, postMessage } from "./groups.js";
import { deviceSuites } from "./key_packages.js";
import { actorsOf } from "./members.js";
import { addNote, bucketOfMessages } from "./messages.js";

/** @typedef {import("./context.js").Context} Context */
/** @typedef {import("./records.js").Intent} Intent */

export class Actions {
  #context;
  #database;
  #transport;
  #outbox;

  /**
   * @param {Context} context
   * @param {import("./outbox.js").Outbox} outbox
   */
  constructor(context, outbox) {
    this.#context = context;
    this.#database = context.database;
    this.#transport = context.transport;
    this.#outbox = outbox;
  }

  /**
   * Begins a conversation with all devices of these people and our own other devices.
   * @param {string[]} who addresses or handles
   * @returns {Promise<import("./conversation.js").Conversation>} when it is stored and the server took the invitation
   */
  async start(who) {
    const actors = await this.#actorIds(who);
    const devices = await this.#devicesOf([...new Set([...actors, this.#transport.actor])]);
    const others = actors.filter((actor) => actor !== this.#transport.actor);
    const order = deviceSuites().map(({ id }) => id);
    const { suite, chosen } = choosePackages(devices, others, order, this.#usedPackages);
    if (chosen.length === 0) throw localError("NO_KEY_PACKAGES");
    const id = await this.#database.run((step) =>
      beginConversation(this.#context, step, suite, chosen),
    );
    this.#outbox.kick();
    return this.#context.conversation(id);
  }

  /** @returns {Set<string>} */
  get #usedPackages() {
    return new Set(this.#database.get("used"));
  }

  /**
   * @param {string[]} who
   * @returns {Promise<string[]>} ids of actors, each once
   */
  async #actorIds(who) {
    const isList = Array.isArray(who) && who.length > 0;
    if (!isList || who.some((one) => typeof one !== "string")) {
      throw invalidArgument("Name at least one person, each by a handle or an address.");
    }
    const actors = await Promise.all(who.map((one) => this.#transport.resolve(one)));
    return [...new Set(actors.map(({ id }) => id))];
  }

  /**
   * @param {string[]} actors
   * @returns {Promise<import("./directory.js").PublishedDevice[]>} this device left out
   */
  async #devicesOf(actors) {
    const { publicKey } = this.#database.get("device");
    const found = await Promise.all(actors.map((actor) => findDevices(this.#transport, actor)));
    return found.flat().filter(({ key }) => key !== publicKey);
  }

  /**
   * @param {string} id
   * @param {string} text
   */
  async send(id, text) {
    const post = await this.#database.run((step) => {
      const conversation = activeConversation(step, id);
      const note = newNote(this.#transport.actor, text);
      const octets = step.group(id).encrypt(encodeNote(note, conversation.context));
      const message = addNote(this.#context, step, id, {
        kind: "note",
        ...note,
        own: true,
        state: "sending",
      });
      const to = actorsOf(conversation.members);
      return postMessage(this.#context, step, conversation, {
        purpose: "note",
        octets,
        to,
        message,
      });
    });
    await this.#outbox.posted(post);
  }

  /**
   * @param {string} id
   * @param {"add" | "remove"} type
   * @param {string[]} who
   */
  async change(id, type, who) {
    const actors = await this.#actorIds(who);
    await this.#outbox.posted(await this.#commitChange(id, { type, actors, tries: 1 }));
  }

  /**
   * @param {string} id
   * @param {Intent} intent
   * @returns {Promise<string>} name of the outbox record
   */
  async #commitChange(id, intent) {
    /** @type {import("./groups.js").ChosenPackage[]} */
    let packages = [];
    if (intent.type === "add") {
      const { suite } = this.#database.group(id).describe();
      const present = this.#database.get(`conversation/${id}`).members;
      const devices = (await this.#devicesOf(intent.actors)).filter(
        ({ key }) => !present.some((/** @type {{ key: string }} */ member) => member.key === key),
      );
      packages = choosePackages(devices, intent.actors, [suite], this.#usedPackages).chosen;
    }
    return this.#database.run((step) => changeMembers(this.#context, step, id, intent, packages));
  }

  /**
   * Another commit won: makes the change again in the new epoch.
   * @param {string} id
   * @param {Intent} intent
   */
  async changeAgain(id, intent) {
    try {
      await this.#commitChange(id, intent);
      this.#outbox.kick();
    } catch (error) {
      this.#context.emit("error", { error, conversation: this.#context.conversation(id) });
    }
  }

  /**
   * @param {string} id
   * @param {string} noteId
   */
  async retry(id, noteId) {
    const found = this.#database
      .entries(bucketOfMessages(id))
      .find(([, message]) => message.kind === "note" && message.id === noteId);
    if (found) await this.#outbox.retry(found[0]);
  }
}
