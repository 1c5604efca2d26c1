/**
 * What a store of sealed records does. It never sees what the records say.
 *
 * The whole store has a counter that grows by one with each write. A writer says which value it has
 * seen; if another tab or program wrote since, nothing is written and the error is STATE_CONFLICT. So
 * two tabs can't use the same message key.
 *
 * @typedef {import("../types.js").SealedRecord} SealedRecord
 * @typedef {object} WriteBatch
 * @property {number} after the counter's value as the writer knows it
 * @property {SealedRecord[]} puts records to add or replace
 * @property {string[]} deletes names of records to delete
 *
 * @typedef {object} Store
 * @property {(create: () => Uint8Array) => Promise<Uint8Array>} vaultKey the vault key, made by
 *   `create` at the first use; the caller wipes it
 * @property {() => Promise<number>} counter
 * @property {(names: string[]) => Promise<(SealedRecord | undefined)[]>} get
 * @property {(prefix: string, except?: string[]) => Promise<SealedRecord[]>} list the records whose
 *   name starts with it and with none of the others, sorted by name
 * @property {(prefix: string) => Promise<string[]>} names the same without what the records hold
 * @property {(batch: WriteBatch) => Promise<void>} write all or nothing, and on the disk when it
 *   resolves; raises the counter by one
 * @property {<T>(topic: string, work: () => Promise<T>) => Promise<T>} exclusively runs work
 *   while nobody else runs any on the same topic
 * @property {() => Promise<void>} close
 */

export {};
