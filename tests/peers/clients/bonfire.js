/**
 * A client that speaks as Bonfire's does (ap_c2s_client, on OpenMLS): bare objects in the outbox, a
 * type alone, the first Welcome with `context` null, from then on `context` = the id that the server
 * gave that Welcome, and `inReplyTo` the same; one Commit and one Welcome per device; inside, a bare
 * Note with `attributedTo` and no `actor`, attachments {encoding: "gzip", content}. It reads only what
 * names its MLS type and base64, keeps no past epochs, sends no GREASE and no padding.
 *
 * The library is ts-mls here: OpenMLS in the form of core-crypto takes no actor's id as an identity.
 */
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { asArray, get, idOf } from "../lib/wire.js";
import { CONTEXT, PeerClient } from "./client.js";
import { fromBase64, MlsDevice, NotYet, toBase64 } from "./mls.js";

const TYPES = ["Welcome", "GroupInfo", "PrivateMessage", "PublicMessage"];
const SUMMARY = "This is an encrypted message. Please read it using a compatible MLS-capable app.";
const messageId = () => `mls://m/${randomUUID()}`;

/** @typedef {{ arrayTypes?: boolean, oldForm?: boolean }} Options */

export class BonfireClient extends PeerClient {
  /** @type {import("./mls.js").Package | undefined} */
  #package;
  /** @type {Map<string, string>} `context` by group */
  #contexts = new Map();
  /** A ratchet tree that came by itself. @type {Uint8Array | undefined} */
  #tree;
  /** Contents of what this client posted: echoes. @type {Set<string>} */
  #sent = new Set();
  #options;

  /**
   * @param {{ account: import("./client.js").Account } & Options} options arrayTypes: ["Object", type],
   *   for servers that refuse the type alone; oldForm: the tree in an object of type GroupInfo, as
   *   older versions send it, and not in the Welcome
   */
  static async open({ account, arrayTypes = false, oldForm = false }) {
    const device = await MlsDevice.create(account.actor, {
      lifetimeDays: 84,
      grease: false,
      pastEpochs: 0,
      padding: 0,
      acceptsProposals: true,
    });
    return new BonfireClient(account, device, { arrayTypes, oldForm });
  }

  /**
   * @param {import("./client.js").Account} account
   * @param {MlsDevice} device
   * @param {Required<Options>} options
   */
  constructor(account, device, options) {
    super(account, device);
    this.#options = options;
  }

  /** @param {string} type */
  #type(type) {
    return this.#options.arrayTypes ? ["Object", type] : type;
  }

  /** Create, then Add; where Add is refused, nothing else is tried here. */
  async publishKeyPackages() {
    const { octets, pair } = await this.device.newPackage();
    this.#package = pair;
    const { actor } = this.account;
    const envelope = { "@context": CONTEXT, actor, to: "as:Public" };
    const object = {
      type: this.#type("KeyPackage"),
      attributedTo: actor,
      to: "as:Public",
      summary: "MLS KeyPackage",
      mediaType: "message/mls",
      encoding: "base64",
      ciphersuite: this.device.ciphersuite,
      content: toBase64(octets),
      generator: { type: "Application", name: "Bonfire MLS client" },
    };
    const made = await this.deliver({ ...envelope, type: "Create", object });
    const { keyPackages } = await get(actor);
    if (!made || !keyPackages) return;
    const add = { ...envelope, type: "Add", object: made, target: idOf(keyPackages) };
    await this.deliver(add).catch((error) => {
      if (!/answered 40[05]/.test(String(error))) throw error;
    });
  }

  /**
   * Invites into the current conversation, or a new one.
   * @param {string[]} actorIds
   * @param {{ anew?: boolean, commits?: boolean }} [options] commits: false, when several are invited
   *   at once: those who came earlier do not hear of the later ones, as in Bonfire's first message
   */
  async invite(actorIds, { anew = this.group === "", commits = true } = {}) {
    if (!this.#package) throw new Error("publish a package first");
    if (anew) {
      const { pair } = await this.device.newPackage();
      this.group = await this.device.createGroup("mls://g/", pair);
    }
    for (const actor of actorIds) {
      for (const keyPackage of await this.#newDevicesOf(actor)) {
        const before = this.actors().filter((one) => one !== this.account.actor);
        await this.#add(actor, keyPackage, commits ? before : []);
      }
    }
  }

  /** @param {string} actor */
  async #newDevicesOf(actor) {
    const known = new Set(this.device.leaves(this.group).map(({ key }) => key));
    const byDevice = new Map();
    for (const { content } of await this.packagesOf(actor)) {
      const keyPackage = this.device.readPackage(fromBase64(content ?? ""));
      const key = keyPackage && toBase64(keyPackage.leafNode.signaturePublicKey);
      if (key && !known.has(key)) byDevice.set(key, keyPackage);
    }
    if (byDevice.size === 0) throw new Error(`no KeyPackage of ${actor}`);
    return [...byDevice.values()];
  }

  /**
   * @param {string} actor
   * @param {any} keyPackage
   * @param {string[]} others who are told of the commit
   */
  async #add(actor, keyPackage, others) {
    const { oldForm } = this.#options;
    const made = await this.device.commit(this.group, {
      add: [keyPackage],
      treeInWelcome: !oldForm,
    });
    const welcome = /** @type {Uint8Array} */ (made.welcome);
    const id = await this.#control("Welcome", [actor], welcome);
    if (id && !this.#contexts.has(this.group)) this.#contexts.set(this.group, id);
    if (oldForm) await this.#control("GroupInfo", [actor], made.tree);
    if (others.length > 0) await this.#control("PrivateMessage", others, made.commit);
  }

  /**
   * @param {string} type
   * @param {string[]} recipients
   * @param {Uint8Array} octets
   */
  #control(type, recipients, octets) {
    const context = this.#contexts.get(this.group) ?? null;
    const to = [...new Set([...recipients, this.account.actor])];
    const summary = `MLS ${type} for group ${context}`;
    return this.#post({ type: this.#type(type), to, summary, context }, octets);
  }

  /** @param {object} properties @param {Uint8Array} octets */
  #post(properties, octets) {
    const content = toBase64(octets);
    this.#sent.add(content);
    return this.deliver({
      "@context": CONTEXT,
      attributedTo: this.account.actor,
      mediaType: "message/mls",
      encoding: "base64",
      content,
      ...properties,
    });
  }

  /** @param {string} content HTML @param {object} [more] properties of the Note */
  async send(content, more = {}) {
    const id = messageId();
    const note = { type: "Note", content, attributedTo: this.account.actor, ...more, id };
    await this.#sendInner(note);
    return id;
  }

  /** @param {{ mediaType: string, name: string, octets: Uint8Array }} file @param {string} [content] */
  attach({ mediaType, name, octets }, content = "") {
    const type = mediaType.startsWith("image/") ? "Image" : "Document";
    const packed = { encoding: "gzip", content: toBase64(gzipSync(octets)) };
    return this.send(content, { attachment: [{ type, mediaType, name, ...packed }] });
  }

  /** @param {string} object id of the Note */
  async like(object) {
    await this.#sendInner({ type: "Like", content: "👍", id: messageId(), object });
  }

  /** @param {string} id of the Note @param {string} content */
  async edit(id, content) {
    const object = { id, type: "Note", content, attributedTo: this.account.actor };
    await this.#sendInner({ type: "Update", id: messageId(), object });
  }

  /** @param {object} inner */
  async #sendInner(inner) {
    const octets = await this.device.encrypt(this.group, inner);
    const context = this.#contexts.get(this.group);
    const thread = context ? { context, inReplyTo: context } : {};
    const to = this.actors();
    await this.#post(
      { type: this.#type("PrivateMessage"), to, summary: SUMMARY, ...thread },
      octets,
    );
  }

  /** Removes all devices of an actor. @param {string} actor */
  async remove(actor) {
    const leaves = this.device.leaves(this.group).filter(({ identity }) => identity === actor);
    await this.#commitFor(
      this.actors(),
      leaves.map(({ leaf }) => leaf),
    );
  }

  /** A proposal to be removed, which others commit. */
  async leave() {
    await this.#control(
      "PrivateMessage",
      this.actors(),
      await this.device.proposeLeave(this.group),
    );
  }

  /** @param {string[]} recipients @param {number[]} [remove] */
  async #commitFor(recipients, remove = []) {
    const { commit } = await this.device.commit(this.group, { remove });
    await this.#control("PrivateMessage", recipients, commit);
  }

  /** @override @param {any} _activity @param {any} object */
  isOwn(_activity, object) {
    return this.#sent.has(object.content);
  }

  /** @override @param {any} object */
  problemWith({ type, encoding }) {
    if (encoding !== "base64") return "no encoding";
    const names = asArray(type).map((one) => one.replace(/^mls:/, ""));
    return names.some((name) => TYPES.includes(name)) ? undefined : "no MLS type";
  }

  /** @override @param {any} welcome @param {any} object */
  async joinFrom(welcome, object) {
    let group;
    try {
      group = await this.device.join(welcome, this.#tree);
    } catch (error) {
      // Older versions send the tree after the Welcome.
      if (/RatchetTree/.test(String(error))) throw new NotYet("no ratchet tree");
      throw error;
    }
    if (group) {
      this.#contexts.set(group, object.context ?? object.id);
      this.#tree = undefined;
      await this.publishKeyPackages();
    }
    return group;
  }

  /**
   * A bare ratchet tree.
   * @override
   * @param {import("./client.js").Read} read
   * @param {any} object
   * @param {Uint8Array} octets
   */
  async onOther(read, { type }, octets) {
    if (!asArray(type).includes("GroupInfo")) return { ...read, error: "not an MLSMessage" };
    this.#tree = octets;
    return undefined;
  }

  /** Commits what others proposed, if this is the first leaf that stays. @override */
  async afterPoll() {
    for (const group of this.device.groups.keys()) {
      if (!this.device.isMember(group) || !this.device.hasProposals(group)) continue;
      const leaving = this.device.leaving(group);
      const [first] = this.device.leaves(group).filter(({ leaf }) => !leaving.includes(leaf));
      if (first?.leaf !== this.device.ownLeaf(group)) continue;
      const current = this.group;
      this.group = group;
      await this.#commitFor(this.actors());
      this.group = current;
    }
  }
}
