/** What the user writes, made into the fields of a wish. Large files are encrypted and uploaded first. */
import { invalidArgument, localError } from "../errors.js";
import { MAX_FILE } from "./attachment.js";
import { sealBlob } from "./blob.js";
import { htmlOfText } from "./text.js";

/** Files up to this size, together, travel inside the message. */
const INLINE_MAX = 16 * 1024;

/**
 * @typedef {object} FileToSend
 * @property {Uint8Array | Blob} data
 * @property {string} [mediaType] that of the Blob unless given
 * @property {string} [name] of the file
 * @property {string} [alt] what is to be seen or heard, for people who can't
 * @property {number} [width] of pictures
 * @property {number} [height]
 * @property {string} [blurhash]
 *
 * @typedef {object} ContentToSend
 * @property {string} [text]
 * @property {string} [html] instead of text
 * @property {string} [title] makes it an Article
 * @property {string} [summary] shown in front of the rest, which is hidden until asked for
 * @property {string | { id: string }} [inReplyTo] a message
 * @property {FileToSend[]} [attachments]
 * @property {(progress: { done: number, total: number }) => void} [onProgress] of uploads, in octets
 * @property {AbortSignal} [signal] ends the uploads
 */

/** @typedef {{ about: Record<string, any>, octets?: Uint8Array }} ComposedFile octets: of one that
 *   travels inside the message */

/**
 * Without its parameters; of one that is none, that of any octets.
 * @param {string} mediaType
 */
function plainType(mediaType) {
  const type = mediaType.split(";")[0]?.trim().toLowerCase() ?? "";
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : "application/octet-stream";
}

/** @param {string} mediaType */
function typeOf(mediaType) {
  const kind = mediaType.split("/")[0] ?? "";
  const types = { image: "Image", audio: "Audio", video: "Video" };
  return Object.hasOwn(types, kind) ? types[/** @type {keyof types} */ (kind)] : "Document";
}

/**
 * @param {string | ContentToSend} content
 * @param {import("../transport/transport.js").Transport} transport
 * @param {import("../wasm/host.js").Host} host seals large files
 * @param {ComposedFile[]} [kept] files in front of those that are attached
 * @returns {Promise<{ fields: Record<string, any>, parts: Uint8Array[] }>}
 * @throws {import("../errors.js").WaxsealError} INVALID_ARGUMENT, TOO_LARGE, those of the upload
 */
export async function compose(content, transport, host, kept = []) {
  const whole = typeof content === "string" ? { text: content } : content;
  const { text, html, title, summary, inReplyTo, attachments = [] } = whole ?? {};
  const written = html ?? (text ? htmlOfText(text) : "");
  if (typeof written !== "string" || (written === "" && attachments.length + kept.length === 0)) {
    throw invalidArgument("content must be a text, or have text, html or attachments.");
  }
  const repliedTo = typeof inReplyTo === "string" ? inReplyTo : inReplyTo?.id;
  const files = [...kept, ...(await composeFiles(attachments, whole, transport, host))];
  /** @type {Uint8Array[]} */
  const parts = [];
  const list = files.map(({ about, octets }) =>
    octets ? { ...about, part: parts.push(octets) - 1 } : about,
  );
  return {
    fields: {
      content: written,
      ...(title ? { type: "Article", name: title } : {}),
      ...(summary ? { summary } : {}),
      ...(repliedTo ? { inReplyTo: repliedTo } : {}),
      ...(list.length > 0 ? { attachments: list } : {}),
    },
    parts,
  };
}

/**
 * @param {FileToSend[]} attachments
 * @param {ContentToSend} options
 * @param {import("../transport/transport.js").Transport} transport
 * @param {import("../wasm/host.js").Host} host
 * @returns {Promise<ComposedFile[]>}
 */
async function composeFiles(attachments, { onProgress, signal }, transport, host) {
  /** @type {ComposedFile[]} */
  const list = [];
  const read = await Promise.all(attachments.map(readFile));
  const total = read.reduce((sum, { octets }) => sum + octets.length, 0);
  if (total <= INLINE_MAX) return read;
  let before = 0;
  for (const { octets, about } of read) {
    if (!transport.upload || octets.length > MAX_FILE) throw localError("TOO_LARGE");
    const { blob, ...promised } = await sealBlob(host, octets);
    const start = before;
    const report = (/** @type {{ done: number, total: number }} */ progress) =>
      onProgress?.({
        done: start + Math.round((progress.done / progress.total) * octets.length),
        total,
      });
    const url = await transport.upload(blob, { onProgress: report, ...(signal ? { signal } : {}) });
    before += octets.length;
    onProgress?.({ done: before, total });
    list.push({ about: { ...about, url, ...promised } });
  }
  return list;
}

/**
 * @param {FileToSend} file
 * @returns {Promise<Required<ComposedFile>>}
 */
async function readFile({ data, mediaType, name, alt, width, height, blurhash }) {
  if (!(data instanceof Blob) && !(data instanceof Uint8Array)) {
    throw invalidArgument("data of an attachment must be a Uint8Array or a Blob.");
  }
  if ((data instanceof Blob ? data.size : data.length) > MAX_FILE) throw localError("TOO_LARGE");
  const octets = data instanceof Blob ? new Uint8Array(await data.arrayBuffer()) : data;
  const type = plainType(mediaType || (data instanceof Blob ? data.type : ""));
  const shown = alt || name;
  const about = {
    type: typeOf(type),
    mediaType: type,
    ...(shown ? { name: shown } : {}),
    ...(width && height ? { width, height } : {}),
    ...(blurhash ? { blurhash } : {}),
  };
  return { octets, about };
}
