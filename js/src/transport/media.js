/** Files on servers: uploads to the own one, downloads from any. */
import { localError } from "../errors.js";
import { errorOfStatus, hostOf, send } from "./http.js";

/** Large files over slow lines. */
const TIMEOUT_MS = 10 * 60_000;

/** @typedef {(progress: { done: number, total: number }) => void} OnProgress in octets */
/** @typedef {{ signal?: AbortSignal, onProgress?: OnProgress }} UploadOptions */
/** @typedef {UploadOptions & { limit: number }} DownloadOptions limit: octets at most */

/**
 * Posts octets as they are.
 * @param {import("./http.js").Fetch | undefined} fetch undefined: the platform's own
 * @param {string} url
 * @param {Uint8Array} octets
 * @param {UploadOptions & { headers: Record<string, string> }} options
 * @returns {Promise<string>} the address that the server gave them
 */
export async function upload(fetch, url, octets, { headers, signal, onProgress }) {
  const whole = { ...headers, "content-type": "application/octet-stream" };
  const body = /** @type {Uint8Array<ArrayBuffer>} */ (octets);
  // Only XMLHttpRequest tells how far an upload is.
  const isPlain = fetch === undefined && typeof XMLHttpRequest !== "undefined";
  const answer = isPlain
    ? await postByRequest(url, body, { headers: whole, signal, onProgress })
    : await postByFetch(fetch ?? globalThis.fetch, url, body, { headers: whole, signal });
  onProgress?.({ done: octets.length, total: octets.length });
  const { status, location, text } = answer;
  if (status < 200 || status > 299) throw errorOfStatus(status, answer.headers, url);
  const address = addressIn(text) ?? location ?? undefined;
  if (!address || !URL.canParse(address, url)) throw localError("NOT_JSON", { about: url });
  return new URL(address, url).href;
}

/**
 * The address of the file in the server's answer: of an object, or of the activity around it.
 * @param {string} text
 * @returns {string | undefined}
 */
function addressIn(text) {
  try {
    const json = JSON.parse(text);
    const object = json?.object ?? json;
    const url = [object?.url].flat()[0];
    return [url?.href, url, object?.id].find((one) => typeof one === "string");
  } catch {
    return undefined;
  }
}

/**
 * @param {import("./http.js").Fetch} fetch
 * @param {string} url
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {{ headers: Record<string, string>, signal: AbortSignal | undefined }} options
 */
async function postByFetch(fetch, url, body, { headers, signal }) {
  const init = { method: "POST", headers, body, timeout: TIMEOUT_MS };
  const response = await send(fetch, url, signal ? { ...init, signal } : init);
  const location = response.headers.get("location");
  return {
    status: response.status,
    headers: response.headers,
    location,
    text: await response.text(),
  };
}

/**
 * @param {string} url
 * @param {Uint8Array<ArrayBuffer>} body
 * @param {{ headers: Record<string, string>, signal: AbortSignal | undefined,
 *   onProgress: OnProgress | undefined }} options
 * @returns {Promise<{ status: number, headers: Headers, location: string | null, text: string }>}
 */
function postByRequest(url, body, { headers, signal, onProgress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const fail = () => reject(localError("NETWORK", { about: hostOf(url) }));
    request.open("POST", url);
    request.timeout = TIMEOUT_MS;
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress?.({ done: loaded, total });
    request.onerror = fail;
    request.ontimeout = fail;
    request.onabort = fail;
    request.onload = () => {
      const [retryAfter, location] = ["retry-after", "location"].map((name) =>
        request.getResponseHeader(name),
      );
      resolve({
        status: request.status,
        headers: new Headers(retryAfter ? { "retry-after": retryAfter } : {}),
        location: location ?? null,
        text: request.responseText,
      });
    };
    signal?.addEventListener("abort", () => request.abort(), { once: true });
    if (signal?.aborted) fail();
    else request.send(body);
  });
}

/**
 * Reads a file without saying who asks.
 * @param {import("./http.js").Fetch} fetch
 * @param {string} url
 * @param {DownloadOptions} options
 * @returns {Promise<Uint8Array>}
 * @throws {import("../errors.js").WaxsealError} NETWORK, TOO_LARGE, those of errorOfStatus()
 */
export async function download(fetch, url, { limit, signal, onProgress }) {
  const { protocol } = URL.canParse(url) ? new URL(url) : { protocol: "" };
  if (!/^https?:$/.test(protocol)) throw localError("NOT_FOUND", { about: url });
  const response = await send(fetch, url, {
    referrerPolicy: "no-referrer",
    cache: "no-store",
    timeout: TIMEOUT_MS,
    ...(signal ? { signal } : {}),
  });
  const isElsewhere = response.redirected && new URL(response.url).protocol !== protocol;
  const declared = Number(response.headers.get("content-length") ?? 0);
  if (!response.ok || isElsewhere || declared > limit) {
    await response.body?.cancel().catch(() => {});
    if (isElsewhere) throw localError("NOT_FOUND", { about: url });
    if (response.ok) throw localError("TOO_LARGE", { about: hostOf(url) });
    throw errorOfStatus(response.status, response.headers, url);
  }
  return readOctets(response, url, limit, onProgress);
}

/**
 * @param {Response} response
 * @param {string} url
 * @param {number} limit
 * @param {OnProgress | undefined} onProgress
 */
async function readOctets(response, url, limit, onProgress) {
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  let done = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read().catch((cause) => {
      throw localError("NETWORK", { about: hostOf(url), cause });
    });
    if (!part || part.done) break;
    done += part.value.length;
    if (done > limit) {
      await reader?.cancel().catch(() => {});
      throw localError("TOO_LARGE", { about: hostOf(url) });
    }
    parts.push(part.value);
    onProgress?.({ done, total: limit });
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
