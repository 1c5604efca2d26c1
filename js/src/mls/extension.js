/** Extensions of groups, members and KeyPackages (RFC 9420 section 13), as octets. */
import { core } from "../wasm/init.js";
import { Request } from "../wasm/wire.js";
import * as check from "./check.js";

const MAX_U16 = 0xffff;
const REQUIRED_CAPABILITIES = 3;

/**
 * What its data means is up to the application, but for the types that waxseal handles.
 * @typedef {{ type: number, data: Uint8Array }} Extension
 */

/**
 * @param {Request} request
 * @param {Extension[] | undefined} list
 * @param {string} name as the caller knows it
 */
export function writeExtensions(request, list, name) {
  return request.list(check.array(list ?? [], name), ({ type, data }) => {
    request.u32(check.integer(type, `${name}[].type`, MAX_U16));
    request.bytes(check.octets(data, `${name}[].data`));
  });
}

/**
 * @param {Request} request
 * @param {number[] | undefined} list
 * @param {string} name
 */
export function writeTypes(request, list, name) {
  return request.list(check.array(list ?? [], name), (type) => {
    request.u32(check.integer(type, `${name}[]`, MAX_U16));
  });
}

/**
 * @param {import("../wasm/wire.js").Reply} reply
 * @returns {Extension[]}
 */
export function readExtensions(reply) {
  return reply.list(() => ({ type: reply.u32(), data: reply.bytes() }));
}

/**
 * What a proposal "group-context-extensions" takes.
 * @param {Extension[]} list
 * @returns {Uint8Array}
 */
export function extensions(list) {
  const request = writeExtensions(new Request(), check.array(list, "list"), "list");
  return core().call("wx_extensions", request).bytes();
}

/**
 * The extension of a group that says what all its members must support (RFC 9420 section 11.1).
 * @param {{ extensionTypes?: number[], proposalTypes?: number[], credentialTypes?: number[] }} types
 * @returns {Extension}
 */
export function requiredCapabilities({ extensionTypes, proposalTypes, credentialTypes }) {
  const request = writeTypes(new Request(), extensionTypes, "extensionTypes");
  writeTypes(request, proposalTypes, "proposalTypes");
  writeTypes(request, credentialTypes, "credentialTypes");
  const data = core().call("wx_required_capabilities", request).bytes();
  return { type: REQUIRED_CAPABILITIES, data };
}
