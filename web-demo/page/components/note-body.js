/** <wx-note-body>: what somebody wrote, as sanitised HTML. */
import { css, html, LitElement } from "lit";
import { sanitize } from "../sanitize.js";
import { base } from "../styles.js";

export class NoteBody extends LitElement {
  /** @override */
  static properties = { content: { attribute: false } };

  /** @override */
  static styles = [
    base,
    css`
      :host {
        overflow-wrap: anywhere;
      }
      p + p,
      p + ul,
      p + ol,
      ul + p,
      ol + p,
      blockquote + p {
        margin-block-start: 0.5em;
      }
      a {
        color: inherit;
        text-decoration: underline;
        text-underline-offset: 0.15em;
      }
      ul,
      ol {
        padding-inline-start: 1.25em;
      }
      ul {
        list-style: disc;
      }
      ol {
        list-style: decimal;
      }
      blockquote {
        border-inline-start: 3px solid currentColor;
        margin: 0.25em 0;
        padding-inline-start: 0.75em;
      }
      pre {
        margin: 0.25em 0;
        overflow-x: auto;
        white-space: pre-wrap;
      }
    `,
  ];

  constructor() {
    super();
    /** HTML as received. */
    this.content = "";
    /** @type {DocumentFragment | undefined} */
    this.fragment = undefined;
  }

  /**
   * @override
   * @param {import("lit").PropertyValues} changed
   */
  willUpdate(changed) {
    if (changed.has("content")) this.fragment = sanitize(this.content);
  }

  /** @override */
  render() {
    return html`<div dir="auto">${this.fragment}</div>`;
  }
}

customElements.define("wx-note-body", NoteBody);
