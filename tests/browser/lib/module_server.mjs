/**
 * Serves the package and the tests' own modules to pages, workers and service workers. Workers know no
 * import map: as a bundler does, this server puts addresses in place of the packages' names.
 */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { importMap, vendorFolders } from "../../../web-demo/vendor.js";

/** @type {Record<string, string>} */
const ADDRESSES = JSON.parse(importMap).imports;
/** The tests' modules and the package's, where relative addresses expect them. */
const OWN = ["tests", "js"].map((name) => ({
  path: `/${name}/`,
  directory: fileURLToPath(new URL(`../../../${name}/`, import.meta.url)),
}));
const FOLDERS = [...OWN, ...vendorFolders];
const TYPES = new Map([
  [".js", "text/javascript"],
  [".mjs", "text/javascript"],
  [".wasm", "application/wasm"],
]);
const EMPTY_PAGE = "<!doctype html><html lang=en><title>Test</title><link rel=icon href=data:,>";

/**
 * @param {string} source of a module
 * @param {(address: string) => string} [place] where an address is to be found
 */
export function withAddresses(source, place = (address) => address) {
  return source.replace(/((?:\bfrom|\bimport)\s*\(?\s*)"([^"./][^"]*)"/g, (all, before, name) =>
    ADDRESSES[name] ? `${before}"${place(ADDRESSES[name])}"` : all,
  );
}

/** @param {string} address such as /vendor/waxseal/src/index.js */
export function fileBehind(address) {
  const folder = FOLDERS.find(({ path }) => address.startsWith(path));
  if (!folder) return undefined;
  const file = normalize(join(folder.directory, address.slice(folder.path.length)));
  return file.startsWith(normalize(folder.directory + sep)) ? file : undefined;
}

/**
 * Every path without an extension is an empty page; /clear-site-data makes the browser delete what the
 * origin has stored, as a browser does that evicts it.
 * @returns {Promise<{ origin: string, close: () => Promise<void> }>}
 */
export async function startModuleServer() {
  const server = createServer(async (req, res) => {
    const { pathname } = new URL(req.url ?? "", "http://localhost");
    const extension = extname(pathname);
    if (extension === "") {
      const clear = pathname === "/clear-site-data" && { "clear-site-data": '"storage"' };
      res.writeHead(200, { "content-type": "text/html; charset=utf-8", ...clear });
      return void res.end(EMPTY_PAGE);
    }
    const file = fileBehind(pathname);
    const body = file && (await readFile(file).catch(() => undefined));
    const type = TYPES.get(extension);
    if (!body || !type) return void res.writeHead(404).end();
    // A service worker may be responsible for the whole origin.
    res.writeHead(200, { "content-type": type, "service-worker-allowed": "/" });
    res.end(type === "text/javascript" ? withAddresses(body.toString()) : body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
