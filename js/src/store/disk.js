/** Files that survive a crash whole, and are gone when they are deleted. */
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { localError, WaxsealError } from "../errors.js";

/** @typedef {import("node:fs/promises").FileHandle} FileHandle */

/** No room on the disk, in the quota, or in what the file system allows a file. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);
const ZEROS = new Uint8Array(64 * 1024);

/** @param {unknown} error */
export function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code ?? "";
}

/**
 * Runs work on files; whatever goes wrong in it becomes a WaxsealError.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function guarded(work) {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WaxsealError) throw error;
    throw localError(FULL.has(codeOf(error)) ? "STORAGE_FULL" : "DATABASE", { cause: error });
  }
}

/** @param {string} path */
export function readIfThere(path) {
  return readFile(path).catch((error) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
}

/**
 * Whether an open file still has its name.
 * @param {FileHandle} file
 * @param {string} path
 */
export async function isAt(file, path) {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  const own = await file.stat({ bigint: true });
  return found?.ino === own.ino && found?.dev === own.dev;
}

/**
 * @param {FileHandle} file
 * @param {Uint8Array} octets
 * @param {number} position
 */
export async function writeAt(file, octets, position) {
  for (let done = 0; done < octets.length; ) {
    const left = octets.length - done;
    done += (await file.write(octets, done, left, position + done)).bytesWritten;
  }
}

/** @param {string} path of a folder, whose list of names then is on the disk */
export async function syncFolder(path) {
  // There a folder can't be opened, and the file system keeps names safe by itself.
  if (process.platform === "win32") return;
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** @param {string} path */
const partialOf = (path) => `${path}.partial`;

/**
 * Puts a file in place in one step: after a crash it has the old content or the new one. Who goes on
 * has to call syncFolder() first.
 * @param {string} path
 * @param {Uint8Array} content
 * @returns {Promise<FileHandle>} of the new file
 */
export async function placeFile(path, content) {
  const partial = partialOf(path);
  const file = await open(partial, "w+", 0o600);
  try {
    await writeAt(file, content, 0);
    await file.sync();
    await rename(partial, path);
    return file;
  } catch (error) {
    await file.close();
    await rm(partial, { force: true });
    throw error;
  }
}

/**
 * @param {string} path
 * @param {Uint8Array} content
 */
export async function replaceFile(path, content) {
  await (await placeFile(path, content)).close();
  await syncFolder(dirname(path));
}

/**
 * Writes zeros over everything in a file, where the disk lets it: whoever calls this deletes the file,
 * which is the better half. File systems that write to another place each time, and flash disks, keep
 * the old octets for a while all the same.
 * @param {FileHandle} file
 */
export async function overwriteAndClose(file) {
  try {
    const { size } = await file.stat();
    for (let at = 0; at < size; at += ZEROS.length) {
      await writeAt(file, ZEROS.subarray(0, Math.min(ZEROS.length, size - at)), at);
    }
    await file.datasync();
  } catch {
    // A disk that refuses that must not keep the file from being deleted.
  } finally {
    await file.close();
  }
}

/**
 * Overwrites a file, then deletes it.
 * @param {string} path of a file that need not be there
 */
export async function shred(path) {
  const file = await open(path, "r+").catch((error) => {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  });
  if (file) await overwriteAndClose(file);
  await rm(path, { force: true });
}

/** @param {string} path whatever a crash left of putting this file in place */
export function shredPartial(path) {
  return shred(partialOf(path));
}
