/** <wx-servers-dialog>: what end-to-end encryption does not hide. */
import { css, html, LitElement } from "lit";
import { base, controls, dialogs } from "../styles.js";

export class ServersDialog extends LitElement {
  /** @override */
  static styles = [
    base,
    controls,
    dialogs,
    css`
      h3 {
        font-size: 1rem;
        margin-block: 1rem 0.25rem;
      }
      ul {
        list-style: disc;
        padding-inline-start: 1.25rem;
      }
      li + li,
      p + p {
        margin-block-start: 0.25rem;
      }
    `,
  ];

  show() {
    const dialog = /** @type {HTMLDialogElement} */ (this.renderRoot.querySelector("dialog"));
    dialog.showModal();
    dialog.scrollTop = 0;
  }

  #close() {
    this.renderRoot.querySelector("dialog")?.close();
  }

  /** @override */
  render() {
    return html`<dialog aria-labelledby="title">
      <h2 id="title">What servers still see</h2>
      <p>
        Messages are encrypted on your device and decrypted on the devices of the others in the
        conversation. The servers in between carry them and can't read them.
      </p>
      <h3>Your server and theirs see</h3>
      <ul>
        <li>who writes to whom, and when</li>
        <li>how many messages there are, and roughly how long they are</li>
        <li>how many large files there are, how large, and when somebody opens one</li>
        <li>the addresses of your devices on the internet, and which app they use</li>
        <li>the public keys of your devices, and a random number for each conversation</li>
      </ul>
      <h3>They do not see</h3>
      <ul>
        <li>what you write, the files you send, how you react, and what conversations are called</li>
        <li>your private keys</li>
      </ul>
      <h3>A server that lies</h3>
      <p>
        A server could hand out a key of its own in place of your friend's. This page remembers the
        first keys it saw of everybody and tells you in the conversation when one changes or a device
        is added. If in doubt, ask your friend another way.
      </p>
      <h3>On this device</h3>
      <p>
        Conversations and keys are stored encrypted. Unless you set a passphrase in the settings, the
        key for that is kept by the browser: other pages and people who look at the files casually
        can't use it, but somebody with a copy of the whole disk can.
      </p>
      <div class="actions">
        <button class="primary" @click=${this.#close}>Close</button>
      </div>
    </dialog>`;
  }
}

customElements.define("wx-servers-dialog", ServersDialog);
