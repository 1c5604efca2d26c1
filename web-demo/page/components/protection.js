/** <wx-protection>: what protects the stored keys and messages, and how to change that. */
import { css, html } from "lit";
import { CHOICES } from "../auto-lock.js";
import { ageOfWay, hasPasskeys, isLockable, nameOfWay, protectionOf } from "../protection.js";
import { base, controls, disclosure, stack } from "../styles.js";
import "./confirm.js";
import "./passphrase-form.js";
import { Working } from "./working.js";

/** @typedef {import("../messenger.js").Messenger["vault"]} Vault */
/** @typedef {import("../protection.js").Ways} Ways */
/** @typedef {import("./passphrase-form.js").Chosen} Chosen */

export class Protection extends Working {
  /** @override */
  static properties = { ways: { attribute: false } };

  /** @override */
  static styles = [
    base,
    controls,
    stack,
    disclosure,
    css`
      li,
      .add {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: 0.25rem 0.75rem;
        justify-content: space-between;
      }
      li {
        padding-block: 0.25rem;
      }
      li > span {
        overflow-wrap: anywhere;
      }
      .add {
        align-items: end;
        justify-content: start;
      }
      .add > div {
        flex: 1 1 10rem;
      }
      select {
        background: var(--surface);
        border: 1px solid var(--field-line);
        border-radius: 0.625rem;
        color: inherit;
        font: inherit;
        min-height: 2.5rem;
        padding: 0.25rem 0.5rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Vault | undefined} */
    this.vault = undefined;
    /** @type {import("../auto-lock.js").AutoLock | undefined} */
    this.autoLock = undefined;
    /** @type {Ways} */
    this.ways = [];
  }

  /**
   * As when it was never used.
   * @override
   */
  reset() {
    super.reset();
    this.ways = this.vault?.wraps ?? [];
    this.renderRoot.querySelector("details")?.removeAttribute("open");
    for (const form of this.renderRoot.querySelectorAll("wx-passphrase-form, wx-confirm")) {
      /** @type {import("./confirm.js").Confirm} */ (form).reset();
    }
  }

  /**
   * @param {(vault: Vault) => Promise<unknown>} work
   * @param {string} done what is said afterwards
   */
  async #attempt(work, done) {
    const { vault } = this;
    if (!vault) return false;
    const good = await this.attempt(() => work(vault), done);
    this.ways = vault.wraps;
    this.dispatchEvent(new Event("change"));
    return good;
  }

  /** @param {CustomEvent<Chosen>} event */
  async #onChosen({ detail: { passphrase, present, anew }, target }) {
    const form = /** @type {import("./passphrase-form.js").PassphraseForm} */ (target);
    const isFirst = !form.changes;
    const good = await this.#attempt(
      async (vault) => {
        if (!isFirst && !(await vault.check({ passphrase: present }))) {
          throw new Error("This is not the present passphrase. Nothing was changed; try again.");
        }
        // A key that the browser had, or that somebody knows, is to open nothing of what comes.
        if (isFirst || anew) await vault.renew({ passphrase });
        else await vault.changePassphrase(passphrase);
      },
      isFirst
        ? "The passphrase is set, and everything is encrypted anew."
        : "The passphrase is changed.",
    );
    if (!good) return;
    form.reset();
    form.closest("details")?.removeAttribute("open");
  }

  /** @param {SubmitEvent} event */
  async #onPasskey(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const name = String(new FormData(form).get("name")).trim();
    const good = await this.#attempt(
      (vault) => vault.add({ passkey: true, name }),
      "The passkey is added. The passphrase still opens everything, too.",
    );
    if (good) form.reset();
  }

  /** @param {Event} event */
  #onMinutes({ target }) {
    if (this.autoLock)
      this.autoLock.minutes = Number(/** @type {HTMLSelectElement} */ (target).value);
    this.requestUpdate();
  }

  /** @override */
  render() {
    const lockable = isLockable(this.ways);
    return html`
      <p class="state">${protectionOf(this.ways)}</p>
      ${lockable ? this.#renderWays() : ""}
      <details>
        <summary>${lockable ? "Change the passphrase" : "Set a passphrase"}</summary>
        <wx-passphrase-form
          .changes=${this.ways.some(({ kind }) => kind === "passphrase")}
          .busy=${this.busy}
          @chosen=${this.#onChosen}
        ></wx-passphrase-form>
      </details>
      ${
        lockable
          ? html`${hasPasskeys() ? this.#renderPasskey() : ""} ${this.#renderAutoLock()}
              ${this.#renderDevice()}`
          : html`<p class="hint">
              What is on the disk already was encrypted with the browser's key. The browser may keep
              such octets in its files for a while after you have set a passphrase.
            </p>`
      }
      ${this.renderOutcome()}
    `;
  }

  #renderWays() {
    return html`<ul aria-label="Ways to unlock">
      ${this.ways.map((way) => {
        const name = nameOfWay(way);
        return html`<li>
          <span><span dir="auto">${name}</span> <span class="hint">${ageOfWay(way)}</span></span>
          <button
            class="outlined"
            aria-disabled=${this.busy}
            aria-label=${`Remove ${name}`}
            @click=${() => this.#attempt((vault) => vault.remove(way.id), `${name}: removed.`)}
          >Remove</button>
        </li>`;
      })}
    </ul>`;
  }

  #renderPasskey() {
    return html`<form class="add" @submit=${this.#onPasskey}>
      <div>
        <label for="name">Add a passkey, named</label>
        <input id="name" name="name" required maxlength="60" autocomplete="off" placeholder="This laptop">
      </div>
      <button class="outlined" aria-disabled=${this.busy}>Add passkey</button>
    </form>`;
  }

  #renderAutoLock() {
    const minutes = this.autoLock?.minutes ?? 0;
    const choices = CHOICES.includes(minutes) ? CHOICES : [minutes, ...CHOICES];
    return html`<div>
      <label for="minutes">Lock when nobody is there</label>
      <select id="minutes" @change=${this.#onMinutes}>
        ${choices.map(
          (choice) => html`<option value=${choice} ?selected=${choice === minutes}>
            ${choice === 0 ? "Never" : `After ${choice} minutes`}
          </option>`,
        )}
      </select>
    </div>`;
  }

  #renderDevice() {
    return html`<wx-confirm
      label="Unlock without a passphrase…"
      yes="Use the browser's key"
      .busy=${this.busy}
      @confirmed=${() =>
        this.#attempt(
          (vault) => vault.renew({ device: true }),
          "A key of this browser protects it now.",
        )}
    >Everything is encrypted anew with a key that this browser keeps. Whoever has this disk can read it
      then, and passphrase and passkeys end.</wx-confirm>`;
  }
}

customElements.define("wx-protection", Protection);
