/** What the clients of other projects have in common here: reading, and being asked by a test. */
import { asArray, CONTEXT, get, idOf, itemsOf, post, received } from "../lib/wire.js";
import { fromBase64, NotYet, toText } from "./mls.js";

/** @typedef {import("../servers/server.js").Account} Account */
/** @typedef {import("./mls.js").MlsDevice} MlsDevice */
/**
 * @typedef {object} Read what poll() says of an activity
 * @property {"message" | "commit" | "proposal" | "welcome" | "failed" | "refused"} kind refused: it is
 *   not in a form that this client reads
 * @property {string} activity id
 * @property {string | undefined} from the actor that the envelope names
 * @property {string | undefined} sender the identity that MLS authenticated
 * @property {string | undefined} group
 * @property {any} [inner] of a message: the decrypted document
 * @property {string} [error]
 */

export class PeerClient {
  /** The conversation that send() and the others mean: the one made or joined last. */
  group = "";
  /** Everything poll() has given. @type {Read[]} */
  history = [];
  /** @type {Set<string>} */
  #seen = new Set();
  /** Activities of an epoch or group that is still to come, oldest first. @type {any[]} */
  #waiting = [];

  /** @param {Account} account @param {MlsDevice} device */
  constructor(account, device) {
    this.account = account;
    this.device = device;
  }

  /** Identities, one per leaf, sorted. */
  members() {
    return this.device
      .leaves(this.group)
      .map(({ identity }) => identity)
      .sort();
  }

  /** The actors in the conversation. @param {string} [group] */
  actors(group = this.group) {
    return [...new Set(this.device.leaves(group).map(({ identity }) => identity))];
  }

  get isMember() {
    return this.device.isMember(this.group);
  }

  /**
   * Reads what is new, the oldest first.
   * @returns {Promise<Read[]>}
   */
  async poll() {
    const items = (await received(this.account)).reverse();
    const fresh = items.filter((item) => !this.#seen.has(String(idOf(item))));
    for (const item of fresh) this.#seen.add(String(idOf(item)));
    /** @type {Read[]} */
    const read = [];
    let queue = [...this.#waiting, ...fresh];
    // What waited for a commit or Welcome among these is tried again.
    for (let before = -1; before !== queue.length; ) {
      before = queue.length;
      this.#waiting = [];
      for (const item of queue) {
        const result = await this.#readOne(item);
        if (result === "waits") this.#waiting.push(item);
        else if (result) read.push(result);
      }
      queue = this.#waiting;
    }
    await this.afterPoll(read);
    this.history.push(...read);
    return read;
  }

  /**
   * @param {any} activity
   * @returns {Promise<Read | "waits" | undefined>}
   */
  async #readOne(activity) {
    const [object = activity] = asArray(activity.object);
    if (typeof object !== "object" || object.mediaType !== "message/mls") return undefined;
    if (this.isOwn(activity, object)) return undefined;
    const from = idOf(activity.actor) ?? idOf(object.attributedTo);
    /** @type {Read} */
    const read = {
      kind: "failed",
      activity: activity.id,
      from,
      sender: undefined,
      group: undefined,
    };
    const problem = this.problemWith(object);
    if (problem) return { ...read, kind: "refused", error: problem };
    try {
      return await this.#decode(read, object);
    } catch (error) {
      if (error instanceof NotYet) return "waits";
      return { ...read, error: String(error) };
    }
  }

  /**
   * @param {Read} read
   * @param {any} object
   * @returns {Promise<Read | undefined>}
   */
  async #decode(read, object) {
    const octets = fromBase64(object.content);
    const message = this.device.decode(octets);
    if (!message) return this.onOther(read, object, octets);
    if (message.keyPackage || message.groupInfo) return undefined;
    if (message.welcome) {
      const group = await this.joinFrom(message.welcome, object);
      if (!group) return undefined;
      this.group = group;
      return { ...read, kind: "welcome", group };
    }
    const processed = await this.device.process(message);
    const { group, kind, sender, content } = processed;
    await this.onProcessed(processed);
    return {
      ...read,
      kind: kind === "rejected" ? "proposal" : kind,
      group,
      sender,
      ...(content ? { inner: JSON.parse(toText(content)) } : {}),
    };
  }

  /**
   * The KeyPackage objects of an actor, as its collection gives them.
   * @param {string} actor
   * @returns {Promise<any[]>}
   */
  async packagesOf(actor) {
    const document = await get(actor);
    const collection = document.keyPackages ?? document["mls:keyPackages"];
    const items = await itemsOf(collection);
    return Promise.all(items.map((item) => (typeof item === "string" ? get(item) : item)));
  }

  /**
   * Posts; throws when the server refuses.
   * @param {any} document
   * @returns {Promise<string | undefined>} the id of the object that was made, if the server tells
   */
  async deliver(document) {
    const { status, headers, json } = await post(this.account, document);
    if (status < 200 || status > 299) throw new Error(`the outbox answered ${status}`);
    const location = headers.get("location");
    const made = json ?? (location ? await get(location, this.account.token) : undefined);
    return made && "object" in made ? idOf(made.object) : made?.id;
  }

  // What a client fills in.

  /** Whether it is an echo of what this client sent. @param {any} _activity @param {any} _object */
  isOwn(_activity, _object) {
    return false;
  }

  /** Why the client does not read this object. @param {any} _object @returns {string | undefined} */
  problemWith(_object) {
    return undefined;
  }

  /** @param {any} welcome @param {any} _object @returns {Promise<string | undefined>} */
  joinFrom(welcome, _object) {
    return this.device.join(welcome);
  }

  /**
   * Something that is no MLSMessage.
   * @param {Read} read @param {any} _object @param {Uint8Array} _octets
   * @returns {Promise<Read | undefined>}
   */
  async onOther(read, _object, _octets) {
    return { ...read, error: "not an MLSMessage" };
  }

  /** @param {import("./mls.js").Processed} _processed */
  async onProcessed(_processed) {}

  /** @param {Read[]} _read */
  async afterPoll(_read) {}
}

export { CONTEXT };
