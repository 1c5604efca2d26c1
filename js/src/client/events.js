/**
 * The events of a Waxseal object, by type: what their `detail` holds.
 *
 * @typedef {import("./conversation.js").Conversation} Conversation
 * @typedef {import("./records.js").NoteRecord} NoteRecord
 * @typedef {import("./records.js").NoticeRecord} NoticeRecord
 * @typedef {import("../transport/transport.js").SyncState} SyncState
 *
 * @typedef {object} WaxsealEvents
 * @property {{ conversation: Conversation, note: NoteRecord }} message a note came, or one of our own
 *   was stored
 * @property {{ conversation: Conversation }} conversation anything about it changed: show it anew
 * @property {{ conversation: Conversation, notice: NoticeRecord }} notice a sentence to show between
 *   the messages
 * @property {{ conversation: Conversation, actor: string, keys: string[] }} device somebody uses a
 *   new device
 * @property {{ conversation: Conversation, actor: string, keys: string[] }} key-changed somebody's
 *   keys changed
 * @property {{ error: Error, conversation?: Conversation, actor?: string }} error something went
 *   wrong; everything else goes on
 * @property {{ state: SyncState, error?: Error }} sync-state
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
