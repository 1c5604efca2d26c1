/** Files that are replaced as a whole, so that a crash leaves the old or the new one, never half. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Writes a file and moves it into place, after its octets reached the disk. The folder is made when
 * it is missing. Only the owner can read it.
 * @param {string} path
 * @param {string} text
 */
export async function replaceFile(path, text) {
  await makeFolder(dirname(path));
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

/** @param {string} path */
export async function makeFolder(path) {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/**
 * @param {string} path
 * @param {unknown} value
 */
export function replaceJson(path, value) {
  return replaceFile(path, `${JSON.stringify(value, null, 1)}\n`);
}

/**
 * Reads a file that replaceJson wrote.
 * @param {string} path
 * @returns {Promise<any>} undefined when there is no such file
 */
export async function readJson(path) {
  let text;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is not valid JSON; restore it or remove it.`);
  }
}

/**
 * The names in a folder, sorted, without the leftovers of a replacement that a crash interrupted,
 * which are removed. A missing folder is empty.
 * @param {string} path
 */
export async function listFolder(path) {
  let names;
  try {
    names = await readdir(path);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  const leftovers = names.filter((name) => name.endsWith(".tmp"));
  await Promise.all(leftovers.map((name) => rm(join(path, name), { force: true })));
  return names.filter((name) => !name.endsWith(".tmp")).sort();
}

/** @param {unknown} error */
export function isMissing(error) {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
