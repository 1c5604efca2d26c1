/**
 * A group whose creator adds all others by one commit without a path, so that all parents of the tree
 * are blank and the first update has to be sealed for every member. Most members are fillers, the same
 * KeyPackages for every library; the library itself is at three leaves besides the creator's.
 */
import {
  content,
  EFFORTS,
  FILLERS,
  groupId,
  identityOf,
  median,
  mustEqual,
  timed,
  unpack,
} from "./scenario.js";

/** @typedef {import("./scenario.js").Task} Task */

/** @param {number} members @returns {import("./scenario.js").Scenario} */
export const blank = (members) => async (task) => {
  const fillers = unpack(task.inputs.fillers);
  const warmUp = { ...task, effort: EFFORTS.warmUp, emit() {} };
  for (let i = 0; i < 5; i++) await play(warmUp, 16, fillers);
  await play(warmUp, 100, fillers);
  await task.settle();
  await play(task, members, fillers);
};

/** @param {Task} task @param {number} size @param {Uint8Array[]} fillers */
async function play(task, size, fillers) {
  const { library, effort, emit } = task;
  const row = (/** @type {string} */ name) => `${name}_${size}_blank`;
  const creator = await library.client(identityOf(0x8000));
  const leaves = [...new Set([1, size >> 1, size - 1])];
  const joiners = [];
  const keyPackages = fillers.slice(0, size - 1);
  for (const leaf of leaves) {
    const client = await library.client(identityOf(0x8000 + leaf));
    joiners.push(client);
    keyPackages[leaf - 1] = await library.keyPackage(client);
  }

  const own = await library.create(creator, groupId());
  const [add, { welcome }] = await timed(task, () => library.add(own, keyPackages));
  emit(row("add_all"), add);
  /** @type {any[]} */
  const groups = [];
  const joins = [];
  for (const client of joiners) {
    const [join, group] = await timed(task, () => library.join(client, welcome));
    joins.push(join);
    groups.push(group);
  }
  emit(row("join"), median(joins));
  mustEqual(await library.exported(own), await library.exported(groups[0]), "Exported secrets");

  /** @param {string} name @param {() => any} make */
  const commits = async (name, make) => {
    const made = [];
    const processed = [];
    for (let i = 0; i < Math.min(effort.commits, size >= 1000 ? 3 : effort.commits); i++) {
      const [ms, { commit }] = await timed(task, make);
      made.push(ms);
      for (const group of groups) {
        const [process] = await timed(task, () => library.process(group, commit));
        processed.push(process);
      }
    }
    emit(row(name), median(made));
    emit(row(`process_${name}`), median(processed));
  };
  await commits("update", () => library.update(own));
  await messages(task, own, groups, row);
  if (!library.noRemove) {
    // Fillers from the middle outward, at leaves where nobody of ours is.
    let leaf = (size >> 1) + 1;
    await commits("remove", () => {
      leaf += 1;
      return library.remove(own, { leaf, identity: identityOf(FILLERS + leaf - 1) });
    });
  }
  for (const group of groups) {
    mustEqual(await library.exported(own), await library.exported(group), "Exported secrets");
  }
  for (const group of [own, ...groups]) library.close?.(group);
}

/**
 * @param {Task} task
 * @param {any} own
 * @param {any[]} groups
 * @param {(name: string) => string} row
 */
async function messages(task, own, groups, row) {
  const { library, emit } = task;
  const text = content(100);
  const protects = [];
  const unprotects = [];
  for (let i = 0; i < 40; i++) {
    const [protect, message] = await timed(task, () => library.protect(own, text));
    protects.push(protect);
    for (const group of groups) {
      const [unprotect, received] = await timed(task, () => library.unprotect(group, message));
      unprotects.push(unprotect);
      mustEqual(received, text, "What was protected and unprotected");
    }
  }
  emit(row("protect"), median(protects.slice(10)));
  emit(row("unprotect"), median(unprotects.slice(10)));
}
