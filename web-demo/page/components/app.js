/** <wx-app>: signs in, opens the client or lets it be unlocked, and lays out list and conversation. */
import { html, LitElement } from "lit";
import { AutoLock } from "../auto-lock.js";
import { Messenger, problemOf } from "../messenger.js";
import { isLockable } from "../protection.js";
import { currentSession, readLink, signIn, signOut, takeLinkFromAddress } from "../session.js";
import { base, controls } from "../styles.js";
import { appStyles } from "./app-styles.js";
import "./conversation.js";
import "./problems.js";
import "./report-dialog.js";
import "./servers-dialog.js";
import "./settings-dialog.js";
import "./sidebar.js";
import "./sign-in.js";
import "./start-dialog.js";
import "./unlock.js";

/** @typedef {import("../messenger.js").Problem} Problem */

export class App extends LitElement {
  /** @override */
  static properties = {
    phase: { attribute: false },
    problem: { attribute: false },
    done: { state: true },
    ready: { type: Boolean, reflect: true },
  };

  /** @override */
  static styles = [base, controls, appStyles];

  constructor() {
    super();
    /** @type {"sign-in" | "opening" | "locked" | "failed" | "open"} */
    this.phase = "opening";
    /** @type {Problem | undefined} */
    this.problem = undefined;
    this.ready = false;
    /** @type {Messenger | undefined} */
    this.messenger = undefined;
    /** @type {import("../session.js").Session | undefined} */
    this.session = undefined;
    /** @type {AutoLock | undefined} */
    this.autoLock = undefined;
    /** Kinds of ways to unlock. @type {string[]} */
    this.kinds = [];
    /** What was done before signing out, as a sentence. */
    this.done = "";
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

  /**
   * Opens what is stored here, or shows how to unlock it.
   * @param {import("../session.js").Session} session
   */
  async #open(session) {
    this.phase = "opening";
    this.problem = undefined;
    this.session = session;
    try {
      this.#enter(await Messenger.open(session));
    } catch (error) {
      if (problemOf(error).code !== "VAULT_LOCKED") throw error;
      this.kinds = /** @type {import("waxseal").WaxsealError} */ (error).wraps ?? [];
      this.phase = "locked";
    }
  }

  /** @param {Messenger} messenger just opened */
  #enter(messenger) {
    this.messenger = messenger;
    this.done = "";
    const actor = this.session?.actor ?? "";
    const autoLock = new AutoLock(messenger.vault, actor, (error) => messenger.report(error));
    this.autoLock = autoLock;
    messenger.addEventListener("change", () => this.#onChange());
    messenger.addEventListener("lock", (event) => this.#onLocked(event));
    this.phase = "open";
    this.#onChange();
  }

  /** Nothing that was read is shown any more. */
  #leave() {
    this.autoLock?.close();
    this.autoLock = undefined;
    this.messenger = undefined;
    document.title = "Waxseal";
    this.ready = false;
    this.problem = undefined;
  }

  #onChange() {
    const unread = this.messenger?.summaries.reduce((sum, one) => sum + one.unread, 0) ?? 0;
    document.title = unread > 0 ? `(${unread}) Waxseal` : "Waxseal";
    this.ready = this.messenger?.isReady === true;
    this.requestUpdate();
  }

  /** @param {Event} event by this tab or another one, or because the database is gone */
  async #onLocked(event) {
    if (!this.messenger || event.target !== this.messenger) return;
    this.#leave();
    const { error } = /** @type {CustomEvent<{ error?: Error }>} */ (event).detail;
    try {
      if (error) throw error;
      if (this.session) await this.#open(this.session);
    } catch (reason) {
      this.#fail(reason);
    }
  }

  #lock() {
    this.messenger?.vault.lock().catch((error) => this.messenger?.report(error));
  }

  /** @param {CustomEvent<{ session: import("../session.js").Session }>} event */
  async #onSignedIn({ detail }) {
    try {
      await this.#open(detail.session);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @param {CustomEvent<{ messenger: Messenger }>} event */
  #onUnlocked({ detail: { messenger } }) {
    if (this.phase === "locked") this.#enter(messenger);
    // Signed out in the meantime.
    else messenger.close();
  }

  async #openAgain() {
    try {
      if (this.session) await this.#open(this.session);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #onSignOut() {
    const { messenger } = this;
    this.#leave();
    await messenger?.close();
    if (this.session) await signOut(this.session);
    this.phase = "sign-in";
  }

  async #deleteEverything() {
    const { messenger } = this;
    this.#leave();
    this.phase = "opening";
    try {
      await messenger?.deleteEverything();
      AutoLock.forget(this.session?.actor ?? "");
      await this.#onSignOut();
      this.done = "All keys and messages were deleted from this device.";
    } catch (error) {
      this.#fail(error);
    }
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

  /** @param {"wx-start-dialog" | "wx-servers-dialog" | "wx-settings-dialog" | "wx-report-dialog"} name */
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
    if (this.phase === "locked") return this.#renderLocked();
    if (this.phase === "failed" && this.problem) return this.#renderFailure(this.problem);
    return html`<main class="single">
      <wx-sign-in
        .problem=${this.problem}
        .done=${this.done}
        @signed-in=${this.#onSignedIn}
        @show-servers=${() => this.#showDialog("wx-servers-dialog")}
      ></wx-sign-in>
    </main>`;
  }

  #renderLocked() {
    return html`<main class="single">
      <wx-unlock
        .session=${this.session}
        .kinds=${this.kinds}
        @unlocked=${this.#onUnlocked}
        @open-again=${this.#openAgain}
        @sign-out=${this.#onSignOut}
      ></wx-unlock>
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
          .lockable=${isLockable(messenger.vault.wraps)}
          @open-conversation=${(/** @type {CustomEvent} */ { detail }) => this.#show(detail.id)}
          @start-conversation=${() => this.#showDialog("wx-start-dialog")}
          @show-servers=${() => this.#showDialog("wx-servers-dialog")}
          @show-settings=${() => this.#showDialog("wx-settings-dialog")}
          @lock=${this.#lock}
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
        .autoLock=${this.autoLock}
        .receipts=${messenger.receipts}
        .blocked=${messenger.blocked}
        @change=${() => {
          this.autoLock?.update();
          this.requestUpdate();
        }}
        @show-report=${() => this.#showDialog("wx-report-dialog")}
        @delete-everything=${this.#deleteEverything}
      ></wx-settings-dialog>
      <wx-report-dialog .messenger=${messenger}></wx-report-dialog>
    `;
  }
}

customElements.define("wx-app", App);
