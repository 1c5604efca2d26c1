/** <wx-start-dialog>: begins a conversation with one or several people. Fires "started" with the conversation's id. */
import { css, html, LitElement } from "lit";
import { splitHandles } from "../handles.js";
import { problemOf } from "../messenger.js";
import { base, controls, dialogs } from "../styles.js";

export class StartDialog extends LitElement {
  /** @override */
  static properties = { problem: { state: true }, busy: { state: true } };

  /** @override */
  static styles = [
    base,
    controls,
    dialogs,
    css`
      .hint {
        margin-block: 0.375rem 0.75rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../messenger.js").Problem | undefined} */
    this.problem = undefined;
    this.busy = false;
    /** @type {import("../messenger.js").Messenger | undefined} */
    this.messenger = undefined;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
  }

  show() {
    this.problem = undefined;
    this.renderRoot.querySelector("form")?.reset();
    this.#dialog.showModal();
  }

  /** @param {SubmitEvent} event */
  async #onSubmit(event) {
    event.preventDefault();
    if (this.busy || !this.messenger) return;
    const form = /** @type {HTMLFormElement} */ (event.target);
    const fields = new FormData(form);
    const handles = splitHandles(String(fields.get("handles")));
    const name = String(fields.get("name")).trim();
    this.busy = true;
    this.problem = undefined;
    try {
      const id = await this.messenger.start(handles, name);
      this.#dialog.close();
      this.dispatchEvent(new CustomEvent("started", { detail: { id } }));
    } catch (error) {
      this.problem = problemOf(error);
      form.querySelector("input")?.focus();
    }
    this.busy = false;
  }

  /** @override */
  render() {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">New conversation</h2>
      <form @submit=${this.#onSubmit}>
        <label for="handles">Handles of the others</label>
        <input
          id="handles"
          name="handles"
          type="text"
          required
          placeholder="@name@server @other@server"
          autocomplete="off"
          spellcheck="false"
          autocapitalize="none"
          aria-describedby="hint problem"
        >
        <p class="hint" id="hint">
          Their servers are asked for their public keys. Nothing is sent to them before you begin.
        </p>
        <label for="name">Name of the conversation (optional)</label>
        <input id="name" name="name" type="text" maxlength="200" autocomplete="off">
        <div role="alert" id="problem">
          ${
            this.problem
              ? html`<p class="error">${this.problem.sentence} <code>${this.problem.code}</code></p>`
              : ""
          }
        </div>
        <div class="actions">
          <button type="button" class="outlined" @click=${() => this.#dialog.close()}>Cancel</button>
          <button class="primary" aria-disabled=${this.busy}>
            ${this.busy ? "Looking for their keys…" : "Start"}
          </button>
        </div>
      </form>
    </dialog>`;
  }
}

customElements.define("wx-start-dialog", StartDialog);
