/**
 * The events of a Waxseal object, by type: what their `detail` holds.
 *
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("./views.js").Note} Note
 * @typedef {import("./views.js").Notice} Notice
 * @typedef {import("./records.js").ContactRecord} ContactRecord
 * @typedef {import("../transport/transport.js").SyncState} SyncState
 *
 * @typedef {object} WaxsealEvents
 * @property {{ conversation: Conversation, note: Note }} message a message came, or one of our own
 *   was stored
 * @property {{ conversation: Conversation }} conversation anything about it changed: show it anew
 * @property {{ conversation: Conversation, notice: Notice }} notice a sentence to show between the
 *   messages
 * @property {{ actor: string, keys: string[], conversation?: Conversation }} device somebody uses a
 *   new device
 * @property {{ actor: string, keys: string[], conversation?: Conversation }} key-changed somebody's
 *   keys changed
 * @property {{ contact: ContactRecord }} contact something about a person changed
 * @property {{ error: Error, conversation?: Conversation, actor?: string }} error something went
 *   wrong; everything else goes on
 * @property {{ state: SyncState, error?: Error }} sync-state
 * @property {{ error?: Error }} lock the client is closed, and what it knew is forgotten: open it again.
 *   error: why, if the user did not wish it
 *
 * @typedef {object} TypedTarget
 * @property {<K extends keyof WaxsealEvents>(type: K,
 *   listener: (event: CustomEvent<WaxsealEvents[K]>) => void,
 *   options?: boolean | AddEventListenerOptions) => void} addEventListener
 * @property {<K extends keyof WaxsealEvents>(type: K,
 *   listener: (event: CustomEvent<WaxsealEvents[K]>) => void,
 *   options?: boolean | EventListenerOptions) => void} removeEventListener
 * @property {(event: Event) => boolean} dispatchEvent
 */

/** EventTarget, with the types of our events. */
export const WaxsealEventTarget = /** @type {new () => TypedTarget} */ (
  /** @type {unknown} */ (EventTarget)
);
