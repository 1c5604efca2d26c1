/**
 * Types that several layers share.
 *
 * @typedef {object} Slot where a record is stored
 * @property {string} name
 * @property {number} counter the record's version, raised at each write
 *
 * @typedef {object} SealedRecord a record encrypted under the vault key. Store all three parts: name
 *   and counter are needed to open it again.
 * @property {string} name
 * @property {number} counter
 * @property {Uint8Array} sealed
 */

export {};
