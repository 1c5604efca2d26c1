/**
 * Shows a test everything that crosses the wire, in both directions, as the octets that were sent.
 */

/**
 * One request or one answer; an event stream gives a record for every write. Headers are given as
 * they are, tokens included: a record is for a test to search, not to print.
 * @typedef {object} WireRecord
 * @property {string} server the origin of the server that tells
 * @property {"in" | "out"} direction in: somebody asked this server; out: it asked another one
 * @property {"request" | "response"} part
 * @property {string} method
 * @property {string} url
 * @property {number | undefined} status of a response
 * @property {Record<string, unknown>} headers
 * @property {Buffer} body
 */

export class WireTap {
  #server;
  #onWire;

  /**
   * @param {string} server origin
   * @param {(record: WireRecord) => void} onWire
   */
  constructor(server, onWire) {
    this.#server = server;
    this.#onWire = onWire;
  }

  /**
   * @param {"in" | "out"} direction
   * @param {"request" | "response"} part
   * @param {string} method
   * @param {string} url
   * @param {Record<string, unknown>} headers
   * @param {Buffer} [body]
   * @param {number} [status]
   */
  #tell(direction, part, method, url, headers, body = Buffer.alloc(0), status = undefined) {
    this.#onWire({ server: this.#server, direction, part, method, url, status, headers, body });
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Record<string, unknown>} headers
   * @param {Buffer} [body]
   */
  sent(method, url, headers, body) {
    this.#tell("out", "request", method, url, headers, body);
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {import("./remote.js").Reply} reply
   */
  received(method, url, { status, headers, body }) {
    this.#tell("out", "response", method, url, headers, body, status);
  }

  /**
   * Listens to one incoming exchange without changing how it flows. Must be called before anybody
   * reads the request.
   * @param {import("node:http").IncomingMessage} req
   * @param {import("node:http").ServerResponse} res
   */
  attach(req, res) {
    const method = req.method ?? "";
    const url = req.url ?? "";
    /** @type {Buffer[]} */
    const asked = [];
    const push = req.push.bind(req);
    req.push = (chunk, encoding) => {
      if (chunk) asked.push(Buffer.from(chunk));
      return push(chunk, encoding);
    };
    req.on("close", () =>
      this.#tell("in", "request", method, url, req.headers, Buffer.concat(asked)),
    );

    /** @type {Buffer[]} */
    let answered = [];
    const tellAnswer = () => {
      const body = Buffer.concat(answered);
      answered = [];
      this.#tell("in", "response", method, url, res.getHeaders(), body, res.statusCode);
    };
    const write = res.write.bind(res);
    const end = res.end.bind(res);
    res.write = (/** @type {any} */ chunk, /** @type {any[]} */ ...rest) => {
      answered.push(Buffer.from(chunk));
      if (isEventStream(res)) tellAnswer();
      return write(chunk, ...rest);
    };
    res.end = (/** @type {any} */ chunk, /** @type {any[]} */ ...rest) => {
      if (chunk && typeof chunk !== "function") answered.push(Buffer.from(chunk));
      return end(chunk, ...rest);
    };
    res.on("close", tellAnswer);
  }
}

/** @param {import("node:http").ServerResponse} res */
function isEventStream(res) {
  return String(res.getHeader("content-type")).startsWith("text/event-stream");
}
