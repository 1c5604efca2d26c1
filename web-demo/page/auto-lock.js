/**
 * Locks when nobody has touched the page for a while, in whichever tab. How long is a setting of this
 * page, kept per account in localStorage.
 */
import { isLockable } from "./protection.js";

/** @typedef {import("waxseal").Waxseal["vault"]} Vault */

/** What people can choose from, in minutes; 0: never. */
export const CHOICES = [5, 15, 60, 0];
const MINUTE_MS = 60_000;
/** @param {string} actor */
const nameOf = (actor) => `waxseal-demo:auto-lock:${actor}`;

/** Touches closer together count as one. */
const APART_MS = 1000;
const ACTIVITY = ["pointerdown", "pointermove", "wheel", "keydown"];

export class AutoLock {
  #vault;
  #name;
  #channel;
  #onError;
  #touched = Date.now();

  /**
   * @param {Vault} vault
   * @param {string} actor
   * @param {(error: unknown) => void} onError
   */
  constructor(vault, actor, onError) {
    this.#vault = vault;
    this.#onError = onError;
    this.#name = nameOf(actor);
    this.#channel = new BroadcastChannel(this.#name);
    // Somebody is there, in another tab.
    this.#channel.onmessage = () => this.#touch();
    for (const type of ACTIVITY) window.addEventListener(type, this.#onActivity, { passive: true });
    window.addEventListener("storage", this.#onStorage);
    this.update();
  }

  /** @param {string} actor whose setting is deleted */
  static forget(actor) {
    localStorage.removeItem(nameOf(actor));
  }

  get minutes() {
    return Math.max(0, Number(localStorage.getItem(this.#name)) || 0);
  }

  set minutes(minutes) {
    if (minutes > 0) localStorage.setItem(this.#name, String(minutes));
    else localStorage.removeItem(this.#name);
    this.update();
  }

  /** The minutes or the ways to unlock have changed. */
  update() {
    const minutes = isLockable(this.#vault.wraps) ? this.minutes : 0;
    if (minutes !== this.#vault.autoLockMinutes) this.#vault.autoLockMinutes = minutes;
  }

  #onActivity = () => {
    const since = Date.now() - this.#touched;
    if (since < APART_MS) return;
    const limit = this.#vault.autoLockMinutes * MINUTE_MS;
    // A device that was asleep has not counted the time: whoever wakes it is asked first.
    if (limit > 0 && since > limit) {
      this.#vault.lock().catch(this.#onError);
      return;
    }
    this.#touch();
    this.#channel.postMessage("touched");
  };

  #touch() {
    this.#touched = Date.now();
    this.#vault.touch();
  }

  /** @param {StorageEvent} event of another tab */
  #onStorage = ({ key }) => {
    if (key === this.#name) this.update();
  };

  close() {
    for (const type of ACTIVITY) window.removeEventListener(type, this.#onActivity);
    window.removeEventListener("storage", this.#onStorage);
    this.#channel.close();
  }
}
