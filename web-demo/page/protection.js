/** What protects the stored keys and messages, in sentences that are true. */
import { formatFull } from "./dates.js";

/** @typedef {import("waxseal").Waxseal["vault"]["wraps"]} Ways */
/** @typedef {Ways[number]} Way */

/** So many letters a new passphrase has at least. */
export const MIN_PASSPHRASE = 8;

/**
 * Whether locking keeps anybody out: the browser gives its own key to every script of the page.
 * @param {Ways} ways
 */
export const isLockable = (ways) => !ways.some(({ kind }) => kind === "device");

/**
 * @param {Ways} ways
 * @returns {string}
 */
export function protectionOf(ways) {
  if (!isLockable(ways)) {
    return (
      "Your messages and keys are encrypted with a key of this browser. That protects them against " +
      "other sites and casual reading, not against somebody who has this disk or a copy of it. " +
      "Set a passphrase against that."
    );
  }
  const passkeys = ways.some(({ kind }) => kind === "passkey");
  return (
    `Your messages and keys are encrypted, and only your passphrase${passkeys ? " or a passkey" : ""} ` +
    "opens them. Somebody who has this disk can try passphrases, so a long one matters. It does not " +
    "protect against programs that run on this device, or against this site itself, while it is " +
    "unlocked."
  );
}

/** @param {Way} way */
export function nameOfWay({ kind, name }) {
  if (kind === "passkey") return name ? `Passkey “${name}”` : "Passkey";
  if (kind === "passphrase") return "Passphrase";
  return "Key of this browser";
}

/** @param {Way} way */
export const ageOfWay = ({ created }) => `Set up ${formatFull(created)}`;

/** Whether this browser has passkeys at all; whether one can protect data shows when it is made. */
export const hasPasskeys = () => "PublicKeyCredential" in window;
