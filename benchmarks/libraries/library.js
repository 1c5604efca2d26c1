/**
 * What the benchmarks ask of a library: one adapter for each, with the same calls. Octets in, octets
 * out; all messages and KeyPackages are MLSMessages. Every function may be asynchronous.
 *
 * @typedef {object} Library
 * @property {string} name
 * @property {(identity: string) => Promise<Client> | Client} client with one signature key, a basic
 *   credential and the library's own store, if it has one, in memory
 * @property {(client: Client) => Promise<Uint8Array> | Uint8Array} keyPackage a fresh one, whose
 *   secrets the client keeps for its next join()
 * @property {(client: Client, groupId: Uint8Array) => Promise<Group> | Group} create
 * @property {(group: Group, keyPackages: Uint8Array[]) => Promise<Commit> | Commit} add by one commit,
 *   applied at once; the Welcome carries the ratchet tree
 * @property {(client: Client, welcome: Uint8Array) => Promise<Group> | Group} join with the client's
 *   last KeyPackage
 * @property {(group: Group) => Promise<Commit> | Commit} update an empty commit with a path, applied
 * @property {(group: Group, member: Place) => Promise<Commit> | Commit} remove with a path, applied
 * @property {(group: Group, commit: Uint8Array) => Promise<void> | void} process another member's
 * @property {(group: Group, content: Uint8Array) => Promise<Uint8Array> | Uint8Array} protect
 * @property {(group: Group, message: Uint8Array) => Promise<Uint8Array> | Uint8Array} unprotect
 * @property {(group: Group) => Promise<Uint8Array> | Uint8Array} exported MLS-Exporter, 32 octets
 * @property {(group: Group) => void} [close] gives back what the garbage collector does not
 * @property {(client: Client) => void} [forget] likewise
 * @property {() => number} [memory] of the module, in octets
 * @property {(group: Group) => { epoch: Uint8Array, ratchet: Uint8Array }} [save] what is stored
 * @property {string} [noRemove] why remove() would not be the same work
 *
 * @typedef {any} Client the adapter's own affair
 * @typedef {any} Group likewise
 * @typedef {{ commit: Uint8Array, welcome: Uint8Array }} Commit welcome: empty unless somebody is added
 * @typedef {{ leaf: number, identity: string }} Place
 *
 * @typedef {object} LoadOptions
 * @property {number} suite
 * @property {string} wasm address of the library's module, for those that have one
 *
 * @typedef {(options: LoadOptions) => Promise<Library>} Load
 */

export const NO_OCTETS = new Uint8Array();

/** An MLSMessage's version and wire format mls_key_package, before a raw KeyPackage. */
const KEY_PACKAGE_HEAD = [0, 1, 0, 5];

/** @param {Uint8Array} raw @returns {Uint8Array} */
export const wrapKeyPackage = (raw) => Uint8Array.from([...KEY_PACKAGE_HEAD, ...raw]);

/** @param {Uint8Array} wrapped */
export const unwrapKeyPackage = (wrapped) => wrapped.subarray(KEY_PACKAGE_HEAD.length);

/** Begun an hour ago, 84 days long: what waxseal writes by default. */
export function lifetime() {
  const notBefore = Math.floor(Date.now() / 1000) - 3600;
  return { notBefore: BigInt(notBefore), notAfter: BigInt(notBefore + 84 * 24 * 3600) };
}

/** The suites that core-crypto lists in every leaf; all libraries here list the same. */
export const LISTED_SUITES = [1, 2, 3, 7, 5];
