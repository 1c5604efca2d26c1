/** Records as the application gets them: the same object for the same state. */
import { Attachment } from "./attachment.js";
import { openBlob } from "./blob.js";

/** @typedef {import("./records.js").NoteRecord} NoteRecord */
/** @typedef {import("./records.js").NoticeRecord} Notice */
/** @typedef {import("./records.js").AttachmentRecord} AttachmentRecord */
/** @typedef {Omit<NoteRecord, "attachments" | "unsent"> & { attachments: readonly Attachment[] }} Note */
/** @typedef {Note | Notice} Message */

export class Views {
  #database;
  #transport;
  /** @type {WeakMap<object, Note>} */
  #notes = new WeakMap();
  /** @type {WeakMap<object, Attachment>} */
  #attachments = new WeakMap();

  /**
   * @param {import("./database.js").Database} database
   * @param {import("../transport/transport.js").Transport} transport
   */
  constructor(database, transport) {
    this.#database = database;
    this.#transport = transport;
  }

  /**
   * @param {string} conversation id
   * @param {import("./records.js").MessageRecord} record
   * @returns {Message}
   */
  message(conversation, record) {
    if (record.kind === "notice") return record;
    const known = this.#notes.get(record);
    if (known) return known;
    const { unsent: _, ...note } = record;
    const attachments = record.attachments.map((file) => this.#attachment(conversation, file));
    const view = Object.freeze({ ...note, attachments: Object.freeze(attachments) });
    this.#notes.set(record, view);
    return view;
  }

  /**
   * @param {string} conversation id
   * @param {AttachmentRecord} record
   */
  #attachment(conversation, record) {
    const source = {
      octets: (/** @type {string} */ name) => this.#database.octets(name),
      download: this.#transport.download.bind(this.#transport),
      openBlob: (/** @type {Uint8Array} */ blob, /** @type {AttachmentRecord} */ promised) =>
        openBlob(this.#database.host, blob, promised),
      isRequest: () => this.#database.get(`conversation/${conversation}`)?.state === "request",
    };
    const attachment = this.#attachments.get(record) ?? new Attachment(record, source);
    this.#attachments.set(record, attachment);
    return attachment;
  }
}
