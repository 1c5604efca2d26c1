/** Application messages of a scenario: several at once, out of order, some late, some lost. */
import { Disagreement } from "./compare.mjs";

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./world.mjs").Participant} Participant */
/**
 * @typedef {object} Sent
 * @property {Participant} from
 * @property {number} epoch
 * @property {number} generation its number among this sender's messages of the epoch
 * @property {Uint8Array} content
 * @property {Uint8Array} message
 */

/** Around the borders of the libraries' paddings and of the lengths of length fields. */
const SIZES = [0, 1, 15, 16, 63, 64, 100, 200, 255, 256, 1000, 4096, 16383, 16384, 70000];
const MOST_SENDERS = 3;
const MOST_IN_A_ROW = 6;
/** Epochs that most libraries keep. */
const PAST_EPOCHS = 4;
const LOST = 0.1;
const LATE = 0.2;
const REPEATED = 0.1;

export class Messages {
  /** @type {{ to: Participant, sent: Sent }[]} to be delivered after a later commit */
  #late = [];
  /** @type {Map<string, number>} messages sent, by sender and epoch */
  #generations = new Map();
  /** @type {Map<string, number>} newest generation read, by reader, sender and epoch */
  #newest = new Map();

  /** @param {World} world */
  constructor(world) {
    this.world = world;
  }

  /** Some members send, and the others read. */
  async talk() {
    const { random, members } = this.world;
    /** @type {Sent[]} */
    const batch = [];
    for (const from of random.shuffled(members).slice(0, random.integer(1, MOST_SENDERS))) {
      const count = random.integer(1, MOST_IN_A_ROW);
      this.world.note(`${from.name} sends ${count}`);
      for (let i = 0; i < count; i += 1) batch.push(await this.#send(from));
    }
    for (const to of members) {
      for (const sent of random.shuffled(batch)) {
        if (sent.from === to || random.chance(LOST)) continue;
        if (random.chance(LATE)) this.#late.push({ to, sent });
        else await this.#deliver(to, sent);
      }
    }
    for (const gone of this.world.removed) await this.#assertUnreadable(gone, batch);
  }

  /** @param {Participant} from @returns {Promise<Sent>} */
  async #send(from) {
    const { random, epoch } = this.world;
    const size = /** @type {number} */ (random.pick(SIZES));
    const content = random.octets(size);
    const message = await this.world.attempt(from, `encrypt ${size} octets`, () =>
      from.member.encrypt(content),
    );
    const key = `${from.name} ${epoch}`;
    const generation = this.#generations.get(key) ?? 0;
    this.#generations.set(key, generation + 1);
    this.world.tally.count(from.kind.name, "sent");
    return { from, epoch, generation, content, message };
  }

  /** Messages that were held up come in, some of them. */
  async deliverLate() {
    const due = this.world.random.shuffled(this.#late);
    this.#late = [];
    for (const { to, sent } of due) {
      if (!this.world.members.includes(to)) continue; // removed meanwhile
      if (this.world.random.chance(0.3)) this.#late.push({ to, sent });
      else await this.#deliver(to, sent);
    }
  }

  /** @param {Participant} who a member that came back has no keys of before */
  forget(who) {
    this.#late = this.#late.filter(({ to }) => to !== who);
  }

  /** @param {Participant} to @param {Sent} sent */
  async #deliver(to, sent) {
    const { world } = this;
    const { from, epoch, generation, content, message } = sent;
    const age = world.epoch - epoch;
    if (age > to.kind.pastEpochs) {
      if (age <= PAST_EPOCHS) world.deviation("core-crypto-three-epochs");
      return this.#assertRefused(to, message, `a message of ${age} epochs ago`);
    }
    if (age > 0 && !to.kind.pastSenders && !this.#isStill(from, epoch)) {
      return world.deviation("core-crypto-past-senders");
    }
    const key = `${to.name} ${from.name} ${epoch}`;
    const newest = this.#newest.get(key) ?? -1;
    if (newest - generation > to.kind.skipped) {
      if (!to.kind.forgets) throw new Error(`the scenario skips too much for ${to.name}`);
      return world.deviation(to.kind.forgets);
    }
    this.#newest.set(key, Math.max(newest, generation));
    const what = `read message ${generation} of ${from.name} in epoch ${epoch} (${content.length} octets, ${age} epochs later)`;
    const event = await world.attempt(to, what, () => to.member.receive(message));
    if (event.type !== "application" || Buffer.compare(event.content, content) !== 0) {
      throw new Disagreement(`${to.name} did not ${what}: other octets`);
    }
    world.tally.count(to.kind.name, "received");
    if (age > 0) world.tally.count(to.kind.name, "of past epochs");
    if (world.random.chance(REPEATED)) await this.#assertRefused(to, message, "a repeat");
  }

  /** Whether the sender of that epoch is at its leaf. @param {Participant} from @param {number} epoch */
  #isStill(from, epoch) {
    return this.world.members.includes(from) && from.since <= epoch;
  }

  /** @param {Participant} to @param {Uint8Array} message @param {string} what */
  async #assertRefused(to, message, what) {
    const taken = await to.member.receive(message).catch(() => undefined);
    if (taken?.type === "application") throw new Disagreement(`${to.name} reads ${what}`);
  }

  /** @param {Participant} gone @param {Sent[]} batch */
  async #assertUnreadable(gone, batch) {
    const sent = batch[0];
    if (sent) await this.#assertRefused(gone, sent.message, "messages after its removal");
  }
}
