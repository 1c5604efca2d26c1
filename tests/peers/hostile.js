/**
 * A server that lies to its users and to those who ask about them. It is the demo's own, with the
 * answers changed on their way out, so addresses, tokens and federation are the true ones; every
 * client can be pointed at it.
 *
 *     const server = await startHostile();
 *     const alice = await server.addUser("alice");
 *     server.onMessages(alice.actor, relabelling("GroupInfo"));
 *     server.onKeyPackages(alice.actor, (objects, reader) => (reader === bob ? swapped : objects));
 *     server.onPost(alice.actor, (activity) => [activity, activity]);
 *     server.behave();
 *
 * A rule stays until behave() or until it is replaced. `reader` is the actor who asks, by bearer token
 * or HTTP signature; undefined for who does not say. Events are not offered: who reads, reads what the
 * rules make of the collection. The attacks to put in are in hostile_attacks.js.
 */
import { randomUUID } from "node:crypto";
import { idOf } from "./lib/wire.js";
import { startEmbedded } from "./servers/embedded.js";

/** @typedef {import("node:http").IncomingMessage} Req */
/** @typedef {import("../../web-demo/server/server.js").Interception} Interception */
/** @typedef {(items: any[], reader: string | undefined) => any[]} Rule */
/** @typedef {(activity: any) => any[]} PostRule what is posted instead; nothing is still answered 202 */
/** @typedef {(document: any, url: string, reader: string | undefined) => any} ProxyRule */
/** @typedef {Awaited<ReturnType<typeof startHostile>>} HostileServer */

const JSON_TYPE = { "content-type": "application/activity+json" };
const HONEST = "x-tests-honest";

export async function startHostile() {
  /** @type {Map<string, Rule>} by actor; activities, oldest first */
  const messages = new Map();
  /** @type {Map<string, Rule>} by actor; KeyPackage objects */
  const keyPackages = new Map();
  /** @type {Map<string, PostRule>} by actor */
  const posts = new Map();
  /** @type {{ rule: ProxyRule | undefined }} */
  const proxy = { rule: undefined };
  /** @type {Map<string, string>} actor by token */
  const tokens = new Map();
  const secret = randomUUID();

  const server = await startEmbedded({
    intercept: (req) => (req.headers[HONEST] === secret ? undefined : lie(req)),
  });
  const { origin } = server;

  /** @param {Req} req @returns {string | undefined} */
  function readerOf({ headers }) {
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    if (token) return tokens.get(token);
    return /keyId="([^"#]+)/.exec(String(headers.signature ?? ""))?.[1];
  }

  /**
   * The answer that the server would give.
   * @param {string} path
   * @param {{ method?: string, token?: string | undefined, type?: string, body?: string }} [options]
   */
  async function honest(path, { method = "GET", token, type, body } = {}) {
    const response = await fetch(origin + path, {
      method,
      headers: {
        [HONEST]: secret,
        accept: JSON_TYPE["content-type"],
        ...(type ? { "content-type": type } : {}),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body }),
    });
    const text = await response.text();
    const { status, headers } = response;
    return { status, headers, text, json: () => JSON.parse(text) };
  }

  /** @param {Awaited<ReturnType<typeof honest>>} answer @returns {Interception} */
  const pass = ({ status, headers, text }) => ({
    status,
    headers: Object.fromEntries(
      [...headers].filter(([name]) => name === "content-type" || name === "location"),
    ),
    body: text,
  });

  /** @param {Req} req @returns {Promise<Interception | undefined>} undefined: the truth */
  async function lie(req) {
    const url = new URL(req.url ?? "/", origin);
    const [, user = "", part] = /^(\/users\/[^/]+)(?:\/(.+))?$/.exec(url.pathname) ?? [];
    const actor = origin + user;
    const isRead = req.method === "GET";
    const reader = readerOf(req);
    if (isRead && messages.has(actor) && part !== undefined) {
      if (part.endsWith("/events")) return { status: 404, headers: JSON_TYPE, body: "{}" };
      if (part === "messages" || part === "inbox") return readMessages(req, actor, part);
    }
    if (isRead && part === "keyPackages" && keyPackages.has(actor)) {
      const items = keyPackages.get(actor)?.(await packagesOf(user), reader);
      return answer({ id: `${actor}/keyPackages`, type: "Collection", attributedTo: actor, items });
    }
    if (isRead && url.pathname.startsWith("/objects/") && keyPackages.size > 0) {
      return readObject(origin + url.pathname, reader);
    }
    if (req.method === "POST" && part === "outbox" && posts.has(actor)) return post(req, actor);
    if (req.method === "POST" && url.pathname === "/proxy" && proxy.rule)
      return byProxy(req, reader);
    return undefined;
  }

  /** @param {object} document @returns {Interception} */
  const answer = (document) => ({
    status: 200,
    headers: JSON_TYPE,
    body: JSON.stringify(document),
  });

  /**
   * The whole collection in one answer, whatever part of it was asked for.
   * @param {Req} req
   * @param {string} actor
   * @param {string} name
   */
  async function readMessages({ headers }, actor, name) {
    const token = headers.authorization?.replace(/^Bearer /, "");
    const path = `${actor.slice(origin.length)}/${name}`;
    const first = await honest(path, { token });
    if (first.status !== 200) return pass(first);
    /** @type {any[]} */
    const newestFirst = [];
    for (let next = first.json().first; next; ) {
      const page = (await honest(next.slice(origin.length), { token })).json();
      newestFirst.push(...page.orderedItems);
      next = page.next;
    }
    const rule = /** @type {Rule} */ (messages.get(actor));
    const items = rule(structuredClone(newestFirst).reverse(), tokens.get(token ?? ""));
    return answer({ id: origin + path, type: "OrderedCollection", orderedItems: items.reverse() });
  }

  /** @param {string} user a path */
  async function packagesOf(user) {
    const { items } = (await honest(`${user}/keyPackages`)).json();
    const answers = items.map((/** @type {string} */ id) => honest(id.slice(origin.length)));
    return (await Promise.all(answers)).map((one) => one.json());
  }

  /** An object by itself is the one in the collection. @param {string} id @param {string | undefined} reader */
  async function readObject(id, reader) {
    for (const [actor, rule] of keyPackages) {
      const objects = await packagesOf(actor.slice(origin.length));
      if (!objects.some((one) => one.id === id)) continue;
      const found = rule(objects, reader).find((one) => idOf(one) === id);
      return found ? answer(found) : { status: 404, headers: JSON_TYPE, body: "{}" };
    }
    return undefined;
  }

  /** @param {Req} req @param {string} actor */
  async function post(req, actor) {
    const token = req.headers.authorization?.replace(/^Bearer /, "");
    if (tokens.get(token ?? "") !== actor) return undefined;
    const rule = /** @type {PostRule} */ (posts.get(actor));
    /** @type {Interception} */
    let last = { status: 202 };
    for (const activity of rule(JSON.parse(await bodyOf(req)))) {
      const path = `${actor.slice(origin.length)}/outbox`;
      const type = JSON_TYPE["content-type"];
      const body = JSON.stringify(activity);
      last = pass(await honest(path, { method: "POST", token, type, body }));
    }
    return last;
  }

  /** @param {Req} req @param {string | undefined} reader */
  async function byProxy(req, reader) {
    const body = await bodyOf(req);
    const token = req.headers.authorization?.replace(/^Bearer /, "");
    const type = "application/x-www-form-urlencoded";
    const found = await honest("/proxy", { method: "POST", token, type, body });
    if (found.status !== 200) return pass(found);
    const url = new URLSearchParams(body).get("id") ?? "";
    return answer(proxy.rule?.(found.json(), url, reader) ?? found.json());
  }

  return {
    ...server,
    /** @param {string} name */
    async addUser(name) {
      const account = await server.addUser(name);
      tokens.set(account.token, account.actor);
      return account;
    },
    /** What an actor reads of what came. @param {string} actor @param {Rule} rule */
    onMessages: (actor, rule) => void messages.set(actor, rule),
    /** What others find as an actor's KeyPackages. @param {string} actor @param {Rule} rule */
    onKeyPackages: (actor, rule) => void keyPackages.set(actor, rule),
    /** What becomes of an actor's posts. @param {string} actor @param {PostRule} rule */
    onPost: (actor, rule) => void posts.set(actor, rule),
    /** What users read of other servers through this one. @param {ProxyRule} rule */
    onProxy(rule) {
      proxy.rule = rule;
    },
    /** Tells the truth from now on. */
    behave() {
      for (const rules of [messages, keyPackages, posts]) rules.clear();
      proxy.rule = undefined;
    },
  };
}

/** @param {Req} req */
async function bodyOf(req) {
  /** @type {Buffer[]} */
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
