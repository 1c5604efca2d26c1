/** What comes in: Welcomes, messages, commits, whoever sent them and in whatever order. */
import { digest, textOf, toHex } from "../bytes.js";
import { asWaxsealError, localError, WaxsealError } from "../errors.js";
import { idOf } from "../fediverse/activity.js";
import { objectToFetch, readEnvelope } from "../fediverse/envelope.js";
import { decodeNote } from "../fediverse/note.js";
import { readMessage } from "../mls/index.js";
import { joinConversation, onCommit } from "./groups.js";
import { actorOf } from "./members.js";
import { addNote, addNotice, bucketOfMessages } from "./messages.js";

/** @typedef {import("./context.js").Context} Context */
/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./records.js").ConversationRecord} ConversationRecord */
/** @typedef {import("./records.js").InboxRecord} InboxRecord */
/** @typedef {import("../fediverse/envelope.js").Envelope} Envelope */

const MAX_SEEN = 500;
/** Messages kept because what they build on has not come, in all. */
const MAX_HELD = 200;
/** Errors that are not the message's fault: it is read again later. */
const OUR_TROUBLE = new Set(
  "DATABASE STATE_CONFLICT CORE_BROKEN NO_MEMORY NO_RANDOMNESS CLOSED".split(" "),
);
/** There is nothing to do, and nothing to say. */
const QUIET = new Set(["OWN_MESSAGE", "GENERATION_REUSED"]);
/** What the message builds on has not come yet. */
const EARLY = new Set(["EPOCH_AHEAD", "MISSING_PROPOSAL", "UNKNOWN_CONVERSATION"]);

export class Receiver {
  #context;
  #retryChange;

  /**
   * @param {Context} context
   * @param {(conversation: string, intent: import("./records.js").Intent) => Promise<void>} retryChange
   */
  constructor(context, retryChange) {
    this.#context = context;
    this.#retryChange = retryChange;
  }

  /**
   * Processes an activity from the messages collection, once.
   * @param {any} activity
   */
  async receive(activity) {
    const id = idOf(activity);
    if (id === undefined) return;
    const mark = await digest(id);
    const isSeen = () => this.#inbox().seen.includes(mark);
    if (isSeen()) return;
    const whole = await this.#withObject(activity);
    await this.#process(whole, (step) => {
      const { seen } = this.#inbox(step);
      step.put("inbox", { since: id, seen: [...seen, mark].slice(-MAX_SEEN) });
    });
  }

  /**
   * @param {Step} [step]
   * @returns {InboxRecord}
   */
  #inbox(step) {
    return (step ?? this.#context.database).get("inbox");
  }

  /**
   * @param {any} activity
   * @returns {Promise<any>} with its object embedded
   */
  async #withObject(activity) {
    const url = objectToFetch(activity);
    if (url === undefined) return activity;
    try {
      return { ...activity, object: await this.#context.transport.get(url) };
    } catch (error) {
      if (this.#context.transport.isTransient(error)) throw error;
      return activity;
    }
  }

  /**
   * @param {any} activity
   * @param {(step: Step) => void} mark records that it was processed
   */
  async #process(activity, mark) {
    const { database } = this.#context;
    /** @type {Envelope | undefined} */
    let envelope;
    try {
      envelope = readEnvelope(activity);
      await database.run((step) => {
        if (envelope) this.#handle(step, envelope);
        mark(step);
      });
    } catch (cause) {
      // An unexpected exception over a message from outside must not stop the messages behind it.
      const error = asWaxsealError(cause, "BAD_ENVELOPE");
      if (OUR_TROUBLE.has(error.code)) throw error;
      await database.run((step) => {
        this.#onFailure(step, activity, envelope, error);
        mark(step);
      });
    }
  }

  /**
   * @param {Step} step
   * @param {Envelope} envelope
   */
  #handle(step, envelope) {
    const { wireFormat, groupId } = readMessage(envelope.octets);
    if (wireFormat === "welcome") {
      const joined = joinConversation(this.#context, step, envelope);
      if (joined) step.after(() => this.#releaseHeld(joined.group));
    } else if (wireFormat === "private-message" || wireFormat === "public-message") {
      const conversation = conversationOf(step, toHex(groupId));
      // Its Welcome may still come.
      if (!conversation)
        throw new WaxsealError("EPOCH_AHEAD", "The conversation is not known yet.");
      if (conversation.active) this.#handleGroupMessage(step, conversation, envelope);
    }
  }

  /**
   * @param {Step} step
   * @param {ConversationRecord} conversation
   * @param {Envelope} envelope
   */
  #handleGroupMessage(step, conversation, envelope) {
    const event = step.group(conversation.id).receive(envelope.octets);
    const sender = actorOf(event.sender);
    // Thrown, so that the group is as before: the same octets in a right envelope are still read.
    if (sender !== envelope.actor) throw localError("SENDER_MISMATCH");
    if (event.type === "application") {
      this.#handleContent(step, conversation, sender, event.content);
    } else if (event.type !== "proposal") {
      const retry = (/** @type {import("./records.js").Intent} */ intent) =>
        this.#retryChange(conversation.id, intent);
      onCommit(this.#context, step, conversation, event, retry);
      step.after(() => this.#releaseHeld(conversation.group));
    }
  }

  /**
   * @param {Step} step
   * @param {ConversationRecord} conversation
   * @param {string} sender
   * @param {Uint8Array} content
   */
  #handleContent(step, conversation, sender, content) {
    const { note, senders } = decodeNote(textOf(content) ?? "");
    if (senders.some((claimed) => claimed !== sender)) throw localError("SENDER_MISMATCH");
    if (!note) return;
    const repeated = step
      .entries(bucketOfMessages(conversation.id))
      .some(([, { kind, id, actor }]) => kind === "note" && id === note.id && actor === sender);
    if (repeated) return;
    const own = sender === step.get("device").actor;
    addNote(this.#context, step, conversation.id, {
      kind: "note",
      ...note,
      actor: sender,
      own,
      state: "received",
    });
  }

  /**
   * @param {Step} step
   * @param {any} activity
   * @param {Envelope | undefined} envelope
   * @param {WaxsealError} error
   */
  #onFailure(step, activity, envelope, error) {
    if (QUIET.has(error.code)) return;
    const info = envelope && readIfPossible(envelope.octets);
    const group = info && toHex(info.groupId);
    if (group && EARLY.has(error.code)) {
      this.#hold(step, group, activity);
      return;
    }
    const conversation = group ? conversationOf(step, group) : undefined;
    // A commit that lost against another of its epoch, or one from before we joined.
    if (error.code === "EPOCH_TOO_OLD" && info?.contentType !== "application") return;
    if (error.code === "EPOCH_TOO_OLD" && conversation && info) {
      if (info.epoch < conversation.joinedEpoch) return;
    }
    const { code, message } = error;
    if (conversation) {
      addNotice(this.#context, step, conversation.id, code, envelope?.actor, message);
    }
    step.after(() => {
      const shown = conversation ? this.#context.conversation(conversation.id) : undefined;
      this.#context.emit("error", {
        error,
        ...(shown ? { conversation: shown } : {}),
        ...(envelope ? { actor: envelope.actor } : {}),
      });
    });
  }

  /**
   * @param {Step} step
   * @param {string} group hex
   * @param {any} activity
   */
  #hold(step, group, activity) {
    const [oldest, ...others] = step.entries("held/");
    if (oldest && others.length + 1 >= MAX_HELD) step.delete(oldest[0]);
    step.append("held/", { group, activity });
  }

  /**
   * Tries the messages again that waited for this group to go on.
   * @param {string} group hex
   */
  async #releaseHeld(group) {
    const held = this.#context.database.entries("held/");
    for (const [name, record] of held) {
      if (record.group !== group) continue;
      await this.#process(record.activity, (step) => step.delete(name));
    }
  }
}

/**
 * @param {Step} step
 * @param {string} group hex
 * @returns {ConversationRecord | undefined}
 */
function conversationOf(step, group) {
  return step.entries("conversation/").find(([, record]) => record.group === group)?.[1];
}

/** @param {Uint8Array} octets */
function readIfPossible(octets) {
  try {
    return readMessage(octets);
  } catch (error) {
    if (error instanceof WaxsealError && error.code !== "CORE_BROKEN") return undefined;
    throw error;
  }
}
