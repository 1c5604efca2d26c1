/**
 * The servers that the tests put between clients, behind one interface.
 *
 * @typedef {object} Account
 * @property {string} actor the actor's id
 * @property {string} handle "@bob@127.0.0.1:PORT"
 * @property {string} token bearer token for the outbox and everything private
 *
 * @typedef {object} PeerServer
 * @property {"embedded" | "fedify" | "apex"} kind
 * @property {string} origin "http://127.0.0.1:PORT"
 * @property {(name: string) => Promise<Account>} addUser
 * @property {string[]} log what the server complained about
 * @property {() => Promise<void>} close
 */
import { startApex } from "./apex.js";
import { startEmbedded } from "./embedded.js";
import { startFedify } from "./fedify.js";

/** @type {Record<PeerServer["kind"], () => Promise<PeerServer>>} */
const START = { embedded: startEmbedded, fedify: startFedify, apex: startApex };

/** @type {PeerServer["kind"][]} */
export const KINDS = ["embedded", "fedify", "apex"];

/**
 * A server that goes when the test ends.
 * @param {{ after: (close: () => Promise<void>) => void }} t
 * @param {PeerServer["kind"]} kind
 */
export async function startServer(t, kind) {
  const server = await START[kind]();
  t.after(() => server.close());
  return server;
}
