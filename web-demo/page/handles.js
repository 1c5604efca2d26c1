/** Handles as people type them. */

/**
 * @param {string} text handles or addresses, separated by spaces, commas or lines
 * @returns {string[]}
 */
export function splitHandles(text) {
  return text.split(/[\s,;]+/).filter((handle) => handle !== "");
}
