/**
 * What the client stores, as JSON sealed by the vault; and beside it, sealed by the core itself:
 *   core/signature-key           the device's signature key
 *   core/package/ID              the secret of a KeyPackage
 *   core/group/ID/epoch, ratchet the state of a group
 * Names hold random ids only: who talks to whom stands inside.
 *
 * device
 * @typedef {object} DeviceRecord
 * @property {string} actor
 * @property {string} name
 * @property {string} handle
 * @property {string} publicKey of the signature key, hex
 * @property {string | undefined} keyPackages address of the actor's collection
 *
 * inbox: how far the messages collection was read
 * @typedef {object} InboxRecord
 * @property {string | undefined} since id of the newest activity processed
 * @property {string[]} seen digests of the ids processed lately
 *
 * used: string[], refs of others' KeyPackages that this device has used
 *
 * package/ID
 * @typedef {object} PackageRecord
 * @property {string} id
 * @property {number} suite
 * @property {boolean} lastResort
 * @property {number} notAfter seconds since 1970
 * @property {string} [object] address that the server gave it
 *
 * conversation/ID
 * @typedef {object} ConversationRecord
 * @property {string} id
 * @property {string} group id of the MLS group, hex
 * @property {string} context name of the conversation in envelopes
 * @property {MemberRecord[]} members one per device
 * @property {boolean} active false after this device was removed
 * @property {number} joinedEpoch
 * @property {string} created ISO 8601
 * @property {PendingRecord} [pending] own commit that has not come back
 *
 * @typedef {{ actor: string, key: string, leaf: number }} MemberRecord key: hex
 *
 * @typedef {object} PendingRecord
 * @property {string} [welcome] base64, to be posted when the commit was applied
 * @property {string[]} added actors
 * @property {Intent} intent to be tried again when another commit wins
 *
 * @typedef {{ type: "add" | "remove", actors: string[], tries: number }} Intent
 *
 * message/CONVERSATION/SEQUENCE
 * @typedef {object} NoteRecord
 * @property {"note"} kind
 * @property {string} id made by the author
 * @property {string} actor
 * @property {string} published ISO 8601, as the author says
 * @property {string} contentHtml NOT sanitised
 * @property {string} text
 * @property {boolean} own
 * @property {"sending" | "sent" | "failed" | "received"} state
 *
 * @typedef {object} NoticeRecord
 * @property {"notice"} kind
 * @property {string} id
 * @property {string} code such as "new-device", or an error's code
 * @property {string | undefined} actor whom it is about
 * @property {string} published ISO 8601
 * @property {string} text a sentence
 *
 * @typedef {NoteRecord | NoticeRecord} MessageRecord
 *
 * outbox/SEQUENCE
 * @typedef {object} OutboxRecord
 * @property {"messages" | "keys"} lane posted in order within a lane
 * @property {"note" | "commit" | "welcome" | "key-package" | "list-key-package" | "other"} purpose
 * @property {any} activity
 * @property {string} [conversation] id
 * @property {string} [message] name of the message's record
 * @property {string} [package] id
 * @property {string} [refused] code of the error that makes another attempt useless
 *
 * held/SEQUENCE: a message that came before what it builds on
 * @typedef {object} HeldRecord
 * @property {string} group hex
 * @property {any} activity
 *
 * actor/ID: the signature keys of an actor that were seen so far
 * @typedef {object} ActorRecord
 * @property {string} actor
 * @property {{ key: string, firstSeen: string }[]} keys hex; ISO 8601
 */

export {};
