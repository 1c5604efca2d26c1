/** A browser extension (Manifest V3) whose background service worker holds a device. */
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileBehind, withAddresses } from "../../browser/lib/module_server.mjs";

/** What the background script loads: folders as the module server names them. */
const PARTS = ["/js/src", "/js/dist", "/tests/tabs/lib", "/vendor/idb/build"];
PARTS.push("/vendor/eventsource-parser/dist");

const MANIFEST = {
  manifest_version: 3,
  name: "Waxseal in an extension",
  version: "1",
  background: { service_worker: "tests/tabs/lib/background.js", type: "module" },
  host_permissions: ["http://127.0.0.1/*"],
  content_security_policy: {
    extension_pages: "script-src 'self' 'wasm-unsafe-eval'; object-src 'self'",
  },
};

/**
 * Writes the extension as somebody would ship it: all files inside, and no package's plain name.
 * @param {string} folder
 */
export async function writeExtension(folder) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "manifest.json"), JSON.stringify(MANIFEST));
  for (const part of PARTS) {
    const from = dirname(/** @type {string} */ (fileBehind(`${part}/any`)));
    await cp(from, join(folder, part), { recursive: true, dereference: true });
  }
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, name);
    await writeFile(path, withAddresses(await readFile(path, "utf8")));
  }
}
