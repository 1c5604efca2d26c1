/** A seeded generator for choices, never for keys: mulberry32. */

const GOLDEN = 0x9e3779b9;

/** @param {number} seed 32 bits of it count */
export function createRandom(seed) {
  let state = Math.imul(seed ^ 0x5bd1e995, GOLDEN) >>> 0;

  /** @returns {number} from 0 to 1, 1 excluded */
  function next() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** @param {number} least @param {number} most both included */
  const integer = (least, most) => least + Math.floor(next() * (most - least + 1));

  /** @template T @param {readonly T[]} list a copy in another order @returns {T[]} */
  function shuffled(list) {
    const copy = [...list];
    for (let i = copy.length - 1; i > 0; i -= 1) {
      const j = integer(0, i);
      const [a, b] = [copy[i], copy[j]];
      copy[i] = /** @type {T} */ (b);
      copy[j] = /** @type {T} */ (a);
    }
    return copy;
  }

  return {
    integer,
    shuffled,
    /** @param {number} probability */
    chance: (probability) => next() < probability,
    /** @template T @param {readonly T[]} list @returns {T | undefined} */
    pick: (list) => list[integer(0, list.length - 1)],
    /** @param {number} length */
    octets: (length) => Uint8Array.from({ length }, () => integer(0, 255)),
  };
}

/** @typedef {ReturnType<typeof createRandom>} Random */
