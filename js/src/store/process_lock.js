/** A folder that one process uses at a time. */
import { open, readFile, rm } from "node:fs/promises";
import { localError } from "../errors.js";

/**
 * @param {string} path of the lock file
 * @returns {Promise<() => Promise<void>>} gives the lock back
 * @throws {import("../errors.js").WaxsealError} DATABASE_IN_USE
 */
export async function lockForProcess(path) {
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      const file = await open(path, "wx", 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== "EEXIST") throw error;
      if (await holderLives(path)) break;
      // Its holder ended without giving it back.
      await rm(path, { force: true });
    }
  }
  throw localError("DATABASE_IN_USE", { about: path });
}

/** @param {string} path */
async function holderLives(path) {
  const pid = Number(await readFile(path, "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
