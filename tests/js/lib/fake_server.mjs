// A small ActivityPub server whose answers a test decides: it keeps what was posted, and any path can
// be given another behaviour.

import { once } from "node:events";
import { createServer } from "node:http";

/** @typedef {import("node:http").IncomingMessage} Req */
/** @typedef {import("node:http").ServerResponse} Res */
/** @typedef {(req: Req, res: Res, body: string) => void} Handler */
/** @typedef {Awaited<ReturnType<typeof startFakeServer>>} FakeServer */

export const TOKEN = "token-of-alice";

export async function startFakeServer() {
  /** @type {Map<string, Handler>} */
  const overrides = new Map();
  /** @type {{ method: string, url: string, headers: import("node:http").IncomingHttpHeaders,
   *   body: string }[]} */
  const requests = [];
  /** @type {Set<Res>} */
  const streams = new Set();
  /** @type {{ messages: any[], posted: any[], pageSize: number, events: boolean }} */
  const state = { messages: [], posted: [], pageSize: 3, events: false };

  const server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const { method = "", url = "", headers } = req;
    requests.push({ method, url, headers, body });
    const path = url.split("?")[0];
    const handler = overrides.get(`${method} ${path}`) ?? handlers[`${method} ${path}`];
    if (!handler) return answer(res, 404, { error: "not found" });
    handler(req, res, body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
  const actor = `${origin}/users/alice`;

  /** @param {Res} res @param {number} number */
  function page(res, number) {
    const newestFirst = [...state.messages].reverse();
    const items = newestFirst.slice(number * state.pageSize, (number + 1) * state.pageSize);
    const more = newestFirst.length > (number + 1) * state.pageSize;
    answer(res, 200, {
      type: "OrderedCollectionPage",
      id: `${actor}/messages?page=${number}`,
      orderedItems: items,
      ...(more ? { next: `${actor}/messages?page=${number + 1}` } : {}),
    });
  }

  /** @type {Record<string, Handler>} */
  const handlers = {
    "GET /users/alice": (_req, res) =>
      answer(res, 200, {
        id: actor,
        type: "Person",
        name: "Alice",
        preferredUsername: "alice",
        inbox: `${actor}/inbox`,
        outbox: `${actor}/outbox`,
        messages: `${actor}/messages`,
        keyPackages: `${actor}/keyPackages`,
        endpoints: { proxyUrl: `${origin}/proxy`, uploadMedia: `${origin}/media` },
      }),
    "GET /users/alice/messages": (req, res) => {
      const number = new URL(req.url ?? "", origin).searchParams.get("page");
      if (number !== null) return page(res, Number(number));
      answer(res, 200, {
        type: "OrderedCollection",
        id: `${actor}/messages`,
        first: `${actor}/messages?page=0`,
        ...(state.events ? { eventStream: `${actor}/events` } : {}),
      });
    },
    "GET /users/alice/events": (_req, res) => {
      res.writeHead(200, { "content-type": "text/event-stream" });
      res.write("retry: 50\n\n");
      streams.add(res);
      res.on("close", () => streams.delete(res));
    },
    "POST /users/alice/outbox": (_req, res, body) => {
      state.posted.push(JSON.parse(body));
      answer(res, 201, undefined, { location: `${origin}/activities/${state.posted.length}` });
    },
  };

  return {
    origin,
    actor,
    state,
    requests,
    answer,
    /**
     * Sends an event to all open streams.
     * @param {{ id: string }} activity
     * @param {string} [event]
     */
    push(activity, event = "Create") {
      for (const res of streams) {
        res.write(`event: ${event}\nid: ${activity.id}\ndata: ${JSON.stringify(activity)}\n\n`);
      }
    },
    get openStreams() {
      return streams.size;
    },
    /** Ends all open streams, as a server that is restarted does. */
    cutStreams() {
      for (const res of streams) res.destroy();
    },
    /** @param {string} route such as "GET /path" @param {Handler} handler */
    on(route, handler) {
      overrides.set(route, handler);
    },
    /** @param {string} route */
    off(route) {
      overrides.delete(route);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * @param {Res} res
 * @param {number} status
 * @param {any} [json]
 * @param {Record<string, string>} [headers]
 */
export function answer(res, status, json, headers = {}) {
  const body = json === undefined ? "" : JSON.stringify(json);
  res.writeHead(status, { "content-type": "application/activity+json", ...headers });
  res.end(body);
}
