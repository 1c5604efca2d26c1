/** Requests to servers: bounded, and every failure a WaxsealError. */
import { asWaxsealError, localError, WaxsealError } from "../errors.js";

export const ACTIVITY_JSON = "application/activity+json";
export const ACCEPT =
  'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"';

/** Largest answer read, in octets: a page of messages with large attachments. */
const MAX_ANSWER = 64 * 1024 * 1024;
/** Arrays and objects in each other. */
const MAX_DEPTH = 100;
const TIMEOUT_MS = 30_000;
/** Waiting longer than this because a server asks for it would look like being broken. */
const MAX_RETRY_AFTER_MS = 3600_000;

/** @typedef {(input: string, init?: RequestInit) => Promise<Response>} Fetch */
/** @typedef {{ status: number, headers: Headers, url: string, json: any }} Answer */

/**
 * @param {Fetch} fetch
 * @param {string} url
 * @param {RequestInit & { timeout?: number }} init timeout: milliseconds
 * @returns {Promise<Response>} of any status
 * @throws {WaxsealError} NETWORK
 */
export async function send(fetch, url, { timeout = TIMEOUT_MS, signal, ...init }) {
  const timer = AbortSignal.timeout(timeout);
  const signals = signal ? [signal, timer] : [timer];
  try {
    return await fetch(url, { credentials: "omit", ...init, signal: AbortSignal.any(signals) });
  } catch (error) {
    if (error instanceof WaxsealError) throw error;
    throw localError("NETWORK", { about: hostOf(url), cause: error });
  }
}

/**
 * @param {Fetch} fetch
 * @param {string} url
 * @param {RequestInit & { timeout?: number, mayBeEmpty?: boolean }} init mayBeEmpty: an answer
 *   without a body, or with one that is not JSON, has `json` undefined
 * @returns {Promise<Answer>} with a status from 200 to 299
 * @throws {WaxsealError} see errorOfStatus(); NETWORK, TOO_LARGE, NOT_JSON
 */
export async function requestJson(fetch, url, { mayBeEmpty = false, ...init }) {
  const response = await send(fetch, url, init);
  const { status, headers } = response;
  if (!response.ok) {
    await response.body?.cancel().catch(() => {});
    throw errorOfStatus(status, headers, url);
  }
  const text = await readText(response, url);
  return { status, headers, url: response.url || url, json: parse(text, url, mayBeEmpty) };
}

/**
 * @param {Response} response
 * @param {string} url
 */
async function readText(response, url) {
  const declared = Number(response.headers.get("content-length") ?? 0);
  if (declared > MAX_ANSWER) {
    await response.body?.cancel().catch(() => {});
    throw localError("TOO_LARGE", { about: url });
  }
  if (!response.body) return "";
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let len = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      len += part.value.length;
      if (len > MAX_ANSWER) throw localError("TOO_LARGE", { about: url });
      text += decoder.decode(part.value, { stream: true });
    }
  } catch (error) {
    await reader.cancel().catch(() => {});
    throw asWaxsealError(error, "NETWORK");
  }
  return text + decoder.decode();
}

/**
 * @param {string} text
 * @param {string} url
 * @param {boolean} mayBeEmpty
 */
function parse(text, url, mayBeEmpty) {
  if (isTooDeep(text)) throw localError("TOO_LARGE", { about: url });
  try {
    const json = JSON.parse(text);
    if (typeof json === "object" && json !== null) return json;
  } catch (error) {
    if (!mayBeEmpty) throw localError("NOT_JSON", { about: url, cause: error });
  }
  if (mayBeEmpty) return undefined;
  throw localError("NOT_JSON", { about: url });
}

/**
 * Whether arrays and objects lie in each other so deep that reading them could exhaust the stack.
 * @param {string} text JSON, or anything else
 */
function isTooDeep(text) {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at];
    if (letter === '"') at = endOfString(text, at);
    else if (letter === "[" || letter === "{") depth++;
    else if (letter === "]" || letter === "}") depth--;
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/**
 * @param {string} text
 * @param {number} start of a quotation mark
 * @returns {number} of the mark that ends the string, or the text's end
 */
function endOfString(text, start) {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/**
 * @param {number} status 300 to 599
 * @param {Headers} headers
 * @param {string} url
 */
export function errorOfStatus(status, headers, url) {
  const about = `${hostOf(url)} (${status})`;
  if (status === 401) return localError("UNAUTHORISED", { about, status });
  if (status === 403) return localError("FORBIDDEN", { about, status });
  if (status === 404 || status === 410) return localError("NOT_FOUND", { about: url, status });
  if (status === 413) return localError("TOO_LARGE", { about, status });
  const retryAfter = retryAfterOf(headers);
  if (status === 429) return localError("RATE_LIMITED", { about, status, retryAfter });
  if (status === 408 || status >= 500) {
    return localError("SERVER_ERROR", { about, status, retryAfter });
  }
  return localError("SERVER_REFUSED", { about, status });
}

/**
 * Retry-After (RFC 9110 section 10.2.3): seconds, or a date by the server's clock.
 * @param {Headers} headers
 * @returns {number | undefined} milliseconds
 */
export function retryAfterOf(headers) {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const now = Date.parse(headers.get("date") ?? "") || Date.now();
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS);
}

/**
 * Whether the same request may succeed later.
 * @param {unknown} error
 */
export function isTransient(error) {
  if (!(error instanceof WaxsealError)) return false;
  return ["NETWORK", "SERVER_ERROR", "RATE_LIMITED", "UNAUTHORISED"].includes(error.code);
}

/** @param {string} url */
export function hostOf(url) {
  return URL.canParse(url) ? new URL(url).host : url;
}
