/** Bounded reading of request bodies. */
import { HttpError } from "./answer.js";
import { parseObject } from "./json.js";

/** Largest JSON or form body, in octets. */
export const MAX_BODY = 1024 * 1024;

/**
 * How much of a too large body is read and thrown away so that the sender, who reads the answer
 * only after writing, sees the 413 instead of a broken connection.
 */
const MAX_DISCARD = 64 * 1024 * 1024;

/**
 * Hands the body of a request to `onChunk` piece by piece, up to `limit` octets.
 * @param {import("node:http").IncomingMessage} req
 * @param {number} limit octets
 * @param {(chunk: Buffer) => void} onChunk
 * @returns {Promise<number>} octets read
 * @throws {HttpError} 413 when there is more, 400 when the sender breaks off
 */
export function readChunks(req, limit, onChunk) {
  const tooLarge = () =>
    new HttpError(413, `The body is larger than the ${limit} octets that this server takes.`, {
      connection: "close",
    });
  if (Number(req.headers["content-length"] ?? 0) > limit + MAX_DISCARD) {
    return Promise.reject(tooLarge());
  }
  return new Promise((resolve, reject) => {
    let size = 0;
    req.on("data", (/** @type {Buffer} */ chunk) => {
      size += chunk.length;
      if (size <= limit) onChunk(chunk);
      else if (size > limit + MAX_DISCARD) {
        req.removeAllListeners("data");
        req.pause();
        reject(tooLarge());
      }
    });
    req.on("end", () => (size <= limit ? resolve(size) : reject(tooLarge())));
    const broken = () => reject(new HttpError(400, "The request broke off before its end."));
    req.on("error", broken);
    req.on("close", broken);
  });
}

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {number} [limit] octets
 */
export async function readBody(req, limit = MAX_BODY) {
  /** @type {Buffer[]} */
  const chunks = [];
  await readChunks(req, limit, (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks);
}

/** @param {import("node:http").IncomingMessage} req */
export async function readObject(req) {
  return parseObject(await readBody(req));
}
