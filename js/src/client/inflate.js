/** Opening gzip within bounds. */
import { localError } from "../errors.js";

/**
 * @param {Uint8Array} octets
 * @param {number} limit octets that come out at most
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 * @throws {import("../errors.js").WaxsealError} TOO_LARGE, FILE_BROKEN
 */
export async function inflate(octets, limit) {
  const source = new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (octets)]).stream();
  const reader = source.pipeThrough(new DecompressionStream("gzip")).getReader();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let len = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw localError("FILE_BROKEN", { cause });
    });
    if (done) break;
    len += value.length;
    if (len > limit) {
      await reader.cancel().catch(() => {});
      throw localError("TOO_LARGE");
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
