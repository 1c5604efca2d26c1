/** <wx-report-dialog>: the report for developers, shown before it goes anywhere. */
import { css, html } from "lit";
import { saveJson } from "../save.js";
import { base, controls, dialogs } from "../styles.js";
import { Working } from "./working.js";

export class ReportDialog extends Working {
  /** @override */
  static properties = { report: { state: true } };

  /** @override */
  static styles = [
    base,
    controls,
    dialogs,
    css`
      pre {
        background: var(--raised);
        border-radius: 0.625rem;
        font-size: 0.8125rem;
        margin-block: 0.75rem;
        max-height: 20rem;
        overflow: auto;
        overflow-wrap: anywhere;
        padding: 0.75rem;
        white-space: pre-wrap;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../messenger.js").Messenger | undefined} */
    this.messenger = undefined;
    /** @type {object | undefined} */
    this.report = undefined;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
  }

  show() {
    this.report = undefined;
    this.#dialog.showModal();
    return this.attempt(async () => {
      this.report = await this.messenger?.diagnostics();
    });
  }

  get #text() {
    return JSON.stringify(this.report, null, 2);
  }

  #copy() {
    return this.attempt(() => navigator.clipboard.writeText(this.#text), "Copied.");
  }

  #save() {
    saveJson("Waxseal report", this.report);
    this.done = "The file was given to the browser.";
  }

  /** @override */
  render() {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">Report for developers</h2>
      <p>
        It counts things and names errors. It holds no messages, no names or addresses, and no keys.
        Nothing is sent: read it, then copy or save it.
      </p>
      ${
        this.report
          ? html`<pre tabindex="0" role="region" aria-label="The report">${this.#text}</pre>`
          : ""
      }
      ${this.renderOutcome()}
      <div class="actions">
        <button class="outlined" aria-disabled=${!this.report} @click=${this.#copy}>Copy</button>
        <button class="outlined" aria-disabled=${!this.report} @click=${this.#save}>Save</button>
        <button class="primary" @click=${() => this.#dialog.close()}>Close</button>
      </div>
    </dialog>`;
  }
}

customElements.define("wx-report-dialog", ReportDialog);
