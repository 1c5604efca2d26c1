/**
 * A member of all conversations that says nothing, and in the end decrypts everything that the device
 * has ever posted: by the keys of MLS, not by an engine that puts up with repeats. Two messages under
 * one key are found that way, and messages that nobody can read.
 */
import { fromBase64, toHex } from "../../../js/src/bytes.js";
import {
  createKeyPackage,
  createSignatureKey,
  createVaultKey,
  init,
  joinGroup,
  readMessage,
  suites,
  Vault,
  welcomeMatches,
} from "../../../js/src/mls/index.js";
import { ActivityPubTransport } from "../../../js/src/transport/activitypub.js";
import { keyPackageActivity } from "../../browser/lib/raw_objects.mjs";

/** @typedef {import("../../../js/src/mls/group.js").Group} Group */

/** EXTENSION_CAN_RETURN of core/fedi: without it the others take turns with their commits. */
const CAN_RETURN = { type: 0xf5ea, data: new Uint8Array() };

/**
 * @typedef {object} Testimony
 * @property {number} distinct messages of the device that differ
 * @property {number} posted all of them, repeats included
 * @property {string[]} reused those whose key another message had used
 * @property {string[]} unreadable those that fail otherwise
 */

export class Witness {
  #transport;
  #vault = new Vault(createVaultKey());
  #signatureKey = createSignatureKey({ vault: this.#vault }).signatureKey;
  /** @type {import("../../../js/src/types.js").SealedRecord | undefined} */
  #secret;
  /** By id, in hex. @type {Map<string, Group>} */
  #groups = new Map();

  /** @internal @param {{ actor: string, token: string }} account */
  constructor(account) {
    this.actor = account.actor;
    this.#transport = new ActivityPubTransport(account);
  }

  /** @param {{ actor: string, token: string }} account */
  static async open(account) {
    await init();
    return new Witness(account);
  }

  /** Publishes a KeyPackage that serves for all conversations. */
  async publish() {
    const [suite] = suites();
    if (!suite) throw new Error("The core has no ciphersuite.");
    const { keyPackage, secret } = createKeyPackage({
      vault: this.#vault,
      signatureKey: this.#signatureKey,
      identity: this.actor,
      suite: suite.id,
      lastResort: true,
      leafExtensions: [CAN_RETURN],
    });
    this.#secret = secret;
    const { keyPackages } = await this.#transport.connect();
    const create = keyPackageActivity(this.actor, keyPackage, suite.name);
    const { object } = await this.#transport.post(create);
    const { "@context": context, actor, to } = create;
    await this.#transport.post({
      "@context": context,
      type: "Add",
      actor,
      to,
      object,
      target: keyPackages,
    });
  }

  /** @returns {Promise<{ actor: string, octets: Uint8Array }[]>} what came, the oldest first */
  async #mail() {
    const collection = await this.#transport.get(`${this.actor}/messages`);
    const items = [];
    for (let url = collection.first; url; ) {
      const page = await this.#transport.get(url);
      items.push(...page.orderedItems);
      url = page.next;
    }
    return items.reverse().flatMap(({ actor, object }) => {
      const octets = fromBase64(object?.content ?? "");
      return octets?.length ? [{ actor, octets }] : [];
    });
  }

  /** @param {Uint8Array} welcome */
  #join(welcome) {
    const [vault, secret] = [this.#vault, this.#secret];
    if (!secret || !welcomeMatches({ vault, welcome, secret })) return;
    const group = joinGroup({ vault, welcome, secret, accept: () => true });
    this.#groups.set(toHex(group.id), group);
  }

  /**
   * Reads everything, in the order in which it came.
   * @param {string} device the actor whose messages are looked at
   * @returns {Promise<Testimony>}
   */
  async testify(device) {
    /** @type {Testimony} */
    const testimony = { distinct: 0, posted: 0, reused: [], unreadable: [] };
    const known = new Set();
    /** Commits of the device, by group and epoch: there is one at most. @type {Set<string>} */
    const commits = new Set();
    for (const { actor, octets } of await this.#mail()) {
      const isDevices = actor === device;
      const info = readMessage(octets);
      if (isDevices) testimony.posted++;
      const hex = toHex(octets);
      if (known.has(hex)) continue;
      known.add(hex);
      if (info.wireFormat === "welcome") {
        this.#join(octets);
        continue;
      }
      if (isDevices) testimony.distinct++;
      const place = `${toHex(info.groupId).slice(-8)}, epoch ${info.epoch}, ${info.contentType}`;
      if (isDevices && info.contentType === "commit") {
        if (commits.has(place)) testimony.reused.push(`${place}: a second commit`);
        commits.add(place);
      }
      const group = this.#groups.get(toHex(info.groupId));
      try {
        if (!group) throw new Error("a group without a Welcome");
        group.receive(octets);
      } catch (error) {
        const { code = "", message } = /** @type {any} */ (error);
        if (!isDevices) continue;
        const list = code === "GENERATION_REUSED" ? testimony.reused : testimony.unreadable;
        list.push(`${place}: ${code || message}`);
      }
    }
    return testimony;
  }

  close() {
    for (const group of this.#groups.values()) group.close();
    this.#vault.close();
  }
}
