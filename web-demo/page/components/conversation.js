/** <wx-conversation>: one conversation with its messages and the composer. */
import { html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { formatDay } from "../dates.js";
import { arrowDown, back, info, lock } from "../icons.js";
import { base, controls } from "../styles.js";
import { timeline } from "../timeline.js";
import "./avatar.js";
import "./composer.js";
import { conversationStyles } from "./conversation-styles.js";
import "./message.js";

/**
 * Whether a notice's code is an error's, to be shown for whoever reports it.
 * @param {string} code
 */
const isError = (code) => /^[A-Z_0-9]+$/.test(code);

/** Nearer to the end than this, in pixels, the view follows new messages. */
const NEAR_END = 80;

export class ConversationView extends LitElement {
  /** @override */
  static properties = {
    messenger: { attribute: false },
    conversation: { attribute: false },
    hasMore: { state: true },
  };

  /** @override */
  static styles = [base, controls, conversationStyles];

  constructor() {
    super();
    /** @type {import("../messenger.js").Messenger | undefined} */
    this.messenger = undefined;
    /** @type {import("../messenger.js").OpenConversation | undefined} */
    this.conversation = undefined;
    /** Whether something came below what is in view. */
    this.hasMore = false;
    /** Messages that were there when the conversation was opened: not to be read out. */
    this.historyLength = 0;
    /** Whether the view stays at the newest message, whatever changes in size. */
    this.isFollowing = true;
    this.lastTop = 0;
    this.resizes = new ResizeObserver(() => {
      if (this.isFollowing) this.#scrollToEnd();
    });
  }

  /** @returns {HTMLElement | null} */
  get #scroller() {
    return this.renderRoot.querySelector(".scroller");
  }

  focusInside() {
    this.renderRoot.querySelector("wx-composer")?.focusInside();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.resizes.disconnect();
  }

  /**
   * @override
   * @param {import("lit").PropertyValues<this>} changed
   */
  willUpdate(changed) {
    const previous = changed.get("conversation");
    if (!this.conversation || !changed.has("conversation")) return;
    const { id, messages } = this.conversation;
    if (previous?.id !== id) {
      this.historyLength = messages.length;
      this.isFollowing = true;
      return;
    }
    const added = messages.slice(previous.messages.length);
    if (added.some((message) => message.kind === "note" && message.own)) this.isFollowing = true;
    this.hasMore = !this.isFollowing && (this.hasMore || added.length > 0);
  }

  /** @override */
  updated() {
    const scroller = this.#scroller;
    if (!scroller) return;
    this.resizes.observe(scroller);
    this.resizes.observe(/** @type {Element} */ (scroller.firstElementChild));
    if (this.isFollowing) this.#scrollToEnd();
  }

  #scrollToEnd() {
    const scroller = this.#scroller;
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
    this.isFollowing = true;
    this.hasMore = false;
  }

  /** @param {Event} event */
  #onScroll({ currentTarget }) {
    const { scrollHeight, scrollTop, clientHeight } = /** @type {HTMLElement} */ (currentTarget);
    const isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    // A view that fell behind because the content grew did not move up: nobody scrolled.
    if (isAtEnd || scrollTop < this.lastTop) this.isFollowing = isAtEnd;
    if (isAtEnd) this.hasMore = false;
    this.lastTop = scrollTop;
  }

  /** @override */
  render() {
    const { conversation } = this;
    if (!conversation) return undefined;
    const { history, fresh } = timeline(conversation.messages, this.historyLength);
    return html`
      ${this.#renderHeader(conversation)}
      <div
        class="scroller"
        role="region"
        aria-label="Messages"
        tabindex="0"
        @scroll=${this.#onScroll}
      >
        <div class="column">
          ${this.#renderStart(conversation)}
          <ol aria-label="Earlier messages">${this.#renderItems(history)}</ol>
          <div role="log" aria-live="polite" aria-label="New messages">
            <ol>${this.#renderItems(fresh)}</ol>
          </div>
        </div>
      </div>
      ${this.#renderFoot(conversation)}
    `;
  }

  /** @param {import("../messenger.js").OpenConversation} conversation */
  #renderHeader({ title, actor, others }) {
    return html`<header>
      <button
        class="round back"
        aria-label="Back to the conversations"
        @click=${() => this.dispatchEvent(new Event("back"))}
      >${back}</button>
      <wx-avatar .name=${title} .actor=${actor}></wx-avatar>
      <div class="who">
        <h2 dir="auto">${title}</h2>
        <p class="hint">
          ${others.map(({ handle, devices }) => `${handle} (${devices === 1 ? "1 device" : `${devices} devices`})`).join(", ")}
        </p>
      </div>
      <button class="sealed" @click=${() => this.dispatchEvent(new Event("show-servers"))}>
        ${lock}<span>Encrypted</span>
      </button>
    </header>`;
  }

  /** @param {import("../messenger.js").OpenConversation} conversation */
  #renderStart({ title }) {
    return html`<section class="start">
      ${lock}
      <h3>End-to-end encrypted</h3>
      <p>
        Only your devices and those of <span dir="auto">${title}</span> can read what is written here.
        The servers in between can't.
      </p>
      <button class="link" @click=${() => this.dispatchEvent(new Event("show-servers"))}>
        What servers still see
      </button>
    </section>`;
  }

  /** @param {import("../timeline.js").Item[]} items */
  #renderItems(items) {
    return repeat(
      items,
      ({ key }) => key,
      (item) => this.#renderItem(item),
    );
  }

  /** @param {import("../timeline.js").Item} item */
  #renderItem(item) {
    if (item.type === "day") return html`<li class="day"><span>${formatDay(item.date)}</span></li>`;
    if (item.type === "notice") {
      const text = this.messenger?.noticeText(item.notice);
      return html`<li class="notice" data-code=${item.notice.code}>
        <p>${info}<span>${text} ${isError(item.notice.code) ? html`<code>${item.notice.code}</code>` : ""}</span></p>
      </li>`;
    }
    return html`<li>
      <wx-message
        .note=${item.note}
        .name=${this.messenger?.nameOf(item.note.actor)}
        ?follows=${item.follows}
        @retry=${() => this.messenger?.retry(item.note)}
      ></wx-message>
    </li>`;
  }

  /** @param {import("../messenger.js").OpenConversation} conversation */
  #renderFoot({ id, active }) {
    if (!active) {
      return html`<p class="ended">
        You are not in this conversation any more, so nothing can be sent.
      </p>`;
    }
    return html`
      ${
        this.hasMore
          ? html`<button class="primary more" @click=${this.#scrollToEnd}>
              ${arrowDown} New messages
            </button>`
          : ""
      }
      <wx-composer
        .conversationId=${id}
        .send=${(/** @type {string} */ text) => this.messenger?.send(text)}
      ></wx-composer>
    `;
  }
}

customElements.define("wx-conversation", ConversationView);
