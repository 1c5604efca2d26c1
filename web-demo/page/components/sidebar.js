/** <wx-sidebar>: who I am, whether the server can be reached, conversations and requests. */
import { html, LitElement } from "lit";
import { formatFull, formatShort } from "../dates.js";
import { lock, plus } from "../icons.js";
import { base, controls } from "../styles.js";
import "./avatar.js";
import { sidebarStyles } from "./sidebar-styles.js";

/** @typedef {import("../messenger.js").Summary} Summary */

/** @type {Record<string, string>} */
const STATES = {
  connecting: "Connecting…",
  live: "Connected",
  polling: "Connected",
  offline: "Offline, trying again",
};

export class Sidebar extends LitElement {
  /** @override */
  static properties = {
    summaries: { attribute: false },
    requests: { attribute: false },
    profile: { attribute: false },
    syncState: { attribute: false },
    openId: { attribute: false },
    lockable: { type: Boolean },
  };

  /** @override */
  static styles = [base, controls, sidebarStyles];

  constructor() {
    super();
    /** @type {Summary[]} */
    this.summaries = [];
    /** @type {Summary[]} */
    this.requests = [];
    this.profile = { id: "", name: "", handle: "" };
    this.syncState = "connecting";
    /** @type {string | undefined} */
    this.openId = undefined;
    /** Whether there is a passphrase or the like to lock with. */
    this.lockable = false;
  }

  /**
   * Puts the focus on a conversation of the list, or on the button for a new one.
   * @param {string | undefined} id
   */
  focusInside(id) {
    const entry = [...this.renderRoot.querySelectorAll("button.entry")].find(
      (button) => /** @type {HTMLElement} */ (button).dataset.id === id,
    );
    const target = entry ?? this.renderRoot.querySelector("button.new");
    /** @type {HTMLElement | null} */ (target)?.focus();
  }

  /**
   * @param {string} type
   * @param {object} [detail]
   */
  #fire(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  /** @override */
  render() {
    const { name, handle, id } = this.profile;
    return html`
      <header>
        <wx-avatar .name=${name} .actor=${id}></wx-avatar>
        <div class="me">
          <h2 dir="auto">${name}</h2>
          <p class="hint handle">${handle}</p>
          <p class="hint state" role="status" data-state=${this.syncState}>
            <span>${STATES[this.syncState] ?? this.syncState}</span>
          </p>
        </div>
        ${
          this.lockable
            ? html`<button
                class="round lock"
                aria-label="Lock"
                title="Lock"
                @click=${() => this.#fire("lock")}
              >${lock}</button>`
            : ""
        }
      </header>
      <button class="primary new" @click=${() => this.#fire("start-conversation")}>
        ${plus} New conversation
      </button>
      <nav aria-label="Conversations">
        ${
          this.summaries.length === 0
            ? html`<p class="empty hint">
                No conversations yet. When somebody writes to you, it appears here.
              </p>`
            : html`<ul>
                ${this.summaries.map((summary) => this.#renderEntry(summary))}
              </ul>`
        }
        ${this.#renderRequests()}
      </nav>
      <footer>
        <button class="link" @click=${() => this.#fire("show-settings")}>Settings</button>
        <button class="link" @click=${() => this.#fire("show-servers")}>What servers still see</button>
        <button class="link" @click=${() => this.#fire("sign-out")}>Sign out</button>
      </footer>
    `;
  }

  #renderRequests() {
    if (this.requests.length === 0) return "";
    return html`<section aria-labelledby="requests">
      <h3 id="requests">Requests (${this.requests.length})</h3>
      <ul>
        ${this.requests.map((request) => this.#renderEntry({ ...request, unread: 0 }))}
      </ul>
    </section>`;
  }

  /** @param {Summary} summary */
  #renderEntry({ id, title, actor, last, date, unread }) {
    const isOpen = id === this.openId;
    return html`<li>
      <button
        class="entry"
        data-id=${id}
        aria-current=${isOpen ? "true" : "false"}
        @click=${() => this.#fire("open-conversation", { id })}
      >
        <wx-avatar .name=${title} .actor=${actor}></wx-avatar>
        <span class="words">
          <span class="line">
            <span class="title" dir="auto">${title}</span>
            <time datetime=${date} title=${formatFull(date)}>${formatShort(date)}</time>
          </span>
          <span class="line">
            <span class="seal" title="End-to-end encrypted">${lock}<span class="visually-hidden">Encrypted:</span></span>
            <span class="last" dir="auto">${last}</span>
            ${
              unread > 0
                ? html`<span class="unread"
                    >${unread}<span class="visually-hidden"> unread</span></span
                  >`
                : ""
            }
          </span>
        </span>
      </button>
    </li>`;
  }
}

customElements.define("wx-sidebar", Sidebar);
