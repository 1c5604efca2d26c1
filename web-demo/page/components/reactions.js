/** <wx-reactions>: who reacted how. Fires "toggle-reaction" with { reaction, own }. */
import { css, html, LitElement } from "lit";
import { base, controls } from "../styles.js";

/** @typedef {import("../messenger.js").Note} Note */

export class Reactions extends LitElement {
  /** @override */
  static properties = {
    reactions: { attribute: false },
    nameOf: { attribute: false },
    own: { type: Boolean, reflect: true },
    disabled: { type: Boolean },
  };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem;
        margin-block-start: 0.25rem;
      }
      :host([own]) ul {
        justify-content: end;
      }
      button {
        background: var(--surface);
        border: 1px solid var(--line);
        border-radius: 1rem;
        font-size: 0.875rem;
        gap: 0.25rem;
        min-height: 1.75rem;
        padding: 0 0.5rem;
      }
      button[aria-pressed="true"] {
        border-color: var(--accent);
        border-width: 2px;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Note["reactions"]} */
    this.reactions = [];
    /** @type {(actor: string) => string} */
    this.nameOf = (actor) => actor;
    this.own = false;
    this.disabled = false;
  }

  /** @override */
  render() {
    const kinds = [...new Set(this.reactions.map(({ reaction }) => reaction))];
    return html`<ul aria-label="Reactions">
      ${kinds.map((kind) => this.#renderKind(kind))}
    </ul>`;
  }

  /** @param {string} kind */
  #renderKind(kind) {
    const all = this.reactions.filter(({ reaction }) => reaction === kind);
    const own = all.some((one) => one.own);
    const names = [...new Set(all.map(({ actor }) => this.nameOf(actor)))].join(", ");
    const toggle = () => {
      if (this.disabled) return;
      this.dispatchEvent(new CustomEvent("toggle-reaction", { detail: { reaction: kind, own } }));
    };
    const shown = kind || "👍";
    return html`<li>
      <button
        aria-pressed=${own}
        aria-disabled=${this.disabled}
        title=${names}
        @click=${toggle}
      >
        ${shown} ${all.length}<span class="visually-hidden"> from ${names}</span>
      </button>
    </li>`;
  }
}

customElements.define("wx-reactions", Reactions);
