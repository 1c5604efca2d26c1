/** <wx-settings-dialog>: receipts, and people who are blocked. */
import { css, html, LitElement } from "lit";
import { base, controls, dialogs } from "../styles.js";

export class SettingsDialog extends LitElement {
  /** @override */
  static properties = { receipts: { attribute: false }, blocked: { attribute: false } };

  /** @override */
  static styles = [
    base,
    controls,
    dialogs,
    css`
      h3 {
        font-size: 1rem;
        margin-block: 1rem 0.25rem;
      }
      .choice {
        align-items: center;
        display: flex;
        font-weight: 400;
        gap: 0.625rem;
      }
      .choice input {
        accent-color: var(--accent);
        flex: none;
        height: 1.5rem;
        width: 1.5rem;
      }
      li {
        align-items: center;
        display: flex;
        gap: 0.75rem;
        justify-content: space-between;
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../messenger.js").Messenger | undefined} */
    this.messenger = undefined;
    this.receipts = true;
    /** @type {import("../messenger.js").Messenger["blocked"]} */
    this.blocked = [];
  }

  show() {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  /** @override */
  render() {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">Settings</h2>
      <label class="choice">
        <input
          type="checkbox"
          .checked=${this.receipts}
          aria-describedby="receipts"
          @change=${(/** @type {Event} */ { target }) =>
            this.messenger?.setReceipts(/** @type {HTMLInputElement} */ (target).checked)}
        >
        Tell others what I received and read
      </label>
      <p class="hint" id="receipts">Encrypted like messages; people of requests are never told.</p>
      <h3>Blocked people</h3>
      ${
        this.blocked.length === 0
          ? html`<p class="hint">Nobody.</p>`
          : html`<ul aria-label="Blocked people">
              ${this.blocked.map(
                ({ actor, name, handle }) => html`<li>
                  <span><span dir="auto">${name}</span> <span class="hint">${handle}</span></span>
                  <button
                    class="outlined"
                    aria-label=${`Unblock ${name}`}
                    @click=${() => this.messenger?.unblock(actor)}
                  >Unblock</button>
                </li>`,
              )}
            </ul>`
      }
      <div class="actions">
        <button class="primary" @click=${() => this.renderRoot.querySelector("dialog")?.close()}>
          Close
        </button>
      </div>
    </dialog>`;
  }
}

customElements.define("wx-settings-dialog", SettingsDialog);
