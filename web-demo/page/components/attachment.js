/**
 * <wx-attachment>: a file of a message. Pictures that came with the message are shown; what lies on a
 * server is fetched only when somebody asks for it.
 */
import { css, html, LitElement } from "lit";
import { file } from "../icons.js";
import { problemOf } from "../messenger.js";
import { formatSize } from "../sizes.js";
import { base, controls } from "../styles.js";

/** @typedef {import("../messenger.js").Note["attachments"][number]} Attachment */

export class AttachmentView extends LitElement {
  /** @override */
  static properties = {
    attachment: { attribute: false },
    withMedia: { attribute: false },
    url: { state: true },
    done: { state: true },
    problem: { state: true },
  };

  /** @override */
  static styles = [
    base,
    controls,
    css`
      img,
      video {
        border-radius: 0.5rem;
        display: block;
        max-height: 20rem;
        max-width: 100%;
      }
      audio {
        max-width: 100%;
      }
      .file {
        align-items: center;
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
      }
      .name {
        overflow-wrap: anywhere;
      }
      .size,
      figcaption {
        font-size: 0.8125rem;
      }
      figure {
        margin: 0;
      }
      progress {
        accent-color: var(--accent);
        width: 8rem;
      }
      a {
        color: inherit;
      }
    `,
  ];

  constructor() {
    super();
    /** @type {Attachment | undefined} */
    this.attachment = undefined;
    this.withMedia = true;
    /** Address of the loaded file in this page. @type {string | undefined} */
    this.url = undefined;
    /** Its type, which is never one that runs. */
    this.shownType = "";
    /** How much has come, in octets; undefined: nothing was asked for. @type {number | undefined} */
    this.done = undefined;
    /** @type {import("../messenger.js").Problem | undefined} */
    this.problem = undefined;
  }

  /**
   * @override
   * @param {import("lit").PropertyValues<this>} changed
   */
  willUpdate(changed) {
    if (!changed.has("attachment") && !changed.has("withMedia")) return;
    this.#forget();
    const { attachment } = this;
    const isHere = attachment?.readable && !attachment.remote;
    if (this.withMedia && isHere && attachment.type === "Image") this.#load();
  }

  /** @override */
  disconnectedCallback() {
    super.disconnectedCallback();
    this.#forget();
  }

  #forget() {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = undefined;
    this.done = undefined;
    this.problem = undefined;
  }

  async #load() {
    const { attachment } = this;
    if (!attachment || this.done !== undefined) return;
    this.done = 0;
    this.problem = undefined;
    try {
      const onProgress = (/** @type {{ done: number }} */ { done }) => {
        this.done = done;
      };
      const blob = await attachment.load({ onProgress });
      if (attachment !== this.attachment) return;
      this.shownType = blob.type;
      this.url = URL.createObjectURL(blob);
    } catch (error) {
      this.problem = problemOf(error);
      this.done = undefined;
    }
  }

  /** @override */
  render() {
    const { attachment, url } = this;
    if (!attachment) return undefined;
    if (!this.withMedia) {
      return html`<p class="file">${file} <span>A file, shown once you accept</span></p>`;
    }
    const media = url ? this.#renderMedia(url, attachment) : undefined;
    return media ?? this.#renderFile(attachment);
  }

  /**
   * @param {string} url
   * @param {Attachment} attachment
   */
  #renderMedia(url, { name = "" }) {
    const [kind] = this.shownType.split("/");
    if (kind === "image")
      return html`<img src=${url} alt=${name || "A picture without description"}>`;
    const caption = html`<figcaption dir="auto">${name}</figcaption>`;
    if (kind === "video") {
      return html`<figure><video src=${url} controls aria-label=${name || "Video"}></video>${caption}</figure>`;
    }
    if (kind === "audio") {
      return html`<figure><audio src=${url} controls aria-label=${name || "Audio"}></audio>${caption}</figure>`;
    }
    return undefined;
  }

  /** @param {Attachment} attachment */
  #renderFile(attachment) {
    const { name = "A file", size, readable } = attachment;
    return html`<div class="file">
        ${file}
        <span class="name" dir="auto">${name}</span>
        ${size === undefined ? "" : html`<span class="size">${formatSize(size)}</span>`}
        ${readable ? this.#renderAccess(attachment) : html`<span>can't be opened</span>`}
      </div>
      <div role="alert">
        ${
          this.problem
            ? html`<p class="error">${this.problem.sentence} <code>${this.problem.code}</code></p>`
            : ""
        }
      </div>`;
  }

  /** @param {Attachment} attachment */
  #renderAccess({ name, size }) {
    if (this.url) return html`<a href=${this.url} download=${name ?? "file"}>Save</a>`;
    if (this.done === undefined) {
      return html`<button class="link" @click=${this.#load}>
        Open<span class="visually-hidden"> ${name}</span>
      </button>`;
    }
    return html`<progress
      aria-label="Downloading"
      max=${size ?? 1}
      value=${Math.min(this.done, size ?? 1)}
    ></progress>`;
  }
}

customElements.define("wx-attachment", AttachmentView);
