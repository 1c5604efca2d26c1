/**
 * What JavaScript stores, as JSON sealed by the vault. Beside it stand, sealed by the core itself, the
 * records core/… of the device (core/include/waxseal/fedi.h), and the octets of files, attachment/….
 * Names hold random ids only: who talks to whom stands inside.
 *
 * device
 * @typedef {object} DeviceRecord
 * @property {string} actor
 * @property {string} name
 * @property {string} handle
 *
 * settings
 * @typedef {{ receipts: boolean }} SettingsRecord receipts: whether others are told what was delivered
 *   and read
 *
 * inbox: how far the messages collection was read
 * @typedef {object} InboxRecord
 * @property {string | undefined} since id of the newest activity processed
 * @property {string[]} seen digests of the ids processed lately
 *
 * contact/RANDOM: an actor with the signature keys that were seen so far
 * @typedef {object} ContactRecord
 * @property {string} actor
 * @property {{ key: string, since: number }[]} keys hex; seconds since 1970
 * @property {boolean} accepted
 * @property {boolean} blocked
 *
 * conversation/ID: as the core's last event said
 * @typedef {object} ConversationRecord
 * @property {string} id
 * @property {string} group id of the MLS group
 * @property {"request" | "active" | "left" | "removed"} state
 * @property {string} [name]
 * @property {string} [inviter] actor
 * @property {number} created seconds since 1970
 * @property {boolean} changing own changes of the members are on their way
 * @property {{ actor: string, keys: string[] }[]} members a key per device, hex
 * @property {number} order in which this device got to know its conversations
 *
 * message/CONVERSATION/SEQUENCE
 * @typedef {object} NoteRecord
 * @property {"note"} kind
 * @property {string} key stands for (actor, id), and nobody else can occupy it
 * @property {string} id made by the author
 * @property {string} actor the author
 * @property {boolean} own
 * @property {string} published ISO 8601, as the author says
 * @property {string} received ISO 8601
 * @property {"Note" | "Article" | "Image" | "Audio" | "Video" | "Document"} type
 * @property {string} contentHtml NOT sanitised
 * @property {string} text the same as plain text
 * @property {string} [title]
 * @property {string} [summary] to be shown in front of the content, which is hidden until asked for
 * @property {string} [inReplyTo] id of a message
 * @property {AttachmentRecord[]} attachments
 * @property {{ contentHtml: string, text: string, until: string }[]} edits what it said before, the
 *   oldest first; until: ISO 8601
 * @property {number} [edited] of an edited one: when its author made what it says now, in seconds
 * @property {boolean} deleted by the author: nothing of the content is kept
 * @property {{ activity: string, actor: string, own: boolean, reaction: string }[]} reactions
 * @property {{ activity: string, actor: string, own: boolean }[]} announces who passed it on
 * @property {{ actor: string, receipt: Receipt }[]} receipts of an own message
 * @property {UnsentRecord[]} unsent what of it the server has not taken
 * @property {boolean} read others' messages: whether the user saw it
 * @property {"received" | "sent" | UnsentState} state
 *
 * @typedef {"sending" | "failed" | "held"} UnsentState failed: not yet, or refused; held: others than
 *   it was written to would read it now
 * @typedef {{ activity: string, state: UnsentState, refused?: boolean }} UnsentRecord refused: for
 *   good; else it is tried again
 * @typedef {"failed" | "delivered" | "read"} Receipt failed: that device could not decrypt it
 *
 * @typedef {object} AttachmentRecord
 * @property {"Image" | "Audio" | "Video" | "Document"} type
 * @property {string} mediaType as the sender says
 * @property {string} [name] of the file, or what is to be seen
 * @property {number} [width]
 * @property {number} [height]
 * @property {string} [blurhash]
 * @property {"octets" | "gzip" | "blob" | "unreadable"} form
 * @property {string} [record] octets, gzip: the record that holds them
 * @property {number} [stored] octets in that record
 * @property {string} [url] blob: where it lies, encrypted
 * @property {string} [key] blob: base64
 * @property {string} [sha256] blob: of the plaintext, base64
 * @property {number} [size] in octets; not known of gzip
 *
 * @typedef {object} NoticeRecord
 * @property {"notice"} kind
 * @property {string} id
 * @property {string} code such as "new-device", or an error's code
 * @property {string} [actor] whom it is about
 * @property {string} published ISO 8601
 * @property {string} text a sentence
 *
 * @typedef {NoteRecord | NoticeRecord} MessageRecord
 *
 * waiting/CONVERSATION/SEQUENCE: what came before the message that it is about
 * @typedef {object} WaitingRecord
 * @property {import("./engine.js").EngineEvent} event
 */

export {};
