/** From whatever the application has (an address, a response, octets) to a compiled module. */
import { localError, WaxsealError } from "../errors.js";

/** @typedef {URL | string | Response | WebAssembly.Module | BufferSource} WasmSource */

/** The package's own copy; bundlers recognise this expression and ship the file. */
export function packagedWasm() {
  return new URL("../../dist/core.wasm", import.meta.url);
}

/**
 * @param {WasmSource} source
 * @returns {Promise<WebAssembly.Module>}
 * @throws {WaxsealError} WASM_BLOCKED, WASM_LOAD, WASM_INVALID
 */
export async function compile(source) {
  if (typeof WebAssembly === "undefined") throw localError("WASM_BLOCKED");
  try {
    return await compileSource(source);
  } catch (error) {
    throw explain(error);
  }
}

/**
 * @param {WasmSource} source
 * @returns {Promise<WebAssembly.Module>}
 */
async function compileSource(source) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) {
    return WebAssembly.compile(/** @type {BufferSource} */ (source));
  }
  if (typeof Response !== "undefined" && source instanceof Response) return compileResponse(source);
  if (!(source instanceof URL) && typeof source !== "string") throw localError("WASM_INVALID");
  const file = await readFileUrl(String(source));
  if (file) return WebAssembly.compile(file);
  return compileResponse(await fetch(source, { credentials: "same-origin" }));
}

/**
 * Streaming compilation demands the MIME type application/wasm; other servers get the slower way.
 * @param {Response} response
 */
async function compileResponse(response) {
  if (!response.ok) {
    throw localError("WASM_LOAD", { about: response.url, status: response.status });
  }
  const type = response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/wasm" && typeof WebAssembly.compileStreaming === "function") {
    return WebAssembly.compileStreaming(response);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}

/**
 * Node's fetch does not read file: URLs. The built-in module is asked for at run time, so that
 * bundlers for browsers find no import of it.
 * @param {string} url
 * @returns {Promise<Uint8Array<ArrayBuffer> | undefined>} undefined when this is not a file: URL in Node
 */
async function readFileUrl(url) {
  if (!url.startsWith("file:") || typeof process === "undefined") return undefined;
  const fs = process.getBuiltinModule?.("node:fs/promises");
  return fs && new Uint8Array(await fs.readFile(new URL(url)));
}

/** @param {unknown} error */
function explain(error) {
  if (error instanceof WaxsealError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/content security policy|\bCSP\b|unsafe-eval|wasm-eval/i.test(message)) {
    return localError("WASM_BLOCKED", { cause: error });
  }
  const invalid = error instanceof WebAssembly.CompileError;
  return localError(invalid ? "WASM_INVALID" : "WASM_LOAD", { cause: error });
}
