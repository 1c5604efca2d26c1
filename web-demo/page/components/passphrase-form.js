/**
 * <wx-passphrase-form>: a new passphrase, entered twice, and the present one if there is one. Fires
 * "chosen" with both, and with `anew`: whether everything is to be encrypted anew.
 */
import { css, html, LitElement } from "lit";
import { MIN_PASSPHRASE } from "../protection.js";
import { base, choices, controls } from "../styles.js";

/** @typedef {{ passphrase: string, present: string, anew: boolean }} Chosen */

export class PassphraseForm extends LitElement {
  /** @override */
  static properties = {
    changes: { type: Boolean },
    busy: { type: Boolean },
    sentence: { attribute: false },
  };

  /** @override */
  static styles = [
    base,
    controls,
    choices,
    css`
      form {
        display: grid;
        gap: 0.75rem;
      }
      .choice {
        align-items: start;
        margin: 0;
      }
      form > button {
        justify-self: start;
      }
    `,
  ];

  constructor() {
    super();
    /** Whether there is one already. */
    this.changes = false;
    this.busy = false;
    /** What is wrong with what was entered; empty: nothing. */
    this.sentence = "";
  }

  reset() {
    this.sentence = "";
    this.renderRoot.querySelector("form")?.reset();
  }

  /** @param {SubmitEvent} event */
  #onSubmit(event) {
    event.preventDefault();
    if (this.busy) return;
    const fields = new FormData(/** @type {HTMLFormElement} */ (event.target));
    const passphrase = String(fields.get("passphrase"));
    this.sentence = sentenceOn(passphrase, String(fields.get("again")));
    if (this.sentence !== "") {
      this.#field("passphrase")?.focus();
      return;
    }
    const detail = {
      passphrase,
      present: String(fields.get("present") ?? ""),
      anew: fields.get("anew") !== null,
    };
    this.dispatchEvent(new CustomEvent("chosen", { detail }));
  }

  /** @param {string} name */
  #field(name) {
    return /** @type {HTMLInputElement | null} */ (
      this.renderRoot.querySelector(`input[name=${name}]`)
    );
  }

  /** @override */
  render() {
    return html`<form @submit=${this.#onSubmit}>
      ${this.changes ? this.#renderPresent() : ""}
      <div>
        <label for="passphrase">New passphrase</label>
        <input
          id="passphrase"
          name="passphrase"
          type="password"
          required
          autocomplete="new-password"
          aria-describedby="hint problem"
        >
      </div>
      <div>
        <label for="again">The same again</label>
        <input id="again" name="again" type="password" required autocomplete="new-password">
      </div>
      <p class="hint" id="hint">
        Five random words are a good one. Nobody can recover it: without it, what is stored here is
        lost.
      </p>
      ${this.changes ? this.#renderAnew() : ""}
      <div role="alert" id="problem">
        ${this.sentence ? html`<p class="error">${this.sentence}</p>` : ""}
      </div>
      <button class="outlined" aria-disabled=${this.busy}>
        ${this.busy ? "Encrypting…" : this.changes ? "Change passphrase" : "Set passphrase"}
      </button>
    </form>`;
  }

  #renderPresent() {
    return html`<div>
      <label for="present">Present passphrase</label>
      <input
        id="present"
        name="present"
        type="password"
        required
        autocomplete="current-password"
        aria-describedby="problem"
      >
    </div>`;
  }

  #renderAnew() {
    return html`<label class="choice">
      <input type="checkbox" name="anew">
      <span>Somebody may know the present one: encrypt everything anew. Passkeys have to be added
        again.</span>
    </label>`;
  }
}

/**
 * @param {string} passphrase
 * @param {string} again
 */
function sentenceOn(passphrase, again) {
  if ([...passphrase].length < MIN_PASSPHRASE) {
    return `This is too short to protect anything. Take ${MIN_PASSPHRASE} letters or more.`;
  }
  if (passphrase !== again) return "The two are not the same. Enter it again.";
  return "";
}

customElements.define("wx-passphrase-form", PassphraseForm);
