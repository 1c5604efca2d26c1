// A member that is waxseal's WebAssembly module, by waxseal/mls.
import { readFileSync } from "node:fs";
import * as mls from "../../../js/src/mls/index.js";
import {
  CUSTOM,
  carriedOf,
  EXPORT_LABEL,
  EXPORT_LEN,
  hex,
  utf8,
  wrapKeyPackage,
} from "./member.mjs";

/** @typedef {import("../../../js/src/mls/index.js").Group} Group */

const wasm = readFileSync(new URL("../../../js/dist/core.wasm", import.meta.url));
await mls.init({ wasm });

const text = (/** @type {Uint8Array} */ octets) => new TextDecoder().decode(octets);

/** The peers here are whom they say they are. */
const accept = () => true;

/** @type {import("./member.mjs").MakeMember} */
export async function waxsealMember(identity, suite) {
  const vault = new mls.Vault(mls.createVaultKey());
  const { signatureKey } = mls.createSignatureKey({ vault, suite });
  const device = {
    vault,
    signatureKey,
    identity,
    suite,
    leafExtensions: [{ type: CUSTOM, data: utf8("waxseal") }],
    proposalTypes: [CUSTOM],
    grease: true,
  };
  const { keyPackage, secret } = mls.createKeyPackage(device);
  /** @type {{ id: Uint8Array, psk: Uint8Array }[]} */
  const psks = [];
  /** @type {Group} */
  let group;
  /** @type {string | undefined} */
  let carried;

  /** @param {import("../../../js/src/mls/event.js").GroupEvent} event */
  function setCarried(event) {
    if (event.type !== "commit") return;
    carried = carriedOf(event.customProposals.map((each) => ({ ...each, leaf: each.sender.leaf })));
  }

  /** @param {import("./member.mjs").Proposal} proposal */
  function proposalOf(proposal) {
    if (proposal.type === "custom") return { ...proposal, proposalType: CUSTOM };
    if (proposal.type !== "remove") return proposal;
    const leaf = group.members.find((member) => text(member.identity) === proposal.identity)?.leaf;
    return { type: /** @type {const} */ ("remove"), leaf: leaf ?? -1 };
  }

  /** @type {import("./member.mjs").Member} */
  const member = {
    kind: "waxseal wasm",
    identity,
    keyPackage: wrapKeyPackage(keyPackage),
    async create(groupId) {
      group = mls.createGroup({ ...device, groupId, accept });
    },
    async join(welcome) {
      group = mls.joinGroup({ vault, welcome, secret, psks, accept });
    },
    async joinExternal(groupInfo) {
      group?.close();
      const joined = mls.joinExternal({ ...device, groupInfo, accept });
      group = joined.group;
      carried = undefined;
      for (const { id, psk } of psks) group.addPsk(id, psk);
      return joined.commit;
    },
    groupInfo: async () => group.groupInfo(),
    async commit(proposals = [], options = {}) {
      const made = group.commit(proposals.map(proposalOf), options);
      return { commit: made.commit, welcome: made.welcome ?? new Uint8Array() };
    },
    async apply() {
      setCarried(group.applyPending());
    },
    propose: async (proposal, options = {}) => group.propose(proposalOf(proposal), options),
    async addPsk(id, psk) {
      psks.push({ id, psk });
      group?.addPsk(id, psk);
    },
    encrypt: async (content) => group.encrypt(content),
    async receive(message) {
      const event = group.receive(message);
      setCarried(event);
      if (event.type === "application") return { type: "application", content: event.content };
      return { type: event.type };
    },
    async view() {
      const { epoch, epochAuthenticator } = group.describe();
      const leaves = new Map(group.members.map(({ identity, leaf }) => [text(identity), leaf]));
      return {
        epoch,
        exported: hex(group.exportSecret(EXPORT_LABEL, new Uint8Array(), EXPORT_LEN)),
        authenticator: hex(epochAuthenticator),
        leaves,
        carried,
        identities: [...leaves.keys()].sort(),
      };
    },
    async restart() {
      const { epoch, ratchet } = group.save({ always: true });
      group.close();
      if (!epoch) throw new Error("save({ always: true }) gave no epoch record");
      group = mls.loadGroup({ vault, epoch, ratchet, accept });
    },
    async close() {
      group?.close();
      vault.close();
    },
  };
  return member;
}
