/** Finding the devices of other people: their published KeyPackages. */
import { textOf, toHex } from "../bytes.js";
import { localError, WaxsealError } from "../errors.js";
import { readKeyPackageObject } from "../fediverse/key_package_object.js";
import { checkKeyPackage } from "../mls/index.js";

/**
 * @typedef {object} PublishedPackage
 * @property {Uint8Array} keyPackage
 * @property {number} suite
 * @property {boolean} lastResort
 * @property {string} ref KeyPackageRef, hex
 *
 * @typedef {{ actor: string, key: string, packages: PublishedPackage[] }} PublishedDevice key: hex
 *
 * @typedef {{ actor: string, key: string, keyPackage: Uint8Array, ref: string }} ChosenPackage
 */

/**
 * The devices of an actor, from valid packages only: right identity, lifetime and signature.
 * @param {import("../transport/transport.js").Transport} transport
 * @param {string} actor
 * @returns {Promise<PublishedDevice[]>}
 */
export async function findDevices(transport, actor) {
  /** @type {Map<string, PublishedDevice>} */
  const devices = new Map();
  for (const object of await transport.keyPackages(actor)) {
    const keyPackage = readKeyPackageObject(object);
    const info = keyPackage && check(keyPackage);
    if (!keyPackage || !info || textOf(info.identity) !== actor) continue;
    const key = toHex(info.signatureKey);
    const device = devices.get(key) ?? { actor, key, packages: [] };
    const { suite, lastResort } = info;
    device.packages.push({ keyPackage, suite, lastResort, ref: toHex(info.ref) });
    devices.set(key, device);
  }
  return [...devices.values()];
}

/**
 * Others' packages may be of any quality: those that are not valid do not count.
 * @param {Uint8Array} keyPackage
 */
function check(keyPackage) {
  try {
    return checkKeyPackage(keyPackage);
  } catch (error) {
    if (error instanceof WaxsealError && error.code !== "CORE_BROKEN") return undefined;
    throw error;
  }
}

/**
 * One package per device, all of one suite: the first that all devices offer, else the first that
 * every actor offers on some device.
 * @param {PublishedDevice[]} devices
 * @param {string[]} actors everybody who has to be reached
 * @param {number[]} suites best first
 * @param {Set<string>} used refs of packages that this device has used already
 * @returns {{ suite: number, chosen: ChosenPackage[] }}
 * @throws {WaxsealError} NO_KEY_PACKAGES
 */
export function choosePackages(devices, actors, suites, used) {
  const choices = suites.map((suite) => ({
    suite,
    chosen: devices.flatMap((device) => choose(device, suite, used)),
  }));
  const lacking = (/** @type {(typeof choices)[0]} */ { chosen }) =>
    actors.find((actor) => !chosen.some((choice) => choice.actor === actor));
  const usable = choices.filter((choice) => lacking(choice) === undefined);
  const best = usable.find(({ chosen }) => chosen.length === devices.length) ?? usable[0];
  if (best) return best;
  const about = choices[0] && lacking(choices[0]);
  throw localError("NO_KEY_PACKAGES", about === undefined ? {} : { about });
}

/**
 * A package for one use if there is one. A random one: others choose at the same time.
 * @param {PublishedDevice} device
 * @param {number} suite
 * @param {Set<string>} used
 * @returns {ChosenPackage[]} one or none
 */
function choose({ actor, key, packages }, suite, used) {
  const fitting = packages.filter(
    (candidate) => candidate.suite === suite && (candidate.lastResort || !used.has(candidate.ref)),
  );
  const once = fitting.filter(({ lastResort }) => !lastResort);
  const pool = once.length > 0 ? once : fitting;
  const one = pool[Math.floor(Math.random() * pool.length)];
  return one ? [{ actor, key, keyPackage: one.keyPackage, ref: one.ref }] : [];
}
