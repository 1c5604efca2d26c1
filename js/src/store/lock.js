/** One piece of work at a time, over all tabs of a browser where it offers Web Locks. */

/** @type {Map<string, Promise<unknown>>} */
const tails = new Map();

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function withLock(name, work) {
  const locks = globalThis.navigator?.locks;
  if (locks) return /** @type {Promise<T>} */ (locks.request(name, work));
  return withLocalLock(name, work);
}

/**
 * The same inside one program.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export function withLocalLock(name, work) {
  const result = (tails.get(name) ?? Promise.resolve()).then(work);
  const tail = result.catch(() => {});
  tails.set(name, tail);
  tail.then(() => {
    if (tails.get(name) === tail) tails.delete(name);
  });
  return result;
}
