/** <wx-sign-in>: for people who came without a link. Fires "signed-in" with the session. */
import { css, html, LitElement } from "lit";
import { problemOf } from "../messenger.js";
import { readLink, signIn } from "../session.js";
import { base, card, controls } from "../styles.js";

export class SignIn extends LitElement {
  /** @override */
  static properties = {
    problem: { attribute: false },
    done: { attribute: false },
    busy: { state: true },
  };

  /** @override */
  static styles = [
    base,
    controls,
    card,
    css`
      form {
        margin-block: 1.25rem 0.75rem;
      }
      .hint,
      .error {
        margin-block: 0.5rem 1rem;
      }
      .primary {
        width: 100%;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../messenger.js").Problem | undefined} */
    this.problem = undefined;
    /** What was done before, as a sentence. */
    this.done = "";
    this.busy = false;
  }

  /** @param {SubmitEvent} event */
  async #onSubmit(event) {
    event.preventDefault();
    if (this.busy) return;
    const form = /** @type {HTMLFormElement} */ (event.target);
    const link = readLink(String(new FormData(form).get("link")));
    this.busy = true;
    try {
      if (!link) throw new Error("This is no sign-in link. Copy the whole line of your name.");
      const session = await signIn(link);
      this.dispatchEvent(new CustomEvent("signed-in", { detail: { session } }));
    } catch (error) {
      this.problem = problemOf(error);
      form.querySelector("input")?.focus();
    }
    this.busy = false;
  }

  /** @override */
  render() {
    return html`
      <header>
        <img src="/seal.svg" alt="">
        <h1>Waxseal</h1>
      </header>
      <div role="status">${this.done ? html`<p class="hint">${this.done}</p>` : ""}</div>
      <p>
        Messages between people of the Fediverse, sealed on your device: servers carry them and can't
        read them.
      </p>
      <form @submit=${this.#onSubmit}>
        <label for="link">Sign-in link or code</label>
        <input
          id="link"
          name="link"
          type="text"
          required
          autocomplete="off"
          spellcheck="false"
          autocapitalize="none"
          aria-describedby="hint problem"
        >
        <p class="hint" id="hint">
          <code>web-demo/run</code> prints one for Alice and one for Bob. Paste it whole, or what
          follows the #.
        </p>
        <div role="alert" id="problem">
          ${this.problem ? html`<p class="error">${this.problem.sentence}</p>` : ""}
        </div>
        <button class="primary" aria-disabled=${this.busy}>
          ${this.busy ? "Signing in…" : "Sign in"}
        </button>
      </form>
      <button class="link" @click=${() => this.dispatchEvent(new Event("show-servers"))}>
        What servers still see
      </button>
    `;
  }
}

customElements.define("wx-sign-in", SignIn);
