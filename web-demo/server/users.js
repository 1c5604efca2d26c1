/**
 * The people of this server: a folder each, with
 *   user.json        names, profile, key packages, followers, hashes of bearer tokens
 *   http-key.pem     the RSA key that signs HTTP requests (it protects no message)
 *   inbox.jsonl      every activity received, as it was received
 *   outbox.jsonl     the ids of the activities sent; objects.js keeps what they say
 */
import { createPrivateKey, createPublicKey, generateKeyPair } from "node:crypto";
import { access, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { carriesMls } from "./activity.js";
import { AppendLog } from "./append-log.js";
import { isMissing, listFolder, readJson, replaceFile, replaceJson } from "./files.js";
import { createLock } from "./lock.js";

/** @typedef {import("./json.js").JsonObject} JsonObject */
/** @typedef {{ id: string, mls: boolean }} Received */
/** @typedef {{ id: string, isPublic: boolean }} Sent */
/**
 * The part of a user that is kept in user.json.
 * @typedef {object} UserRecord
 * @property {string} name
 * @property {string} displayName
 * @property {JsonObject} profile what the owner added to the actor document
 * @property {string[]} keyPackages ids
 * @property {string[]} followers ids, oldest first
 * @property {string[]} following ids, oldest first
 * @property {string[]} tokenHashes SHA-256 of each bearer token, base64url
 */

const NAME = /^[a-z0-9_]{1,32}$/;

export class User {
  /** Steps that change this user or an object of theirs run one after the other. */
  locked = createLock();

  /**
   * @param {string} id the actor's id
   * @param {string} folder
   * @param {UserRecord} record
   * @param {import("node:crypto").KeyObject} privateKey
   * @param {AppendLog<Received>} inbox
   * @param {AppendLog<Sent>} outbox
   */
  constructor(id, folder, record, privateKey, inbox, outbox) {
    this.id = id;
    this.folder = folder;
    this.record = record;
    this.privateKey = privateKey;
    this.inbox = inbox;
    this.outbox = outbox;
    this.keyId = `${id}#main-key`;
    this.publicKeyPem = createPublicKey(privateKey)
      .export({ type: "spki", format: "pem" })
      .toString();
  }

  get name() {
    return this.record.name;
  }

  /**
   * Changes user.json: the memory follows only when the disk has it.
   * @param {Partial<UserRecord>} changes
   */
  async update(changes) {
    const record = { ...this.record, ...changes };
    await replaceJson(join(this.folder, "user.json"), record);
    this.record = record;
  }
}

export class Users {
  /** @type {Map<string, User>} by name */
  #byName = new Map();
  #locked = createLock();
  #folder;
  #origin;

  /**
   * @param {string} dataDir
   * @param {string} origin
   */
  constructor(dataDir, origin) {
    this.#folder = join(dataDir, "users");
    this.#origin = origin;
  }

  async load() {
    for (const name of await listFolder(this.#folder)) {
      const record = await readJson(join(this.#folder, name, "user.json"));
      // user.json is written last: without it the user was never announced to anybody.
      if (record) this.#byName.set(name, await this.#open(record));
    }
  }

  /**
   * Makes a user, or finds the one of this name.
   * @param {string} name lower case letters, digits and underscores, at most 32
   * @param {string} displayName
   */
  ensure(name, displayName) {
    return this.#locked(async () => {
      if (!NAME.test(name)) {
        throw new TypeError("A user name has 1 to 32 lower case letters, digits or underscores.");
      }
      const known = this.#byName.get(name);
      if (known) return known;
      const folder = join(this.#folder, name);
      await ensureKey(join(folder, "http-key.pem"));
      /** @type {UserRecord} */
      const record = {
        name,
        displayName,
        profile: {},
        keyPackages: [],
        followers: [],
        following: [],
        tokenHashes: [],
      };
      await replaceJson(join(folder, "user.json"), record);
      const user = await this.#open(record);
      this.#byName.set(name, user);
      return user;
    });
  }

  /** @param {UserRecord} record */
  async #open(record) {
    const folder = join(this.#folder, record.name);
    const pem = await readFile(join(folder, "http-key.pem"), "utf8");
    return new User(
      `${this.#origin}/users/${record.name}`,
      folder,
      record,
      createPrivateKey(pem),
      await AppendLog.open(join(folder, "inbox.jsonl"), (activity) => ({
        id: String(activity.id),
        mls: carriesMls(activity),
      })),
      await AppendLog.open(join(folder, "outbox.jsonl"), (entry) => ({
        id: String(entry.id),
        isPublic: entry.isPublic === true,
      })),
    );
  }

  /** @param {string} name */
  byName(name) {
    return this.#byName.get(name);
  }

  /** @param {string} id */
  byId(id) {
    const prefix = `${this.#origin}/users/`;
    return id.startsWith(prefix) ? this.#byName.get(id.slice(prefix.length)) : undefined;
  }

  all() {
    return [...this.#byName.values()];
  }

  async close() {
    await Promise.all(this.all().flatMap((user) => [user.inbox.close(), user.outbox.close()]));
  }
}

/**
 * Makes the key of a user, unless a start that was cut short has made it already.
 * @param {string} path
 */
async function ensureKey(path) {
  try {
    await access(path);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
    await replaceFile(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  }
}
