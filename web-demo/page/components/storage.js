/**
 * <wx-storage>: where keys and messages are kept; taking everything along, deleting everything.
 * Fires "delete-everything" when that was confirmed, and "show-report".
 */
import { css, html } from "lit";
import { saveJson } from "../save.js";
import { formatSize } from "../sizes.js";
import { base, controls, stack } from "../styles.js";
import "./confirm.js";
import { Working } from "./working.js";

/** @typedef {Awaited<ReturnType<import("../messenger.js").Messenger["storage"]>>} StorageState */

export class StorageSection extends Working {
  /** @override */
  static properties = { state: { state: true } };

  /** @override */
  static styles = [
    base,
    controls,
    stack,
    css`
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
  }

  /**
   * As when it was never used, with today's figures.
   * @override
   */
  async reset() {
    super.reset();
    this.renderRoot.querySelector("wx-confirm")?.reset();
    this.state = await this.messenger?.storage();
  }

  #download() {
    return this.attempt(async () => {
      saveJson("Waxseal messages", await this.messenger?.exportEverything());
    }, "The file was given to the browser.");
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
      ${this.renderOutcome()}
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
