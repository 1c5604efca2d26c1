/**
 * <wx-storage>: where keys and messages are kept; taking everything along, deleting everything.
 * Fires "delete-everything" when that was confirmed, and "show-report".
 */
import { css, html, LitElement } from "lit";
import { problemOf } from "../messenger.js";
import { saveJson } from "../save.js";
import { formatSize } from "../sizes.js";
import { base, controls } from "../styles.js";
import "./confirm.js";

/** @typedef {Awaited<ReturnType<import("../messenger.js").Messenger["storage"]>>} StorageState */

export class StorageSection extends LitElement {
  /** @override */
  static properties = {
    state: { state: true },
    problem: { state: true },
    done: { state: true },
    busy: { state: true },
  };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
      }
      button {
        justify-self: start;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {import("../messenger.js").Messenger | undefined} */
    this.messenger = undefined;
    /** @type {StorageState | undefined} */
    this.state = undefined;
    /** @type {import("../messenger.js").Problem | undefined} */
    this.problem = undefined;
    /** What was done, as a sentence. */
    this.done = "";
    this.busy = false;
  }

  /** As when it was never used, with today's figures. */
  async reset() {
    this.problem = undefined;
    this.done = "";
    this.renderRoot.querySelector("wx-confirm")?.reset();
    this.state = await this.messenger?.storage();
  }

  async #download() {
    if (this.busy || !this.messenger) return;
    this.busy = true;
    this.problem = undefined;
    try {
      saveJson("Waxseal messages", await this.messenger.exportEverything());
      this.done = "The file was given to the browser.";
    } catch (error) {
      this.problem = problemOf(error);
    }
    this.busy = false;
  }

  /** @override */
  render() {
    return html`
      ${this.state ? this.#renderState(this.state) : ""}
      <p class="hint" id="download-hint">
        The file holds your messages and their files, readable for everybody who gets it, and no keys.
      </p>
      <button
        class="outlined"
        aria-describedby="download-hint"
        aria-disabled=${this.busy}
        @click=${this.#download}
      >${this.busy ? "Collecting…" : "Download everything"}</button>
      <button class="outlined" @click=${() => this.dispatchEvent(new Event("show-report"))}>
        Report for developers…
      </button>
      <wx-confirm
        label="Delete everything on this device…"
        yes="Delete everything"
        @confirmed=${() => this.dispatchEvent(new Event("delete-everything"))}
      >Really delete all keys and messages on this device, and sign out? This can't be undone. Your other
        devices and the others in your conversations keep what they have.</wx-confirm>
      <div role="status">${this.done ? html`<p>${this.done}</p>` : ""}</div>
      <div role="alert">
        ${
          this.problem
            ? html`<p class="error">${this.problem.sentence} <code>${this.problem.code}</code></p>`
            : ""
        }
      </div>
    `;
  }

  /** @param {StorageState} state */
  #renderState({ persisted, usage, quota }) {
    return html`<p class="state">
      ${
        persisted
          ? "The browser keeps what is stored here until you delete it."
          : `The browser may delete what is stored here when space gets short, or when you have not been
            here for long. Then this would be a new device, and your messages would be gone from it.
            Installing or bookmarking this page, or allowing notifications, makes some browsers keep it.`
      }
      ${
        usage === undefined || quota === undefined
          ? ""
          : `This site uses ${formatSize(usage)} of ${formatSize(quota)}.`
      }
    </p>`;
  }
}

customElements.define("wx-storage", StorageSection);
