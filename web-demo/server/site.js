/**
 * What the handlers of one server share.
 * @typedef {object} Site
 * @property {string} origin "http://127.0.0.1:PORT", the start of every id made here
 * @property {string} host "127.0.0.1:PORT"
 * @property {import("./users.js").Users} users
 * @property {import("./objects.js").Objects} objects
 * @property {import("./media.js").MediaStore} media
 * @property {import("./sessions.js").Sessions} sessions
 * @property {import("./remote.js").RemoteClient} remote
 * @property {import("./public-keys.js").PublicKeys} publicKeys
 * @property {import("./delivery.js").DeliveryQueue} deliveries
 * @property {import("./event-stream.js").EventStreams} eventStreams
 * @property {(line: string) => void} log takes one line; never given secrets or contents
 */
export {};
