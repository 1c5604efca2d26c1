/**
 * What a store of sealed records does. It never sees what the records say, and holds no key.
 *
 * The whole store has a counter that grows by one with each write. A writer says which value it has
 * seen; if another tab or program wrote since, nothing is written and the error is STATE_CONFLICT. So
 * two tabs can't use the same message key.
 *
 * Who writes a store: js/src/store/conformance.js shows whether it does all of this. Errors are
 * WaxsealErrors with the codes
 *   STATE_CONFLICT                somebody else wrote since
 *   STORAGE_FULL                  no room: nothing was written, and the store can be used on
 *   STORAGE_GONE                  somebody deleted the database while it was open
 *   DATABASE_IN_USE               another program has it open, and it is for one at a time
 *   DATABASE_BROKEN               it is damaged beyond use; one damaged record is no reason
 *   DATABASE_NEWER                it was made by a newer version of the store
 *   CLOSED                        after close() or destroy()
 *   DATABASE                      anything else
 *
 * @typedef {import("../types.js").SealedRecord} SealedRecord
 * @typedef {Record<string, any>} Header who may open the records, see the vault; the store does not
 *   look into it. JSON values and Uint8Arrays; in IndexedDB CryptoKeys, too
 * @typedef {object} WriteBatch
 * @property {number} after the counter's value as the writer knows it
 * @property {SealedRecord[]} puts records to add or replace; no name stands in a batch twice
 * @property {string[]} deletes names of records to delete, where there are such
 * @property {Header} [header] replaces the header
 *
 * @typedef {object} Store names are ASCII; "sorted" means as JavaScript's `<` does
 * @property {string} kind for reports, such as "IndexedDB"
 * @property {() => Promise<Header | undefined>} header undefined in an empty store
 * @property {() => Promise<number>} counter 0 in an empty store
 * @property {(names: string[]) => Promise<(SealedRecord | undefined)[]>} get in the order of the names
 * @property {(prefix: string, except?: string[]) => Promise<SealedRecord[]>} list the records whose
 *   name starts with it and with none of the others, sorted by name
 * @property {(prefix: string) => Promise<string[]>} names the same without what the records hold
 * @property {(batch: WriteBatch) => Promise<void>} write all or nothing, and on the disk when it
 *   resolves; raises the counter by one. When it rejects, nothing was written. What was put or deleted
 *   before is overwritten or removed soon, as far as the platform lets it
 * @property {<T>(topic: string, work: () => Promise<T>) => Promise<T>} exclusively runs work
 *   while nobody else who uses this store runs any on the same topic
 * @property {(listener: () => void) => () => void} listen calls the listener after somebody else who
 *   uses this store wrote, never for own writes; what it returns stops that
 * @property {() => Promise<void>} destroy deletes everything there is, as far as the platform can; the
 *   store is closed then
 * @property {() => Promise<void>} close after what is under way; again does nothing
 * @property {string} [keyPath] in Node: the file beside the records where this device's own key may
 *   be kept; destroy() deletes it, too
 */

export {};
