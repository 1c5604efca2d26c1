/** <wx-message>: one message as a bubble, own ones with how far they came. */
import { css, html, LitElement } from "lit";
import { formatFull, formatTime } from "../dates.js";
import { clock, tick, warning } from "../icons.js";
import { base, controls } from "../styles.js";
import "./note-body.js";

/** @typedef {Extract<import("../messenger.js").Message, { kind: "note" }>} Note */

const STATES = {
  sending: { icon: clock, words: "Sending" },
  sent: { icon: tick, words: "Sent" },
  failed: { icon: warning, words: "Not sent yet" },
  received: undefined,
};

export class MessageBubble extends LitElement {
  /** @override */
  static properties = {
    note: { attribute: false },
    name: { attribute: false },
    follows: { type: Boolean, reflect: true },
    own: { type: Boolean, reflect: true },
  };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      :host {
        display: flex;
        flex-direction: column;
        margin-block-start: 0.75rem;
      }
      :host([follows]) {
        margin-block-start: 0.1875rem;
      }
      .bubble {
        align-self: start;
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: var(--radius);
        border-end-start-radius: 0.25rem;
        max-width: min(85%, 34rem);
        padding: 0.4375rem 0.75rem 0.375rem;
      }
      :host([own]) .bubble {
        align-self: end;
        background: var(--own);
        border-color: transparent;
        border-end-end-radius: 0.25rem;
        border-end-start-radius: var(--radius);
        color: var(--own-ink);
      }
      :host([own]) .bubble[data-state="failed"] {
        border: 1px dashed var(--alarm);
      }
      .meta {
        align-items: center;
        color: var(--ink-soft);
        display: flex;
        font-size: 0.75rem;
        gap: 0.25rem;
        justify-content: end;
        margin-block-start: 0.125rem;
      }
      :host([own]) .meta {
        color: inherit;
      }
      .failure {
        align-items: center;
        align-self: end;
        color: var(--alarm);
        display: flex;
        flex-wrap: wrap;
        font-size: 0.875rem;
        gap: 0.25rem;
        justify-content: end;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Note | undefined} */
    this.note = undefined;
    this.name = "";
    this.follows = false;
    this.own = false;
  }

  /** @override */
  willUpdate() {
    this.own = this.note?.own === true;
  }

  /** @override */
  render() {
    if (!this.note) return undefined;
    const { contentHtml, published, state } = this.note;
    const shown = STATES[state];
    return html`
      <div class="bubble" data-state=${state}>
        <span class="visually-hidden">${this.own ? "You" : this.name}:</span>
        <wx-note-body .content=${contentHtml}></wx-note-body>
        <div class="meta">
          <time datetime=${published} title=${formatFull(published)}>${formatTime(published)}</time>
          ${
            shown && state !== "failed"
              ? html`${shown.icon}<span class="visually-hidden">${shown.words}</span>`
              : ""
          }
        </div>
      </div>
      ${
        state === "failed"
          ? html`<div class="failure">
              ${warning} <span>${STATES.failed.words}.</span>
              <button class="link" @click=${this.#onRetry}>Try again</button>
            </div>`
          : ""
      }
    `;
  }

  #onRetry() {
    this.dispatchEvent(new CustomEvent("retry", { detail: { note: this.note } }));
  }
}

customElements.define("wx-message", MessageBubble);
