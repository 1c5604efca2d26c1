/**
 * MLS groups (RFC 9420) for people who bring their own protocol: octets in, octets out.
 *
 * Call and await init() once; everything else answers at once.
 */
export { WaxsealError } from "../errors.js";
export { init } from "../wasm/init.js";
export { checkKeyPackage, createKeyPackage, createSignatureKey, suites } from "./device.js";
export { extensions, requiredCapabilities } from "./extension.js";
export { Group } from "./group.js";
export { createGroup, joinExternal, joinGroup, loadGroup } from "./join.js";
export { readMessage, welcomeMatches } from "./message.js";
export { externalSenders, proposeFromOutside } from "./outside.js";
export { createVaultKey, Vault } from "./vault.js";
