/** <wx-request-bar>: what can be done with a request. Fires "answer" with accept, reject or block. */
import { css, html, LitElement } from "lit";
import { base, controls } from "../styles.js";

export class RequestBar extends LitElement {
  /** @override */
  static properties = { name: { attribute: false } };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      :host {
        background: var(--raised);
        border-block-start: 1px solid var(--line);
        padding: 0.75rem 1rem;
      }
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        margin-block-start: 0.5rem;
      }
    `,
  ];

  constructor() {
    super();
    /** Who invited us. */
    this.name = "";
  }

  focusInside() {
    this.renderRoot.querySelector("button")?.focus();
  }

  /** @param {"accept" | "reject" | "block"} answer */
  #answer(answer) {
    this.dispatchEvent(new CustomEvent("answer", { detail: { answer } }));
  }

  /** @override */
  render() {
    return html`
      <p>
        <span dir="auto">${this.name}</span> wants to write to you. Until you accept, they do not
        learn that you saw this, and files stay closed.
      </p>
      <div>
        <button class="primary" @click=${() => this.#answer("accept")}>Accept</button>
        <button class="outlined" @click=${() => this.#answer("reject")}>Delete</button>
        <button class="outlined" @click=${() => this.#answer("block")}>Block and delete</button>
      </div>
    `;
  }
}

customElements.define("wx-request-bar", RequestBar);
