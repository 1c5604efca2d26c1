/**
 * A store that lies, for the control: it says that something is written before it is, so that the last
 * writes are lost with the process. Whoever looks for lost messages and keys used twice has to find
 * them with it.
 */

/** @typedef {import("../../../js/src/store/store.js").Store} Store */
/** @typedef {import("../../../js/src/store/store.js").WriteBatch} WriteBatch */

/**
 * @param {Store} store
 * @param {number} lag how many writes are not on the disk yet
 * @returns {Promise<Store>}
 */
export async function lagging(store, lag) {
  const records = new Map((await store.list("")).map((record) => [record.name, record]));
  let counter = await store.counter();
  let header = await store.header();
  /** @type {WriteBatch[]} */
  const waiting = [];
  const names = (/** @type {string} */ prefix, /** @type {string[]} */ except = []) =>
    [...records.keys()]
      .filter((name) => name.startsWith(prefix) && !except.some((one) => name.startsWith(one)))
      .sort();
  const get = (/** @type {string[]} */ wanted) => wanted.map((name) => records.get(name));
  return {
    kind: store.kind,
    header: async () => header,
    counter: async () => counter,
    get: async (wanted) => get(wanted),
    list: async (prefix, except) => get(names(prefix, except)).flatMap((one) => one ?? []),
    names: async (prefix) => names(prefix),
    async write(batch) {
      for (const record of batch.puts) records.set(record.name, record);
      for (const name of batch.deletes) records.delete(name);
      header = batch.header ?? header;
      counter = batch.after + 1;
      waiting.push(batch);
      while (waiting.length > lag) await store.write(/** @type {WriteBatch} */ (waiting.shift()));
    },
    exclusively: (topic, work) => store.exclusively(topic, work),
    listen: () => () => {},
    destroy: () => store.destroy(),
    async close() {
      for (const batch of waiting.splice(0)) await store.write(batch);
      await store.close();
    },
  };
}
