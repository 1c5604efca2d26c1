/** In a page: starts workers with a device in them, and asks them to do something. */

const SCRIPT = new URL("./device_worker.js", import.meta.url);

/** @type {Worker | ServiceWorker | null} */
let worker;

export function startWorker() {
  worker = new Worker(SCRIPT, { type: "module" });
  // What the device tells, see sendOn().
  worker.onmessage = ({ data }) => /** @type {any} */ (globalThis).tell(data);
}

export async function startServiceWorker() {
  await navigator.serviceWorker.register(SCRIPT, { type: "module", scope: "/" });
  worker = (await navigator.serviceWorker.ready).active;
}

/**
 * @param {import("./device.js").Account} account which is opened before, unless it is open
 * @param {string} name of a function of device.js
 * @param {unknown[]} args
 */
export function ask(account, name, args) {
  return new Promise((resolve, reject) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data: { result, error } }) =>
      error === undefined ? resolve(result) : reject(new Error(error));
    worker?.postMessage({ account, name, args }, [port2]);
  });
}

export function endWorker() {
  /** @type {Worker} */ (worker).terminate();
}
