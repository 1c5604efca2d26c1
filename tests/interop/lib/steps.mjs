/**
 * The steps of a scenario that commit. Each answers whether it could be done: the engine then picks
 * another.
 */
import { addition, deviates, newcomers, removal, roomFor } from "./changes.mjs";
import { Disagreement } from "./compare.mjs";
import { proposeAndCommit } from "./proposals.mjs";
import { blanksRoot, narrows } from "./tree_shape.mjs";

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./world.mjs").Participant} Participant */
/** @typedef {import("./member.mjs").Proposal} Proposal */
/** @typedef {import("./messages.mjs").Messages} Messages */
/** @typedef {(world: World, messages: Messages) => Promise<boolean>} Step */

/** @param {readonly Participant[]} list */
const names = (list) => list.map(({ name }) => name).join(", ");

/**
 * Commits by value.
 * @param {World} world
 * @param {Participant} by
 * @param {Proposal[]} proposals
 * @param {{ joining?: Participant[], leaving?: Participant[] }} [who]
 */
async function commit(world, by, proposals, { joining = [], leaving = [] } = {}) {
  const options = world.handshakeOptions();
  const made = await world.attempt(by, "commit", () => by.member.commit(proposals, options));
  await world.deliverCommit({
    by,
    ...made,
    joining,
    leaving: leaving.map(({ member }) => member.identity),
  });
}

/** @type {Step} */
async function add(world) {
  const joining = await newcomers(world);
  const by = world.random.pick(world.members);
  if (!by || joining.length === 0) return false;
  world.note(`${by.name} adds ${names(joining)}`);
  await commit(world, by, joining.map(addition), { joining });
  return true;
}

/** @type {Step} */
async function remove(world) {
  const { random } = world;
  const [by, ...others] = random.shuffled(world.members);
  // Those who could not join go first.
  const leaving = [...world.outside, ...others].slice(0, random.integer(1, 2));
  if (!by || leaving.length === 0 || others.length - leaving.length < 1) return false;
  if (blanksRoot(world, leaving)) return false;
  if (deviates(world, by, { adds: 0, removes: leaving.length, updates: 0 })) return false;
  world.note(`${by.name} removes ${names(leaving)}`);
  await commit(world, by, leaving.map(removal), { leaving });
  return true;
}

/** @type {Step} */
async function exchange(world) {
  const { random } = world;
  const joining = await newcomers(world);
  const [by, one] = random.shuffled(world.members);
  if (!by || !one || joining.length === 0 || world.members.length < 3) return false;
  if (!by.kind.mixedCommits) {
    world.deviation("core-crypto-one-kind-per-commit");
    return false;
  }
  if (deviates(world, by, { adds: joining.length, removes: 1, updates: 0 })) return false;
  world.note(`${by.name} removes ${one.name} and adds ${names(joining)}`);
  await commit(world, by, [removal(one), ...joining.map(addition)], { joining, leaving: [one] });
  return true;
}

/** @type {Step} */
async function update(world) {
  const by = world.random.pick(world.members);
  if (!by) return false;
  world.note(`${by.name} updates`);
  await commit(world, by, []);
  return true;
}

/** Two members commit in the same epoch; the first commit to arrive wins. @type {Step} */
async function race(world) {
  const [by, loser] = world.random.shuffled(world.members);
  if (!by || !loser) return false;
  if (!loser.kind.pending) {
    world.deviation("core-crypto-applies-at-once");
    return false;
  }
  world.note(`${by.name} updates, and so does ${loser.name}, too late`);
  const late = await world.attempt(loser, "commit", () =>
    loser.member.commit([], world.handshakeOptions()),
  );
  await commit(world, by, []);
  for (const each of world.members) {
    const taken = await each.member.receive(late.commit).catch(() => undefined);
    if (taken?.type === "commit") throw new Disagreement(`${each.name} takes the late commit`);
  }
  await world.compare();
  return true;
}

/** @type {Step} */
async function preSharedKey(world) {
  const { random } = world;
  const by = random.pick(world.members);
  if (!by) return false;
  const joining = random.chance(0.3) ? await newcomers(world) : [];
  const all = [...world.members, ...joining];
  if (!all.every(({ kind }) => kind.psks)) {
    world.deviation("core-crypto-no-psks");
    return false;
  }
  const id = random.octets(random.integer(1, 40));
  const psk = random.octets(32);
  for (const { member } of all) await member.addPsk(id, psk);
  world.note(
    `${by.name} brings in a pre-shared key${joining.length ? ` and ${names(joining)}` : ""}`,
  );
  await commit(world, by, [{ type: "psk", id }, ...joining.map(addition)], { joining });
  for (const { kind } of all) world.tally.count(kind.name, "PSK commits");
  return true;
}

/**
 * A GroupInfo of somebody who can make one.
 * @param {World} world
 * @param {Participant} [not]
 */
async function groupInfo(world, not) {
  for (const from of world.random.shuffled(world.members)) {
    if (from === not) continue;
    const info = await world.attempt(from, "make a GroupInfo", () => from.member.groupInfo());
    if (info) return { from, info };
    world.deviation("core-crypto-group-info");
  }
  return undefined;
}

/**
 * @param {World} world
 * @param {Participant} by
 * @param {readonly Participant[]} leaving
 */
async function joinExternally(world, by, leaving) {
  const found = await groupInfo(world, by);
  if (!found) return false;
  const { from, info } = found;
  world.note(
    `${by.name} ${leaving.length ? "comes back" : "joins"} by a GroupInfo of ${from.name}`,
  );
  if ([by, from].some(({ kind }) => kind.name.startsWith("ts-mls"))) {
    world.deviation("ts-mls-external-pub");
  }
  let commit;
  try {
    commit = await by.member.joinExternal(info);
  } catch (error) {
    if (world.refusesTree(by, error)) return false;
    const why = error instanceof Error ? error.message : String(error);
    return world.attempt(by, `enter by the GroupInfo of ${from.name}`, () => {
      throw new Error(why, { cause: error });
    });
  }
  world.tally.count(by.kind.name, leaving.length ? "came back" : "external joins");
  await world.deliverCommit({ by, commit, external: true });
  return true;
}

/** @type {Step} */
async function externalJoin(world) {
  if (roomFor(world) < 1) return false;
  return joinExternally(world, await world.newcomer(), []);
}

/** A device that lost its state replaces its leaf. @type {Step} */
async function comeBack(world, messages) {
  const by = world.random.pick(world.members);
  if (!by || world.members.length < 2 || narrows(world, by)) return false;
  if (!(await joinExternally(world, by, [by]))) return false;
  messages.forget(by);
  return true;
}

/** @type {Step} */
async function restart(world) {
  const by = world.random.pick(world.members);
  if (!by?.member.restart) return false;
  await world.restart(by);
  await world.compare();
  return true;
}

/** @type {Record<string, { step: Step, weight: number }>} */
export const STEPS = {
  add: { step: add, weight: 4 },
  remove: { step: remove, weight: 3 },
  exchange: { step: exchange, weight: 1 },
  update: { step: update, weight: 4 },
  race: { step: race, weight: 2 },
  proposals: { step: proposeAndCommit, weight: 6 },
  psk: { step: preSharedKey, weight: 2 },
  "external join": { step: externalJoin, weight: 3 },
  "come back": { step: comeBack, weight: 2 },
  restart: { step: restart, weight: 1 },
};
