/** Proposals by several members, then a commit to all of them by one. */
import { addition, deviates, removal, roomFor } from "./changes.mjs";
import { Disagreement } from "./compare.mjs";
import { blanksRoot } from "./tree_shape.mjs";

/** @typedef {import("./world.mjs").World} World */
/** @typedef {import("./world.mjs").Participant} Participant */
/** @typedef {import("./member.mjs").Proposal} Proposal */
/**
 * What the proposals made so far come to.
 * @typedef {object} Plan
 * @property {Participant[]} joining
 * @property {Participant[]} leaving
 * @property {Participant[]} updating
 * @property {{ id: Uint8Array, psk: Uint8Array }[]} psks
 */

const MOST_PROPOSALS = 4;
const WITH_ADDITION = 0.25;
const WITH_CUSTOM = 0.25;

/**
 * Whether somebody is left to commit when `one` has updated or left, too.
 * @param {World} world @param {Plan} plan @param {Participant} one
 */
function leavesCommitter({ members }, { leaving, updating }, one) {
  const busy = [...leaving, ...updating, one];
  return members.some((each) => !each.kind.pathless && !busy.includes(each));
}

/**
 * @param {World} world @param {Plan} plan
 * @returns {Promise<Proposal | undefined>}
 */
async function chooseAddition(world, plan) {
  if (plan.joining.length >= roomFor(world)) return undefined;
  const newcomer = await world.newcomer();
  if (plan.psks.length > 0 && !newcomer.kind.psks) {
    world.deviation("core-crypto-no-psks");
    return undefined;
  }
  for (const { id, psk } of plan.psks) await newcomer.member.addPsk(id, psk);
  plan.joining.push(newcomer);
  return addition(newcomer);
}

/**
 * @param {World} world @param {Plan} plan
 * @returns {Promise<Proposal | undefined>}
 */
async function choosePsk(world, plan) {
  const all = [...world.members, ...plan.joining];
  if (!all.every(({ kind }) => kind.psks)) {
    world.deviation("core-crypto-no-psks");
    return undefined;
  }
  const id = world.random.octets(world.random.integer(1, 40));
  const psk = world.random.octets(32);
  for (const { member } of all) await member.addPsk(id, psk);
  plan.psks.push({ id, psk });
  return { type: "psk", id };
}

/** @param {World} world @returns {Proposal | undefined} where all members support it */
function customProposal(world) {
  if (!world.members.every(({ kind }) => kind.custom)) {
    world.deviation("core-crypto-no-custom");
    return undefined;
  }
  for (const { kind } of world.members) world.tally.count(kind.name, "custom proposals");
  return { type: "custom", data: world.random.octets(world.random.integer(0, 300)) };
}

/**
 * A proposal that fits to those before, or undefined.
 * @param {World} world
 * @param {Participant} by
 * @param {Plan} plan
 * @returns {Promise<Proposal | undefined>}
 */
async function choose(world, by, plan) {
  const { random, members } = world;
  const busy = [...plan.leaving, ...plan.updating];
  const types = /** @type {const} */ (["add", "remove", "update", "update", "psk", "custom"]);
  const type = random.pick(types);
  if (type === "custom") return customProposal(world);
  if (type === "add") return chooseAddition(world, plan);
  if (type === "psk") return choosePsk(world, plan);
  if (type === "update") {
    if (!by.kind.proposes.includes("update")) {
      world.deviation("ts-mls-no-updates");
      return undefined;
    }
    if (busy.includes(by) || !leavesCommitter(world, plan, by)) return undefined;
    plan.updating.push(by);
    return { type };
  }
  const target = random.pick(members.filter((each) => each !== by && !busy.includes(each)));
  // Two stay at least.
  if (!target || members.length - plan.leaving.length < 3) return undefined;
  if (!leavesCommitter(world, plan, target)) return undefined;
  if (blanksRoot(world, [...plan.leaving, target])) return undefined;
  plan.leaving.push(target);
  return removal(target);
}

/**
 * Who commits: not whom it removes, and nobody whose Update it would carry.
 * @param {World} world
 * @param {Plan} plan
 */
function committer(world, { joining, leaving, updating }) {
  return world.random.shuffled(world.members).find((each) => {
    if (leaving.includes(each) || updating.includes(each)) return false;
    return !deviates(world, each, {
      adds: joining.length,
      removes: leaving.length,
      updates: updating.length,
    });
  });
}

/** @type {import("./steps.mjs").Step} */
export async function proposeAndCommit(world) {
  const { random } = world;
  if (world.members.length < 3) return false;
  /** @type {Plan} */
  const plan = { joining: [], leaving: [], updating: [], psks: [] };
  let made = 0;
  for (let i = random.integer(1, MOST_PROPOSALS); i > 0; i -= 1) {
    const by = /** @type {Participant} */ (random.pick(world.members));
    if (by.kind.proposes.length === 0) {
      world.deviation("core-crypto-no-proposals");
      continue;
    }
    const proposal = await choose(world, by, plan);
    if (!proposal) continue;
    await deliverProposal(world, by, proposal);
    made += 1;
  }
  if (made === 0) return false;
  await commitToAll(world, plan);
  return true;
}

/** @param {World} world @param {Participant} by @param {Proposal} proposal */
async function deliverProposal(world, by, proposal) {
  const target = "identity" in proposal ? ` of ${proposal.identity}` : "";
  world.note(`${by.name} proposes: ${proposal.type}${target}`);
  const options = world.handshakeOptions();
  const message = await world.attempt(by, `propose: ${proposal.type}`, () =>
    by.member.propose(proposal, options),
  );
  world.tally.count(by.kind.name, "proposals made");
  for (const each of world.members) {
    if (each === by) continue;
    const what = `take the proposal of ${by.name}`;
    const { type } = await world.attempt(each, what, () => each.member.receive(message));
    if (type !== "proposal") throw new Disagreement(`${each.name} takes a proposal for a ${type}`);
  }
  for (const each of world.members) await world.perhapsRestart(each);
}

/** @param {World} world @param {Plan} plan */
async function commitToAll(world, plan) {
  const by = committer(world, plan);
  if (!by) throw new Error("the proposals leave nobody who could commit");
  /** @type {Proposal[]} */
  const byValue = [];
  if (world.random.chance(WITH_ADDITION)) {
    if (by.kind.mixedCommits && !by.kind.pathless) {
      const proposal = await chooseAddition(world, plan);
      if (proposal) byValue.push(proposal);
    } else if (!by.kind.mixedCommits) {
      world.deviation("core-crypto-one-kind-per-commit");
    }
  }
  if (by.kind.mixedCommits && world.random.chance(WITH_CUSTOM)) {
    const proposal = customProposal(world);
    if (proposal) byValue.push(proposal);
  }
  const adds = byValue.some(({ type }) => type === "add");
  world.note(`${by.name} commits to them${adds ? " and adds a newcomer" : ""}`);
  const options = world.handshakeOptions();
  const made = await world.attempt(by, "commit to the proposals", () =>
    by.member.commit(byValue, options),
  );
  const leaving = plan.leaving.map(({ member }) => member.identity);
  await world.deliverCommit({ by, ...made, joining: plan.joining, leaving });
  if (plan.psks.length > 0) {
    for (const { kind } of world.members) world.tally.count(kind.name, "PSK commits");
  }
}
