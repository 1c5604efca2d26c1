/**
 * One device, many lives: each opens the same store, goes on with the script, and is killed where its
 * plan says. Who runs the lives (a process, a page) is given; this directs them.
 */
/** @typedef {import("./script.mjs").Step} Step */
/** @typedef {import("./world.mjs").World} World */

/**
 * @typedef {object} Plan where a life ends
 * @property {number} write which of its writes, from 1
 * @property {string[]} skip writes that do not count: names of their records, see namesOf()
 * @property {"before" | "middle" | "after"} when after: it is on the disk, and nothing follows from it
 * @property {number} call middle: which change of the files after the write began
 * @property {number} permille middle: how much of it is done
 *
 * @typedef {object} Life
 * @property {(message: any) => void} send
 * @property {(listener: (message: any) => void) => void} listen
 * @property {Promise<string[]>} end when it is over, however: what it noted, a line for the write at
 *   which it was to end (when, and names of its records), and "written" if that was done
 * @property {() => void} kill
 *
 * @typedef {object} Order what a life is told
 * @property {{ actor: string, token: string }} account
 * @property {"file" | "sqlite"} kind of the store
 * @property {string} path of the store
 * @property {string} folder that holds all of its files
 * @property {string} keyFile
 * @property {string} record file in which it notes what it is about to do
 * @property {number} [lag] of the lagging store
 * @property {boolean} [isPreparation] only opens, and publishes its keys
 * @property {Plan} [plan]
 *
 * @typedef {object} Options
 * @property {World} world
 * @property {Step[]} steps
 * @property {(order: Omit<Order, "plan">) => Promise<Life>} bear
 * @property {Omit<Order, "plan">} order
 * @property {{ next: (step: number) => Plan | undefined, ended: (notes: string[]) => void }} planner
 *   says where each life ends
 * @property {number} [patience] milliseconds that a life may take
 * @property {(played: number, lives: number) => void} [onStep] told of each step that is done
 * @property {boolean} [isAbandoned] the last life is killed, too, when the script is over
 * @property {number} [maxIdle] lives without a step, after which it counts as stuck
 */

/**
 * @typedef {object} Chronicle
 * @property {number} lives
 * @property {number} played steps
 * @property {{ code: string, message: string }[]} errors that the device's application was told
 * @property {string[]} trouble what the director gave up on
 * @property {{ texts: { actor: string, text: string, state: string }[] }[]} shown by the device in the
 *   end
 */

/**
 * What a write is about. The index has another name each time.
 * @param {import("../../../js/src/store/store.js").WriteBatch} batch
 */
export function namesOf({ puts, deletes }) {
  const names = [...puts.map(({ name }) => name), ...deletes];
  return names.filter((name) => !name.startsWith("index/")).join(",");
}

/**
 * Lets the device live until the script is over.
 * @param {Options} options
 * @returns {Promise<Chronicle>}
 */
export async function liveThrough({
  world,
  steps,
  bear,
  order,
  planner,
  onStep,
  patience = 60_000,
  isAbandoned = false,
  maxIdle = 200,
}) {
  /** @type {Chronicle} */
  const chronicle = { lives: 0, played: 0, errors: [], trouble: [], shown: [] };
  let number = 0;
  let idle = 0;
  /** The peers' part of the current step. @type {Promise<void> | undefined} */
  let begun;
  /** @type {Promise<void> | undefined} */
  let finished;

  const task = async () => {
    const current = finished;
    await current;
    // A life that has ended since may have asked, too.
    if (current && current === finished) {
      number++;
      chronicle.played++;
      onStep?.(chronicle.played, chronicle.lives);
      idle = 0;
      begun = finished = undefined;
    }
    const step = steps[number];
    if (!step) return undefined;
    begun ??= world.begin(step);
    await begun;
    if (step.kind === "update") step.isSent = await world.hasCommitted();
    return { number, step, actors: world.actors };
  };

  /** @param {Life} life @param {Plan | undefined} plan */
  const direct = (life, plan) => {
    life.listen(async (message) => {
      try {
        if (message.type === "next") life.send({ type: "step", task: await task() });
        else if (message.type === "done" && message.number === number && !finished) {
          finished = world.finish(/** @type {Step} */ (steps[number]));
          await finished;
        } else if (message.type === "error") chronicle.errors.push(message);
        else if (message.type === "failed")
          chronicle.trouble.push(message.stack ?? message.message);
        else if (message.type === "shown") {
          chronicle.shown = message.chats;
          number = Math.max(number, order.isPreparation ? steps.length : number);
          isOver = true;
          if (isAbandoned) life.kill();
          else life.send({ type: "end" });
        }
      } catch (error) {
        chronicle.trouble.push(`step ${number}: ${/** @type {Error} */ (error).message}`);
        isOver = true;
        life.kill();
      }
    });
    life.send({ type: "live", order: { ...order, plan } });
  };

  let isOver = false;
  let next = bear(order);
  while (!isOver) {
    const life = await next;
    chronicle.lives++;
    const plan = planner.next(number);
    direct(life, plan);
    // The next one comes into the world meanwhile.
    next = bear(order);
    const timer = setTimeout(() => {
      chronicle.trouble.push(`a life took too long, in step ${number}`);
      isOver = true;
      life.kill();
    }, patience);
    planner.ended(await life.end);
    clearTimeout(timer);
    if (++idle > maxIdle) {
      chronicle.trouble.push(`${maxIdle} lives without a step, in step ${number}`);
      isOver = true;
    }
    if (chronicle.trouble.length > 0) isOver = true;
  }
  (await next).kill();
  return chronicle;
}
