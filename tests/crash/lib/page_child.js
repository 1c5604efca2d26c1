/**
 * The device that is killed, in a page: opens its store, plays the script as the test directs, and stops
 * where its plan says, until the browser is killed.
 */
import { ActivityPubTransport, Waxseal } from "../../../js/src/index.js";
import { IndexedDbStore } from "../../../js/src/store/indexed_db.js";
import { lagging } from "./lagging_store.mjs";
import { namesOf } from "./lives.mjs";
import { play, shownBy } from "./script.mjs";

/** @typedef {import("../../../js/src/store/store.js").Store} Store */
/** @typedef {import("./pages.mjs").PageOrder} PageOrder */

/** @param {any} message */
const tell = (message) => /** @type {any} */ (globalThis).tell(message);

/** @type {Map<string, (message: any) => void>} */
const listeners = new Map();

/**
 * @param {string} type
 * @returns {Promise<any>} the test's next message of that type
 */
const next = (type) => new Promise((resolve) => listeners.set(type, resolve));

/** @param {any} message of the test */
export function hear(message) {
  listeners.get(message.type)?.(message);
}

/** @returns {Promise<never>} */
const forEver = () => new Promise(() => {});

/**
 * @param {Store} store
 * @param {PageOrder["plan"]} plan
 */
function doomed(store, plan) {
  const write = store.write.bind(store);
  let number = 0;
  let isDying = false;
  store.write = async (batch) => {
    if (isDying) return forEver();
    const names = namesOf(batch);
    if (!plan?.skip.includes(names)) number++;
    if (number !== plan?.write) return write(batch);
    isDying = true;
    tell({ type: "note", line: `${plan.when} ${names}` });
    if (plan.when === "before") {
      tell({ type: "reached" });
      await forEver();
    }
    if (plan.when === "middle") {
      // The test gives the sign just before it kills the browser.
      const sign = next("write");
      tell({ type: "reached" });
      await sign;
    }
    await write(batch);
    tell({ type: "note", line: "written" });
    if (plan.when === "after") tell({ type: "reached" });
    await forEver();
  };
  return store;
}

/** @param {PageOrder} order */
async function live({ account, database, lag, plan, isPreparation }) {
  const opened = await IndexedDbStore.open(database);
  const store = doomed(lag ? await lagging(opened, lag) : opened, plan);
  const transport = new ActivityPubTransport(account);
  const me = await Waxseal.open({ transport, store });
  me.addEventListener("error", ({ detail: { error } }) => {
    const { code, message } = /** @type {any} */ (error);
    tell({ type: "error", code, message });
  });
  if (isPreparation) await me.ready;
  else {
    await play(me, {
      async next() {
        const step = next("step");
        tell({ type: "next" });
        return (await step).task;
      },
      async done(number) {
        tell({ type: "done", number });
      },
    });
  }
  const end = next("end");
  tell({ type: "shown", chats: shownBy(me) });
  await end;
  await me.close();
  tell({ type: "over" });
}

export async function start() {
  const { order } = await next("live");
  try {
    await live(order);
  } catch (error) {
    const { code, message, stack } = /** @type {any} */ (error);
    tell({ type: "failed", code, message, stack });
  }
}
