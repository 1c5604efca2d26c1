/**
 * <wx-confirm>: a button for what can't be undone. It asks a second question before it fires
 * "confirmed"; the question stands in the element.
 */
import { css, html, LitElement } from "lit";
import { base, controls } from "../styles.js";

export class Confirm extends LitElement {
  /** @override */
  static properties = {
    label: {},
    yes: {},
    busy: { type: Boolean },
    asking: { state: true },
  };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-block-start: 0.5rem;
      }
      .danger {
        border-color: var(--alarm);
        color: var(--alarm);
      }
    `,
  ];

  constructor() {
    super();
    /** What the first button says. */
    this.label = "";
    /** What the answer to the question says. */
    this.yes = "";
    this.busy = false;
    this.asking = false;
  }

  /** @param {boolean} asking */
  async #ask(asking) {
    this.asking = asking;
    await this.updateComplete;
    // The cautious answer is the one that Enter gives.
    const next = this.renderRoot.querySelector(asking ? "button.no" : "button");
    /** @type {HTMLElement | null} */ (next)?.focus();
  }

  #confirm() {
    if (this.busy) return;
    this.dispatchEvent(new Event("confirmed"));
  }

  /** Back to the first question. */
  reset() {
    this.asking = false;
  }

  /** @override */
  render() {
    if (!this.asking) {
      return html`<button type="button" class="outlined" @click=${() => this.#ask(true)}>
        ${this.label}
      </button>`;
    }
    return html`<div role="group" aria-labelledby="question">
      <p id="question"><slot></slot></p>
      <div class="buttons">
        <button type="button" class="outlined no" @click=${() => this.#ask(false)}>Cancel</button>
        <button
          type="button"
          class="outlined danger"
          aria-disabled=${this.busy}
          @click=${this.#confirm}
        >${this.busy ? "One moment…" : this.yes}</button>
      </div>
    </div>`;
  }
}

customElements.define("wx-confirm", Confirm);
