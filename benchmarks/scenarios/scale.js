/**
 * One group of a size, from creation to removal, as native/scale.c: time, octets on the wire, octets
 * stored, memory of the module. For waxseal only.
 */
import { content, groupId, identityOf, median, mustEqual } from "./scenario.js";

/** @typedef {import("./scenario.js").Task} Task */

const COMMITS = 3;
const MESSAGES = 200;
const SLICES = 9;

/** @type {import("./scenario.js").Scenario} */
export async function scale(task) {
  const size = task.amount;
  const library = /** @type {any} */ (task.library);
  /** @param {string} row @param {() => any} work */
  const timed = (row, work) => {
    const start = task.now();
    const result = work();
    task.emit(row, task.now() - start);
    return result;
  };
  const creator = library.client(identityOf(0));
  const joiner = library.client(identityOf(1));
  const keyPackages = Array.from({ length: size - 1 }, (_, i) => filler(library, i + 2));
  keyPackages[size - 2] = library.keyPackage(joiner);

  const before = library.memory();
  const own = library.create(creator, groupId());
  const { commit, welcome } = timed("create_and_add", () => library.add(own, keyPackages));
  task.emit("group_memory", library.memory() - before);
  task.emit("commit_octets", commit.length);
  task.emit("welcome_octets", welcome.length);
  const theirs = timed("join", () => library.join(joiner, welcome));
  const { epoch, ratchet } = timed("save", () => library.save(theirs));
  task.emit("stored_epoch", epoch.length);
  task.emit("stored_ratchet", ratchet.length);
  messages(task, own, theirs);
  commits(task, theirs, "update", () => library.update(own));
  if (size > 2 * COMMITS + 2) {
    let leaf = size >> 1;
    commits(task, theirs, "remove", () => {
      leaf += 1;
      return library.remove(own, { leaf, identity: "" });
    });
  }
  mustEqual(library.exported(own), library.exported(theirs), "Exported secrets");
  task.emit("peak_memory", library.memory());
}

/** A member by whom nothing is done. @param {any} library @param {number} number */
function filler(library, number) {
  const client = library.client(identityOf(number));
  const keyPackage = library.keyPackage(client);
  library.forget(client);
  return keyPackage;
}

/** @param {Task} task @param {any} own @param {any} theirs */
function messages({ library, now, emit }, own, theirs) {
  const text = content(100);
  const [protects, unprotects] = [[0], [0]];
  for (let slice = 0; slice < SLICES; slice++) {
    const start = now();
    const sent = Array.from({ length: MESSAGES }, () => library.protect(own, text));
    const between = now();
    const received = sent.map((message) =>
      library.unprotect(theirs, /** @type {Uint8Array} */ (message)),
    );
    unprotects[slice] = (now() - between) / MESSAGES;
    protects[slice] = (between - start) / MESSAGES;
    for (const one of received) mustEqual(/** @type {Uint8Array} */ (one), text, "What was sent");
  }
  emit("protect", median(protects));
  emit("unprotect", median(unprotects));
}

/**
 * @param {Task} task
 * @param {any} theirs
 * @param {"update" | "remove"} row
 * @param {() => import("../libraries/library.js").Commit} make
 */
function commits({ library, now, emit }, theirs, row, make) {
  const [made, processed] = [[0], [0]];
  let octets = 0;
  for (let i = 0; i < COMMITS; i++) {
    const start = now();
    const { commit } = make();
    const between = now();
    library.process(theirs, commit);
    processed[i] = now() - between;
    made[i] = between - start;
    octets = commit.length;
  }
  emit(row, median(made));
  emit(row === "update" ? "process" : "process_remove", median(processed));
  emit(`${row}_octets`, octets);
}
