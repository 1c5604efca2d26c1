// How large something is for those who load it: raw, and compressed as web servers do it.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/**
 * The length after `gzip -9`. Node's own zlib is tuned for speed and leaves one per cent more.
 * @param {Uint8Array} bytes
 */
export function gzipSize(bytes) {
  const options = { input: bytes, maxBuffer: bytes.length + 65_536 };
  return execFileSync("gzip", ["-9", "-n", "-c"], options).length;
}

/** @param {Uint8Array} bytes */
export function sizes(bytes) {
  const params = {
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return {
    raw: bytes.length,
    gzip: gzipSize(bytes),
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

/** The files of the loader, which travel with the module, as they are: with their comments. */
export function loader() {
  const folder = join(import.meta.dirname, "..", "js", "src", "wasm");
  const names = readdirSync(folder).filter((name) => name.endsWith(".js"));
  return names.map((name) => readFileSync(join(folder, name), "utf8"));
}
