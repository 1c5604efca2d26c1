/** One group of a scenario: its members, how commits reach them, and how they are compared. */

import { compareViews, Disagreement } from "./compare.mjs";
import { hasPoints } from "./ts_mls_names.mjs";

/** @typedef {import("./kinds.mjs").Kind} Kind */
/** @typedef {import("./member.mjs").Member} Member */
/** @typedef {import("./member.mjs").Proposal} Proposal */
/** @typedef {import("./random.mjs").Random} Random */
/** @typedef {import("./compare.mjs").Seen} Seen */
/**
 * since: the epoch in which it came into the group.
 * @typedef {{ kind: Kind, member: Member, name: string, since: number }} Participant
 */
/** @typedef {{ content: Uint8Array, message: Uint8Array }} Ahead */

const GROUP_ID = "uri:uuid:interop";
/** Padding for the libraries that let one choose, in octets. */
const PADDINGS = [0, 1, 100, 256, 1000];
const RESTARTS = 0.1;
const EARLY = 0.15;

/** What ts-mls says of the trees of deviation `ts-mls-unmerged-leaves`. */
const UNMERGED = /must list leaf node in its unmerged_leaves/;

export class World {
  /** @type {Participant[]} */
  members = [];
  /** @type {Participant[]} those who were removed */
  removed = [];
  /** @type {Participant[]} in the group for the others, but they could not join */
  outside = [];
  /** @type {string[]} what was done, for the report of a failure */
  log = [];
  epoch = 0;
  /** @type {Map<string, number>} leaf indexes, as far as a member told them */
  leaves = new Map();
  /** @type {Participant[]} */
  #all = [];

  /**
   * @param {Random} random
   * @param {number} suite
   * @param {readonly Kind[]} kinds that take part
   * @param {import("./tally.mjs").Tally} tally
   */
  constructor(random, suite, kinds, tally) {
    this.random = random;
    this.suite = suite;
    this.kinds = kinds;
    this.tally = tally;
  }

  /** @param {string} sentence */
  note(sentence) {
    this.log.push(sentence);
  }

  /** @param {import("./deviations.mjs").Deviation} deviation */
  deviation(deviation) {
    this.tally.deviation(deviation);
    this.note(`  (${deviation})`);
  }

  /** @param {Kind | undefined} [wanted] @returns {Promise<Participant>} */
  async newcomer(wanted = this.random.pick(this.kinds)) {
    const kind = /** @type {Kind} */ (wanted);
    const number = this.#all.length + 1;
    const device = number.toString(16);
    const identity = `00000000-0000-4000-8000-${device.padStart(12, "0")}:${device}@example.com`;
    const padding = this.random.pick(PADDINGS);
    const member = await kind.make(identity, this.suite, { padding });
    const participant = { kind, member, name: `${number} (${kind.name})`, since: 0 };
    this.#all.push(participant);
    this.tally.count(kind.name, "members");
    for (const deviation of kind.always) this.tally.deviation(deviation);
    if (hasPoints(this.suite) && kind.name.startsWith("ts-mls")) {
      this.tally.deviation("ts-mls-compressed-keys");
    }
    return participant;
  }

  /** @param {Participant} creator */
  async create(creator) {
    this.note(`suite ${this.suite}: ${creator.name} creates the group`);
    await this.attempt(creator, "create the group", () => creator.member.create(GROUP_ID));
    this.members = [creator];
  }

  /** Whether handshakes go as PublicMessage: by chance where all can take both. */
  handshakeOptions() {
    const asPublicMessage = this.random.chance(0.5);
    const withoutPath = this.random.chance(0.3);
    if (asPublicMessage) return { asPublicMessage, withoutPath };
    if (this.members.every(({ kind }) => kind.privateHandshakes)) return { withoutPath };
    this.deviation("core-crypto-public-handshakes");
    return { asPublicMessage: true, withoutPath };
  }

  /**
   * What must succeed: an error is a disagreement, with who and what.
   * @template T
   * @param {Participant} who
   * @param {string} what
   * @param {() => Promise<T>} action
   * @returns {Promise<T>}
   */
  async attempt(who, what, action) {
    try {
      return await action();
    } catch (error) {
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new Disagreement(`${who.name} can't ${what}: ${why}`, { cause: error });
    }
  }

  /**
   * A commit reaches everybody: members process it, those it removes learn so, newcomers join.
   * @param {object} made
   * @param {Participant} made.by
   * @param {Uint8Array} made.commit
   * @param {Uint8Array} [made.welcome]
   * @param {readonly Participant[]} [made.joining]
   * @param {readonly string[]} [made.leaving] identities
   * @param {boolean} [made.external] the committer is in the new epoch already
   */
  async deliverCommit({ by, commit, welcome, joining = [], leaving = [], external = false }) {
    if (joining.length > 0 && !welcome?.length) {
      throw new Disagreement(`${by.name} made no Welcome`);
    }
    const early =
      !external && this.random.chance(EARLY) ? await this.#sendAhead(by, commit) : undefined;
    for (const each of this.random.shuffled(this.members)) {
      if (each === by) continue;
      const stays = !leaving.includes(each.member.identity);
      if (early && stays) await this.#assertAhead(each, early);
      await this.#receiveCommit(each, by, commit, leaving, joining.length > 0);
      if (early && stays) await this.#readAhead(each, by, early);
    }
    if (!external && !early) await this.#applyOwn(by, commit);
    this.tally.count(by.kind.name, "commits made");
    this.epoch += 1;

    const gone = [...this.members, ...this.outside].filter(({ member }) =>
      leaving.includes(member.identity),
    );
    this.removed.push(...gone.filter((each) => this.members.includes(each)));
    this.members = this.members.filter((each) => !gone.includes(each));
    this.outside = this.outside.filter((each) => !gone.includes(each));
    if (external) {
      by.since = this.epoch;
      if (!this.members.includes(by)) this.members.push(by);
    }
    for (const each of joining) await this.#join(each, by, /** @type {Uint8Array} */ (welcome));
    await this.compare();
  }

  /**
   * The committer goes ahead: it applies its commit and sends, before anybody has the commit.
   * @param {Participant} by
   * @param {Uint8Array} commit
   */
  async #sendAhead(by, commit) {
    await this.#applyOwn(by, commit);
    this.note(`${by.name} sends before its commit arrives`);
    const content = this.random.octets(this.random.integer(0, 300));
    const message = await this.attempt(by, "encrypt", () => by.member.encrypt(content));
    this.tally.count(by.kind.name, "sent");
    return { content, message };
  }

  /** A message of the next epoch can't be read yet. @param {Participant} each @param {Ahead} early */
  async #assertAhead(each, { message }) {
    const taken = await each.member.receive(message).catch(() => undefined);
    if (taken) throw new Disagreement(`${each.name} takes a message of the next epoch`);
  }

  /** @param {Participant} each @param {Participant} by @param {Ahead} early */
  async #readAhead(each, by, { content, message }) {
    const what = `read what ${by.name} sent before its commit arrived`;
    const event = await this.attempt(each, what, () => each.member.receive(message));
    if (event.type !== "application" || Buffer.compare(event.content, content) !== 0) {
      throw new Disagreement(`${each.name} did not ${what}: other octets`);
    }
    this.tally.count(each.kind.name, "received");
    this.tally.count(each.kind.name, "came early");
  }

  /** The committer learns that its commit was taken. @param {Participant} by @param {Uint8Array} commit */
  async #applyOwn(by, commit) {
    await this.perhapsRestart(by);
    if (!by.kind.echo || this.random.chance(0.5)) {
      return this.attempt(by, "apply its commit", () => by.member.apply());
    }
    const { type } = await this.attempt(by, "take its own commit", () => by.member.receive(commit));
    if (type !== "commit") throw new Disagreement(`${by.name} takes its own commit for a ${type}`);
  }

  /** It stores its state and goes on from that, with what is pending. @param {Participant} who */
  async perhapsRestart(who) {
    if (who.member.restart && this.random.chance(RESTARTS)) await this.restart(who);
  }

  /** @param {Participant} who */
  async restart(who) {
    this.note(`${who.name} stores its state and starts again`);
    await this.attempt(who, "start again", async () => who.member.restart?.());
    this.tally.count(who.kind.name, "restarts");
  }

  /**
   * @param {Participant} each
   * @param {Participant} by
   * @param {Uint8Array} commit
   * @param {readonly string[]} leaving
   * @param {boolean} adds
   */
  async #receiveCommit(each, by, commit, leaving, adds) {
    const what = `process the commit of ${by.name}`;
    const leaves = leaving.includes(each.member.identity);
    const missing = leaves ? each.kind.missesRemoval(adds) : undefined;
    if (missing) return this.deviation(missing);
    const { type } = await this.attempt(each, what, () => each.member.receive(commit));
    if (type !== (leaves ? "removed" : "commit")) {
      throw new Disagreement(`${each.name} takes the commit of ${by.name} for a ${type}`);
    }
    if (!leaves) this.tally.count(each.kind.name, "commits processed");
  }

  /** @param {Participant} each @param {Participant} by @param {Uint8Array} welcome */
  async #join(each, by, welcome) {
    try {
      await each.member.join(welcome);
      this.members.push(each);
      each.since = this.epoch;
    } catch (error) {
      if (!this.refusesTree(each, error)) {
        const why = error instanceof Error ? error.message : String(error);
        throw new Disagreement(`${each.name} can't join by the Welcome of ${by.name}: ${why}`, {
          cause: error,
        });
      }
      this.outside.push(each);
    }
  }

  /**
   * Whether an error is that of ts-mls about unmerged leaves, which is noted then.
   * @param {Participant} who
   * @param {unknown} error
   */
  refusesTree(who, error) {
    if (!who.kind.name.startsWith("ts-mls")) return false;
    if (!(error instanceof Error) || !UNMERGED.test(error.message)) return false;
    this.deviation("ts-mls-unmerged-leaves");
    return true;
  }

  /** All members must see the same group. */
  async compare() {
    /** @type {Seen[]} */
    const seen = [];
    for (const { member, name } of this.members) {
      try {
        seen.push({ name, view: await member.view() });
      } catch (error) {
        throw new Disagreement(`${name} can't tell its view`, { cause: error });
      }
    }
    const identities = [...this.members, ...this.outside].map(({ member }) => member.identity);
    compareViews(seen, this.epoch, identities);
    this.leaves = seen.find(({ view }) => view.leaves)?.view.leaves ?? this.leaves;
  }

  async close() {
    for (const { member } of this.#all) await member.close();
  }
}
