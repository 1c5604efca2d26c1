/** <wx-start-anew>: for somebody who has lost the passphrase. Fires "deleted". */
import { html } from "lit";
import { AutoLock } from "../auto-lock.js";
import { Messenger } from "../messenger.js";
import { base, controls, disclosure } from "../styles.js";
import "./confirm.js";
import { Working } from "./working.js";

export class StartAnew extends Working {
  /** @override */
  static properties = { session: { attribute: false } };

  /** @override */
  static styles = [base, controls, disclosure];

  constructor() {
    super();
    /** @type {import("../session.js").Session | undefined} */
    this.session = undefined;
  }

  #delete() {
    return this.attempt(async () => {
      if (!this.session) return;
      await Messenger.deleteDatabase(this.session);
      AutoLock.forget(this.session.actor);
      this.dispatchEvent(new Event("deleted"));
    });
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
      ${this.renderOutcome()}
    </details>`;
  }
}

customElements.define("wx-start-anew", StartAnew);
