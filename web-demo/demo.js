/** The whole demo in one process: two servers that federate, and the page. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createPageServer } from "./page-server.js";
import { createServer } from "./server/server.js";

/** @typedef {import("./server/server.js").DemoServer} DemoServer */
/** @typedef {import("./server/server.js").Account & { link: string }} Person */

/**
 * @typedef {object} DemoOptions
 * @property {string} dataDir folder for everything that is kept. The ports stand in it too: every
 *   address in the data, and the browser's database, belongs to them
 * @property {(line: string) => void} [log]
 * @property {boolean} [allowWasm] see page-server.js
 * @property {import("./server/server.js").ServerOptions["onWire"]} [onWire] for tests
 * @property {{ a?: Intercept, b?: Intercept }} [intercept] for tests: by server
 */
/** @typedef {NonNullable<import("./server/server.js").ServerOptions["intercept"]>} Intercept */

/**
 * @param {DemoOptions} options
 * @returns {Promise<{ page: string, a: DemoServer, b: DemoServer, alice: Person, bob: Person,
 *   link: (account: import("./server/server.js").Account, server: DemoServer) => string,
 *   close: () => Promise<void> }>} page: its address
 */
export async function startDemo({ dataDir, log, allowWasm, onWire, intercept = {} }) {
  /** What is running, to be closed in the other order. @type {{ close: () => Promise<void> }[]} */
  const running = [];
  const close = async () => {
    for (const one of running.splice(0).reverse()) await one.close();
  };
  const startServer = async (/** @type {"a" | "b"} */ name) => {
    const server = await createServer({
      dataDir: join(dataDir, `server-${name}`),
      name: `server ${name.toUpperCase()}`,
      ...(log ? { log } : {}),
      ...(onWire ? { onWire } : {}),
      ...(intercept[name] ? { intercept: intercept[name] } : {}),
    });
    running.push(server);
    return server;
  };
  try {
    const a = await startServer("a");
    const b = await startServer("b");
    const pages = await startPage(dataDir, allowWasm ?? true);
    running.push(pages);
    const page = `${pages.origin}/`;
    /** @type {(account: import("./server/server.js").Account, server: DemoServer) => string} */
    const link = ({ code }, { origin }) =>
      `${page}#${new URLSearchParams({ server: origin, code })}`;
    const alice = await a.addUser("alice", "Alice");
    const bob = await b.addUser("bob", "Bob");
    return {
      page,
      a,
      b,
      alice: { ...alice, link: link(alice, a) },
      bob: { ...bob, link: link(bob, b) },
      link,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The page comes back on the port it had: what a browser stores for it belongs to that address.
 * @param {string} dataDir
 * @param {boolean} allowWasm
 */
async function startPage(dataDir, allowWasm) {
  const file = join(dataDir, "page.json");
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const known = await readFile(file, "utf8").catch((error) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  const pages = await createPageServer({ port: Number(JSON.parse(known).port ?? 0), allowWasm });
  await writeFile(file, `${JSON.stringify({ port: pages.port })}\n`);
  return pages;
}
