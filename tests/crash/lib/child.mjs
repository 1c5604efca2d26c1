// The device that is killed, in Node: opens its store, plays the script as the parent directs, and ends
// itself by SIGKILL where the parent's plan says. Runs in any Node that has the store.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { ActivityPubTransport, Waxseal } from "../../../js/src/index.node.js";
import { FileStore } from "../../../js/src/store/file.js";
import { SqliteStore } from "../../../js/src/store/sqlite.js";
import { lagging } from "./lagging_store.mjs";
import { namesOf } from "./lives.mjs";
import { play, shownBy } from "./script.mjs";

/** @typedef {import("./lives.mjs").Order} Order */
/** @typedef {import("../../../js/src/store/store.js").Store} Store */

/** @param {any} message */
const tell = (message) => process.send?.(message);

/**
 * @param {string} type
 * @returns {Promise<any>} the parent's next message of that type
 */
const hear = (type) =>
  new Promise((resolve) => {
    const listener = (/** @type {any} */ message) => {
      if (message.type !== type) return;
      process.off("message", listener);
      resolve(message);
    };
    process.on("message", listener);
  });

/** @returns {Promise<never>} */
function die() {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
}

/**
 * @param {Store} store
 * @param {Order} order
 */
function doomed(store, { plan, folder, record }) {
  const write = store.write.bind(store);
  let number = 0;
  store.write = async (batch) => {
    const names = namesOf(batch);
    if (!plan?.skip.includes(names)) number++;
    const isLast = number === plan?.write;
    if (isLast) {
      appendFileSync(record, `${plan.when} ${names}\n`);
      if (plan.when === "before") await die();
      // torn.c counts what follows, and ends the process in the middle of it.
      if (plan.when === "middle") mkdirSync(join(folder, `torn-${plan.call}-${plan.permille}`));
    }
    await write(batch);
    if (isLast) {
      appendFileSync(record, "written\n");
      await die();
    }
  };
  return store;
}

/** @param {Order} order */
async function openStore({ kind, path, lag }) {
  const store = await (kind === "sqlite" ? SqliteStore : FileStore).open(path);
  return lag ? lagging(store, lag) : store;
}

/** @param {Order} order */
async function live(order) {
  const store = doomed(await openStore(order), order);
  const transport = new ActivityPubTransport(order.account);
  const me = await Waxseal.open({ transport, store, unlock: { keyFile: order.keyFile } });
  me.addEventListener("error", (event) => {
    const { error } = /** @type {CustomEvent} */ (event).detail;
    tell({ type: "error", code: error.code, message: error.message });
  });
  if (order.isPreparation) await me.ready;
  else {
    await play(me, {
      async next() {
        tell({ type: "next" });
        return (await hear("step")).task;
      },
      async done(number) {
        tell({ type: "done", number });
      },
    });
  }
  tell({ type: "shown", chats: shownBy(me) });
  await hear("end");
  await me.close();
  process.disconnect();
}

tell({ type: "born" });
const { order } = await hear("live");
try {
  await live(order);
} catch (error) {
  const { code, message, stack } = /** @type {any} */ (error);
  tell({ type: "failed", code, message, stack });
  await die();
}
