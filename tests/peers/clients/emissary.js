/**
 * A client that speaks as Emissary's does (conversations-mls): a Create with `instrument` and
 * `context`, no `conversation`; a type alone, not in an array; commits that remove and proposals to
 * leave labelled "GroupInfo"; one Welcome and one Commit for everybody who is added, the Welcome
 * first; one KeyPackage per device, replaced by Update whenever it was used; GREASE, padding to 256
 * octets, lifetimes of 360 days; Acknowledge and Failure to the author alone; a proposal is never
 * kept: whoever sees one to leave commits the same Remove, leaf after leaf a second later.
 */
import { randomUUID } from "node:crypto";
import { asArray, idOf } from "../lib/wire.js";
import { CONTEXT, PeerClient } from "./client.js";
import { fromBase64, MlsDevice, toBase64 } from "./mls.js";

const NAME = "Emissary Conversations";
const newId = () => `uri:uuid:${randomUUID()}`;

/** @typedef {{ arrayTypes?: boolean, receipts?: boolean, stagger?: number }} Options */

export class EmissaryClient extends PeerClient {
  /** @type {import("./mls.js").Package | undefined} */
  #package;
  /** @type {string | undefined} id of the published object */
  #published;
  /** Leaves that want to leave, and when this device commits that. @type {Map<string, number>} */
  #leaving = new Map();
  #options;

  /**
   * @param {{ account: import("./client.js").Account } & Options} options arrayTypes: ["Object", type],
   *   for servers that refuse the type alone; receipts: default true; stagger: milliseconds per leaf
   */
  static async open({ account, arrayTypes = false, receipts = true, stagger = 1000 }) {
    const device = await MlsDevice.create(account.actor, {
      lifetimeDays: 360,
      grease: true,
      pastEpochs: 4,
      padding: 256,
      acceptsProposals: false,
    });
    return new EmissaryClient(account, device, { arrayTypes, receipts, stagger });
  }

  /**
   * @param {import("./client.js").Account} account
   * @param {MlsDevice} device
   * @param {Required<Options>} options
   */
  constructor(account, device, options) {
    super(account, device);
    this.#options = options;
    this.generator = { type: "Application", id: newId(), name: NAME };
  }

  /** @param {string} type */
  #type(type) {
    return this.#options.arrayTypes ? ["Object", type] : type;
  }

  /** Publishes the device's one package, or its successor. */
  async publishKeyPackages() {
    const { octets, pair } = await this.device.newPackage();
    this.device.packages = [pair];
    this.#package = pair;
    const { actor } = this.account;
    const object = {
      type: this.#type("KeyPackage"),
      attributedTo: actor,
      to: "as:Public",
      mediaType: "message/mls",
      encoding: "base64",
      ciphersuite: this.device.ciphersuite,
      generator: this.generator,
      content: toBase64(octets),
    };
    const envelope = { "@context": CONTEXT, actor, to: "as:Public" };
    if (this.#published) {
      const update = { ...object, id: this.#published };
      await this.deliver({ ...envelope, type: "Update", object: update });
      return;
    }
    this.#published = await this.deliver({ ...envelope, type: "Create", object });
  }

  /**
   * The server of Emissary lists a package that was created. Others want to be told.
   * @param {string} collection
   */
  async listIn(collection) {
    const { actor } = this.account;
    const add = { type: "Add", actor, object: this.#published, target: collection };
    await this.deliver({ "@context": CONTEXT, ...add, to: "as:Public" });
  }

  /**
   * The packages that this client takes, one per device.
   * @param {string[]} actors
   */
  async #findPackages(actors) {
    const known = new Set(this.device.leaves(this.group).map(({ key }) => key));
    const byDevice = new Map();
    for (const object of (await Promise.all(actors.map((one) => this.packagesOf(one)))).flat()) {
      const { type, mediaType, encoding, ciphersuite } = object;
      if (!asArray(type).some((one) => one.replace(/^mls:/, "") === "KeyPackage")) continue;
      if (mediaType !== "message/mls" || encoding !== "base64") continue;
      if (ciphersuite !== this.device.ciphersuite) continue;
      const keyPackage = this.device.readPackage(fromBase64(object.content));
      const key = keyPackage && toBase64(keyPackage.leafNode.signaturePublicKey);
      if (key && !known.has(key)) byDevice.set(key, keyPackage);
    }
    return [...byDevice.values()];
  }

  /**
   * Invites into the current conversation, or a new one.
   * @param {string[]} actorIds
   * @param {{ anew?: boolean }} [options] anew: a new conversation in any case
   */
  async invite(actorIds, { anew = this.group === "" } = {}) {
    if (!this.#package) throw new Error("publish a package first");
    if (anew) this.group = await this.device.createGroup("uri:uuid:", this.#package);
    const before = anew ? [] : this.actors();
    // The own other devices come with the others.
    const recipients = anew ? [...actorIds, this.account.actor] : actorIds;
    const add = await this.#findPackages(recipients);
    if (add.length === 0) throw new Error("no KeyPackage that this client takes");
    const { commit, welcome } = await this.device.commit(this.group, { add });
    if (welcome) await this.#post("Welcome", recipients, welcome);
    if (before.length > 0) await this.#post("PrivateMessage", before, commit);
    if (anew) await this.publishKeyPackages();
  }

  /** @param {string} content HTML @param {object} [more] properties of the Note */
  send(content, more = {}) {
    return this.#note("Create", { id: newId(), content, ...more });
  }

  /** @param {{ mediaType: string, name: string, octets: Uint8Array }} file @param {string} [content] */
  attach({ mediaType, name, octets }, content = "") {
    const type = mediaType.startsWith("image/") ? "Image" : "Document";
    const url = `data:${mediaType};base64,${toBase64(octets)}`;
    return this.send(content, { attachment: [{ type, mediaType, name, url }] });
  }

  /** @param {string} id of the Note @param {string} content */
  edit(id, content) {
    return this.#note("Update", { id, content });
  }

  /**
   * @param {"Create" | "Update"} type
   * @param {{ id: string, content: string }} note
   */
  async #note(type, note) {
    const { actor } = this.account;
    const to = this.actors();
    const published = new Date().toISOString();
    const about = { attributedTo: actor, to, context: this.group, published };
    await this.#sendInner({ type, actor, to, object: { type: "Note", ...about, ...note } });
    return note.id;
  }

  /** @param {string} id of the Note @param {string} [content] */
  async like(id, content = "❤️") {
    const about = { actor: this.account.actor, to: this.actors(), object: id };
    await this.#sendInner({ id: newId(), type: "Like", content, ...about });
  }

  /** @param {any} activity its `to` is who gets it */
  async #sendInner(activity) {
    const inner = { "@context": CONTEXT[0], context: this.group, ...activity };
    const octets = await this.device.encrypt(this.group, inner);
    await this.#post("PrivateMessage", activity.to, octets);
  }

  /** Removes all devices of an actor. @param {string} actor */
  async remove(actor) {
    const own = this.device.ownLeaf(this.group);
    const leaves = this.device.leaves(this.group);
    const remove = leaves.filter(({ leaf, identity }) => identity === actor && leaf !== own);
    await this.#commitRemoval(remove.map(({ leaf }) => leaf));
  }

  /** @param {number[]} remove leaves */
  async #commitRemoval(remove) {
    const before = this.actors();
    const { commit } = await this.device.commit(this.group, { remove });
    await this.#post("GroupInfo", before, commit);
  }

  /** A commit for the own other devices, even if there are none, then a proposal for this one. */
  async leave() {
    await this.remove(this.account.actor);
    await this.#post("GroupInfo", this.actors(), await this.device.proposeLeave(this.group));
    // In the clear, for the other devices.
    const { actor } = this.account;
    const leave = { type: "Leave", actor, to: actor, object: this.group };
    await this.deliver({ "@context": CONTEXT, ...leave });
  }

  /**
   * @param {string} type what it is called, whatever it is
   * @param {string[]} to
   * @param {Uint8Array} octets
   */
  async #post(type, to, octets) {
    const { actor } = this.account;
    const context = this.group;
    await this.deliver({
      "@context": CONTEXT,
      type: "Create",
      actor,
      to,
      instrument: this.generator.id,
      context,
      object: {
        type: this.#type(type),
        attributedTo: actor,
        to,
        content: toBase64(octets),
        context,
        mediaType: "message/mls",
        encoding: "base64",
      },
    });
  }

  /** @override @param {any} activity */
  isOwn(activity) {
    return idOf(activity.instrument) === this.generator.id;
  }

  /** @override @param {any} welcome */
  async joinFrom(welcome) {
    const known = new Set(this.device.groups.keys());
    const group = await this.device.join(welcome);
    if (!group || known.has(group)) return undefined;
    await this.publishKeyPackages();
    return group;
  }

  /** @override @param {import("./mls.js").Processed} processed */
  async onProcessed({ group, kind, removes = [] }) {
    if (kind !== "rejected") return;
    const { stagger } = this.#options;
    for (const leaf of removes) {
      this.#leaving.set(`${group} ${leaf}`, Date.now() + stagger * this.device.ownLeaf(group));
    }
  }

  /** @override @param {import("./client.js").Read[]} read */
  async afterPoll(read) {
    for (const one of read) if (this.#options.receipts) await this.#answer(one);
    for (const [key, due] of this.#leaving) {
      const [group = "", leaf] = key.split(" ");
      if (!this.device.isMember(group)) this.#leaving.delete(key);
      else if (Date.now() >= due) {
        this.#leaving.delete(key);
        const current = this.group;
        this.group = group;
        if (this.device.leaves(group).some((one) => one.leaf === Number(leaf))) {
          await this.#commitRemoval([Number(leaf)]);
        }
        this.group = current;
      }
    }
  }

  /** A receipt. @param {import("./client.js").Read} read */
  async #answer({ kind, inner, from, group, activity }) {
    const { actor } = this.account;
    const receipt = (
      /** @type {string} */ type,
      /** @type {any} */ to,
      /** @type {any} */ object,
    ) => this.#sendInner({ actor, type, to: [to], object });
    const current = this.group;
    this.group = group ?? current;
    if (kind === "message" && asArray(inner.type)[0] === "Create" && this.isMember) {
      await receipt("Acknowledge", idOf(inner.actor) ?? from, idOf(inner.object));
    } else if (kind === "failed" && from && this.group && this.isMember) {
      await receipt("Failure", from, activity);
    }
    this.group = current;
  }
}
