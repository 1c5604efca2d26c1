/**
 * <wx-composer>: where messages are written, answered and edited, with files. Enter sends, Shift+Enter
 * begins a new line.
 */
import { html, LitElement } from "lit";
import { describeFile } from "../files.js";
import { arrowUp, clip, close, lock } from "../icons.js";
import { formatSize } from "../sizes.js";
import { base, controls } from "../styles.js";
import { composerStyles } from "./composer-styles.js";

/** @typedef {import("../messenger.js").Note} Note */
/** @typedef {{ kind: "reply" | "edit", note: Note, words: string }} About what is written is about
 *   another message */
/** @typedef {{ file: File, alt: string }} Chosen */

/** With encryption and base64 this stays below what servers accept (95 kB). */
const MAX_LENGTH = 15_000;

export class Composer extends LitElement {
  /** @override */
  static properties = {
    conversationId: { attribute: false },
    about: { state: true },
    files: { state: true },
    progress: { state: true },
  };

  /** @override */
  static styles = [base, controls, composerStyles];

  constructor() {
    super();
    /** @type {string | undefined} */
    this.conversationId = undefined;
    /** @type {import("../messenger.js").Messenger["send"]} */
    this.send = async () => false;
    /** What was begun in which conversation. @type {Map<string | undefined, string>} */
    this.drafts = new Map();
    /** @type {About | undefined} */
    this.about = undefined;
    /** @type {Chosen[]} */
    this.files = [];
    /** How much of the files is uploaded, from 0 to 1. @type {number | undefined} */
    this.progress = undefined;
  }

  /** @returns {HTMLTextAreaElement} */
  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.renderRoot.querySelector("textarea"));
  }

  focusInside() {
    this.#field.focus();
  }

  /** @param {About} about */
  begin(about) {
    this.about = about;
    if (about.kind === "edit") this.#field.value = about.note.text;
    this.focusInside();
  }

  /**
   * @override
   * @param {import("lit").PropertyValues<this>} changed
   */
  willUpdate(changed) {
    if (!changed.has("conversationId")) return;
    this.about = undefined;
    this.files = [];
  }

  /**
   * @override
   * @param {import("lit").PropertyValues<this>} changed
   */
  updated(changed) {
    if (!changed.has("conversationId")) return;
    const previous = changed.get("conversationId");
    if (previous !== undefined) this.drafts.set(previous, this.#field.value);
    this.#field.value = this.drafts.get(this.conversationId) ?? "";
  }

  /** @param {KeyboardEvent} event */
  #onKeyDown(event) {
    if (event.key === "Escape" && this.about) this.#cancel();
    // 229: an input method is at work in browsers that end the composition before the key event.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229)
      return;
    event.preventDefault();
    this.#submit();
  }

  /** @param {SubmitEvent} event */
  #onSubmit(event) {
    event.preventDefault();
    this.#submit();
  }

  async #submit() {
    const { about, files } = this;
    const field = this.#field;
    const text = field.value.trim();
    field.focus();
    if ((text === "" && files.length === 0) || this.progress !== undefined) return;
    field.value = "";
    this.about = undefined;
    this.files = [];
    const stored = await this.#send(text, about, files);
    if (stored || field.value !== "") return;
    field.value = text;
    this.about = about;
    this.files = files;
  }

  /**
   * @param {string} text
   * @param {About | undefined} about
   * @param {Chosen[]} files
   */
  async #send(text, about, files) {
    if (about?.kind === "edit") return this.send(text, about.note);
    const reply = about ? { inReplyTo: about.note } : {};
    if (files.length === 0) return this.send({ text, ...reply });
    this.progress = 0;
    const onProgress = (/** @type {{ done: number, total: number }} */ { done, total }) => {
      this.progress = done / total;
    };
    try {
      const attachments = await Promise.all(files.map(({ file, alt }) => describeFile(file, alt)));
      return await this.send({ text, attachments, onProgress, ...reply });
    } finally {
      this.progress = undefined;
    }
  }

  #cancel() {
    if (this.about?.kind === "edit") this.#field.value = "";
    this.about = undefined;
    this.focusInside();
  }

  #choose() {
    /** @type {HTMLInputElement | null} */ (this.renderRoot.querySelector("#files"))?.click();
  }

  /** @param {Event} event */
  #onFiles({ currentTarget }) {
    const input = /** @type {HTMLInputElement} */ (currentTarget);
    const added = [...(input.files ?? [])].map((file) => ({ file, alt: "" }));
    this.files = [...this.files, ...added];
    input.value = "";
  }

  /** @override */
  render() {
    return html`
      ${this.#renderAbout()}
      ${this.files.length > 0 ? this.#renderFiles() : ""}
      <form @submit=${this.#onSubmit}>
        ${
          this.progress === undefined
            ? ""
            : html`<progress aria-label="Uploading" max="1" value=${this.progress}></progress>`
        }
        <div class="line">
          <input
            id="files"
            type="file"
            multiple
            hidden
            aria-label="Files to send"
            @change=${this.#onFiles}
          >
          <button type="button" class="round" aria-label="Attach files" @click=${this.#choose}>
            ${clip}
          </button>
          <textarea
            rows="1"
            dir="auto"
            maxlength=${MAX_LENGTH}
            aria-label="Message"
            aria-describedby="encrypted"
            placeholder="Encrypted message"
            @keydown=${this.#onKeyDown}
          ></textarea>
          <button class="primary round" aria-label="Send">${arrowUp}</button>
        </div>
      </form>
      <p class="hint" id="encrypted">${lock} End-to-end encrypted</p>
    `;
  }

  #renderAbout() {
    if (!this.about) return "";
    const { kind, words } = this.about;
    return html`<div class="about">
      <p dir="auto"><strong>${kind === "edit" ? "Editing:" : "Reply to:"}</strong> ${words}</p>
      <button type="button" class="round" aria-label="Cancel" @click=${this.#cancel}>${close}</button>
    </div>`;
  }

  #renderFiles() {
    const without = (/** @type {Chosen} */ one) => {
      this.files = this.files.filter((other) => other !== one);
      this.focusInside();
    };
    return html`<ul class="files" aria-label="Files to send">
      ${this.files.map(
        (one) => html`<li>
          <label>
            ${one.file.name}, ${formatSize(one.file.size)}
            <input
              placeholder="What is to be seen or heard, for people who can't"
              @input=${(/** @type {Event} */ { target }) => {
                one.alt = /** @type {HTMLInputElement} */ (target).value;
              }}
            >
          </label>
          <button
            type="button"
            class="round"
            aria-label=${`Do not send ${one.file.name}`}
            @click=${() => without(one)}
          >${close}</button>
        </li>`,
      )}
    </ul>`;
  }
}

customElements.define("wx-composer", Composer);
