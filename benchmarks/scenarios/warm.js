/**
 * A group of 100 all of whose members have committed, so that no parent of the tree is blank and a path
 * has one ciphertext a level. waxseal's side of it, all but four leaves, is prepared (inputs.mjs); the
 * library is at four leaves of four different quarters, comes in by one commit, and commits from each.
 */
import * as waxseal from "../../js/src/mls/index.js";
import { identityOf, median, mustEqual, timed, unpack } from "./scenario.js";

/** @typedef {import("./scenario.js").Task} Task */

/** Where the library sits in the group of inputs.mjs. */
export const WARM_LEAVES = [1, 33, 66, 98];
export const WARM_SIZE = 100;

/** @type {import("./scenario.js").Scenario} */
export async function warm(task) {
  const { library, effort, emit } = task;
  const groups = await enter(task);
  for (let i = 0; i < 2 * groups.length; i++) {
    const group = groups[i % groups.length];
    const { commit } = await library.update(group);
    await processAll(task, groups, group, commit);
  }
  // No parent is blank now.
  await task.settle();
  const updates = [];
  const processes = [];
  for (let i = 0; i < 4 * effort.commits; i++) {
    const group = groups[i % groups.length];
    const [update, { commit }] = await timed(task, () => library.update(group));
    updates.push(update);
    processes.push(...(await processAll(task, groups, group, commit)));
  }
  emit("update_100_warm", median(updates));
  emit("process_100_warm", median(processes));
  for (const group of groups) {
    mustEqual(await library.exported(groups[0]), await library.exported(group), "Exported secrets");
  }
}

/** @param {Task} task @param {any[]} groups @param {any} from @param {Uint8Array} commit */
async function processAll(task, groups, from, commit) {
  const times = [];
  for (const group of groups) {
    if (group === from) continue;
    const [ms] = await timed(task, () => task.library.process(group, commit));
    times.push(ms);
  }
  return times;
}

/** One of the prepared group's members puts the library's clients in place of four others. */
async function enter(/** @type {Task} */ { library, inputs, emit, now }) {
  const [key, epoch, ratchet] = unpack(inputs.warm);
  await waxseal.init({ wasm: new URL(inputs.wasm) });
  const vault = new waxseal.Vault(key);
  const record = (/** @type {string} */ name, /** @type {Uint8Array} */ sealed) => ({
    name,
    counter: 1,
    sealed,
  });
  const inviter = waxseal.loadGroup({
    vault,
    epoch: record("group-epoch", epoch),
    ratchet: record("group-ratchet", ratchet),
    accept: () => true,
  });
  const clients = [];
  const adds = [];
  for (const leaf of WARM_LEAVES) {
    const client = await library.client(identityOf(0x8000 + leaf));
    clients.push(client);
    const keyPackage = await library.keyPackage(client);
    adds.push({ type: /** @type {const} */ ("add"), keyPackage });
  }
  const removes = WARM_LEAVES.map((leaf) => ({ type: /** @type {const} */ ("remove"), leaf }));
  const { welcome } = inviter.commit([...removes, ...adds]);
  if (!welcome) throw new Error("The prepared group gave no Welcome.");
  const groups = [];
  const joins = [];
  for (const client of clients) {
    const start = now();
    groups.push(await library.join(client, welcome));
    joins.push(now() - start);
  }
  emit("join_100_warm", median(joins));
  return groups;
}
