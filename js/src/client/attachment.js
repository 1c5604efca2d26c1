/** A file in a message, as the application sees it: its octets come when they are asked for. */
import { localError } from "../errors.js";
import { BLOB_OVERHEAD } from "./blob.js";
import { inflate } from "./inflate.js";

/** @typedef {import("./records.js").AttachmentRecord} AttachmentRecord */
/** @typedef {(progress: { done: number, total: number }) => void} OnProgress in octets */

/** Largest file, in octets. */
export const MAX_FILE = 48 * 1024 * 1024;

/**
 * Kinds of media that a page can show without running anything in them. The rest gets a type that
 * browsers only save: what a sender calls text/html must not become a page of ours.
 */
const SHOWN =
  /^(image\/(png|jpeg|gif|webp|avif|bmp)|(audio|video)\/(mpeg|mp4|ogg|webm|wav|x-wav|aac|flac|quicktime))$/;

/**
 * @typedef {object} LoadOptions
 * @property {OnProgress} [onProgress]
 * @property {AbortSignal} [signal]
 */

export class Attachment {
  #record;
  #source;

  /**
   * @internal
   * @param {AttachmentRecord} record
   * @param {object} source
   * @param {(name: string) => Promise<Uint8Array>} source.octets of a record
   * @param {import("../transport/transport.js").Transport["download"]} source.download
   * @param {(blob: Uint8Array, promised: AttachmentRecord) => Promise<Uint8Array>} source.openBlob
   * @param {() => boolean} source.isRequest whether nothing may be shown yet
   */
  constructor(record, source) {
    this.#record = record;
    this.#source = source;
    const { type, mediaType, name, width, height, blurhash, size, form } = record;
    /** Image, Audio, Video or Document. */
    this.type = type;
    /** As the sender says. */
    this.mediaType = mediaType;
    /** Name of the file, or what is to be seen. */
    this.name = name;
    this.width = width;
    this.height = height;
    this.blurhash = blurhash;
    /** In octets, where it is known. */
    this.size = size;
    /** False: it came in no form that is safe to open. */
    this.readable = form !== "unreadable";
    /** Whether load() asks a server for it. */
    this.remote = form === "blob";
  }

  /**
   * The file. One that lies on a server is fetched now, and only now.
   * @param {LoadOptions} [options]
   * @returns {Promise<Blob>} its type is that of media a page can show, else
   *   application/octet-stream
   */
  async load(options = {}) {
    if (this.#source.isRequest()) throw localError("REQUEST_NOT_ACCEPTED");
    const octets = /** @type {Uint8Array<ArrayBuffer>} */ (await this.#octets(options));
    const mediaType = this.mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
    const type = SHOWN.test(mediaType) ? mediaType : "application/octet-stream";
    return new Blob([octets], { type });
  }

  /** @param {LoadOptions} options */
  async #octets({ onProgress, signal }) {
    const { form, record = "", url = "", size = 0 } = this.#record;
    if (form === "octets") return this.#source.octets(record);
    if (form === "gzip") return inflate(await this.#source.octets(record), MAX_FILE);
    if (form === "unreadable" || size > MAX_FILE) throw localError("FILE_BROKEN");
    const options = {
      limit: size + BLOB_OVERHEAD,
      ...(onProgress ? { onProgress } : {}),
      ...(signal ? { signal } : {}),
    };
    return this.#source.openBlob(await this.#source.download(url, options), this.#record);
  }
}
