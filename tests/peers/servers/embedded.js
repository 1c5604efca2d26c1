/** The demo's own server. */
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "../../../web-demo/server/server.js";

/** Making an RSA key takes long; the server takes one that it finds. @type {string | undefined} */
let pem;

/**
 * @param {Pick<import("../../../web-demo/server/server.js").ServerOptions, "intercept">} [options]
 * @returns {Promise<import("./server.js").PeerServer>}
 */
export async function startEmbedded(options = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), "waxseal-peers-"));
  /** @type {string[]} */
  const log = [];
  const server = await createServer({
    dataDir,
    firstRetryMs: 50,
    log: (line) => log.push(line),
    ...options,
  });
  return {
    kind: "embedded",
    origin: server.origin,
    log,
    async addUser(name) {
      pem ??= generateKeyPairSync("rsa", { modulusLength: 2048 })
        .privateKey.export({ type: "pkcs8", format: "pem" })
        .toString();
      await mkdir(join(dataDir, "users", name), { recursive: true });
      await writeFile(join(dataDir, "users", name, "http-key.pem"), pem);
      const { actor, handle, token } = await server.addUser(name);
      return { actor, handle, token };
    },
    async close() {
      await server.close();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
