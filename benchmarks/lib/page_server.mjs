// Serves the bundles, the modules and the inputs to the benchmarks' page, from the loopback.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { BUILD, CEILING_WASM, LIBRARIES, ROOT } from "./libraries.mjs";

/** @type {Record<string, string>} */
const TYPES = {
  ".js": "text/javascript",
  ".json": "application/json",
  ".wasm": "application/wasm",
};
// A page that is apart from all others has a clock of 5 microseconds.
const HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cache-control": "no-store",
};
const PAGE = `<!doctype html><meta charset=utf-8><title>Benchmark</title><link rel=icon href=data:,>
<script type=module src=/bundles/page/page.js></script>`;

/** @param {string} path @returns {string | undefined} */
function fileBehind(path) {
  if (path === "/wasm/ceiling.wasm") return CEILING_WASM;
  const wasm = /^\/wasm\/([\w-]+)\.wasm$/.exec(path)?.[1];
  if (wasm) return LIBRARIES[wasm]?.wasm && join(ROOT, LIBRARIES[wasm].wasm);
  if (/^\/(bundles\/[\w-]+\/[\w.-]+\.js|inputs-\d+\.json)$/.test(path)) return join(BUILD, path);
  return undefined;
}

/** @returns {Promise<{ origin: string, close: () => Promise<void> }>} */
export async function startPageServer() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://localhost");
    if (pathname === "/") {
      response.writeHead(200, { ...HEADERS, "content-type": "text/html" });
      return void response.end(PAGE);
    }
    const file = fileBehind(pathname);
    const body = file && (await readFile(file).catch(() => undefined));
    if (!body) return void response.writeHead(404).end();
    const type = TYPES[extname(file)] ?? "application/octet-stream";
    response.writeHead(200, { ...HEADERS, "content-type": type });
    response.end(body);
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
