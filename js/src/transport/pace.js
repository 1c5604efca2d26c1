/** Servers that asked to be left alone for a while (RFC 9110 section 10.2.3, RFC 6585 section 4). */
import { localError } from "../errors.js";
import { hostOf, retryAfterOf } from "./http.js";

/** Timers may come a little early. */
const TOLERANCE_MS = 50;

export class Pace {
  /** @type {Map<string, number>} by origin, milliseconds since 1970 */
  #notBefore = new Map();

  /**
   * @param {string} url
   * @throws {import("../errors.js").WaxsealError} RATE_LIMITED with what is left of the wait; the
   *   server is not asked
   */
  check(url) {
    const { origin } = new URL(url);
    const retryAfter = (this.#notBefore.get(origin) ?? 0) - Date.now();
    if (retryAfter > TOLERANCE_MS) {
      throw localError("RATE_LIMITED", { about: hostOf(url), retryAfter });
    }
    if (retryAfter <= 0) this.#notBefore.delete(origin);
  }

  /**
   * @param {string} url
   * @param {Response} response
   */
  note(url, { status, headers }) {
    if (status !== 429 && status !== 503) return;
    const retryAfter = retryAfterOf(headers);
    if (retryAfter) this.#notBefore.set(new URL(url).origin, Date.now() + retryAfter);
  }
}
