/** The worker's side of host.js: one instance of the core. */
import { asWaxsealError } from "../errors.js";
import { Core } from "./core.js";

/** @typedef {{ name: string, octets?: Uint8Array<ArrayBuffer> }} CallMessage */

/**
 * What a worker has of DedicatedWorkerGlobalScope.
 * @type {{ postMessage: (message: any, transfer?: Transferable[]) => void, close: () => void,
 *   onmessage: ((event: MessageEvent) => void) | null }}
 */
const scope = /** @type {any} */ (globalThis);
/** @type {Core | undefined} */
let core;

/** @param {CallMessage} message */
function answer({ name, octets }) {
  const request = octets && { octets, wipe: () => void octets.fill(0) };
  try {
    return { octets: /** @type {Core} */ (core).exchange(name, request) };
  } catch (error) {
    const { code, message } = asWaxsealError(error, "CORE_BROKEN");
    return { code, sentence: message };
  }
}

/** @param {WebAssembly.Module} module */
async function start(module) {
  try {
    core = await Core.instantiate(module);
    scope.postMessage({ ready: true });
  } catch {
    scope.postMessage({ ready: false });
  }
}

scope.onmessage = (/** @type {MessageEvent} */ { data }) => {
  if (data.module) start(data.module);
  else if (data.release) core?.release(data.release);
  else if (data.close) scope.close();
  else {
    const answers = /** @type {CallMessage[]} */ (data.calls).map(answer);
    const buffers = answers.flatMap(({ octets }) => (octets ? [octets.buffer] : []));
    scope.postMessage({ id: data.id, answers }, buffers);
  }
};
