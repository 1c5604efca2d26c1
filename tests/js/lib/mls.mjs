// Devices and groups for the tests of waxseal/mls.
import { readFileSync } from "node:fs";
import * as mls from "../../../js/src/mls/index.js";

/** The package's module, or the one that WAXSEAL_CORE names by its URL. */
export const wasmFile = new URL(
  process.env.WAXSEAL_CORE ?? "../../../js/dist/core.wasm",
  import.meta.url,
);
await mls.init({ wasm: readFileSync(wasmFile) });

/** @param {Uint8Array} octets */
export const text = (octets) => new TextDecoder().decode(octets);
/** @param {string} string */
export const bytes = (string) => new TextEncoder().encode(string);

/** Everybody is whom they say they are. */
export const accept = () => true;

/**
 * A device with its vault and signature key.
 * @param {string} identity
 * @param {number} [suite]
 */
export function device(identity, suite = 1) {
  const vault = new mls.Vault(mls.createVaultKey());
  const { signatureKey, publicKey } = mls.createSignatureKey({ vault, suite });
  const self = { vault, signatureKey, identity, suite };
  return {
    ...self,
    publicKey,
    /** @param {Partial<Parameters<typeof mls.createKeyPackage>[0]>} [options] */
    keyPackage: (options = {}) => mls.createKeyPackage({ ...self, ...options }),
    /** @param {string} groupId */
    create: (groupId) => mls.createGroup({ ...self, groupId, accept }),
    /**
     * @param {Uint8Array | undefined} welcome
     * @param {import("../../../js/src/types.js").SealedRecord} secret
     * @param {{ tree?: Uint8Array, accept?: import("../../../js/src/mls/accept.js").Accept,
     *   parent?: import("../../../js/src/mls/index.js").Group }} [options]
     */
    join: (welcome, secret, options = {}) =>
      mls.joinGroup({
        vault,
        welcome: /** @type {Uint8Array} */ (welcome),
        secret,
        accept,
        ...options,
      }),
  };
}

/** Two members of one group: `alice` created it. */
export function pair(suite = 1) {
  const [a, b] = [device("https://a.example/alice", suite), device("https://b.example/bob", suite)];
  const alice = a.create("uri:uuid:test");
  const { keyPackage, secret } = b.keyPackage();
  const { welcome } = alice.add([keyPackage]);
  alice.applyPending();
  const bob = b.join(welcome, secret);
  return { a, b, alice, bob, welcome: /** @type {Uint8Array} */ (welcome), secret };
}
