/** Does in a worker or service worker what a page asks for. */
import * as device from "./device.js";

Object.assign(globalThis, { tell: (/** @type {string} */ text) => globalThis.postMessage(text) });

globalThis.addEventListener("message", (event) => {
  const { data, ports } = /** @type {MessageEvent} */ (event);
  const call = async () => {
    await device.open(data.account);
    return /** @type {any} */ (device)[data.name](...data.args);
  };
  const answer = call().then(
    (result) => ports[0]?.postMessage({ result }),
    (error) => ports[0]?.postMessage({ error: String(error?.stack ?? error) }),
  );
  // A service worker is kept alive for it.
  if ("waitUntil" in event) /** @type {any} */ (event).waitUntil(answer);
});
