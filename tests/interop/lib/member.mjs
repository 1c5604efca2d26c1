/**
 * What both libraries can do, with the same calls.
 * @typedef {object} Member
 * @property {string} name of the library
 * @property {string} identity
 * @property {() => Uint8Array} keyPackage wrapped in an MLSMessage
 * @property {() => Uint8Array} rawKeyPackage as the Fediverse has it
 * @property {(groupId: string) => Promise<void>} create
 * @property {(welcome: Uint8Array) => Promise<void>} join
 * @property {(keyPackages: Uint8Array[], options: Options) => Promise<Commit>} add
 * @property {(leaf: number, options: Options) => Promise<Commit>} remove
 * @property {(options: Options) => Promise<Commit>} update
 * @property {(leaf: number, asPublicMessage: boolean) => Promise<Uint8Array>} proposeRemoval
 * @property {() => Promise<Commit>} commitProposals
 * @property {(text: string) => Promise<Uint8Array>} encrypt
 * @property {(message: Uint8Array) => Promise<string | undefined>} receive the text of an application
 *   message; undefined for everything else
 * @property {(identity: string) => number} leafOf
 * @property {() => number} epoch
 * @property {() => Uint8Array} authenticator
 * @property {(label: string, context: string, length: number) => Promise<Uint8Array>} exportSecret
 *
 * @typedef {{ asPublicMessage?: boolean }} Options
 * @typedef {{ commit: Uint8Array, welcome: Uint8Array }} Commit welcome: empty unless somebody was added
 */

export {};
