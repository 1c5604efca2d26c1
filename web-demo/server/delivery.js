/**
 * Delivery to the inboxes of other servers: one file per pending delivery, one queue per sender and
 * recipient. A queue keeps the order: MLS messages are of little use when they overtake each other.
 * What cannot be delivered now is tried again with growing pauses, also after a restart.
 */
import { randomUUID } from "node:crypto";
import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isWebUrl } from "./activity.js";
import { listFolder, makeFolder, readJson, replaceJson } from "./files.js";
import { RemoteError } from "./remote.js";

/**
 * @typedef {object} Delivery
 * @property {string} file its name in the folder; names sort in the order of sending
 * @property {string} sender user name
 * @property {string} recipient actor id
 * @property {string} activity id
 * @property {number} attempts that failed
 * @property {number} notBefore milliseconds since 1970
 * @property {number} created milliseconds since 1970
 */

/** Answers that may be different next time; 401 because the other side may fail to fetch our key. */
const RETRIED = new Set([401, 408, 425, 429]);
const MAX_PAUSE_MS = 60 * 60 * 1000;
const GIVE_UP_AFTER_MS = 3 * 24 * 60 * 60 * 1000;
/** How long a recipient's inbox address is remembered. */
const INBOX_AGE_MS = 10 * 60 * 1000;
const MAX_INBOXES = 1000;

export class DeliveryQueue {
  /** @type {Map<string, { pending: Delivery[], running: boolean, timer?: NodeJS.Timeout }>} */
  #queues = new Map();
  /** @type {Map<string, { url: string, fetchedAt: number }>} by actor id */
  #inboxes = new Map();
  #sequence = 0;
  #closed = false;
  /** @type {Set<Promise<void>>} */
  #runs = new Set();
  #folder;
  #site;
  #firstPauseMs;

  /**
   * @param {string} dataDir
   * @param {Pick<import("./site.js").Site, "users" | "objects" | "remote" | "log">} site
   * @param {number} firstPauseMs pause after the first failure; it doubles each time, up to an hour
   */
  constructor(dataDir, site, firstPauseMs) {
    this.#folder = join(dataDir, "deliveries");
    this.#site = site;
    this.#firstPauseMs = firstPauseMs;
  }

  /** Takes up what was pending when the server stopped. */
  async load() {
    await makeFolder(this.#folder);
    for (const file of await listFolder(this.#folder)) {
      if (!file.endsWith(".json")) continue;
      this.#sequence = Math.max(this.#sequence, Number(file.split("-")[0]));
      this.#enqueue(await readJson(join(this.#folder, file)));
    }
  }

  /** Starts delivering; call it when this server can answer, since the other side fetches our keys. */
  start() {
    for (const key of this.#queues.keys()) this.#run(key);
  }

  /**
   * Stores the deliveries of an activity. Delivering begins with `start`.
   * @param {import("./users.js").User} sender
   * @param {string} activity id
   * @param {string[]} recipients actor ids
   */
  async add(sender, activity, recipients) {
    for (const recipient of recipients) {
      const number = String(++this.#sequence).padStart(12, "0");
      /** @type {Delivery} */
      const delivery = {
        file: `${number}-${randomUUID()}.json`,
        sender: sender.name,
        recipient,
        activity,
        attempts: 0,
        notBefore: 0,
        created: Date.now(),
      };
      await replaceJson(join(this.#folder, delivery.file), delivery);
      this.#enqueue(delivery);
    }
  }

  /** @param {Delivery} delivery */
  #enqueue(delivery) {
    const key = `${delivery.sender} ${delivery.recipient}`;
    const queue = this.#queues.get(key);
    if (queue) queue.pending.push(delivery);
    else this.#queues.set(key, { pending: [delivery], running: false });
  }

  /** @param {string} key */
  #run(key) {
    const queue = this.#queues.get(key);
    if (!queue || queue.running || this.#closed) return;
    clearTimeout(queue.timer);
    queue.running = true;
    const run = this.#drain(key, queue.pending)
      .catch((error) => this.#site.log(`Deliveries to ${key.split(" ")[1]} stopped: ${error}`))
      .finally(() => {
        queue.running = false;
        this.#runs.delete(run);
      });
    this.#runs.add(run);
  }

  /**
   * Delivers the queue's head until it is empty or has to wait.
   * @param {string} key
   * @param {Delivery[]} pending
   */
  async #drain(key, pending) {
    for (let head = pending[0]; head && !this.#closed; head = pending[0]) {
      const pause = head.notBefore - Date.now();
      if (pause > 0) {
        const queue = this.#queues.get(key);
        if (queue) queue.timer = setTimeout(() => this.#run(key), pause);
        return;
      }
      const problem = await this.#attempt(head);
      // Broken off by close(): neither a success nor a failure, it stays as it is.
      if (this.#closed && problem) return;
      if (problem?.retry) await this.#postpone(head, problem.reason);
      else {
        if (problem) await this.#giveUp(head, problem.reason);
        await rm(join(this.#folder, head.file), { force: true });
        pending.shift();
      }
    }
    if (pending.length === 0) this.#queues.delete(key);
  }

  /**
   * @param {Delivery} delivery
   * @returns {Promise<{ reason: string, retry: boolean } | undefined>} undefined: delivered
   */
  async #attempt({ sender, recipient, activity, created }) {
    const user = this.#site.users.byName(sender);
    const stored = await this.#site.objects.read(activity);
    if (!user || !stored) return { reason: "its sender or its text is gone", retry: false };
    const tooOld = Date.now() - created > GIVE_UP_AFTER_MS;
    try {
      const inbox = await this.#inboxOf(recipient, user);
      const body = Buffer.from(JSON.stringify(stored.value));
      const { status } = await this.#site.remote.post(inbox, user, body);
      if (status >= 200 && status <= 299) return undefined;
      if (status === 404 || status === 410) this.#inboxes.delete(recipient);
      return { reason: `status ${status}`, retry: !tooOld && isTemporary(status) };
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      return { reason: error.message, retry: !tooOld && isTemporary(error.status) };
    }
  }

  /**
   * @param {string} recipient
   * @param {import("./users.js").User} signer
   */
  async #inboxOf(recipient, signer) {
    const known = this.#inboxes.get(recipient);
    if (known && Date.now() - known.fetchedAt < INBOX_AGE_MS) return known.url;
    const actor = await this.#site.remote.getObject(recipient, signer);
    if (!isWebUrl(actor.inbox)) throw new RemoteError(`${recipient} has no inbox.`, 404);
    if (this.#inboxes.size >= MAX_INBOXES) this.#inboxes.clear();
    this.#inboxes.set(recipient, { url: actor.inbox, fetchedAt: Date.now() });
    return actor.inbox;
  }

  /**
   * @param {Delivery} delivery
   * @param {string} reason
   */
  async #postpone(delivery, reason) {
    const pause = Math.min(this.#firstPauseMs * 2 ** delivery.attempts, MAX_PAUSE_MS);
    delivery.attempts++;
    delivery.notBefore = Date.now() + pause;
    await replaceJson(join(this.#folder, delivery.file), delivery);
    this.#site.log(
      `Delivery to ${delivery.recipient} failed (${reason}); next try in ${pause} ms.`,
    );
  }

  /**
   * What is given up is kept in a file, so that it can be found.
   * @param {Delivery} delivery
   * @param {string} reason
   */
  async #giveUp(delivery, reason) {
    const line = `${JSON.stringify({ ...delivery, reason })}\n`;
    await appendFile(join(this.#folder, "given-up.jsonl"), line, { mode: 0o600 });
    this.#site.log(`Delivery to ${delivery.recipient} was given up (${reason}).`);
  }

  /** Stops; what is pending stays on disk. */
  async close() {
    this.#closed = true;
    for (const { timer } of this.#queues.values()) clearTimeout(timer);
    await Promise.all(this.#runs);
  }
}

/** @param {number | undefined} status undefined when there was no answer */
function isTemporary(status) {
  return status === undefined || status >= 500 || RETRIED.has(status);
}
