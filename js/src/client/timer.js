/** Calls the core when it wants to be called. */

/** setTimeout can wait no longer, in milliseconds. */
const MAX_WAIT = 2 ** 31 - 1;
/** Also when the core is always due. */
const MIN_WAIT = 250;
const AFTER_FAILURE = 30_000;
/** After these, time may have passed without timers. */
const WAKING = ["online", "pageshow", "visibilitychange"];

export class Timer {
  #tick;
  #onError;
  #wake = Number.POSITIVE_INFINITY;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #closed = false;
  #check = () => this.#wait(MIN_WAIT);

  /**
   * @param {object} options
   * @param {() => Promise<void>} options.tick
   * @param {(error: unknown) => void} options.onError
   */
  constructor({ tick, onError }) {
    this.#tick = tick;
    this.#onError = onError;
    for (const target of this.#targets()) {
      for (const type of WAKING) target.addEventListener(type, this.#check);
    }
  }

  #targets() {
    return [globalThis.window, globalThis.document].filter((target) => target !== undefined);
  }

  /** @param {number} wake seconds since 1970 */
  set(wake) {
    this.#wake = wake * 1000;
    this.#wait(MIN_WAIT);
  }

  /** @param {number} atLeast milliseconds */
  #wait(atLeast) {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    const wait = Math.min(Math.max(this.#wake - Date.now(), atLeast), MAX_WAIT);
    this.#timer = setTimeout(() => this.#fire(), wait);
    // In Node: not a reason to go on.
    if (typeof this.#timer === "object") this.#timer.unref?.();
  }

  async #fire() {
    if (Date.now() < this.#wake) return this.#wait(MIN_WAIT);
    try {
      this.#wake = Number.POSITIVE_INFINITY;
      await this.#tick();
    } catch (error) {
      this.#wake = 0;
      if (!this.#closed) this.#onError(error);
      this.#wait(AFTER_FAILURE);
    }
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const target of this.#targets()) {
      for (const type of WAKING) target.removeEventListener(type, this.#check);
    }
  }
}
