/** <wx-conversation>: one conversation with its messages and the composer. */
import { html, LitElement } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { formatDay } from "../dates.js";
import { arrowDown, back, info, lock, people } from "../icons.js";
import { base, controls } from "../styles.js";
import { timeline } from "../timeline.js";
import "./avatar.js";
import "./composer.js";
import { conversationStyles } from "./conversation-styles.js";
import "./edits-dialog.js";
import "./members-dialog.js";
import "./message.js";
import "./request-bar.js";

/**
 * Whether a notice's code is an error's, to be shown for whoever reports it.
 * @param {string} code
 */
const isError = (code) => /^[A-Z_0-9]+$/.test(code);

/**
 * @param {number} count
 * @param {string} what
 */
const countOf = (count, what) => (count === 1 ? `1 ${what}` : `${count} ${what}s`);

/** @typedef {import("../messenger.js").Note} Note */

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
    this.nameOf = (/** @type {string} */ actor) => this.messenger?.nameOf(actor) ?? actor;
    /** @type {import("../messenger.js").Messenger["send"]} */
    this.send = async (content, edited) => (await this.messenger?.send(content, edited)) ?? false;
    this.resizes = new ResizeObserver(() => {
      if (this.isFollowing) this.#scrollToEnd();
    });
  }

  /** @returns {HTMLElement | null} */
  get #scroller() {
    return this.renderRoot.querySelector(".scroller");
  }

  focusInside() {
    const foot = this.renderRoot.querySelector("wx-composer, wx-request-bar");
    /** @type {import("./composer.js").Composer | null} */ (foot)?.focusInside();
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
      <wx-members-dialog .messenger=${this.messenger} .conversation=${conversation}>
      </wx-members-dialog>
      <wx-edits-dialog></wx-edits-dialog>
    `;
  }

  /**
   * Somebody wants something done with a message.
   * @param {CustomEvent<import("./message.js").Act>} event
   */
  #onAct({ detail: { action, note, reaction } }) {
    const { messenger } = this;
    if (!messenger) return;
    if (action === "reply" || action === "edit") {
      const about = { kind: action, note, words: messenger.excerpt(note) };
      this.renderRoot.querySelector("wx-composer")?.begin(about);
    } else if (action === "history") {
      this.renderRoot.querySelector("wx-edits-dialog")?.show(note);
    } else if (action === "react") messenger.act((open) => open.react(note, reaction));
    else if (action === "unreact") messenger.act((open) => open.unreact(note, reaction));
    else if (action === "announce") messenger.act((open) => open.announce(note));
    else if (action === "delete") messenger.act((open) => open.delete(note));
    else if (action === "retry") messenger.act((open) => open.retry(note));
    else if (action === "resend") messenger.act((open) => open.resend(note));
  }

  /** @param {CustomEvent<{ answer: "accept" | "reject" | "block" }>} event */
  async #onAnswer({ detail: { answer } }) {
    await this.messenger?.act((open) => open[answer]());
    if (answer === "accept") {
      await this.updateComplete;
      this.focusInside();
    } else this.dispatchEvent(new Event("back"));
  }

  async #onDelete() {
    await this.messenger?.act((open) => open.reject());
    this.dispatchEvent(new Event("back"));
  }

  /** @param {import("../messenger.js").OpenConversation} conversation */
  #renderHeader({ title, actor, participants }) {
    const others = participants.filter(({ self }) => !self);
    const devices = participants.reduce((sum, one) => sum + one.devices, 0);
    const [one] = others;
    const line =
      others.length === 1 && one
        ? `${one.handle} (${countOf(one.devices, "device")})`
        : `${countOf(participants.length, "member")}, ${countOf(devices, "device")}`;
    return html`<header>
      <button
        class="round back"
        aria-label="Back to the conversations"
        @click=${() => this.dispatchEvent(new Event("back"))}
      >${back}</button>
      <wx-avatar .name=${title} .actor=${actor}></wx-avatar>
      <div class="who">
        <h2 dir="auto">${title}</h2>
        <p class="hint">${line}</p>
      </div>
      <button
        class="round"
        aria-label="Members"
        @click=${() => this.renderRoot.querySelector("wx-members-dialog")?.show()}
      >${people}</button>
      <button class="sealed" @click=${() => this.dispatchEvent(new Event("show-servers"))}>
        ${lock}<span>Encrypted</span>
      </button>
    </header>`;
  }

  /** @param {import("../messenger.js").OpenConversation} conversation */
  #renderStart({ title, participants }) {
    return html`<section class="start">
      ${lock}
      <h3>End-to-end encrypted</h3>
      <p>
        ${
          participants.length > 2
            ? "Only the members' devices"
            : html`Only your devices and those of <span dir="auto">${title}</span>`
        }
        can read what is written here. The servers in between can't.
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
    const { note, follows } = item;
    const { conversation } = this;
    return html`<li>
      <wx-message
        .note=${note}
        .nameOf=${this.nameOf}
        .repliedTo=${this.#repliedTo(note)}
        .writable=${conversation?.state === "active"}
        .withMedia=${conversation?.state !== "request"}
        .withAuthor=${(conversation?.participants.length ?? 0) > 2}
        ?follows=${follows}
        @act=${this.#onAct}
      ></wx-message>
    </li>`;
  }

  /** @param {Note} note */
  #repliedTo({ inReplyTo }) {
    if (inReplyTo === undefined) return undefined;
    const found = this.conversation?.messages.find(
      (message) => message.kind === "note" && message.id === inReplyTo,
    );
    if (found?.kind !== "note") return "A message that is not here";
    return `${this.nameOf(found.actor)}: ${this.messenger?.excerpt(found)}`;
  }

  /** @param {import("../messenger.js").OpenConversation} conversation */
  #renderFoot({ id, state, inviter }) {
    if (state === "request") {
      return html`<wx-request-bar
        .name=${this.nameOf(inviter)}
        @answer=${this.#onAnswer}
      ></wx-request-bar>`;
    }
    if (state !== "active") {
      return html`<div class="ended">
        <p>
          ${
            state === "left"
              ? "You left this conversation."
              : "You are not in this conversation any more, so nothing can be sent."
          }
        </p>
        <button class="outlined" @click=${this.#onDelete}>Delete it here</button>
      </div>`;
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
        .send=${this.send}
      ></wx-composer>
    `;
  }
}

customElements.define("wx-conversation", ConversationView);
