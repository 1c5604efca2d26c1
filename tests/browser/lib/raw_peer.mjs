/**
 * A peer that speaks MLS over ActivityPub by hand, so that a test can send what no well-behaved client
 * sends: any content, broken octets, keys of somebody else.
 */

import { fromBase64 } from "../../../js/src/bytes.js";
import {
  createGroup,
  createKeyPackage,
  createSignatureKey,
  createVaultKey,
  init,
  suites,
  Vault,
} from "../../../js/src/mls/index.js";
import { ActivityPubTransport } from "../../../js/src/transport/activitypub.js";
import { envelope, keyPackageActivity } from "./raw_objects.mjs";

export class RawPeer {
  #transport;
  #vault;
  #signatureKey;
  #groupId = `uri:uuid:${crypto.randomUUID()}`;
  /** @type {import("../../../js/src/mls/group.js").Group | undefined} */
  #group;
  /** @type {string[]} */
  #to = [];

  /** @param {{ actor: string, token: string }} account */
  constructor(account) {
    this.actor = account.actor;
    this.#transport = new ActivityPubTransport(account);
    this.#vault = new Vault(createVaultKey());
    this.#signatureKey = createSignatureKey({ vault: this.#vault }).signatureKey;
  }

  /** @param {{ actor: string, token: string }} account */
  static async open(account) {
    await init();
    return new RawPeer(account);
  }

  get #suite() {
    return /** @type {{ id: number, name: string }} */ (suites()[0]);
  }

  /**
   * Publishes a KeyPackage in the own collection.
   * @param {string} [identity] in its credential; another actor's is a lie
   */
  async publishKeyPackage(identity = this.actor) {
    const { keyPackage } = createKeyPackage({
      vault: this.#vault,
      signatureKey: this.#signatureKey,
      identity,
      suite: this.#suite.id,
    });
    const { keyPackages } = await this.#transport.connect();
    const create = keyPackageActivity(this.actor, keyPackage, this.#suite.name);
    const { object } = await this.#transport.post(create);
    if (!object) throw new Error("The server did not say where the KeyPackage is.");
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

  /**
   * Makes a group with an actor's first KeyPackage of our suite.
   * @param {string} actor
   * @returns {Promise<Uint8Array>} the Welcome, not sent
   */
  async createGroupWith(actor) {
    const objects = await this.#transport.keyPackages(actor);
    const found = objects.find((object) => object.ciphersuite === this.#suite.name);
    const keyPackage = fromBase64(found?.content ?? "");
    if (!keyPackage?.length)
      throw new Error(`${actor} has no KeyPackage of suite ${this.#suite.name}.`);
    this.#group = createGroup({
      vault: this.#vault,
      signatureKey: this.#signatureKey,
      identity: this.actor,
      suite: this.#suite.id,
      groupId: this.#groupId,
      accept: () => true,
    });
    const { welcome } = this.#group.add([keyPackage]);
    this.#group.applyPending();
    this.#to = [actor];
    if (!welcome) throw new Error("The commit that adds somebody has no Welcome.");
    return welcome;
  }

  /** @param {string} actor */
  async startConversation(actor) {
    await this.postOctets(await this.createGroupWith(actor), "Welcome");
  }

  /**
   * @param {Uint8Array} octets
   * @param {"Welcome" | "PrivateMessage"} type
   */
  async postOctets(octets, type) {
    const { actor } = this;
    const activity = envelope({ actor, to: this.#to, octets, type, conversation: this.#groupId });
    await this.#transport.post(activity);
  }

  /**
   * @param {string} content HTML
   * @param {"Note" | "Article"} [type]
   * @param {string} [author] whom it names; another than ourselves is a lie
   * @returns {Uint8Array} the encrypted message
   */
  encryptHtml(content, type = "Note", author = this.actor) {
    return this.#encrypt({ type, content }, author);
  }

  /**
   * @param {Record<string, any>} fields of the message's object
   * @param {string} [author]
   */
  #encrypt(fields, author = this.actor) {
    if (!this.#group) throw new Error("Start a conversation first.");
    const id = `urn:uuid:${crypto.randomUUID()}`;
    const published = new Date().toISOString();
    const activity = {
      "@context": "https://www.w3.org/ns/activitystreams",
      id: `${id}#create`,
      type: "Create",
      actor: author,
      published,
      object: { id, attributedTo: author, published, ...fields },
    };
    return this.#group.encrypt(new TextEncoder().encode(JSON.stringify(activity)));
  }

  /**
   * A message of any form.
   * @param {Record<string, any>} fields of its object
   */
  sendObject(fields) {
    return this.postOctets(this.#encrypt(fields), "PrivateMessage");
  }

  /**
   * @param {string} content HTML
   * @param {"Note" | "Article"} [type]
   */
  sendHtml(content, type) {
    return this.postOctets(this.encryptHtml(content, type), "PrivateMessage");
  }

  close() {
    this.#group?.close();
    this.#vault.close();
  }
}
