/**
 * The embedded ActivityPub server of the demo: `createServer` starts one.
 */
import { createServer as createHttpServer } from "node:http";
import { join, resolve } from "node:path";
import { getActor } from "./actors.js";
import { HttpError, writeAnswer, writeError } from "./answer.js";
import { getCollection, getKeyPackages, seek } from "./collections.js";
import { allowAnyOrigin } from "./cors.js";
import { DeliveryQueue } from "./delivery.js";
import { EventStreams, streamEvents } from "./event-stream.js";
import { makeFolder, readJson, replaceJson } from "./files.js";
import { postInbox } from "./inbox.js";
import { getMedia, MediaStore, postMedia } from "./media.js";
import { getObject, Objects } from "./objects.js";
import { postOutbox } from "./outbox.js";
import { postProxy } from "./proxy.js";
import { PublicKeys } from "./public-keys.js";
import { RemoteClient } from "./remote.js";
import { createRouter } from "./router.js";
import { closeSession, openSession, Sessions } from "./sessions.js";
import { Users } from "./users.js";
import { getWebFinger } from "./webfinger.js";
import { WireTap } from "./wire-tap.js";

/**
 * @typedef {object} ServerOptions
 * @property {string} dataDir folder for everything this server keeps; made when it is missing
 * @property {number} [port] 0, the default: the port that `dataDir` was used with before, or any
 * @property {"127.0.0.1"} [host]
 * @property {string} [name] stands before every line of the log
 * @property {(line: string) => void} [log] default: console.error
 * @property {boolean} [allowPrivate] whether private and loopback addresses may be fetched. Default
 *   true, because the demo's servers live on 127.0.0.1; see address-guard.js
 * @property {number} [heartbeatMs] pause between the comments of an event stream
 * @property {number} [firstRetryMs] pause after the first failed delivery; it doubles each time
 * @property {number} [remoteTimeoutMs] for one request to another server
 * @property {(record: import("./wire-tap.js").WireRecord) => void} [onWire] for tests: is told
 *   everything that crosses the wire
 * @property {(req: import("node:http").IncomingMessage) =>
 *   Interception | undefined | Promise<Interception | undefined>} [intercept] for tests: an answer
 *   given instead of the server's own, to anything but a preflight
 */
/** @typedef {{ status: number, headers?: Record<string, string>, body?: string | Buffer }} Interception */
/**
 * @typedef {object} DemoServer
 * @property {string} origin "http://127.0.0.1:PORT"
 * @property {number} port
 * @property {(name: string, displayName?: string) => Promise<Account>} addUser makes a user, or finds
 *   the one of this name; every call gives a fresh token and sign-in code
 * @property {() => Promise<void>} close stops; everything acknowledged is on disk
 */
/**
 * @typedef {object} Account
 * @property {string} actor the actor's id
 * @property {string} handle "@bob@127.0.0.1:PORT"
 * @property {string} token bearer token
 * @property {string} code sign-in code for POST /session, valid until the server stops
 */

const route = createRouter({
  "/.well-known/webfinger": { GET: getWebFinger },
  "/session": { POST: openSession, DELETE: closeSession },
  "/seek": { GET: seek },
  "/proxy": { POST: postProxy },
  "/media": { POST: postMedia },
  "/media/:id": { GET: getMedia },
  "/objects/:id": { GET: getObject },
  "/users/:name": { GET: getActor },
  "/users/:name/inbox": { GET: getCollection("inbox"), POST: postInbox },
  "/users/:name/inbox/events": { GET: streamEvents("inbox") },
  "/users/:name/messages": { GET: getCollection("messages") },
  "/users/:name/messages/events": { GET: streamEvents("messages") },
  "/users/:name/outbox": { GET: getCollection("outbox"), POST: postOutbox },
  "/users/:name/followers": { GET: getCollection("followers") },
  "/users/:name/following": { GET: getCollection("following") },
  "/users/:name/keyPackages": { GET: getKeyPackages },
});

/**
 * Starts a server.
 * @param {ServerOptions} options
 * @returns {Promise<DemoServer>}
 */
export async function createServer(options) {
  const { host = "127.0.0.1", name = "server", intercept, onWire } = options;
  const writeLine = options.log ?? ((line) => console.error(line));
  const log = (/** @type {string} */ line) => writeLine(`${name}: ${line}`);
  const dataDir = resolve(options.dataDir);
  await makeFolder(dataDir);

  /** @type {import("node:http").RequestListener} */
  let listener = (_req, res) =>
    writeError(res, new HttpError(503, "The server is starting; try again in a moment."));
  const http = createHttpServer({ requestTimeout: 120_000, maxHeaderSize: 32 * 1024 });
  // The port decides the origin, which loading the data needs: hence a listener before it is loaded.
  http.on("request", (req, res) => listener(req, res));
  const port = await listen(http, host, await portFor(dataDir, options.port ?? 0));
  /** @type {import("./site.js").Site | undefined} */
  let site;
  try {
    const origin = `http://${host}:${port}`;
    const tap = onWire && new WireTap(origin, onWire);
    site = await openSite(dataDir, origin, { ...options, log, tap });
    await replaceJson(join(dataDir, "server.json"), { port });
    listener = createRequestListener(site, tap, intercept);
  } catch (error) {
    http.close();
    throw error;
  }
  site.deliveries.start();
  return describe(site, http, port);
}

/**
 * A data folder belongs to one port, since every id in it holds the port.
 * @param {string} dataDir
 * @param {number} asked
 */
async function portFor(dataDir, asked) {
  const known = (await readJson(join(dataDir, "server.json")))?.port;
  if (known === undefined) return asked;
  if (asked !== 0 && asked !== known) {
    throw new Error(
      `The data in ${dataDir} belongs to port ${known}; start there or use another folder.`,
    );
  }
  return Number(known);
}

/**
 * @param {import("node:http").Server} http
 * @param {string} host
 * @param {number} port
 * @returns {Promise<number>} the port that it listens on
 */
function listen(http, host, port) {
  return new Promise((fulfil, reject) => {
    http.once("error", (error) =>
      reject(new Error(`Cannot listen on ${host}:${port}: ${error.message}.`)),
    );
    http.listen(port, host, () => {
      const address = http.address();
      fulfil(typeof address === "object" && address ? address.port : port);
    });
  });
}

/**
 * @param {string} dataDir
 * @param {string} origin
 * @param {ServerOptions & { log: (line: string) => void, tap: WireTap | undefined }} options
 * @returns {Promise<import("./site.js").Site>}
 */
async function openSite(dataDir, origin, options) {
  const { log, tap } = options;
  const users = new Users(dataDir, origin);
  const objects = new Objects(dataDir, origin);
  const remote = new RemoteClient({
    allowPrivate: options.allowPrivate ?? true,
    timeoutMs: options.remoteTimeoutMs ?? 10_000,
    maxBytes: 1024 * 1024,
    tap,
  });
  const deliveries = new DeliveryQueue(
    dataDir,
    { users, objects, remote, log },
    options.firstRetryMs ?? 1000,
  );
  await users.load();
  await deliveries.load();
  return {
    origin,
    host: new URL(origin).host,
    users,
    objects,
    media: new MediaStore(dataDir),
    sessions: new Sessions(users),
    remote,
    publicKeys: new PublicKeys((url) => remote.getObject(url)),
    deliveries,
    eventStreams: new EventStreams(options.heartbeatMs ?? 15_000),
    log,
  };
}

/**
 * @param {import("./site.js").Site} site
 * @param {WireTap | undefined} tap
 * @param {ServerOptions["intercept"]} intercept
 * @returns {import("node:http").RequestListener}
 */
function createRequestListener(site, tap, intercept) {
  return async (req, res) => {
    tap?.attach(req, res);
    allowAnyOrigin(res);
    try {
      if (req.method === "OPTIONS") return writeAnswer(res, { status: 204 });
      const replaced = await intercept?.(req);
      if (replaced) return res.writeHead(replaced.status, replaced.headers).end(replaced.body);
      const url = parseTarget(req.url ?? "", site.origin);
      const { handler, params } = route(req.method ?? "", url.pathname);
      const answer = await handler({ site, req, res, url, params });
      if (answer) writeAnswer(res, answer);
    } catch (error) {
      writeError(res, toHttpError(site, req, error));
    }
  };
}

/**
 * @param {string} target
 * @param {string} origin
 */
function parseTarget(target, origin) {
  if (!target.startsWith("/") || !URL.canParse(origin + target)) {
    throw new HttpError(400, "The address of the request is not valid.");
  }
  return new URL(origin + target);
}

/**
 * What the other side may know of an error; the rest goes to the log.
 * @param {import("./site.js").Site} site
 * @param {import("node:http").IncomingMessage} req
 * @param {unknown} error
 */
function toHttpError(site, req, error) {
  if (error instanceof HttpError) return error;
  // The other side left: there is nobody to answer and nothing is wrong here.
  if (!req.socket.destroyed) {
    site.log(`${req.method} failed: ${error instanceof Error ? error.stack : error}`);
  }
  return new HttpError(500, "The server failed at this request; its log says why.");
}

/**
 * @param {import("./site.js").Site} site
 * @param {import("node:http").Server} http
 * @param {number} port
 * @returns {DemoServer}
 */
function describe(site, http, port) {
  return {
    origin: site.origin,
    port,
    async addUser(name, displayName = name) {
      const user = await site.users.ensure(name, displayName);
      return {
        actor: user.id,
        handle: `@${name}@${site.host}`,
        token: await site.sessions.issueToken(user),
        code: site.sessions.issueCode(user),
      };
    },
    async close() {
      const closed = new Promise((fulfil) => http.close(fulfil));
      site.eventStreams.close();
      site.remote.close();
      await site.deliveries.close();
      http.closeAllConnections();
      await closed;
      await site.users.close();
    },
  };
}
