/** KeyPackages, groups of two, and messages between them. */
import {
  content,
  countFor,
  EFFORTS,
  groupId,
  identityOf,
  median,
  mustEqual,
  timed,
} from "./scenario.js";

/** @typedef {import("./scenario.js").Task} Task */

const MESSAGES = [100, 1000, 65_536];

/** @type {import("./scenario.js").Scenario} */
export async function pair(task) {
  await play({ ...task, effort: EFFORTS.warmUp, emit() {} });
  await task.settle();
  await play(task);
}

/** @param {Task} task */
async function play(task) {
  const { library } = task;
  const [a, b] = [await library.client(identityOf(1)), await library.client(identityOf(2))];
  await keyPackages(task, a);
  const [ours, theirs] = await beginnings(task, a, b);
  for (const length of MESSAGES) await messages(task, ours, theirs, content(length));
  await commits(task, ours, theirs);
  mustEqual(
    await library.unprotect(ours, await library.protect(theirs, content(33))),
    content(33),
    "A message in the other direction",
  );
  mustEqual(await library.exported(ours), await library.exported(theirs), "Exported secrets");
}

/** @param {Task} task @param {any} client */
async function keyPackages(task, client) {
  /** @param {number} count */
  const run = async (count) => {
    const [ms] = await timed(task, async () => {
      for (let i = 0; i < count; i++) await task.library.keyPackage(client);
    });
    return ms;
  };
  const count = await countFor(task, run);
  const slices = [];
  for (let i = 0; i < task.effort.slices; i++) slices.push((count / (await run(count))) * 1000);
  task.emit("key_package", median(slices));
}

/**
 * Groups of two from nothing: the last of them is for what follows.
 * @param {Task} task
 * @param {any} a
 * @param {any} b
 */
async function beginnings(task, a, b) {
  const { library, emit, effort } = task;
  /** @type {Record<"create" | "add" | "join", number[]>} */
  const times = { create: [], add: [], join: [] };
  const rounds = 4 * effort.slices;
  const warmUp = 2;
  /** @type {any[]} */
  let last = [];
  for (let i = 0; i < rounds + warmUp; i++) {
    for (const group of last) library.close?.(group);
    const keyPackage = await library.keyPackage(b);
    const [create, ours] = await timed(task, () => library.create(a, groupId()));
    const [add, { welcome }] = await timed(task, () => library.add(ours, [keyPackage]));
    const [join, theirs] = await timed(task, () => library.join(b, welcome));
    if (i >= warmUp) {
      times.create.push(create);
      times.add.push(add);
      times.join.push(join);
    }
    last = [ours, theirs];
  }
  emit("create", median(times.create));
  emit("add", median(times.add));
  emit("join", median(times.join));
  emit("begin", median(times.create.map((ms, i) => ms + times.add[i] + times.join[i])));
  return last;
}

/**
 * @param {Task} task
 * @param {any} ours
 * @param {any} theirs
 * @param {Uint8Array} text
 */
async function messages(task, ours, theirs, text) {
  const { library, emit, effort } = task;
  /** @param {number} count */
  const run = async (count) => {
    /** @type {Uint8Array[]} */
    const sent = [];
    /** @type {Uint8Array[]} */
    const received = [];
    const [protect] = await timed(task, async () => {
      for (let i = 0; i < count; i++) sent.push(await library.protect(ours, text));
    });
    const [unprotect] = await timed(task, async () => {
      for (const message of sent) received.push(await library.unprotect(theirs, message));
    });
    for (const one of received) mustEqual(one, text, "What was protected and unprotected");
    return { protect, unprotect };
  };
  const count = Math.min(2000, await countFor(task, async (n) => (await run(n)).protect));
  const slices = [];
  for (let i = 0; i < effort.slices; i++) slices.push(await run(count));
  const perSecond = (/** @type {number[]} */ times) => (count / median(times)) * 1000;
  emit(`protect_${text.length}`, perSecond(slices.map(({ protect }) => protect)));
  emit(`unprotect_${text.length}`, perSecond(slices.map(({ unprotect }) => unprotect)));
}

/** @param {Task} task @param {any} ours @param {any} theirs */
async function commits(task, ours, theirs) {
  const { library, emit, effort } = task;
  /** @type {number[]} */
  const updates = [];
  /** @type {number[]} */
  const processes = [];
  for (let i = 0; i < 4 * effort.slices + 4; i++) {
    const [update, { commit }] = await timed(task, () => library.update(ours));
    const [process] = await timed(task, () => library.process(theirs, commit));
    if (i < 4) continue;
    updates.push(update);
    processes.push(process);
  }
  emit("update_2", median(updates));
  emit("process_2", median(processes));
}
