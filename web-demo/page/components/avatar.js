/** <wx-avatar>: initials on a colour that follows from the actor's address. Decoration only. */
import { css, html, LitElement } from "lit";

export class Avatar extends LitElement {
  /** @override */
  static properties = {
    name: {},
    actor: {},
    hue: { type: Number, reflect: true },
  };

  /** @override */
  static styles = css`
    :host {
      align-items: center;
      background: light-dark(#e3e0d8, #33393d);
      border-radius: 50%;
      color: light-dark(#33393d, #e3e0d8);
      display: flex;
      flex: none;
      font-weight: 600;
      height: 2.75rem;
      justify-content: center;
      width: 2.75rem;
    }
    :host([hue="0"]) {
      background: light-dark(#f2d7d5, #5a2a2e);
      color: light-dark(#6d1f27, #f6dcdc);
    }
    :host([hue="1"]) {
      background: light-dark(#f3e2c7, #524018);
      color: light-dark(#5d430c, #f5e6c8);
    }
    :host([hue="2"]) {
      background: light-dark(#d9e8d3, #2c4a2a);
      color: light-dark(#24481d, #dcecd6);
    }
    :host([hue="3"]) {
      background: light-dark(#d0e6ea, #1d4650);
      color: light-dark(#12434e, #d4ecf0);
    }
    :host([hue="4"]) {
      background: light-dark(#dcdff2, #34396a);
      color: light-dark(#2a2f69, #e2e4f7);
    }
    :host([hue="5"]) {
      background: light-dark(#ecd9ee, #53305a);
      color: light-dark(#53215c, #f0dff2);
    }
  `;

  constructor() {
    super();
    this.name = "";
    this.actor = "";
    this.hue = 0;
  }

  /** @override */
  willUpdate() {
    let sum = 7;
    for (const letter of this.actor) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 65_521;
    this.hue = sum % 6;
  }

  /** @override */
  render() {
    const [first] = this.name.trim();
    return html`<span aria-hidden="true">${(first ?? "?").toLocaleUpperCase()}</span>`;
  }
}

customElements.define("wx-avatar", Avatar);
