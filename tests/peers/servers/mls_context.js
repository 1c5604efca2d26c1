/**
 * The JSON-LD context of the draft, for servers that process JSON-LD: nothing is fetched in a test.
 * (*Messaging Layer Security in ActivityPub*, its context document.)
 */
export const MLS_CONTEXT_URL = "https://purl.archive.org/socialweb/mls";

const byId = (/** @type {string} */ name) => ({ "@id": `mls:${name}`, "@type": "@id" });

export const MLS_CONTEXT = {
  "@context": {
    mls: `${MLS_CONTEXT_URL}#`,
    PublicMessage: "mls:PublicMessage",
    PrivateMessage: "mls:PrivateMessage",
    Welcome: "mls:Welcome",
    GroupInfo: "mls:GroupInfo",
    KeyPackage: "mls:KeyPackage",
    ciphersuite: "mls:ciphersuite",
    encoding: "mls:encoding",
    conversation: byId("conversation"),
    keyPackages: byId("keyPackages"),
    messages: byId("messages"),
  },
};
