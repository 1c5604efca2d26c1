/**
 * <wx-message>: one message as a bubble, with what belongs to it. Fires "act" with what somebody wants
 * done with it: { action, note, reaction? }.
 */
import { html, LitElement } from "lit";
import { formatFull, formatTime } from "../dates.js";
import { deliveryOf } from "../delivery.js";
import { warning } from "../icons.js";
import { base, controls } from "../styles.js";
import "./attachment.js";
import "./message-actions.js";
import { messageStyles } from "./message-styles.js";
import "./note-body.js";
import "./reactions.js";

/** @typedef {import("../messenger.js").Note} Note */
/** @typedef {"react" | "unreact" | "reply" | "announce" | "edit" | "delete" | "history" | "retry" |
 *   "resend"} Action */
/** @typedef {{ action: Action, note: Note, reaction?: string }} Act */

export class MessageBubble extends LitElement {
  /** @override */
  static properties = {
    note: { attribute: false },
    repliedTo: { attribute: false },
    nameOf: { attribute: false },
    writable: { attribute: false },
    withMedia: { attribute: false },
    withAuthor: { attribute: false },
    follows: { type: Boolean, reflect: true },
    own: { type: Boolean, reflect: true },
  };

  /** @override */
  static styles = [base, controls, messageStyles];

  constructor() {
    super();
    /** @type {Note | undefined} */
    this.note = undefined;
    /** A few words of the message that it answers. @type {string | undefined} */
    this.repliedTo = undefined;
    /** @type {(actor: string) => string} */
    this.nameOf = (actor) => actor;
    /** Whether something can be done with it. */
    this.writable = false;
    this.withMedia = true;
    /** Whether the author's name is shown: in groups. */
    this.withAuthor = false;
    this.follows = false;
    this.own = false;
  }

  /** @override */
  willUpdate() {
    this.own = this.note?.own === true;
  }

  /**
   * @param {Action} action
   * @param {object} [detail]
   */
  #act(action, detail) {
    const { note } = this;
    this.dispatchEvent(new CustomEvent("act", { detail: { action, note, ...detail } }));
  }

  /** @override */
  render() {
    const { note } = this;
    if (!note) return undefined;
    const name = this.nameOf(note.actor);
    const showsAuthor = this.withAuthor && !this.own && !this.follows;
    return html`
      <div class="row">
      <div class="bubble" data-state=${note.state}>
        ${
          showsAuthor
            ? html`<p class="author" dir="auto">${name}</p>`
            : html`<span class="visually-hidden">${this.own ? "You" : name}:</span>`
        }
        ${this.repliedTo ? html`<span class="quote" dir="auto">${this.repliedTo}</span>` : ""}
        ${note.deleted ? html`<p class="gone">Message deleted</p>` : this.#renderContent(note)}
        ${this.#renderMeta(note)}
      </div>
      ${
        this.writable && !note.deleted
          ? html`<wx-message-actions
              .own=${this.own}
              .about=${note.text.slice(0, 40)}
              @choose=${(/** @type {CustomEvent} */ { detail }) => this.#act(detail.action, detail)}
            ></wx-message-actions>`
          : ""
      }
      </div>
      ${
        note.reactions.length > 0
          ? html`<wx-reactions
              .reactions=${note.reactions}
              .nameOf=${this.nameOf}
              ?own=${this.own}
              ?disabled=${!this.writable}
              @toggle-reaction=${this.#onToggle}
            ></wx-reactions>`
          : ""
      }
      ${this.#renderFailure(note)}
    `;
  }

  /** @param {Note} note */
  #renderContent({ title, summary, contentHtml, attachments }) {
    const content = html`
      ${title ? html`<p class="title" dir="auto">${title}</p>` : ""}
      ${contentHtml ? html`<wx-note-body .content=${contentHtml}></wx-note-body>` : ""}
      ${attachments.map(
        (attachment) => html`<wx-attachment
          .attachment=${attachment}
          .withMedia=${this.withMedia}
        ></wx-attachment>`,
      )}
    `;
    if (!summary) return content;
    return html`<details>
      <summary dir="auto">${summary}</summary>
      ${content}
    </details>`;
  }

  /** @param {Note} note */
  #renderMeta(note) {
    const { published, edits, announces } = note;
    const delivery = deliveryOf(note, this.nameOf);
    return html`<div class="meta">
      ${
        announces.length > 0
          ? html`<span>Passed on by ${announces.map(({ actor }) => this.nameOf(actor)).join(", ")}</span>`
          : ""
      }
      ${
        edits.length > 0
          ? html`<button class="link" @click=${() => this.#act("history")}>Edited</button>`
          : ""
      }
      <time datetime=${published} title=${formatFull(published)}>${formatTime(published)}</time>
      ${
        delivery && note.state !== "failed" && note.state !== "held"
          ? html`<span class="delivery" title=${delivery.words}
              >${delivery.icon}<span class="visually-hidden">${delivery.words}</span></span
            >`
          : ""
      }
    </div>`;
  }

  /** @param {Note} note */
  #renderFailure({ state }) {
    if (state === "failed") {
      return html`<div class="failure">
        ${warning} <span>Not sent yet.</span>
        <button class="link" @click=${() => this.#act("retry")}>Try again</button>
      </div>`;
    }
    if (state !== "held") return "";
    return html`<div class="failure">
      ${warning} <span>The members changed meanwhile, so this was not sent.</span>
      <button class="link" @click=${() => this.#act("resend")}>Send to the members of now</button>
    </div>`;
  }

  /** @param {CustomEvent<{ reaction: string, own: boolean }>} event */
  #onToggle({ detail: { reaction, own } }) {
    this.#act(own ? "unreact" : "react", { reaction });
  }
}

customElements.define("wx-message", MessageBubble);
