/**
 * waxseal's operations in turns with their ceilings: native/ceilings.c is the same. Emits an operation's
 * milliseconds as OPERATION, and those of the calls it can't avoid as OPERATION/ceiling.
 */
import { loadCeiling } from "../lib/ceiling.js";
import { unwrapKeyPackage } from "../libraries/library.js";
import { content, EFFORTS, groupId, identityOf, median, mustEqual, unpack } from "./scenario.js";

/** @typedef {import("./scenario.js").Task} Task */
/** @typedef {import("../lib/ceiling.js").Operation} Operation */
/** @typedef {import("../lib/ceiling.js").Shape} Shape */
/** @typedef {Awaited<ReturnType<typeof loadCeiling>>} Prepare */

/** @type {import("./scenario.js").Scenario} */
export async function ceilings(task) {
  const prepare = await loadCeiling(task.inputs.ceiling);
  const warmUp = { ...task, effort: EFFORTS.warmUp, emit() {} };
  await group(warmUp, prepare, 2);
  await group(warmUp, prepare, 100);
  await task.settle();
  await group(task, prepare, 2);
  await group(task, prepare, 1000);
}

/** What is timed in turns: an operation, and the calls that it can't avoid. */
class Pair {
  /** @type {number[]} */
  #operation = [];
  /** @type {number[]} */
  #ceiling = [];

  /**
   * @param {Task} task
   * @param {Prepare} prepare
   * @param {Operation} operation
   */
  constructor(task, prepare, operation) {
    this.task = task;
    this.prepare = prepare;
    this.operation = operation;
  }

  /**
   * @template T
   * @param {Shape | ((result: T) => Shape)} shape
   * @param {() => T} work
   * @param {number} [count] how often `work` does the operation
   * @returns {T}
   */
  time(shape, work, count = 1) {
    const { now } = this.task;
    const start = now();
    const result = work();
    this.#operation.push((now() - start) / count);
    const calls = this.prepare(this.operation, typeof shape === "function" ? shape(result) : shape);
    const between = now();
    calls(count);
    this.#ceiling.push((now() - between) / count);
    return result;
  }

  /** @param {string} name */
  emit(name) {
    this.task.emit(name, median(this.#operation));
    this.task.emit(`${name}/ceiling`, median(this.#ceiling));
  }
}

/**
 * The library is waxseal's, whose calls all answer at once.
 * @param {Task} task
 * @param {Prepare} prepare
 * @param {number} size
 */
async function group(task, prepare, size) {
  const library = /** @type {any} */ (task.library);
  const pair = (/** @type {Operation} */ operation) => new Pair(task, prepare, operation);
  const repetitions = size > 2 ? task.effort.commits : 4 * task.effort.slices;
  const { suite } = task;
  const creator = library.client(identityOf(0x8000));
  const joiner = library.client(identityOf(0x8000 + size - 1));
  const keyPackages = unpack(task.inputs.fillers).slice(0, size - 1);
  keyPackages[size - 2] = library.keyPackage(joiner);
  const keyPackage = unwrapKeyPackage(keyPackages[size - 2]).length;
  /** @type {Shape} */
  const shape = { suite, members: size, keyPackage };

  if (size === 2) keyPackagesOf(pair("key_package"), library, creator, shape);
  const [add, join] = [pair("add"), pair("join")];
  /** @type {any} */
  let own;
  /** @type {any} */
  let theirs;
  for (let i = 0; i < repetitions; i++) {
    if (own) library.close(own);
    if (theirs) library.close(theirs);
    own = library.create(creator, groupId());
    const lengths = (/** @type {import("../libraries/library.js").Commit} */ made) => ({
      ...shape,
      commit: made.commit.length,
      welcome: made.welcome.length,
    });
    const made = add.time(lengths, () => library.add(own, keyPackages));
    theirs = join.time(lengths(made), () => library.join(joiner, made.welcome));
  }
  add.emit(`add_${size}`);
  join.emit(`join_${size}`);

  for (const length of size === 2 ? [100, 1000, 65_536] : [100]) {
    const [protect, unprotect] = [pair("protect"), pair("unprotect")];
    messages(task, { library, own, theirs, protect, unprotect, shape, length });
    protect.emit(`protect_${length}_${size}`);
    unprotect.emit(`unprotect_${length}_${size}`);
  }

  const [update, process] = [pair("update"), pair("process")];
  for (let i = 0; i < repetitions; i++) {
    /** @type {import("../libraries/library.js").Commit} */
    const made = update.time(
      ({ commit }) => ({ ...shape, commit: commit.length }),
      () => library.update(own),
    );
    const lengths = { ...shape, commit: made.commit.length };
    process.time(lengths, () => library.process(theirs, made.commit));
  }
  update.emit(`update_${size}`);
  process.emit(`process_${size}`);
  mustEqual(library.exported(own), library.exported(theirs), "Exported secrets");
  library.close(own);
  library.close(theirs);
}

/** @param {Pair} pair @param {any} library @param {any} client @param {Shape} shape */
function keyPackagesOf(pair, library, client, shape) {
  const { slices, sliceMs } = pair.task.effort;
  const count = Math.ceil(sliceMs);
  for (let i = 0; i < slices; i++) {
    const make = () => {
      for (let k = 0; k < count; k++) library.keyPackage(client);
    };
    pair.time(shape, make, count);
  }
  pair.emit("key_package");
}

/**
 * @param {Task} task
 * @param {{ library: any, own: any, theirs: any, protect: Pair, unprotect: Pair, shape: Shape,
 *   length: number }} what
 */
function messages({ effort }, { library, own, theirs, protect, unprotect, shape, length }) {
  const text = content(length);
  const count = Math.ceil(effort.sliceMs * (length > 10_000 ? 0.2 : 3));
  for (let i = 0; i < effort.slices; i++) {
    const lengths = { ...shape, content: length };
    /** @type {Uint8Array[]} */
    const sent = protect.time(
      lengths,
      () => Array.from({ length: count }, () => library.protect(own, text)),
      count,
    );
    const received = unprotect.time(
      lengths,
      () => sent.map((message) => library.unprotect(theirs, message)),
      count,
    );
    for (const one of received) mustEqual(one, text, "What was protected and unprotected");
  }
}
