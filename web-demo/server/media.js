/**
 * Uploads: octets, usually an encrypted attachment, kept under an address that cannot be guessed and
 * given to whoever knows it.
 */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { HttpError } from "./answer.js";
import { readChunks } from "./body.js";
import { isMissing, makeFolder, readJson, replaceJson } from "./files.js";
import { requireUser } from "./sessions.js";

/** Largest upload, in octets (48 MiB). */
export const MAX_UPLOAD = 48 * 1024 * 1024;

const ID = /^[0-9a-f-]{36}$/;
const MEDIA_TYPE = /^[\w.+-]{1,64}\/[\w.+-]{1,64}$/;

/** @typedef {{ owner: string, mediaType: string, size: number, published: string }} MediaRecord */

export class MediaStore {
  #folder;

  /** @param {string} dataDir */
  constructor(dataDir) {
    this.#folder = join(dataDir, "media");
  }

  /**
   * Streams the body of a request to disk.
   * @param {import("node:http").IncomingMessage} req
   * @param {string} owner actor id
   * @returns {Promise<{ id: string, record: MediaRecord }>}
   */
  async receive(req, owner) {
    const id = randomUUID();
    const path = join(this.#folder, id);
    const temporary = `${path}.tmp`;
    // Reading pauses while the disk is behind, so that memory holds a few chunks at most.
    await makeFolder(this.#folder);
    const file = await open(temporary, "wx", 0o600);
    try {
      const size = await copyToFile(req, file);
      await rename(temporary, path);
      const mediaType = mediaTypeOf(req.headers["content-type"]);
      const record = { owner, mediaType, size, published: new Date().toISOString() };
      await replaceJson(`${path}.json`, record);
      return { id, record };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }

  /**
   * @param {string} id
   * @returns {Promise<{ file: import("node:fs/promises").FileHandle, record: MediaRecord } | undefined>}
   *   the caller closes the file
   */
  async open(id) {
    const record = await this.record(id);
    if (!record) return undefined;
    try {
      return { file: await open(join(this.#folder, id), "r"), record };
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /**
   * @param {string} id
   * @returns {Promise<MediaRecord | undefined>}
   */
  async record(id) {
    return ID.test(id) ? readJson(join(this.#folder, `${id}.json`)) : undefined;
  }

  /** @param {string} id */
  async remove(id) {
    await rm(join(this.#folder, `${id}.json`), { force: true });
    await rm(join(this.#folder, id), { force: true });
  }
}

/**
 * @param {import("node:http").IncomingMessage} req
 * @param {import("node:fs/promises").FileHandle} file
 */
async function copyToFile(req, file) {
  /** @type {Promise<unknown>} */
  let written = Promise.resolve();
  const size = await readChunks(req, MAX_UPLOAD, (chunk) => {
    req.pause();
    written = written.then(() => file.appendFile(chunk)).then(() => req.resume());
    // A failure is thrown below; it must end the reading too.
    written.catch((error) => req.destroy(error));
  });
  await written;
  await file.sync();
  return size;
}

/** @param {string | undefined} header */
function mediaTypeOf(header) {
  const type = (header ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return MEDIA_TYPE.test(type) ? type : "application/octet-stream";
}

/**
 * POST /media: the body is the file, Content-Type its media type.
 * @type {import("./router.js").Handler}
 */
export async function postMedia(exchange) {
  const user = requireUser(exchange);
  const { id, record } = await exchange.site.media.receive(exchange.req, user.id);
  const url = `${exchange.site.origin}/media/${id}`;
  return {
    status: 201,
    headers: { location: url },
    json: {
      "@context": "https://www.w3.org/ns/activitystreams",
      id: url,
      type: "Document",
      attributedTo: user.id,
      mediaType: record.mediaType,
      published: record.published,
      size: record.size,
      url,
    },
  };
}

/**
 * GET /media/ID. The octets are a stranger's: never sniffed, never shown as a page of this origin.
 * @type {import("./router.js").Handler}
 */
export async function getMedia({ site, req, res, params }) {
  const found = await site.media.open(params.id ?? "");
  if (!found) throw new HttpError(404, "There is no such upload.");
  res.writeHead(200, {
    "content-type": found.record.mediaType,
    "content-length": String(found.record.size),
    "content-disposition": "attachment",
    "content-security-policy": "default-src 'none'; sandbox",
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "cross-origin",
    "cache-control": "private, max-age=31536000, immutable",
  });
  if (req.method === "HEAD") {
    await found.file.close();
    res.end();
  } else await pipeline(found.file.createReadStream(), res);
}
