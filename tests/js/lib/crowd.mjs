// Alice in a crowd: a network in memory, on which everybody else has keys but does not answer.

import { localError } from "../../../js/src/errors.js";
import { relayTransport } from "../../../js/src/transport/relay.js";
import { device } from "./mls.mjs";

const ALICE = "https://a.example/users/alice";
/** @param {number} i */
const personAt = (i) => `https://b.example/users/${i}`;

/** @param {string} id */
function actorDocument(id) {
  return {
    id,
    type: "Person",
    preferredUsername: id.split("/").at(-1),
    inbox: `${id}/inbox`,
    outbox: `${id}/outbox`,
    keyPackages: `${id}/keys`,
  };
}

/** @param {number} size people, Alice included */
export function crowd(size) {
  /** @type {Map<string, any>} */
  const documents = new Map([[ALICE, actorDocument(ALICE)]]);
  const people = Array.from({ length: size - 1 }, (_, i) => personAt(i));
  for (const id of people) {
    const { keyPackage } = device(id).keyPackage();
    const content = Buffer.from(keyPackage).toString("base64");
    documents.set(id, actorDocument(id));
    documents.set(`${id}/keys`, {
      id: `${id}/keys`,
      type: "Collection",
      items: [
        {
          id: `${id}/keys/1`,
          type: "KeyPackage",
          attributedTo: id,
          mediaType: "message/mls",
          encoding: "base64",
          ciphersuite: "MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519",
          content,
        },
      ],
    });
  }
  documents.set(`${ALICE}/keys`, { id: `${ALICE}/keys`, type: "Collection", items: [] });
  /** @type {any[]} */
  const posted = [];
  /** @type {((activity?: any) => void) | undefined} */
  let tell;
  const relay = {
    actor: ALICE,
    /** @param {any} activity */
    async post(activity) {
      const id = `${ALICE}/outbox/${posted.length}`;
      const object =
        typeof activity.object === "object"
          ? { ...activity.object, id: `${id}/object` }
          : activity.object;
      const whole = { ...activity, id, object };
      posted.push(whole);
      setTimeout(() => tell?.(whole));
      return { activity: id, object: `${id}/object` };
    },
    /** @param {string} url */
    async get(url) {
      const document = documents.get(url);
      if (!document) throw localError("NOT_FOUND");
      return document;
    },
    /** @param {string | undefined} cursor */
    async read(cursor) {
      const at = posted.findIndex(({ id }) => id === cursor);
      return { items: posted.slice(at + 1), cursor: posted.at(-1)?.id };
    },
    /** @param {(activity?: any) => void} onChange @param {AbortSignal} signal */
    watch(onChange, signal) {
      tell = onChange;
      onChange();
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
    },
  };
  return { people, transport: relayTransport(/** @type {any} */ (relay)), posted };
}
