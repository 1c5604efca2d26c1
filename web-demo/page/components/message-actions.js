/**
 * <wx-message-actions>: what can be done with a message; closed until asked for. Fires "choose" with
 * { action, reaction? }.
 */
import { css, html, LitElement } from "lit";
import { more } from "../icons.js";
import { base, controls } from "../styles.js";

const EMOJI = ["👍", "❤️", "😂", "😮", "😢", "🌱"];

export class MessageActions extends LitElement {
  /** @override */
  static properties = {
    own: { type: Boolean, reflect: true },
    about: { attribute: false },
    open: { state: true },
  };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      :host {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
      }
      :host([own]) {
        flex-direction: row-reverse;
      }
      button {
        font-size: 0.875rem;
        min-height: 1.75rem;
        padding: 0 0.5rem;
      }
      .toggle {
        color: var(--ink-soft);
        height: 1.5rem;
        min-height: 1.5rem;
        padding: 0;
        width: 2rem;
      }
      .choices {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 0.75rem;
        display: flex;
        flex-wrap: wrap;
      }
    `,
  ];

  constructor() {
    super();
    this.own = false;
    /** What the message says, to tell the buttons of different messages apart. */
    this.about = "";
    this.open = false;
  }

  /**
   * @param {string} action
   * @param {string} [reaction]
   */
  async #choose(action, reaction) {
    this.open = false;
    await this.updateComplete;
    this.#toggle?.focus();
    this.dispatchEvent(new CustomEvent("choose", { detail: { action, reaction } }));
  }

  /** @returns {HTMLElement | null} */
  get #toggle() {
    return this.renderRoot.querySelector(".toggle");
  }

  /** @param {KeyboardEvent} event */
  #onKeyDown(event) {
    if (event.key !== "Escape" || !this.open) return;
    event.stopPropagation();
    this.open = false;
    this.#toggle?.focus();
  }

  /** @override */
  render() {
    return html`
      <button
        class="toggle"
        aria-expanded=${this.open}
        aria-label=${this.about ? `Actions for: ${this.about}` : "Actions for this message"}
        @click=${() => {
          this.open = !this.open;
        }}
        @keydown=${this.#onKeyDown}
      >${more}</button>
      ${this.open ? this.#renderChoices() : ""}
    `;
  }

  #renderChoices() {
    const words = { reply: "Reply", announce: "Pass on" };
    const ownWords = { edit: "Edit", delete: "Delete" };
    const actions = Object.entries(this.own ? { ...words, ...ownWords } : words);
    return html`<div class="choices" role="group" aria-label="Actions" @keydown=${this.#onKeyDown}>
      ${EMOJI.map(
        (emoji) => html`<button
          aria-label=${`React with ${emoji}`}
          @click=${() => this.#choose("react", emoji)}
        >${emoji}</button>`,
      )}
      ${actions.map(
        ([action, word]) => html`<button @click=${() => this.#choose(action)}>${word}</button>`,
      )}
    </div>`;
  }
}

customElements.define("wx-message-actions", MessageActions);
