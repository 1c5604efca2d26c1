/** <wx-composer>: where messages are written. Enter sends, Shift+Enter begins a new line. */
import { css, html, LitElement } from "lit";
import { arrowUp, lock } from "../icons.js";
import { base, controls } from "../styles.js";

/** With encryption and base64 this stays below what servers accept (95 kB). */
const MAX_LENGTH = 15_000;

export class Composer extends LitElement {
  /** @override */
  static properties = { conversationId: { attribute: false } };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      :host {
        background: var(--paper);
        border-block-start: 1px solid var(--line);
        padding: 0.625rem 1rem 0.5rem;
      }
      form {
        align-items: end;
        display: flex;
        gap: 0.625rem;
        margin: 0 auto;
        max-width: 52rem;
      }
      textarea {
        border-radius: 1.25rem;
        field-sizing: content;
        max-height: min(10rem, 30dvh);
        min-height: 2.5rem;
        resize: none;
      }
      textarea:focus-visible {
        outline-offset: -1px;
        outline-width: 2px;
      }
      .round {
        flex: none;
      }
      .hint {
        align-items: center;
        color: var(--seal);
        display: flex;
        font-size: 0.75rem;
        gap: 0.25rem;
        margin: 0.25rem auto 0;
        max-width: 52rem;
        padding-inline-start: 0.75rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {string | undefined} */
    this.conversationId = undefined;
    /** @type {(text: string) => Promise<boolean>} */
    this.send = async () => false;
    /** What was begun in which conversation. @type {Map<string | undefined, string>} */
    this.drafts = new Map();
  }

  /** @returns {HTMLTextAreaElement} */
  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.renderRoot.querySelector("textarea"));
  }

  focusInside() {
    this.#field.focus();
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
    const field = this.#field;
    const text = field.value.trim();
    field.focus();
    if (text === "") return;
    field.value = "";
    const stored = await this.send(text);
    if (!stored && field.value === "") field.value = text;
  }

  /** @override */
  render() {
    return html`
      <form @submit=${this.#onSubmit}>
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
      </form>
      <p class="hint" id="encrypted">${lock} End-to-end encrypted</p>
    `;
  }
}

customElements.define("wx-composer", Composer);
