/** Activities as this project posts them, written out by hand for peers that misbehave. */
import { toBase64 } from "../../../js/src/bytes.js";

const CONTEXT = ["https://www.w3.org/ns/activitystreams", "https://purl.archive.org/socialweb/mls"];
const PUBLIC = "https://www.w3.org/ns/activitystreams#Public";
export const GENERATOR = { id: "urn:waxseal-test", name: "Waxseal test" };

/**
 * @param {object} parts
 * @param {string} parts.actor
 * @param {string[]} parts.to
 * @param {string} parts.type
 * @param {Uint8Array} parts.octets
 * @param {string} parts.conversation
 */
export function envelope({ actor, to, type, octets, conversation }) {
  return {
    "@context": CONTEXT,
    type: "Create",
    actor,
    to,
    context: conversation,
    conversation,
    object: {
      type: ["Object", type],
      attributedTo: actor,
      to,
      context: conversation,
      conversation,
      mediaType: "message/mls",
      encoding: "base64",
      content: toBase64(octets),
      generator: { type: "Application", ...GENERATOR },
      summary: "An encrypted message.",
    },
  };
}

/**
 * @param {string} actor
 * @param {Uint8Array} keyPackage
 * @param {string} suite IANA name
 */
export function keyPackageActivity(actor, keyPackage, suite) {
  const { object, ...activity } = envelope({
    actor,
    to: [PUBLIC],
    type: "KeyPackage",
    octets: keyPackage,
    conversation: "",
  });
  return { ...activity, object: { ...object, ciphersuite: suite } };
}
