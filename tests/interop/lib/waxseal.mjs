// A member that is waxseal.
import { bytes, device, text } from "../../js/lib/mls.mjs";

/** @typedef {import("./member.mjs").Member} Member */
/** @typedef {import("../../../js/src/mls/index.js").Group} Group */

/** @param {Uint8Array} keyPackage */
const wrap = (keyPackage) => Uint8Array.from([0, 1, 0, 5, ...keyPackage]);

/**
 * @param {string} identity
 * @param {number} suite
 * @returns {Promise<Member>}
 */
export async function waxsealMember(identity, suite) {
  const own = device(identity, suite);
  const { keyPackage, secret } = own.keyPackage();
  /** @type {Group} */
  let group;

  /**
   * Ours stays pending until it is applied; ts-mls applies at once.
   * @param {{ commit: Uint8Array, welcome: Uint8Array | undefined }} made
   */
  async function applied({ commit, welcome = new Uint8Array() }) {
    group.applyPending();
    return { commit, welcome };
  }

  return {
    name: "waxseal",
    identity,
    keyPackage: () => wrap(keyPackage),
    rawKeyPackage: () => keyPackage,
    async create(groupId) {
      group = own.create(groupId);
    },
    async join(welcome) {
      group = own.join(welcome, secret);
    },
    add: (keyPackages, options) => applied(group.add(keyPackages, options)),
    remove: (leaf, options) => applied(group.remove([leaf], options)),
    update: (options) => applied(group.update(options)),
    proposeRemoval: async (leaf, asPublicMessage) =>
      group.propose({ type: "remove", leaf }, { asPublicMessage }),
    commitProposals: () => applied(group.commit()),
    encrypt: async (string) => group.encrypt(string),
    async receive(octets) {
      const event = group.receive(octets);
      return event.type === "application" ? text(event.content) : undefined;
    },
    leafOf: (of) => group.members.find((member) => text(member.identity) === of)?.leaf ?? -1,
    epoch: () => group.epoch,
    authenticator: () => group.epochAuthenticator,
    exportSecret: async (label, context, length) =>
      group.exportSecret(label, bytes(context), length),
  };
}
