/** Where the lives end. */

/** @typedef {import("./lives.mjs").Plan} Plan */
/** @typedef {{ before: number, torn: number, after: number }} Counts of lives that ended there */

const MODES = /** @type {const} */ (["before", "middle", "after"]);
/** By so many calls most writes change their files; and by so many those that tidy up as well. */
const CALLS = { file: [2, 12], sqlite: [24, 60] };
/** Sparse: lives end at one of their first writes. */
const FEW_WRITES = 6;

/**
 * At every write: each life ends at its first one, before it, in the middle, and after it, which is
 * then done. What begins anew in each life, such as reading the others' keys before they are invited,
 * begins with the same writes: those of the same records are passed over in the rest of the step when
 * they were hit twice in each way, so that lives get to what follows.
 */
export class Planner {
  #roll;
  #lives;
  #isSparse;
  #calls;
  #turn = 0;
  /** What was written in this step so far. @type {Set<string>} */
  #seen = new Set();
  /** What was written more than once. @type {Set<string>} */
  #skip = new Set();
  /** @type {Plan | undefined} */
  #plan;
  #step = -1;
  /** @type {Counts} */
  counts = { before: 0, torn: 0, after: 0 };

  /**
   * @param {object} options
   * @param {number} options.seed
   * @param {"file" | "sqlite"} [options.kind]
   * @param {number} [options.lives] that are ended; then they go on
   * @param {boolean} [options.isSparse] ends lives at some writes only
   */
  constructor({ seed, kind = "file", lives = Number.POSITIVE_INFINITY, isSparse = false }) {
    this.#roll = dice(seed);
    this.#lives = lives;
    this.#isSparse = isSparse;
    this.#calls = CALLS[kind];
  }

  /**
   * @param {number} step that is to be played
   * @returns {Plan | undefined} undefined: the life goes on
   */
  next(step) {
    if (this.#lives-- <= 0) {
      this.#plan = undefined;
      return undefined;
    }
    if (step !== this.#step) {
      this.#step = step;
      this.#seen.clear();
      this.#skip.clear();
    }
    const when = /** @type {Plan["when"]} */ (MODES[this.#turn++ % MODES.length]);
    const write = this.#isSparse ? 1 + this.#roll(FEW_WRITES) : 1;
    const [usual = 1, many = 1] = this.#calls;
    const call = 1 + this.#roll(this.#roll(6) === 0 ? many : usual);
    this.#plan = { write, skip: [...this.#skip], when, call, permille: this.#roll(1000) };
    return this.#plan;
  }

  /** @param {string[]} notes of the life */
  ended([note = "", outcome]) {
    const plan = this.#plan;
    if (!plan || note === "") return;
    if (plan.when === "before") this.counts.before++;
    else if (outcome === "written") this.counts.after++;
    else this.counts.torn++;
    if (plan.when !== "after") return;
    const names = note.slice(plan.when.length + 1);
    if (this.#seen.has(names)) this.#skip.add(names);
    this.#seen.add(names);
  }
}

/** Nobody is killed. */
export class Immortal {
  next() {
    return undefined;
  }

  ended() {}
}

/**
 * Numbers from a seed (mulberry32).
 * @param {number} seed
 * @returns {(below: number) => number}
 */
export function dice(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
