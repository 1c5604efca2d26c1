/**
 * Errors reach people as a code for programs and a sentence for people. Codes and sentences of the
 * core come from C; those below are about what only JavaScript does: loading, network, storage.
 */

const SENTENCES = {
  WASM_BLOCKED:
    "This page's Content-Security-Policy does not allow WebAssembly. Add 'wasm-unsafe-eval' to its script-src (waxseal/inline needs it too).",
  WASM_LOAD:
    "The WebAssembly core could not be loaded. Serve waxseal's dist/core.wasm beside the script, pass its address to init({ wasm }), or import waxseal/inline.",
  WASM_INVALID:
    "What was loaded is not waxseal's WebAssembly core. Check the file, or import waxseal/inline.",
  WASM_PARTIAL:
    "The WebAssembly core that was loaded has no Fediverse engine: mls.wasm is for waxseal/mls only. Load core.wasm.",
  WASM_MEMORY:
    "There is not enough memory for the WebAssembly core. Close other tabs or programs, then try again.",
  CORE_NOT_LOADED: "The WebAssembly core is not loaded yet. Call and await init() first.",
  CORE_BROKEN:
    "The WebAssembly core stopped in the middle of its work and can't be used on. Reload the page or restart the program; stored conversations are safe.",
  NETWORK: "The server can't be reached. Check the connection and try again.",
  UNAUTHORISED: "The server does not accept the sign-in any more. Sign in again.",
  FORBIDDEN: "The server does not allow this.",
  NOT_FOUND: "The server knows nothing under this address. Check the spelling.",
  RATE_LIMITED: "The server asks to wait before anything else is sent. Try again later.",
  SERVER_ERROR: "The server has a problem of its own. Try again later.",
  SERVER_REFUSED: "The server refused what was sent.",
  NOT_JSON:
    "The server answered with something that is not Activity Streams JSON. Check its address.",
  TOO_LARGE: "This is larger than the limit. Send less at a time.",
  NO_SUCH_ACTOR: "There is nobody with this name. Check the spelling and the server.",
  NOT_AN_ACTOR: "This address does not belong to a person or program that can be written to.",
  REQUEST_NOT_ACCEPTED:
    "Somebody you do not know started this conversation. Accept it before you answer or open files.",
  HELD: "Others than those whom this message was written to would read it now. Send it again if it is meant for them, too.",
  FILE_BROKEN:
    "This file can't be opened: it was damaged on the way, or comes from faulty software. Ask for it to be sent again.",
  STATE_CONFLICT:
    "Another tab or program changed the stored conversations at the same time. Try again.",
  DATABASE:
    "The database on this device can't be read or written. Free some space, then try again.",
  DATABASE_NEWER:
    "This database was made by a newer version of this program. Reload the page, or update the program.",
  DATABASE_IN_USE: "Another running program uses this database. Close it first.",
  DATABASE_BROKEN: "The database on this device is damaged. Restore a backup or start a new one.",
  STORAGE_FULL:
    "There is no room left on this device, so nothing was changed. Free some space, then try again.",
  STORAGE_GONE:
    "The keys and messages on this device were deleted, by the browser or in another window. Reload the page to start anew.",
  STORAGE_EVICTED:
    "The browser has deleted the keys and messages that it kept on this device. This is a new device now: ask to be added to your conversations again, and allow this site to store data permanently.",
  VAULT_LOCKED:
    "The keys and messages on this device are locked. Unlock them with one of the ways that were set up.",
  WRONG_PASSPHRASE: "This is not the passphrase. Nothing was changed; try again.",
  PASSKEY_FAILED:
    "The passkey could not be used: it was not given, is gone, or can't protect data. Nothing is lost; try again, or unlock with the passphrase.",
  WRONG_KEY_FILE: "This key file does not open the database. Give the one that it was made with.",
  LAST_WRAP:
    "A passphrase or this device's own key has to stay, or nobody could open the messages any more. Add another way first.",
  NO_SUCH_WRAP: "This way to unlock was removed already. Look at the list again.",
  RECORD_BROKEN:
    "A part of the stored data was damaged or exchanged, and is not used. Everything else works; ask for lost messages to be sent again.",
  WRONG_ACCOUNT: "This database belongs to another account. Choose another database name.",
  CLOSED: "The client was closed. Open it again.",
};

/** @typedef {keyof typeof SENTENCES} LocalCode */

export class WaxsealError extends Error {
  /**
   * @param {string} code
   * @param {string} sentence what happened and what to do about it
   * @param {{ cause?: unknown, status?: number, retryAfter?: number, wraps?: string[] }} [details]
   */
  constructor(code, sentence, { cause, status, retryAfter, wraps } = {}) {
    super(sentence, cause === undefined ? undefined : { cause });
    this.name = "WaxsealError";
    /** The C name without MLS_ERR_, or a name of this file. */
    this.code = code;
    if (status !== undefined) {
      /** The HTTP status, where one is behind the error. @type {number | undefined} */
      this.status = status;
    }
    if (retryAfter !== undefined) {
      /** Milliseconds to wait, where the server said so. @type {number | undefined} */
      this.retryAfter = retryAfter;
    }
    if (wraps !== undefined) {
      /** Of VAULT_LOCKED: the kinds of ways to unlock. @type {string[] | undefined} */
      this.wraps = wraps;
    }
  }
}

/**
 * An error of this file.
 * @param {LocalCode} code
 * @param {{ cause?: unknown, status?: number, retryAfter?: number, wraps?: string[],
 *   about?: string }} [details] about: what the sentence is about, put in front of it
 */
export function localError(code, { about, ...details } = {}) {
  const sentence = SENTENCES[code];
  return new WaxsealError(code, about ? `${about}: ${sentence}` : sentence, details);
}

/**
 * A wrong argument in a call, found before the core was asked.
 * @param {string} sentence
 */
export function invalidArgument(sentence) {
  return new WaxsealError("INVALID_ARGUMENT", sentence);
}

/**
 * Any thrown value as a WaxsealError.
 * @param {unknown} error
 * @param {LocalCode} code for what is not one yet
 */
export function asWaxsealError(error, code) {
  return error instanceof WaxsealError ? error : localError(code, { cause: error });
}
