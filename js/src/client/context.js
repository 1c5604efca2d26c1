/**
 * What the parts of the client share.
 *
 * @typedef {object} Context
 * @property {import("./database.js").Database} database
 * @property {import("../transport/transport.js").Transport} transport
 * @property {{ id: string, name: string }} generator this program, as named in activities
 * @property {(type: string, detail: object) => void} emit gives an event to the application
 * @property {(id: string) => import("./conversation.js").Conversation} conversation
 * @property {() => void} post wakes the outbox
 */

export {};
