/** Rules for a hostile server: what it makes of activities or KeyPackages, oldest first. */
import { randomUUID } from "node:crypto";

/** @typedef {import("./hostile.js").Rule} Rule */
/** @typedef {(item: any, index: number) => boolean} Which */

const all = () => true;

/** Several, one after the other. @param {Rule[]} rules @returns {Rule} */
export const both =
  (...rules) =>
  (items, reader) =>
    rules.reduce((rest, rule) => rule(rest, reader), items);

/** Leaves some out. @param {Which} which @returns {Rule} */
export const dropping = (which) => (items) => items.filter((item, index) => !which(item, index));

/**
 * Gives some again at the end: under the same id, or under new ones, as if they were sent again.
 * @param {Which} which
 * @param {{ anew?: boolean, times?: number }} [options]
 * @returns {Rule}
 */
export const replaying =
  (which, { anew = true, times = 1 } = {}) =>
  (items) => {
    const again = items.filter(which);
    const copies = Array.from({ length: times }, () => again).flat();
    return [...items, ...copies.map((item) => (anew ? renamed(item) : item))];
  };

/** Ids made from the old ones, so that another look finds the same. @type {Map<string, string>} */
const names = new Map();

/** @param {any} item */
function renamed(item) {
  const rename = (/** @type {string} */ id) => {
    if (!names.has(id)) names.set(id, new URL(randomUUID(), id).href);
    return names.get(id);
  };
  const { object } = item;
  return { ...item, id: rename(item.id), object: { ...object, id: rename(object.id) } };
}

/** The newest first. @returns {Rule} */
export const reversing = () => (items) => [...items].reverse();

/** The same order each time for one seed. @param {number} seed @returns {Rule} */
export const shuffling = (seed) => (items) => {
  const shuffled = [...items];
  let state = seed >>> 0 || 1;
  for (let at = shuffled.length - 1; at > 0; at--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const other = state % (at + 1);
    [shuffled[at], shuffled[other]] = [shuffled[other], shuffled[at]];
  }
  return shuffled;
};

/** Some get another type. @param {string | string[]} type @param {Which} [which] @returns {Rule} */
export const relabelling =
  (type, which = all) =>
  (items) =>
    items.map((item, index) => {
      if (!which(item, index)) return item;
      return "object" in item ? { ...item, object: { ...item.object, type } } : { ...item, type };
    });

/**
 * Some are said to be from somebody else.
 * @param {string} actor
 * @param {Which} [which]
 * @param {{ envelope?: boolean, object?: boolean }} [where]
 * @returns {Rule}
 */
export const claiming =
  (actor, which = all, { envelope = true, object = true } = {}) =>
  (items) =>
    items.map((item, index) => {
      if (!which(item, index)) return item;
      return {
        ...item,
        ...(envelope ? { actor } : {}),
        ...(object ? { object: { ...item.object, attributedTo: actor } } : {}),
      };
    });

/** Changes properties of the objects of some. @param {object} changes @param {Which} [which] @returns {Rule} */
export const changing =
  (changes, which = all) =>
  (items) =>
    items.map((item, index) => {
      if (!which(item, index)) return item;
      if (!("object" in item)) return { ...item, ...changes };
      return { ...item, object: { ...item.object, ...changes } };
    });

/** Flips a bit in the content of some. @param {number} bit from the end @param {Which} [which] @returns {Rule} */
export const damaging =
  (bit, which = all) =>
  (items) =>
    items.map((item, index) => {
      const object = item.object ?? item;
      if (!which(item, index) || typeof object.content !== "string") return item;
      const octets = Buffer.from(object.content, "base64");
      const at = octets.length - 1 - (bit >> 3);
      octets[at] = Number(octets[at]) ^ (1 << (bit & 7));
      const content = octets.toString("base64");
      return "object" in item ? { ...item, object: { ...object, content } } : { ...item, content };
    });

/**
 * Puts other content into KeyPackages, for all readers or for some.
 * @param {string} content base64
 * @param {(reader: string | undefined) => boolean} [forWhom]
 * @returns {Rule}
 */
export const swapping =
  (content, forWhom = () => true) =>
  (items, reader) =>
    forWhom(reader) ? items.map((item) => ({ ...item, content })) : items;

/** Other KeyPackages for other readers. @param {Map<string | undefined, any[]>} byReader @returns {Rule} */
export const splitting = (byReader) => (items, reader) => byReader.get(reader) ?? items;
