/** The ceilings of native/ceiling.h as a WebAssembly module. */

/** By the numbers of ceiling_operation. */
const OPERATIONS = /** @type {const} */ ([
  "key_package",
  "protect",
  "unprotect",
  "add",
  "join",
  "update",
  "process",
]);

/** @typedef {(typeof OPERATIONS)[number]} Operation */
/**
 * ceiling_shape; lengths in octets.
 * @typedef {object} Shape
 * @property {number} suite
 * @property {number} members
 * @property {number} keyPackage raw
 * @property {number} [content]
 * @property {number} [commit]
 * @property {number} [welcome]
 */

/** @param {string} address @returns {Promise<BufferSource>} */
async function octetsAt(address) {
  if (!address.startsWith("file:")) return (await fetch(address)).arrayBuffer();
  const { readFile } = process.getBuiltinModule("node:fs/promises");
  return new Uint8Array(await readFile(new URL(address)));
}

/**
 * @param {string} address of ceiling.wasm
 * @returns {Promise<(operation: Operation, shape: Shape) => (times: number) => void>} prepares an
 *   operation's calls, and then makes all of them so many times. One is prepared at a time.
 */
export async function loadCeiling(address) {
  /** @type {any} */
  let exports;
  const { instance } = await WebAssembly.instantiate(await octetsAt(address), {
    env: {
      host_random(/** @type {number} */ at, /** @type {number} */ len) {
        crypto.getRandomValues(new Uint8Array(exports.memory.buffer, at >>> 0, len));
        return 0;
      },
      emscripten_notify_memory_growth() {},
    },
    wasi_snapshot_preview1: {
      proc_exit(/** @type {number} */ status) {
        throw new Error(`The ceiling ended itself with status ${status}.`);
      },
    },
  });
  exports = instance.exports;
  exports._initialize?.();
  if (exports.ceiling_begin() !== 0) throw new Error("ceiling_begin() failed.");
  return (operation, { suite, members, content = 0, keyPackage, commit = 256, welcome = 0 }) => {
    const number = OPERATIONS.indexOf(operation);
    if (!exports.ceiling_prepare(number, suite, members, content, keyPackage, commit, welcome)) {
      throw new Error(`The ceiling of ${operation} can't be prepared.`);
    }
    return (times) => exports.ceiling_make(times);
  };
}
