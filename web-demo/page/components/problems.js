/** <wx-problems>: what went wrong, as sentences that screen readers speak when they appear. */
import { css, html, LitElement } from "lit";
import { close } from "../icons.js";
import { base, controls } from "../styles.js";

/** @typedef {import("../messenger.js").Problem} Problem */

export class Problems extends LitElement {
  /** @override */
  static properties = { problems: { attribute: false } };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      .error {
        align-items: center;
        border-block-end: 1px solid var(--alarm);
        border-radius: 0;
        display: flex;
        gap: 0.75rem;
        justify-content: space-between;
        padding: 0.375rem 0.75rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {readonly Problem[]} */
    this.problems = [];
    /** @type {import("../messenger.js").Messenger | undefined} */
    this.messenger = undefined;
  }

  /** @override */
  render() {
    return html`<div role="alert">
      ${this.problems.map(
        (problem) => html`<div class="error">
          <p>${problem.sentence} <code>${problem.code}</code></p>
          <button
            class="round"
            aria-label="Dismiss this message"
            @click=${() => this.messenger?.dismiss(problem)}
          >${close}</button>
        </div>`,
      )}
    </div>`;
  }
}

customElements.define("wx-problems", Problems);
