/**
 * <wx-settings-dialog>: receipts, what protects the stored messages, where they are kept, and people
 * who are blocked.
 */
import { css, html, LitElement } from "lit";
import { base, choices, controls, dialogs } from "../styles.js";
import "./protection.js";
import "./storage.js";

export class SettingsDialog extends LitElement {
  /** @override */
  static properties = { receipts: { attribute: false }, blocked: { attribute: false } };

  /** @override */
  static styles = [
    base,
    controls,
    dialogs,
    choices,
    css`
      h3 {
        font-size: 1rem;
        margin-block: 1.25rem 0.25rem;
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
    /** @type {import("../auto-lock.js").AutoLock | undefined} */
    this.autoLock = undefined;
    this.receipts = true;
    /** @type {import("../messenger.js").Messenger["blocked"]} */
    this.blocked = [];
  }

  show() {
    this.renderRoot.querySelector("wx-protection")?.reset();
    this.renderRoot.querySelector("wx-storage")?.reset();
    const dialog = this.renderRoot.querySelector("dialog");
    dialog?.showModal();
    if (dialog) dialog.scrollTop = 0;
  }

  /** @param {Event} event to be given on */
  #forward({ type }) {
    this.dispatchEvent(new Event(type));
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
      <h3>Protection</h3>
      <wx-protection
        .vault=${this.messenger?.vault}
        .autoLock=${this.autoLock}
        @change=${this.#forward}
      ></wx-protection>
      <h3>Storage</h3>
      <wx-storage
        .messenger=${this.messenger}
        @show-report=${this.#forward}
        @delete-everything=${this.#forward}
      ></wx-storage>
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
