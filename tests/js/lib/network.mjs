// Two federating servers and the people on them.

import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "fake-indexeddb/auto";
import { ActivityPubTransport, Waxseal } from "../../../js/src/index.node.js";
import { IndexedDbStore } from "../../../js/src/store/indexed_db.js";
import { createServer } from "../../../web-demo/server/server.js";

const PEOPLE = ["alice", "bob", "carol", "dave"];
/** @typedef {import("../../../js/src/client/conversation.js").Conversation} Conversation */
/** @typedef {import("../../../web-demo/server/server.js").DemoServer} DemoServer */
/** @typedef {import("../../../web-demo/server/server.js").Interception} Interception */
/** @typedef {import("../../../js/src/store/store.js").Store} Store */
/** @typedef {"a" | "b"} ServerName */
/** @typedef {Awaited<ReturnType<typeof startNetwork>>} Network */
/** @typedef {Awaited<ReturnType<Network["open"]>>} Person */
/** @typedef {(req: import("node:http").IncomingMessage) => Interception | undefined} Intercept */

/** @type {string | undefined} */
let pem;

/**
 * Making an RSA key takes long; the demo server takes one that it finds.
 * @param {string} folder
 */
async function placeHttpKeys(folder) {
  pem ??= generateKeyPairSync("rsa", { modulusLength: 2048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
  for (const name of PEOPLE) {
    await mkdir(join(folder, "users", name), { recursive: true });
    await writeFile(join(folder, "users", name, "http-key.pem"), pem);
  }
}

/**
 * @template T
 * @param {() => T | Promise<T>} condition
 * @param {string} what
 * @param {number} [milliseconds]
 * @returns {Promise<NonNullable<T>>}
 */
export async function until(condition, what, milliseconds = 8000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const result = await condition();
    if (result) return /** @type {NonNullable<typeof result>} */ (result);
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

let databases = 0;

/** @param {import("node:test").TestContext} t */
export async function startNetwork(t) {
  const folder = await mkdtemp(join(tmpdir(), "waxseal-client-"));
  /** @type {(() => Promise<void>)[]} */
  const closers = [];
  t.after(async () => {
    for (const close of closers.reverse()) await close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** @type {Partial<Record<ServerName, Intercept>>} */
  const intercepts = {};
  const startOne = async (/** @type {ServerName} */ name) => {
    const dataDir = join(folder, `server-${name}`);
    await placeHttpKeys(dataDir);
    const server = await createServer({
      dataDir,
      firstRetryMs: 20,
      log: () => {},
      intercept: (req) => intercepts[name]?.(req),
    });
    closers.push(() => server.close());
    return server;
  };
  const servers = { a: await startOne("a"), b: await startOne("b") };

  /**
   * Signs somebody in: a device with a database of its own, unless one is named.
   * @param {string} person
   * @param {ServerName} server
   * @param {{ kind?: "file" | "indexed-db", database?: string, store?: Store,
   *   unlock?: import("../../../js/src/vault/ways.js").Unlock, isBroken?: boolean }} [options]
   *   isBroken: it may never get ready
   */
  async function open(person, server, options = {}) {
    const account = await servers[server].addUser(person);
    const { kind = "file", isBroken = false, ...rest } = options;
    const { database = join(folder, `database-${databases++}`) } = rest;
    const store =
      rest.store ?? (kind === "indexed-db" ? await IndexedDbStore.open(database) : undefined);
    const transport = new ActivityPubTransport({ actor: account.actor, token: account.token });
    const me = await Waxseal.open({
      transport,
      ...(kind === "indexed-db" ? { unlock: { device: true } } : {}),
      ...rest,
      database,
      ...(store ? { store } : {}),
    });
    /** @type {Record<"errors" | "notices" | "devices" | "keyChanges" | "notes" | "states", any[]>} */
    const log = { errors: [], notices: [], devices: [], keyChanges: [], notes: [], states: [] };
    const listen = (/** @type {any} */ type, /** @type {(detail: any) => void} */ keep) =>
      me.addEventListener(type, (event) => keep(/** @type {CustomEvent} */ (event).detail));
    listen("error", (detail) => log.errors.push(detail.error));
    listen("notice", (detail) => log.notices.push(detail.notice));
    listen("device", (detail) => log.devices.push(detail));
    listen("key-changed", (detail) => log.keyChanges.push(detail));
    listen("message", (detail) => log.notes.push(detail.note));
    listen("sync-state", (detail) => log.states.push(detail.state));
    closers.push(() => me.close());
    if (!isBroken) await me.ready;
    return { me, log, account, database, transport };
  }

  return {
    servers,
    open,
    folder,
    /**
     * Answers given instead of the server's; undefined gives the server back its voice.
     * @param {ServerName} server
     * @param {Intercept | undefined} answer
     */
    intercept(server, answer) {
      if (answer) intercepts[server] = answer;
      else delete intercepts[server];
    },
  };
}

/** @param {Conversation} conversation */
export const notesOf = (conversation) =>
  conversation.messages.filter((message) => message.kind === "note");

/** @param {Conversation} conversation */
export const noticesOf = (conversation) =>
  conversation.messages.filter((message) => message.kind === "notice");

/** @param {Conversation} conversation */
export const texts = (conversation) => notesOf(conversation).map(({ text }) => text);

/**
 * The request that comes to this person.
 * @param {import("../../../js/src/client/client.js").Waxseal} me
 */
export const firstRequest = (me) => until(() => me.requests[0], "the request has come");

/**
 * The conversation that comes to this person, who accepts whatever comes.
 * @param {import("../../../js/src/client/client.js").Waxseal} me
 * @param {number} [count] how many there are then
 */
export async function firstConversation(me, count = 1) {
  await until(async () => {
    for (const request of me.requests) await request.accept();
    return me.conversations.length >= count;
  }, "the conversation has come");
  return /** @type {Conversation} */ (me.conversations[count - 1]);
}

/**
 * Alice (server A) and Bob (server B) in a conversation that Bob has accepted.
 * @param {import("node:test").TestContext} t
 */
export async function aliceAndBob(t) {
  const net = await startNetwork(t);
  const [alice, bob] = await Promise.all([net.open("alice", "a"), net.open("bob", "b")]);
  const chat = await alice.me.startConversation(bob.account.handle);
  const bobsChat = await firstConversation(bob.me);
  return { net, alice, bob, chat, bobsChat };
}

/**
 * @param {Conversation} conversation
 * @param {string} text
 */
export const seesText = (conversation, text) =>
  until(() => texts(conversation).includes(text), `"${text}" has come`);
