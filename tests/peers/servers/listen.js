/** Plain Node servers on the loopback. */
import { once } from "node:events";
import { createServer } from "node:http";

/**
 * @param {import("node:http").RequestListener} listener
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>} on an unused port
 */
export async function listen(listener) {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * A request of Node's as the Request of the web platform.
 * @param {import("node:http").IncomingMessage} req
 * @param {string} origin
 */
export async function toRequest(req, origin) {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) headers.set(name, String(value));
  const { method = "GET", url = "/" } = req;
  const body = chunks.length > 0 ? Buffer.concat(chunks) : undefined;
  return new Request(origin + url, { method, headers, ...(body ? { body } : {}) });
}

/**
 * @param {import("node:http").ServerResponse} res
 * @param {Response} response
 */
export async function sendResponse(res, response) {
  res.writeHead(response.status, Object.fromEntries(response.headers));
  res.end(Buffer.from(await response.arrayBuffer()));
}

/** @param {string | null | undefined} authorization a header */
export const bearerOf = (authorization) => /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "";
