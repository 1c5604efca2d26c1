/** Key files: 32 random octets that only their owner can read. */
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { localError } from "../errors.js";
import { readIfThere, replaceFile, shred } from "./disk.js";

const KEY_LEN = 32;

/**
 * @param {string} path
 * @returns {Promise<Uint8Array>}
 * @throws {import("../errors.js").WaxsealError} WRONG_KEY_FILE
 */
export async function read(path) {
  const key = await readFile(path).catch((error) => {
    throw localError("WRONG_KEY_FILE", { about: path, cause: error });
  });
  if (key.length !== KEY_LEN) throw localError("WRONG_KEY_FILE", { about: path });
  return new Uint8Array(key);
}

/**
 * Makes a key file, on the disk when this resolves, or reads the one that is there.
 * @param {string} path
 * @returns {Promise<Uint8Array>}
 */
export async function create(path) {
  if (await readIfThere(path)) return read(path);
  const key = new Uint8Array(randomBytes(KEY_LEN));
  await replaceFile(path, key);
  return key;
}

/**
 * Overwrites it, as far as the disk does that, and deletes it.
 * @param {string} path
 */
export const remove = shred;
