/** The own KeyPackages: made, published, used, withdrawn. */
import { localError } from "../errors.js";
import {
  createKeyPackageActivity,
  keyPackageListActivity,
} from "../fediverse/key_package_object.js";
import { checkKeyPackage, createKeyPackage, suites, welcomeMatches } from "../mls/index.js";

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./database.js").Database} Database */
/** @typedef {import("./records.js").PackageRecord} PackageRecord */
/** @typedef {import("./records.js").DeviceRecord} DeviceRecord */

const POOL = 20;
const REFILL_BELOW = 10;
/** A package that expires sooner is not worth being found. */
const MIN_REMAINING = 7 * 24 * 3600;

/** The suites that the device's one signature key serves, best first. */
export function deviceSuites() {
  const all = suites();
  return all.filter(({ signatureScheme }) => signatureScheme === all[0]?.signatureScheme);
}

/**
 * Makes what is missing: packages for one use in the best suite, and one for many uses (last resort)
 * per suite. They are posted by the outbox.
 * @param {Step} step
 * @param {Database} database
 * @param {{ id: string, name: string }} generator
 */
export function refill(step, database, generator) {
  const now = Math.floor(Date.now() / 1000);
  for (const [, record] of step.entries("package/")) {
    if (record.notAfter < now) withdraw(step, record);
  }
  const [best, ...others] = deviceSuites();
  const fresh = step
    .entries("package/")
    .map(([, record]) => /** @type {PackageRecord} */ (record))
    .filter(({ notAfter }) => notAfter > now + MIN_REMAINING);
  const make = (/** @type {{ id: number, name: string }} */ suite, /** @type {boolean} */ last) =>
    publish(step, database, generator, suite, last);
  const once = fresh.filter(({ lastResort, suite }) => !lastResort && suite === best?.id).length;
  if (best && once < REFILL_BELOW) for (let i = once; i < POOL; i++) make(best, false);
  for (const suite of best ? [best, ...others] : []) {
    if (!fresh.some((record) => record.lastResort && record.suite === suite.id)) make(suite, true);
  }
}

/**
 * @param {Step} step
 * @param {Database} database
 * @param {{ id: string, name: string }} generator
 * @param {{ id: number, name: string }} suite
 * @param {boolean} lastResort
 */
function publish(step, database, generator, suite, lastResort) {
  const id = crypto.randomUUID();
  const { actor } = /** @type {DeviceRecord} */ (step.get("device"));
  const { keyPackage, secret } = createKeyPackage({
    vault: database.vault,
    signatureKey: database.sealed("core/signature-key"),
    identity: actor,
    suite: suite.id,
    lastResort,
    slot: step.slot(`core/package/${id}`),
  });
  const { notAfter } = checkKeyPackage(keyPackage);
  step.putSealed(secret);
  step.put(`package/${id}`, { id, suite: suite.id, lastResort, notAfter });
  step.append("outbox/", {
    lane: "keys",
    purpose: "key-package",
    package: id,
    activity: createKeyPackageActivity({ actor, keyPackage, suite: suite.name, generator }),
  });
}

/**
 * The package was posted: lists it in the actor's collection.
 * @param {Step} step
 * @param {string} id
 * @param {string | undefined} object address that the server gave it
 * @returns {Error | undefined} why it can't be listed
 */
export function onPublished(step, id, object) {
  const record = /** @type {PackageRecord | undefined} */ (step.get(`package/${id}`));
  const { actor, keyPackages } = /** @type {DeviceRecord} */ (step.get("device"));
  if (!object || !keyPackages) return localError("NO_KEY_PACKAGE_COLLECTION");
  if (record) {
    step.put(`package/${id}`, { ...record, object });
    postList(step, "Add", { actor, object, collection: keyPackages });
  } else {
    // It was used or expired before the server answered.
    postList(step, "Delete", { actor, object });
  }
  return undefined;
}

/**
 * @param {Step} step
 * @param {"Add" | "Remove" | "Delete"} type
 * @param {{ actor: string, object: string, collection?: string }} parts
 */
function postList(step, type, parts) {
  step.append("outbox/", {
    lane: "keys",
    purpose: type === "Add" ? "list-key-package" : "other",
    activity: keyPackageListActivity(type, parts),
  });
}

/**
 * Forgets a package that was used or has expired, here and on the server.
 * @param {Step} step
 * @param {PackageRecord} record
 */
export function withdraw(step, record) {
  const { actor, keyPackages } = /** @type {DeviceRecord} */ (step.get("device"));
  step.delete(`package/${record.id}`);
  step.delete(`core/package/${record.id}`);
  if (!record.object) return;
  if (keyPackages) {
    postList(step, "Remove", { actor, object: record.object, collection: keyPackages });
  }
  postList(step, "Delete", { actor, object: record.object });
}

/**
 * The own package that a Welcome was made for.
 * @param {Database} database
 * @param {Uint8Array} welcome
 * @returns {PackageRecord | undefined}
 */
export function findForWelcome(database, welcome) {
  return database.values("package/").find(({ id }) =>
    welcomeMatches({
      vault: database.vault,
      welcome,
      secret: database.sealed(`core/package/${id}`),
    }),
  );
}
