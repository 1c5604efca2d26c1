/** How far an own message came, in words and a sign. */
import { clock, doubleTick, tick, warning } from "./icons.js";

/** @typedef {import("./messenger.js").Note} Note */

const STATES = {
  sending: { icon: clock, words: "Sending" },
  failed: { icon: warning, words: "Not sent yet" },
  held: { icon: warning, words: "Not sent" },
};

/**
 * @param {Note} note
 * @param {(actor: string) => string} nameOf
 */
export function deliveryOf({ own, state, receipts }, nameOf) {
  if (!own || state === "received") return undefined;
  if (state !== "sent") return STATES[state];
  const names = (/** @type {string} */ what) =>
    receipts.filter(({ receipt }) => receipt === what).map(({ actor }) => nameOf(actor));
  const [read, delivered, failed] = ["read", "delivered", "failed"].map(names);
  if (read?.length) return { icon: doubleTick, words: `Read by ${read.join(", ")}` };
  if (delivered?.length) {
    return { icon: doubleTick, words: `Delivered to ${delivered.join(", ")}` };
  }
  if (failed?.length) return { icon: warning, words: `Unreadable for ${failed.join(", ")}` };
  return { icon: tick, words: "Sent" };
}
