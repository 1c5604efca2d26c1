/** <wx-app>: signs in, opens the client, and lays out list and conversation. */
import { html, LitElement } from "lit";
import { Messenger, problemOf } from "../messenger.js";
import { currentSession, readLink, signIn, signOut, takeLinkFromAddress } from "../session.js";
import { base, controls } from "../styles.js";
import { appStyles } from "./app-styles.js";
import "./conversation.js";
import "./problems.js";
import "./servers-dialog.js";
import "./settings-dialog.js";
import "./sidebar.js";
import "./sign-in.js";
import "./start-dialog.js";

/** @typedef {import("../messenger.js").Problem} Problem */

export class App extends LitElement {
  /** @override */
  static properties = {
    phase: { attribute: false },
    problem: { attribute: false },
    ready: { type: Boolean, reflect: true },
  };

  /** @override */
  static styles = [base, controls, appStyles];

  constructor() {
    super();
    /** @type {"sign-in" | "opening" | "failed" | "open"} */
    this.phase = "opening";
    /** @type {Problem | undefined} */
    this.problem = undefined;
    this.ready = false;
    /** @type {Messenger | undefined} */
    this.messenger = undefined;
    /** @type {import("../session.js").Session | undefined} */
    this.session = undefined;
  }

  /** @override */
  connectedCallback() {
    super.connectedCallback();
    this.#start();
    window.addEventListener("hashchange", this.#onLink);
    document.addEventListener("visibilitychange", this.#onVisible);
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("hashchange", this.#onLink);
    document.removeEventListener("visibilitychange", this.#onVisible);
  }

  /** A link was put into the address of this very page: somebody else may sign in. */
  #onLink = () => {
    if (readLink(location.hash)) location.reload();
  };

  #onVisible = () => this.messenger?.open(this.messenger.conversation?.id);

  async #start() {
    const link = takeLinkFromAddress();
    try {
      const session = link ? await signIn(link) : currentSession();
      if (session) await this.#open(session);
      else this.phase = "sign-in";
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {unknown} error */
  #fail(error) {
    this.problem = problemOf(error);
    this.phase = currentSession() ? "failed" : "sign-in";
  }

  /** @param {import("../session.js").Session} session */
  async #open(session) {
    this.phase = "opening";
    this.problem = undefined;
    this.session = session;
    this.messenger = await Messenger.open(session);
    this.messenger.addEventListener("change", () => this.#onChange());
    this.phase = "open";
    this.#onChange();
  }

  #onChange() {
    const unread = this.messenger?.summaries.reduce((sum, one) => sum + one.unread, 0) ?? 0;
    document.title = unread > 0 ? `(${unread}) Waxseal` : "Waxseal";
    this.ready = this.messenger?.isReady === true;
    this.requestUpdate();
  }

  /** @param {CustomEvent<{ session: import("../session.js").Session }>} event */
  async #onSignedIn({ detail }) {
    try {
      await this.#open(detail.session);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #onSignOut() {
    await this.messenger?.close();
    this.messenger = undefined;
    if (this.session) await signOut(this.session);
    document.title = "Waxseal";
    this.ready = false;
    this.problem = undefined;
    this.phase = "sign-in";
  }

  /** @param {string | undefined} id */
  async #show(id) {
    const previous = this.messenger?.conversation?.id;
    this.messenger?.open(id);
    await this.updateComplete;
    // Keyboard and screen reader go where the eye goes.
    const target =
      id === undefined
        ? this.renderRoot.querySelector("wx-sidebar")
        : this.renderRoot.querySelector("wx-conversation");
    await target?.updateComplete;
    target?.focusInside(id ?? previous);
  }

  /** @param {"wx-start-dialog" | "wx-servers-dialog" | "wx-settings-dialog"} name */
  #showDialog(name) {
    this.renderRoot.querySelector(name)?.show();
  }

  /** @override */
  render() {
    return html`
      ${this.#renderPhase()}
      <wx-servers-dialog></wx-servers-dialog>
    `;
  }

  #renderPhase() {
    if (this.phase === "open" && this.messenger) return this.#renderMessenger(this.messenger);
    if (this.phase === "opening") {
      return html`<main class="single"><p role="status">Opening your conversations…</p></main>`;
    }
    if (this.phase === "failed" && this.problem) return this.#renderFailure(this.problem);
    return html`<main class="single">
      <wx-sign-in
        .problem=${this.problem}
        @signed-in=${this.#onSignedIn}
        @show-servers=${() => this.#showDialog("wx-servers-dialog")}
      ></wx-sign-in>
    </main>`;
  }

  /** @param {Problem} problem */
  #renderFailure({ code, sentence }) {
    return html`<main class="single">
      <div class="failed">
        <h1>Your conversations can't be opened</h1>
        <p class="error" role="alert">${sentence} <code>${code}</code></p>
        <div class="buttons">
          <button class="primary" @click=${() => location.reload()}>Try again</button>
          <button class="outlined" @click=${this.#onSignOut}>Sign out</button>
        </div>
      </div>
    </main>`;
  }

  /** @param {Messenger} messenger */
  #renderMessenger(messenger) {
    const { conversation } = messenger;
    return html`
      <wx-problems .messenger=${messenger} .problems=${messenger.problems}></wx-problems>
      <main class=${conversation ? "panes has-open" : "panes"}>
        <h1 class="visually-hidden">Waxseal</h1>
        <wx-sidebar
          .summaries=${messenger.summaries}
          .requests=${messenger.requests}
          .profile=${messenger.profile}
          .syncState=${messenger.syncState}
          .openId=${conversation?.id}
          @open-conversation=${(/** @type {CustomEvent} */ { detail }) => this.#show(detail.id)}
          @start-conversation=${() => this.#showDialog("wx-start-dialog")}
          @show-servers=${() => this.#showDialog("wx-servers-dialog")}
          @show-settings=${() => this.#showDialog("wx-settings-dialog")}
          @sign-out=${this.#onSignOut}
        ></wx-sidebar>
        ${
          conversation
            ? html`<wx-conversation
                .messenger=${messenger}
                .conversation=${conversation}
                @back=${() => this.#show(undefined)}
                @show-servers=${() => this.#showDialog("wx-servers-dialog")}
              ></wx-conversation>`
            : html`<div class="nothing">
                <img src="/seal.svg" alt="">
                <p>Choose a conversation, or begin a new one. Everything you write here is
                  end-to-end encrypted.</p>
              </div>`
        }
      </main>
      <wx-start-dialog
        .messenger=${messenger}
        @started=${(/** @type {CustomEvent} */ { detail }) => this.#show(detail.id)}
      ></wx-start-dialog>
      <wx-settings-dialog
        .messenger=${messenger}
        .receipts=${messenger.receipts}
        .blocked=${messenger.blocked}
      ></wx-settings-dialog>
    `;
  }
}

customElements.define("wx-app", App);
