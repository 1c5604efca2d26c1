/** What elements share that do something which takes a while, can fail, and is told when it is done. */
import { html, LitElement } from "lit";
import { problemOf } from "../messenger.js";

export class Working extends LitElement {
  /**
   * @override
   * @type {import("lit").PropertyDeclarations}
   */
  static properties = {
    problem: { state: true },
    done: { state: true },
    busy: { state: true },
  };

  constructor() {
    super();
    /** @type {import("../messenger.js").Problem | undefined} */
    this.problem = undefined;
    /** What was done, as a sentence. */
    this.done = "";
    this.busy = false;
  }

  #clear() {
    this.problem = undefined;
    this.done = "";
  }

  /** Nothing was tried yet. */
  reset() {
    this.#clear();
  }

  /**
   * @param {() => Promise<unknown>} work
   * @param {string} [done] what is said afterwards
   * @returns {Promise<boolean>} whether it went well; false also while something else is under way
   */
  async attempt(work, done = "") {
    if (this.busy) return false;
    this.busy = true;
    this.#clear();
    try {
      await work();
      this.done = done;
    } catch (error) {
      this.problem = problemOf(error);
    }
    this.busy = false;
    return this.problem === undefined;
  }

  /** Sentences that screen readers speak when they appear. */
  renderOutcome() {
    const { done, problem } = this;
    return html`
      <div role="status">${done ? html`<p>${done}</p>` : ""}</div>
      <div role="alert" id="problem">
        ${
          problem ? html`<p class="error">${problem.sentence} <code>${problem.code}</code></p>` : ""
        }
      </div>
    `;
  }
}
