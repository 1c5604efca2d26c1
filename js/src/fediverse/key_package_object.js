/** KeyPackages as ActivityPub objects. */
import { toBase64 } from "../bytes.js";
import { AS2_CONTEXT, isObject, MLS_CONTEXT, PUBLIC } from "./activity.js";
import { decodeContent, MLS_MEDIA_TYPE } from "./envelope.js";

const SUMMARY = "A public key with which others can start an end-to-end encrypted conversation.";

/**
 * @param {object} parts
 * @param {string} parts.actor
 * @param {Uint8Array} parts.keyPackage
 * @param {string} parts.suite IANA name
 * @param {{ id: string, name: string }} parts.generator
 */
export function createKeyPackageActivity({ actor, keyPackage, suite, generator }) {
  return {
    "@context": [AS2_CONTEXT, MLS_CONTEXT],
    type: "Create",
    actor,
    to: [PUBLIC],
    object: {
      type: ["Object", "KeyPackage"],
      attributedTo: actor,
      to: [PUBLIC],
      mediaType: MLS_MEDIA_TYPE,
      encoding: "base64",
      content: toBase64(keyPackage),
      ciphersuite: suite,
      generator: { type: "Application", ...generator },
      summary: SUMMARY,
    },
  };
}

/**
 * Add to, or Remove from, the actor's collection; or Delete.
 * @param {"Add" | "Remove" | "Delete"} type
 * @param {{ actor: string, object: string, collection?: string | undefined }} parts
 */
export function keyPackageListActivity(type, { actor, object, collection }) {
  return {
    "@context": [AS2_CONTEXT, MLS_CONTEXT],
    type,
    actor,
    to: [PUBLIC],
    object,
    ...(type === "Delete" ? {} : { target: collection }),
  };
}

/**
 * @param {any} object as found in a keyPackages collection
 * @returns {Uint8Array | undefined} undefined when it holds no KeyPackage
 */
export function readKeyPackageObject(object) {
  if (!isObject(object) || object.mediaType !== MLS_MEDIA_TYPE) return undefined;
  return decodeContent(object);
}
