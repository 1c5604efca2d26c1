/**
 * Runs asynchronous steps one after the other.
 * @returns {<T>(step: () => Promise<T>) => Promise<T>} runs `step` when all earlier ones have ended,
 *   whether they succeeded or not
 */
export function createLock() {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  return (step) => {
    const result = last.then(step, step);
    // The caller sees the failure; the next step only waits for it.
    last = result.catch(() => {});
    return result;
  };
}
