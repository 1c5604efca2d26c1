/** <wx-members-dialog>: who is in the open conversation; its name; adding, removing, leaving. */
import { css, html, LitElement } from "lit";
import { splitHandles } from "../handles.js";
import { base, controls, dialogs } from "../styles.js";
import "./avatar.js";

/** @typedef {import("../messenger.js").Participant} Participant */

export class MembersDialog extends LitElement {
  /** @override */
  static properties = {
    conversation: { attribute: false },
    problem: { state: true },
    busy: { state: true },
    leaving: { state: true },
  };

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
      li {
        align-items: center;
        display: flex;
        gap: 0.75rem;
        padding-block: 0.25rem;
      }
      li div {
        flex: 1;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      form {
        align-items: end;
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      form div {
        flex: 1 1 12rem;
      }
      .actions {
        justify-content: space-between;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../messenger.js").Messenger | undefined} */
    this.messenger = undefined;
    /** @type {import("../messenger.js").OpenConversation | undefined} */
    this.conversation = undefined;
    /** @type {import("../messenger.js").Problem | undefined} */
    this.problem = undefined;
    this.busy = false;
    /** Whether leaving was asked for, but not confirmed. */
    this.leaving = false;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
  }

  show() {
    this.problem = undefined;
    this.leaving = false;
    for (const form of this.renderRoot.querySelectorAll("form")) form.reset();
    this.#dialog.showModal();
  }

  /** @param {(conversation: import("../messenger.js").Conversation) => Promise<unknown>} work */
  async #attempt(work) {
    if (this.busy) return false;
    this.busy = true;
    this.problem = undefined;
    this.problem = await this.messenger?.attempt(work);
    this.busy = false;
    return this.problem === undefined;
  }

  /** @param {SubmitEvent} event */
  async #onRename(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const name = String(new FormData(form).get("name")).trim();
    if (name !== "" && name !== this.conversation?.name) {
      await this.#attempt((conversation) => conversation.rename(name));
    }
  }

  /** @param {SubmitEvent} event */
  async #onAdd(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const handles = splitHandles(String(new FormData(form).get("handles")));
    if (handles.length === 0) return;
    if (await this.#attempt((conversation) => conversation.add(handles))) form.reset();
  }

  /** @param {Participant} participant */
  #remove({ actor }) {
    return this.#attempt((conversation) => conversation.remove(actor));
  }

  async #leave() {
    if (!this.leaving) {
      this.leaving = true;
      return;
    }
    if (await this.#attempt((conversation) => conversation.leave())) this.#dialog.close();
  }

  /** @override */
  render() {
    const { conversation } = this;
    const isActive = conversation?.state === "active";
    return html`<dialog aria-labelledby="title">
      <h2 id="title">Members</h2>
      ${
        conversation
          ? html`
              ${isActive ? this.#renderName(conversation.name) : ""}
              <h3>In this conversation</h3>
              <ul aria-label="Members">
                ${conversation.participants.map((one) => this.#renderMember(one, isActive))}
              </ul>
              ${conversation.changing ? html`<p class="hint" role="status">A change is on its way…</p>` : ""}
              ${isActive ? this.#renderAdd() : ""}
            `
          : ""
      }
      <div role="alert" id="problem">
        ${
          this.problem
            ? html`<p class="error">${this.problem.sentence} <code>${this.problem.code}</code></p>`
            : ""
        }
      </div>
      <div class="actions">
        ${
          isActive
            ? html`<button class="outlined" @click=${this.#leave}>
                ${this.leaving ? "Really leave? You can't come back by yourself" : "Leave"}
              </button>`
            : html`<span></span>`
        }
        <button class="primary" @click=${() => this.#dialog.close()}>Close</button>
      </div>
    </dialog>`;
  }

  /** @param {string} name */
  #renderName(name) {
    return html`<form @submit=${this.#onRename}>
      <div>
        <label for="name">Name of the conversation</label>
        <input id="name" name="name" autocomplete="off" maxlength="200" .defaultValue=${name}>
      </div>
      <button class="outlined" aria-disabled=${this.busy}>Rename</button>
    </form>`;
  }

  /**
   * @param {Participant} participant
   * @param {boolean} isActive
   */
  #renderMember(participant, isActive) {
    const { actor, name, handle, devices, self } = participant;
    return html`<li>
      <wx-avatar .name=${name} .actor=${actor}></wx-avatar>
      <div>
        <span dir="auto">${name}</span>${self ? " (you)" : ""}
        <p class="hint">${handle}, ${devices === 1 ? "1 device" : `${devices} devices`}</p>
      </div>
      ${
        self || !isActive
          ? ""
          : html`<button
              class="outlined"
              aria-disabled=${this.busy}
              aria-label=${`Remove ${name}`}
              @click=${() => this.#remove(participant)}
            >Remove</button>`
      }
    </li>`;
  }

  #renderAdd() {
    return html`
      <h3 id="add">Add people</h3>
      <form @submit=${this.#onAdd} aria-labelledby="add">
        <div>
          <label for="handles">Handles to add</label>
          <input
            id="handles"
            name="handles"
            placeholder="@name@server"
            autocomplete="off"
            spellcheck="false"
            autocapitalize="none"
            aria-describedby="add-hint problem"
          >
        </div>
        <button class="outlined" aria-disabled=${this.busy}>
          ${this.busy ? "One moment…" : "Add"}
        </button>
      </form>
      <p class="hint" id="add-hint">They read what is written from then on, nothing of before.</p>
    `;
  }
}

customElements.define("wx-members-dialog", MembersDialog);
