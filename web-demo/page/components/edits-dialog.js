/** <wx-edits-dialog>: what a message said before it was edited. */
import { css, html, LitElement } from "lit";
import { formatFull } from "../dates.js";
import { base, controls, dialogs } from "../styles.js";
import "./note-body.js";

/** @typedef {import("../messenger.js").Note} Note */

export class EditsDialog extends LitElement {
  /** @override */
  static properties = { note: { state: true } };

  /** @override */
  static styles = [
    base,
    controls,
    dialogs,
    css`
      li {
        border-block-start: 1px solid var(--line);
        padding-block: 0.5rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Note | undefined} */
    this.note = undefined;
  }

  /** @param {Note} note */
  async show(note) {
    this.note = note;
    await this.updateComplete;
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  /** @override */
  render() {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">Earlier versions</h2>
      <ol>
        ${this.note?.edits.map(
          ({ contentHtml, until }) => html`<li>
            <wx-note-body .content=${contentHtml}></wx-note-body>
            <p class="hint">until <time datetime=${until}>${formatFull(until)}</time></p>
          </li>`,
        )}
      </ol>
      <div class="actions">
        <button class="primary" @click=${() => this.renderRoot.querySelector("dialog")?.close()}>
          Close
        </button>
      </div>
    </dialog>`;
  }
}

customElements.define("wx-edits-dialog", EditsDialog);
