/** A folder that one process uses at a time. */
import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm } from "node:fs/promises";
import { localError } from "../errors.js";

/**
 * @param {string} path of the lock file
 * @returns {Promise<() => Promise<void>>} gives the lock back
 * @throws {import("../errors.js").WaxsealError} DATABASE_IN_USE
 */
export async function lockForProcess(path) {
  const own = await holderOf(process.pid);
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, "wx", 0o600);
      await file.writeFile(own).finally(() => file.close());
      held.add(path);
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
      const holder = await readFile(path, "utf8").catch(() => "");
      if (await lives(path, holder)) break;
      await takeAway(path, holder);
    }
  }
  throw localError("DATABASE_IN_USE", { about: path });
}

/** Locks of this process, where nothing tells it from others with its number. @type {Set<string>} */
const held = new Set();

/**
 * Names a process. A number comes again, after a restart of the machine or of a container even soon;
 * Linux tells when its process began, too.
 * @param {number} pid
 */
async function holderOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field, a name in parentheses, may hold anything; the 22nd is the start.
  const start = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "");
  return start ? `${pid} ${start} ${boot.trim()}` : String(pid);
}

/**
 * @param {string} path
 * @param {string} holder as the lock file names it
 */
async function lives(path, holder) {
  const pid = Number(holder.split(" ")[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const isExact = holder.includes(" ");
  if (pid === process.pid && !isExact) return held.has(path);
  try {
    process.kill(pid, 0);
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
  return !isExact || holder === (await holderOf(pid));
}

/**
 * Takes away the lock of a process that ended without giving it back. If another process was faster
 * and has locked anew, its lock is put back.
 * @param {string} path
 * @param {string} holder
 */
async function takeAway(path, holder) {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    const taken = await readFile(aside, "utf8");
    if (taken !== holder) await link(aside, path);
  } catch (error) {
    const { code = "" } = /** @type {NodeJS.ErrnoException} */ (error);
    if (!["ENOENT", "EEXIST"].includes(code)) throw error;
  } finally {
    await rm(aside, { force: true });
  }
}
