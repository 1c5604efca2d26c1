/**
 * Requests to other servers: http and https only, bounded in time, size and redirections, signed
 * where a signer is given.
 */
import { Agent, request as httpRequest } from "node:http";
import { request as httpsRequest, Agent as SecureAgent } from "node:https";
import { isWebUrl } from "./activity.js";
import { checkLiteralAddress, publicOnlyLookup } from "./address-guard.js";
import { ACTIVITY_JSON } from "./answer.js";
import { parseObject } from "./json.js";
import { signatureHeaders } from "./signatures.js";

/** @typedef {import("./users.js").User} User */
/** @typedef {{ status: number, headers: import("node:http").IncomingHttpHeaders, body: Buffer }} Reply */

const ACCEPT = `${ACTIVITY_JSON}, application/ld+json; profile="https://www.w3.org/ns/activitystreams"`;
const MAX_REDIRECTS = 3;

/** Another server could not be reached or gave an unusable answer; the message is a sentence. */
export class RemoteError extends Error {
  /**
   * @param {string} sentence
   * @param {number} [status] the other server's, where it answered
   */
  constructor(sentence, status) {
    super(sentence);
    this.name = "RemoteError";
    this.status = status;
  }
}

export class RemoteClient {
  #stop = new AbortController();
  #agents = { http: new Agent({ keepAlive: false }), https: new SecureAgent({ keepAlive: false }) };
  #allowPrivate;
  #timeoutMs;
  #maxBytes;
  #tap;

  /**
   * @param {{ allowPrivate: boolean, timeoutMs: number, maxBytes: number,
   *   tap?: import("./wire-tap.js").WireTap | undefined }} options see createServer
   */
  constructor({ allowPrivate, timeoutMs, maxBytes, tap }) {
    this.#allowPrivate = allowPrivate;
    this.#timeoutMs = timeoutMs;
    this.#maxBytes = maxBytes;
    this.#tap = tap;
  }

  /**
   * Reads one JSON object.
   * @param {string} address
   * @param {User} [signer]
   * @returns {Promise<import("./json.js").JsonObject>}
   * @throws {RemoteError}
   */
  async getObject(address, signer) {
    const reply = await this.get(address, signer);
    if (reply.status !== 200) {
      throw new RemoteError(`${address} answered with status ${reply.status}.`, reply.status);
    }
    return parseReply(address, reply);
  }

  /**
   * GET, following redirections; each step is checked and signed anew.
   * @param {string} address
   * @param {User} [signer]
   * @returns {Promise<Reply>}
   * @throws {RemoteError}
   */
  async get(address, signer) {
    let target = address;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const reply = await this.#send("GET", target, signer, { accept: ACCEPT });
      const { location } = reply.headers;
      if (reply.status < 300 || reply.status > 399 || location === undefined) return reply;
      target = resolve(location, target);
    }
    throw new RemoteError(`${address} redirects too often.`);
  }

  /**
   * @param {string} address
   * @param {User} signer
   * @param {Buffer} body
   * @returns {Promise<Reply>}
   * @throws {RemoteError}
   */
  post(address, signer, body) {
    return this.#send("POST", address, signer, { "content-type": ACTIVITY_JSON }, body);
  }

  /** Breaks off all requests under way and refuses further ones. */
  close() {
    this.#stop.abort();
    this.#agents.http.destroy();
    this.#agents.https.destroy();
  }

  /**
   * @param {"GET" | "POST"} method
   * @param {string} address
   * @param {User | undefined} signer
   * @param {Record<string, string>} headers
   * @param {Buffer} [body]
   * @returns {Promise<Reply>}
   */
  async #send(method, address, signer, headers, body) {
    if (!isWebUrl(address)) throw new RemoteError(`${address} is not an http or https address.`);
    const url = new URL(address);
    const sent = {
      host: url.host,
      ...headers,
      ...(signer ? signatureHeaders(signer, { method, url, body }) : {}),
      ...(body ? { "content-length": String(body.length) } : {}),
    };
    this.#tap?.sent(method, address, sent, body);
    try {
      if (!this.#allowPrivate) checkLiteralAddress(url);
      const reply = await this.#exchange(method, url, sent, body);
      this.#tap?.received(method, address, reply);
      return reply;
    } catch (error) {
      throw asRemoteError(url, error);
    }
  }

  /**
   * @param {string} method
   * @param {URL} url
   * @param {Record<string, string>} headers
   * @param {Buffer} [body]
   * @returns {Promise<Reply>}
   */
  #exchange(method, url, headers, body) {
    const secure = url.protocol === "https:";
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(this.#timeoutMs)]);
    const options = {
      method,
      headers,
      signal,
      agent: secure ? this.#agents.https : this.#agents.http,
      ...(this.#allowPrivate ? {} : { lookup: publicOnlyLookup }),
    };
    return new Promise((fulfil, reject) => {
      const req = (secure ? httpsRequest : httpRequest)(url, options, (res) => {
        /** @type {Buffer[]} */
        const chunks = [];
        let size = 0;
        res.on("data", (/** @type {Buffer} */ chunk) => {
          size += chunk.length;
          if (size <= this.#maxBytes) chunks.push(chunk);
          else res.destroy(new RemoteError(`${url.href} sent more than ${this.#maxBytes} octets.`));
        });
        res.on("error", reject);
        res.on("end", () =>
          fulfil({
            status: res.statusCode ?? 0,
            headers: res.headers,
            body: Buffer.concat(chunks),
          }),
        );
      });
      req.on("error", reject);
      req.end(body);
    });
  }
}

/**
 * @param {string} address
 * @param {Reply} reply
 * @throws {RemoteError}
 */
export function parseReply(address, reply) {
  const type = reply.headers["content-type"] ?? "";
  if (!/^application\/(?:[\w.-]+\+)?json\b/i.test(type)) {
    throw new RemoteError(`${address} did not answer with JSON.`, reply.status);
  }
  try {
    return parseObject(reply.body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RemoteError(`${address} answered with unusable JSON: ${reason}`, reply.status);
  }
}

/**
 * @param {string} location
 * @param {string} base
 */
function resolve(location, base) {
  try {
    return new URL(location, base).href;
  } catch {
    throw new RemoteError(`${base} redirects to something that is not an address.`);
  }
}

/**
 * @param {URL} url
 * @param {unknown} error
 */
function asRemoteError(url, error) {
  if (error instanceof RemoteError) return error;
  const { cause } = /** @type {{ cause?: { name?: string } }} */ (error);
  if (cause?.name === "TimeoutError") {
    return new RemoteError(`${url.host} did not answer in time.`);
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new RemoteError(`${url.host} could not be reached (${reason}).`);
}
