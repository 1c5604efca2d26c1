/**
 * <wx-unlock>: what is stored here is locked. Fires "unlocked" with the messenger, "open-again" when
 * there is something else to open by now, and "sign-out".
 */
import { css, html } from "lit";
import { Messenger, problemOf } from "../messenger.js";
import { base, card, controls } from "../styles.js";
import "./start-anew.js";
import { Working } from "./working.js";

/** @typedef {import("../messenger.js").Unlock} Unlock */

export class UnlockScreen extends Working {
  /** @override */
  static properties = { kinds: { attribute: false }, session: { attribute: false } };

  /** @override */
  static styles = [
    base,
    controls,
    card,
    css`
      .who {
        overflow-wrap: anywhere;
      }
      form {
        margin-block-start: 1.25rem;
      }
      .error {
        margin-block: 0.75rem 0;
      }
      .wide {
        margin-block-start: 0.75rem;
        width: 100%;
      }
      .link {
        margin-block: 0.75rem 0.5rem;
        padding-inline: 0;
      }
    `,
  ];

  constructor() {
    super();
    /** Kinds of ways to unlock. @type {string[]} */
    this.kinds = [];
    /** @type {import("../session.js").Session | undefined} */
    this.session = undefined;
  }

  /** @override */
  firstUpdated() {
    this.#focus();
  }

  #focus() {
    const first = this.renderRoot.querySelector("input, button");
    /** @type {HTMLElement | null} */ (first)?.focus();
  }

  /** @param {Unlock} unlock */
  async #unlock(unlock) {
    const { session } = this;
    if (!session || this.busy) return;
    const good = await this.attempt(async () => {
      const messenger = await Messenger.open(session, unlock).catch((error) => this.#refuse(error));
      this.dispatchEvent(new CustomEvent("unlocked", { detail: { messenger } }));
    });
    if (!good) this.#focus();
  }

  /**
   * @param {unknown} error
   * @returns {never}
   */
  #refuse(error) {
    if (problemOf(error).code === "VAULT_LOCKED") {
      // The ways have changed since this screen was shown.
      this.kinds = /** @type {import("waxseal").WaxsealError} */ (error).wraps ?? [];
      if (this.kinds.includes("device")) this.dispatchEvent(new Event("open-again"));
    }
    throw error;
  }

  /** @param {SubmitEvent} event */
  async #onSubmit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const passphrase = String(new FormData(form).get("passphrase"));
    await this.#unlock({ passphrase });
    form.reset();
  }

  /** @override */
  render() {
    const has = (/** @type {string} */ kind) => this.kinds.includes(kind);
    return html`
      <header>
        <img src="/seal.svg" alt="">
        <h1>Locked</h1>
      </header>
      <p>Your messages and keys on this device are locked.</p>
      <p class="hint who">${this.session?.actor}</p>
      ${has("passphrase") ? this.#renderPassphrase() : ""}
      ${this.renderOutcome()}
      ${
        has("passkey")
          ? html`<button
              class="outlined wide"
              aria-disabled=${this.busy}
              @click=${() => this.#unlock({ passkey: true })}
            >Use passkey</button>`
          : ""
      }
      <button class="link" @click=${() => this.dispatchEvent(new Event("sign-out"))}>Sign out</button>
      <wx-start-anew
        .session=${this.session}
        @deleted=${() => this.dispatchEvent(new Event("open-again"))}
      ></wx-start-anew>
    `;
  }

  #renderPassphrase() {
    return html`<form @submit=${this.#onSubmit}>
      <label for="passphrase">Passphrase</label>
      <input
        id="passphrase"
        name="passphrase"
        type="password"
        required
        autocomplete="current-password"
        aria-describedby="problem"
      >
      <button class="primary wide" aria-disabled=${this.busy}>
        ${this.busy ? "Unlocking…" : "Unlock"}
      </button>
    </form>`;
  }
}

customElements.define("wx-unlock", UnlockScreen);
