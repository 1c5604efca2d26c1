/** <wx-start-anew>: for somebody who has lost the passphrase. Fires "deleted". */
import { css, html, LitElement } from "lit";
import { AutoLock } from "../auto-lock.js";
import { Messenger, problemOf } from "../messenger.js";
import { base, controls } from "../styles.js";
import "./confirm.js";

export class StartAnew extends LitElement {
  /** @override */
  static properties = {
    session: { attribute: false },
    problem: { state: true },
    busy: { state: true },
  };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      summary {
        cursor: pointer;
        padding-block: 0.25rem;
      }
      /* What is inside takes over nothing from outside. */
      details > * {
        box-sizing: border-box;
        margin-block-start: 0.5rem;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../session.js").Session | undefined} */
    this.session = undefined;
    /** @type {import("../messenger.js").Problem | undefined} */
    this.problem = undefined;
    this.busy = false;
  }

  async #delete() {
    if (this.busy || !this.session) return;
    this.busy = true;
    this.problem = undefined;
    try {
      await Messenger.deleteDatabase(this.session);
      AutoLock.forget(this.session.actor);
      this.dispatchEvent(new Event("deleted"));
    } catch (error) {
      this.problem = problemOf(error);
    }
    this.busy = false;
  }

  /** @override */
  render() {
    return html`<details>
      <summary>I have lost the passphrase</summary>
      <p>
        Then nothing that is stored here can be read again: nobody has another key, no server and not
        the makers of this page. You can delete it and start anew as a new device. Your account stays
        as it is; others have to add you to their conversations again, and what was written before is
        gone unless another device of yours has it.
      </p>
      <wx-confirm
        label="Delete everything and start anew…"
        yes="Delete everything"
        .busy=${this.busy}
        @confirmed=${this.#delete}
      >Really delete all keys and messages on this device? This can't be undone.</wx-confirm>
      <div role="alert">
        ${
          this.problem
            ? html`<p class="error">${this.problem.sentence} <code>${this.problem.code}</code></p>`
            : ""
        }
      </div>
    </details>`;
  }
}

customElements.define("wx-start-anew", StartAnew);
