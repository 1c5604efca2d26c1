/**
 * Public keys of other actors, fetched by the keyId of a signature and kept for a while.
 *
 * A key counts as an actor's only when that actor's own document, fetched from the actor's id, names
 * it: otherwise anybody could serve a key document with somebody else as its owner.
 */
import { createPublicKey } from "node:crypto";
import { asArray, idOf, isObject, isWebUrl } from "./activity.js";
import { SignatureError } from "./signatures.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */
/** @typedef {{ key: import("node:crypto").KeyObject, owner: string, fetchedAt: number }} Known */

const MAX_KNOWN = 1000;

export class PublicKeys {
  /** @type {Map<string, Known>} by keyId, least recently fetched first */
  #known = new Map();
  #fetchObject;
  #minAge;
  #now;

  /**
   * @param {(url: string) => Promise<JsonObject>} fetchObject
   * @param {{ minAgeMs?: number, now?: () => number }} [options] minAgeMs: a key younger than this
   *   is not fetched again, so that bad signatures cannot make us hammer another server
   */
  constructor(fetchObject, { minAgeMs = 10_000, now = Date.now } = {}) {
    this.#fetchObject = fetchObject;
    this.#minAge = minAgeMs;
    this.#now = now;
  }

  /**
   * The actor whose key makes `holds` true. A known key that fails is fetched again once: it may
   * have been changed.
   * @param {string} keyId
   * @param {(key: import("node:crypto").KeyObject) => boolean} holds
   * @returns {Promise<string>} the owner's id
   * @throws {SignatureError}
   */
  async ownerOf(keyId, holds) {
    const known = this.#known.get(keyId);
    if (known && holds(known.key)) return known.owner;
    if (!known || this.#now() - known.fetchedAt >= this.#minAge) {
      const fetched = await this.#fetch(keyId);
      this.#remember(keyId, fetched);
      if (holds(fetched.key)) return fetched.owner;
    }
    throw new SignatureError("The signature does not match the key that its keyId names.");
  }

  /**
   * @param {string} keyId
   * @param {Known} known
   */
  #remember(keyId, known) {
    this.#known.delete(keyId);
    this.#known.set(keyId, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }

  /**
   * @param {string} keyId
   * @returns {Promise<Known>}
   */
  async #fetch(keyId) {
    if (!isWebUrl(keyId)) throw new SignatureError("The keyId is not an http or https address.");
    const document = await this.#get(withoutFragment(keyId));
    // keyId leads to the actor itself (usual), or to a key document that names its owner.
    const isKey = document.publicKeyPem !== undefined;
    const owner = isKey ? idOf(document.owner) : idOf(document.id);
    if (!isWebUrl(owner)) throw new SignatureError("The key does not name its owner.");
    const actor = owner === withoutFragment(keyId) && !isKey ? document : await this.#get(owner);
    if (actor.id !== owner) throw new SignatureError("The key's owner has another id.");
    const keys = asArray(actor.publicKey);
    // Some servers name the actor as the keyId; with one key it is clear which is meant.
    const listed =
      keyId === owner && keys.length === 1 ? keys[0] : keys.find((key) => idOf(key) === keyId);
    const pem = isObject(listed) ? listed.publicKeyPem : listed && document.publicKeyPem;
    if (typeof pem !== "string") {
      throw new SignatureError("The key's owner does not list the key in its actor document.");
    }
    return { key: parsePem(pem), owner, fetchedAt: this.#now() };
  }

  /** @param {string} url */
  async #get(url) {
    try {
      return await this.#fetchObject(url);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SignatureError(`The signature's key could not be fetched: ${reason}`);
    }
  }
}

/** @param {string} url */
function withoutFragment(url) {
  const hash = url.indexOf("#");
  return hash < 0 ? url : url.slice(0, hash);
}

/** @param {string} pem */
function parsePem(pem) {
  let key;
  try {
    key = createPublicKey(pem);
  } catch {
    throw new SignatureError("The signature's key is not valid PEM.");
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== "rsa" || bits < 2048 || bits > 8192) {
    throw new SignatureError("The signature's key must be RSA with 2048 to 8192 bits.");
  }
  return key;
}
