/** Stops all processes of a browser, and kills them where its database is whole. */
import { readdir, readFile } from "node:fs/promises";
import { isWhole } from "./leveldb.mjs";

/** How often a browser goes on for a moment because a record is only half written. */
const TRIES = 1000;

/** @param {string} path */
const read = (path) => readFile(path, "utf8").catch(() => "");

/**
 * The processes in whose command line the profile stands.
 * @param {string} profile
 */
async function processesOf(profile) {
  const found = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const words = (await read(`/proc/${name}/cmdline`)).split("\0");
    if (words.some((word) => word === profile || word.endsWith(`=${profile}`))) {
      found.push(Number(name));
    }
  }
  return found;
}

/** @param {number[]} processes @param {NodeJS.Signals} name */
function signal(processes, name) {
  for (const process_ of processes) {
    try {
      process.kill(process_, name);
    } catch (error) {
      // It may have ended by itself.
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "ESRCH") throw error;
    }
  }
}

/** Whether a thread does nothing any more: what it was writing is written. @param {string} stat */
const isStill = (stat) => /^[TtZX]?$/.test(stat.slice(stat.lastIndexOf(")") + 2).charAt(0));

/** @param {number} process_ */
async function isStopped(process_) {
  const folder = `/proc/${process_}/task`;
  for (const thread of await readdir(folder).catch(() => [])) {
    if (!isStill(await read(`${folder}/${thread}/stat`))) return false;
  }
  return true;
}

/** @param {number[]} processes */
async function stop(processes) {
  signal(processes, "SIGSTOP");
  for (const process_ of processes) {
    while (!(await isStopped(process_))) await new Promise(setImmediate);
  }
}

/**
 * Kills a browser wherever it is.
 * @param {string} profile its folder
 */
export async function killAnywhere(profile) {
  signal(await processesOf(profile), "SIGKILL");
}

/**
 * Kills a browser, all of its processes at once, between two records. Throws, when it is dead, if its database was never
 * seen whole.
 * @param {string} profile its folder
 */
export async function killBrowser(profile) {
  let processes = await processesOf(profile);
  await stop(processes);
  let whole = await isWhole(profile);
  for (let i = 0; i < TRIES && !whole; i++) {
    signal(processes, "SIGCONT");
    await new Promise(setImmediate);
    processes = await processesOf(profile);
    await stop(processes);
    whole = await isWhole(profile);
  }
  await killAnywhere(profile);
  if (!whole) throw new Error(`A record was half written, each time of ${TRIES}.`);
}
