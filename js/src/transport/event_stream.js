/**
 * Server-Sent Events over fetch, which sends the Authorization header (EventSource can't, and Node
 * has none).
 */
import { createParser } from "eventsource-parser";
import { asWaxsealError, localError } from "../errors.js";
import { errorOfStatus, hostOf } from "./http.js";

/** Largest event, in characters. */
const MAX_EVENT = 64 * 1024 * 1024;
/** A server that sends nothing at all, not even a comment, for so long is gone. */
const SILENCE_MS = 90_000;

/**
 * Reads one connection to its end.
 * @param {object} options
 * @param {import("./http.js").Fetch} options.fetch
 * @param {string} options.url
 * @param {Record<string, string>} options.headers
 * @param {string} [options.lastEventId] of the connection before: the server may repeat what came since
 * @param {AbortSignal} options.signal ends the connection without an error
 * @param {() => void} options.onOpen
 * @param {(event: { type: string, data: string, id: string | undefined }) => void} options.onEvent
 * @param {(milliseconds: number) => void} options.onRetry how long the server asks to wait before
 *   connecting again
 * @throws {import("../errors.js").WaxsealError} NETWORK, NOT_FOUND, SERVER_ERROR …
 */
export async function readEventStream(options) {
  const { fetch, url, headers, lastEventId, signal, onOpen, onEvent, onRetry } = options;
  const silence = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const alive = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS);
  };
  alive();
  try {
    const response = await fetch(url, {
      headers: {
        ...headers,
        accept: "text/event-stream",
        ...(lastEventId ? { "last-event-id": lastEventId } : {}),
      },
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.any([signal, silence.signal]),
    });
    await checkResponse(response, url);
    onOpen();
    const parser = createParser({
      maxBufferSize: MAX_EVENT,
      onEvent: ({ event = "message", data, id }) => onEvent({ type: event, data, id }),
      onRetry,
    });
    const body = /** @type {ReadableStream<Uint8Array>} */ (response.body);
    const decoder = new TextDecoder();
    const reader = body.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      alive();
      parser.feed(decoder.decode(part.value, { stream: true }));
    }
  } catch (error) {
    if (!signal.aborted) throw asWaxsealError(error, "NETWORK");
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {Response} response
 * @param {string} url
 */
async function checkResponse(response, url) {
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream");
  if (response.ok && isStream && response.body) return;
  await response.body?.cancel().catch(() => {});
  if (!response.ok) throw errorOfStatus(response.status, response.headers, url);
  throw localError("SERVER_REFUSED", { about: `${hostOf(url)} offers no event stream` });
}
