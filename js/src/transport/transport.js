/**
 * What the client needs of a network: a Transport. ActivityPubTransport is one. Whoever has less to
 * offer, a relay or the API of some server, writes a Relay: relayTransport() makes a Transport of it.
 *
 * @typedef {object} Posted
 * @property {string | undefined} activity id that the server gave the activity
 * @property {string | undefined} object id that the server gave the object in it
 * @property {number} [retryAfter] milliseconds that the server asks to wait before the next one
 *
 * @typedef {object} Batch
 * @property {any[]} items activities, the oldest first, each once
 * @property {string | undefined} cursor what to read on from
 *
 * @typedef {object} Relay every failure is a WaxsealError; one with `retryAfter` is honoured
 * @property {string} actor the own actor's id
 * @property {(activity: any) => Promise<Posted>} post
 * @property {(url: string) => Promise<any>} get reads a document, from whatever server it is
 * @property {(cursor: string | undefined) => Promise<Batch>} read what came after the cursor; all there
 *   is without one. The cursor is the id of the last item
 * @property {(onChange: (activity?: any) => void, signal: AbortSignal) => Promise<void>} [watch] calls
 *   onChange once when it is connected, then whenever something came, with the activity if it is at
 *   hand; ends with the connection, and is then called again. Without it, read() is called now and then
 *
 * @typedef {object} Actor
 * @property {string} id
 * @property {string} name what to show to people
 * @property {string} handle
 * @property {string | undefined} keyPackages address of the collection, to be named in Add and Remove
 *
 * @typedef {"connecting" | "live" | "polling" | "offline"} SyncState
 *
 * @typedef {object} WatchOptions
 * @property {AbortSignal} signal
 * @property {() => string | undefined} since id of the newest activity that was processed
 * @property {(activity: any) => Promise<void>} onActivity called for one activity after the other,
 *   the oldest first; repeats are possible
 * @property {(error: unknown) => void} onError an activity can't be read and is passed over
 * @property {(state: SyncState, error?: Error) => void} onState
 *   a state after which everything there was has been read: live or polling
 *
 * @typedef {object} Transport
 * @property {string} actor the own actor's id
 * @property {() => Promise<Actor>} connect reads the own actor
 * @property {(activity: any) => Promise<Posted>} post
 * @property {(options: WatchOptions) => Promise<void>} watch reads what comes until the signal
 * @property {() => Promise<string | undefined>} newest id of the newest activity there is
 * @property {(who: string) => Promise<Actor>} resolve finds an actor by handle or address
 * @property {(actor: string) => Promise<any[]>} keyPackages the objects in the actor's collection
 * @property {(url: string) => Promise<any>} get reads an object
 * @property {(octets: Uint8Array, options: import("./media.js").UploadOptions) => Promise<string>}
 *   [upload] keeps octets, which are encrypted, under an address that everybody may read; without it
 *   files have to fit into messages
 * @property {(url: string, options: import("./media.js").DownloadOptions) => Promise<Uint8Array>}
 *   download reads octets without saying who asks; see download() in media.js
 * @property {(error: unknown) => boolean} isTransient whether the same may succeed later
 */

export {};
