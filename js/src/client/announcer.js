/** From what a step changed to the events of the application. */
import { asWaxsealError, localError, WaxsealError } from "../errors.js";
import { findNote } from "./notes.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./engine.js").EngineEvent} EngineEvent */
/** @typedef {import("./conversation.js").Conversation} Conversation */

/**
 * The conversations that records belong to.
 * @param {Iterable<string>} names
 * @returns {Set<string>} ids
 */
function conversationsOf(names) {
  const ids = [...names].map((name) => /^(?:conversation|message)\/([^/]+)/.exec(name)?.[1]);
  return new Set(ids.filter((id) => id !== undefined));
}

/** Errors that are remembered for a report. */
const MAX_ERRORS = 50;

export class Announcer {
  #parts;
  /** The last errors. @type {{ time: string, code: string }[]} */
  errors = [];

  /**
   * @param {object} parts
   * @param {import("./database.js").Database} parts.database
   * @param {import("./views.js").Views} parts.views
   * @param {import("./promises.js").Jobs} parts.jobs
   * @param {import("./promises.js").Deliveries} parts.deliveries
   * @param {(type: string, detail: object) => void} parts.emit
   * @param {(id: string) => Conversation} parts.conversation
   * @param {() => WaxsealError | undefined} parts.refusal why a server refused the last post
   */
  constructor(parts) {
    this.#parts = parts;
  }

  /** @param {Step} step stored by now */
  onStep(step) {
    for (const event of step.effects.events) this.#onEvent(event);
    this.#showNotices(step.values.keys());
    this.#showConversations([...step.values.keys(), ...step.deletes]);
  }

  /**
   * Another tab received or sent something: shows it here too.
   * @param {{ added: string[], changed: string[] }} names
   */
  onOtherTab({ added, changed }) {
    const { database, deliveries } = this.#parts;
    for (const name of added) {
      const message = name.startsWith("message/") ? database.get(name) : undefined;
      const [, id = ""] = name.split("/");
      if (message?.kind === "note") this.#showMessage(id, message);
    }
    this.#showNotices(added);
    this.#showConversations([...added, ...changed]);
    // What the other tab posted, is posted.
    const unsent = new Set(this.#unsent());
    for (const activity of deliveries.open) if (!unsent.has(activity)) deliveries.settle(activity);
  }

  /** @returns {string[]} activities */
  #unsent() {
    const { database } = this.#parts;
    const notes = database
      .values("conversation/")
      .flatMap(({ id }) => database.values(`message/${id}/`));
    return notes.flatMap(({ unsent = [] }) =>
      unsent.map((/** @type {{ activity: string }} */ { activity }) => activity),
    );
  }

  /** @param {Iterable<string>} names of records */
  #showNotices(names) {
    const { database, emit, conversation } = this.#parts;
    for (const name of names) {
      const notice = name.startsWith("message/") ? database.get(name) : undefined;
      if (notice?.kind !== "notice") continue;
      emit("notice", { conversation: conversation(name.split("/")[1] ?? ""), notice });
    }
  }

  /** @param {Iterable<string>} names of records */
  #showConversations(names) {
    const { emit, conversation } = this.#parts;
    for (const id of conversationsOf(names))
      emit("conversation", { conversation: conversation(id) });
  }

  /**
   * @param {string} id of the conversation
   * @param {import("./records.js").NoteRecord} record
   */
  #showMessage(id, record) {
    const { emit, conversation, views } = this.#parts;
    emit("message", { conversation: conversation(id), note: views.message(id, record) });
  }

  /** @param {EngineEvent} event */
  #onEvent(event) {
    const { type, conversation: id, actor } = event;
    const { database, jobs, deliveries, emit, conversation } = this.#parts;
    const about = {
      ...(typeof id === "string" && { conversation: conversation(id) }),
      ...(actor !== undefined && { actor }),
    };
    if (type === "message") {
      const found = findNote(database, id, ({ key }) => key === event.key);
      if (found) this.#showMessage(id, found[1]);
    } else if (type === "posted") deliveries.settle(event.activity);
    else if (type === "held") deliveries.settle(event.activity, localError("HELD"));
    else if (type === "refused") {
      const error = this.#refusal(event.sentence);
      deliveries.settle(event.activity, error);
      this.emitError({ error, ...about });
    } else if (type === "keys") {
      emit(event.alert === "new-device" ? "device" : "key-changed", { keys: event.keys, ...about });
    } else if (type === "contact") {
      const { keys, accepted, blocked } = event;
      emit("contact", { contact: { actor, keys, accepted, blocked } });
    } else if (type === "error") {
      this.emitError({ error: new WaxsealError(event.error, event.sentence), ...about });
    } else if (type === "done" || type === "failed") jobs.settle(event);
  }

  /** @param {string} sentence */
  #refusal(sentence) {
    const refusal = this.#parts.refusal();
    if (refusal?.message === sentence) return refusal;
    return new WaxsealError("SERVER_REFUSED", sentence);
  }

  /** @param {import("../vault/record_index.js").BrokenRecord[]} broken records that are refused */
  onBroken(broken) {
    const about = broken.map(({ name, reason }) => `${name} (${reason})`).join(", ");
    this.emitError({ error: localError("RECORD_BROKEN", { about }) });
  }

  /** @param {unknown} error */
  onError(error) {
    this.emitError({ error: asWaxsealError(error, "DATABASE") });
  }

  /** @param {import("./events.js").WaxsealEvents["error"] & { error: WaxsealError }} detail */
  emitError(detail) {
    const time = new Date().toISOString();
    this.errors = [...this.errors, { time, code: detail.error.code }].slice(-MAX_ERRORS);
    this.#parts.emit("error", detail);
  }
}
