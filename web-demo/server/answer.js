/** What a handler gives back, how it is written, and the error that becomes an answer. */

/** @typedef {import("./json.js").JsonValue} JsonValue */
/** @typedef {import("./json.js").JsonObject} JsonObject */
/**
 * `json` is written as the body; without it the body is empty.
 * @typedef {{ status?: number, headers?: Record<string, string>, type?: string, json?: JsonValue }} Answer
 */

export const ACTIVITY_JSON = "application/activity+json";

/** An error that the other side is told about: a status and a sentence. */
export class HttpError extends Error {
  /**
   * @param {number} status
   * @param {string} sentence what happened and what to do, safe to show to anybody
   * @param {Record<string, string>} [headers]
   */
  constructor(status, sentence, headers = {}) {
    super(sentence);
    this.name = "HttpError";
    this.status = status;
    this.headers = headers;
  }
}

/**
 * Writes an answer. Nothing may be cached: every document here can change or be private.
 * @param {import("node:http").ServerResponse} res
 * @param {Answer} answer
 */
export function writeAnswer(res, { status = 200, headers = {}, type = ACTIVITY_JSON, json }) {
  const body = json === undefined ? "" : JSON.stringify(json);
  res.writeHead(status, {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...(body === "" ? {} : { "content-type": type }),
    // RFC 9110 section 8.6: no Content-Length with 204.
    ...(status === 204 ? {} : { "content-length": String(Buffer.byteLength(body)) }),
    ...headers,
  });
  res.end(body);
}

/**
 * Writes an error as JSON `{ error: sentence }`. If the answer had already begun, the connection is
 * cut instead, so that the other side does not take half a body for a whole one.
 * @param {import("node:http").ServerResponse} res
 * @param {HttpError} error
 */
export function writeError(res, error) {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  writeAnswer(res, {
    status: error.status,
    type: "application/json",
    headers: error.headers,
    json: { error: error.message },
  });
}
