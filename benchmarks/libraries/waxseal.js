/** waxseal's WebAssembly module, by the calls that `waxseal/mls` offers to everybody. */
import * as mls from "../../js/src/mls/index.js";
import { core } from "../../js/src/wasm/init.js";
import { NO_OCTETS, wrapKeyPackage } from "./library.js";

/** Everybody in these groups is whom they say they are. */
const accept = () => true;

/** @type {import("./library.js").Load} */
export async function load({ suite, wasm }) {
  await mls.init({ wasm: new URL(wasm) });

  /** @param {mls.Group} group @param {{ commit: Uint8Array, welcome?: Uint8Array }} made */
  function applied(group, { commit, welcome }) {
    group.applyPending();
    return { commit, welcome: welcome ?? NO_OCTETS };
  }

  return {
    name: "waxseal",
    client(identity) {
      const vault = new mls.Vault(mls.createVaultKey());
      const { signatureKey } = mls.createSignatureKey({ vault, suite });
      return { vault, signatureKey, identity, suite, secret: undefined };
    },
    keyPackage(client) {
      const { keyPackage, secret } = mls.createKeyPackage(client);
      client.secret = secret;
      return wrapKeyPackage(keyPackage);
    },
    create: (client, groupId) => mls.createGroup({ ...client, groupId, accept }),
    add: (group, keyPackages) => applied(group, group.add(keyPackages, { withoutPath: true })),
    join: ({ vault, secret }, welcome) => mls.joinGroup({ vault, welcome, secret, accept }),
    update: (group) => applied(group, group.update()),
    remove: (group, { leaf }) => applied(group, group.remove([leaf])),
    process(group, commit) {
      const { type } = group.receive(commit);
      if (type !== "commit") throw new Error(`This is no commit, but: ${type}`);
    },
    protect: (group, content) => group.encrypt(content),
    unprotect(group, message) {
      const event = group.receive(message);
      if (event.type !== "application") throw new Error(`This is no text, but: ${event.type}`);
      return event.content;
    },
    exported: (group) => group.exportSecret("exporter", NO_OCTETS, 32),
    close: (group) => group.close(),
    forget: ({ vault }) => vault.close(),
    memory: () => core().memory.length,
    save(group) {
      const { epoch, ratchet } = group.save({ always: true });
      if (!epoch) throw new Error("save({ always: true }) gave no epoch record.");
      return { epoch: epoch.sealed, ratchet: ratchet.sealed };
    },
  };
}
