/** A Transport over the little that a Relay offers. */
import { describeActor, readActor, readKeyPackages } from "./actor.js";
import { findActor } from "./directory.js";
import { isTransient } from "./http.js";
import { download } from "./media.js";
import { watchMessages } from "./watch.js";

/**
 * @param {import("./transport.js").Relay} relay
 * @param {{ pollInterval?: number }} [options] milliseconds between looks at one that does not watch
 * @returns {import("./transport.js").Transport}
 */
export function relayTransport(relay, { pollInterval = 5000 } = {}) {
  const get = (/** @type {string} */ url) => relay.get(url);
  return {
    actor: relay.actor,
    connect: async () => describeActor(await readActor(get, relay.actor)),
    post: (activity) => relay.post(activity),
    get,
    newest: async () => (await relay.read(undefined)).cursor,
    resolve: (who) => findActor(get, who),
    keyPackages: (actor) => readKeyPackages(get, actor),
    isTransient,
    download: (url, options) =>
      download((input, init) => globalThis.fetch(input, init), url, options),
    watch: (options) =>
      watchMessages({
        ...options,
        pollInterval,
        read: async (since) => (await relay.read(since)).items,
        load: async (item) => (typeof item === "string" ? get(item) : item),
        findStream: async () => relay.watch && ((handlers) => stream(relay, handlers)),
      }),
  };
}

/**
 * @param {import("./transport.js").Relay} relay
 * @param {import("./watch.js").StreamHandlers} handlers
 */
async function stream(relay, { signal, onOpen, onChange }) {
  let opened = false;
  await relay.watch?.((activity) => {
    if (opened) return onChange(activity);
    opened = true;
    onOpen();
    if (activity !== undefined) onChange(activity);
  }, signal);
}
