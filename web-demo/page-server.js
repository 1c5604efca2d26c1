/** Serves the page: the files of page/ and of the packages it imports, read-only. */
import { readFile, realpath, stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { contentSecurityPolicy, securityHeaders } from "./page-headers.js";
import { importMap, vendorFolders } from "./vendor.js";

const HTML = "text/html; charset=utf-8";

const TYPES = new Map([
  [".html", HTML],
  [".css", "text/css; charset=utf-8"],
  [".js", "text/javascript; charset=utf-8"],
  [".mjs", "text/javascript; charset=utf-8"],
  [".svg", "image/svg+xml"],
  [".wasm", "application/wasm"],
]);

const FOLDERS = [
  ...vendorFolders,
  { path: "/", directory: fileURLToPath(new URL("page/", import.meta.url)) },
];

/**
 * @typedef {object} PageServerOptions
 * @property {number} [port] 0, the default: any
 * @property {boolean} [allowWasm] false: a policy without 'wasm-unsafe-eval', for tests
 */

/**
 * Starts the server. The page's address says localhost, since passkeys refuse IP addresses.
 * @param {PageServerOptions} [options]
 * @returns {Promise<{ origin: string, port: number, close: () => Promise<void> }>}
 */
export async function createPageServer({ port = 0, allowWasm = true } = {}) {
  const headers = securityHeaders(contentSecurityPolicy({ importMap, allowWasm }));
  const http = createServer(async (req, res) => {
    const { status, type, body } = await answer(req.method ?? "", req.url ?? "");
    res.writeHead(status, { ...headers, "content-type": type });
    res.end(req.method === "HEAD" ? undefined : body);
  });
  await new Promise((fulfil, reject) => {
    http.once("error", (error) =>
      reject(new Error(`The page cannot be served on port ${port}: ${error.message}.`)),
    );
    http.listen(port, "127.0.0.1", () => fulfil(undefined));
  });
  const address = /** @type {import("node:net").AddressInfo} */ (http.address());
  return {
    origin: `http://localhost:${address.port}`,
    port: address.port,
    async close() {
      const closed = new Promise((fulfil) => http.close(fulfil));
      http.closeAllConnections();
      await closed;
    },
  };
}

/**
 * @param {string} method
 * @param {string} target
 * @returns {Promise<{ status: number, type: string, body: string | Buffer }>}
 */
async function answer(method, target) {
  const text = "text/plain; charset=utf-8";
  if (method !== "GET" && method !== "HEAD") {
    return { status: 405, type: text, body: "This server only gives files: use GET.\n" };
  }
  const file = await findFile(pathOf(target));
  if (!file) return { status: 404, type: text, body: "There is no such file here.\n" };
  const body = await readFile(file);
  const type = TYPES.get(extname(file)) ?? text;
  return { status: 200, type, body: type === HTML ? withImportMap(body.toString()) : body };
}

/**
 * Fills the page's import map, whose hash the policy allows.
 * @param {string} page
 */
function withImportMap(page) {
  return page.replace(/(<script type="importmap">)[^<]*/, (_, tag) => tag + importMap);
}

/**
 * @param {string} target of the request
 * @returns {string | undefined} the path, undefined when it could lead out of a folder
 */
function pathOf(target) {
  try {
    const path = decodeURIComponent(target.replace(/[?#].*$/s, ""));
    const isPlain = /^\/[\w@./-]*$/.test(path) && !/(^|\/)\.\.?(\/|$)/.test(path);
    return isPlain ? path : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param {string | undefined} path
 * @returns {Promise<string | undefined>} a file of a known type inside one of the folders, links
 *   followed
 */
async function findFile(path) {
  if (path === undefined) return undefined;
  const name = path === "/" ? "/index.html" : path;
  const folder = FOLDERS.find((candidate) => name.startsWith(candidate.path));
  if (!folder || !TYPES.has(extname(name))) return undefined;
  try {
    const root = await realpath(folder.directory);
    const file = await realpath(join(root, name.slice(folder.path.length)));
    return file.startsWith(root + sep) && (await stat(file)).isFile() ? file : undefined;
  } catch {
    return undefined;
  }
}
