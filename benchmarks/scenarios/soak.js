/**
 * Very many messages in one group of two, as native/soak.c: memory has to stay as it is. For waxseal
 * only, in Node. Emits MESSAGES/memory, octets of the module, and MESSAGES/resident, of the process.
 */
import { content, groupId, identityOf, mustEqual } from "./scenario.js";

/** A new epoch after so many messages. */
const EPOCH = 1000;
const SAMPLES = 100;

/** @type {import("./scenario.js").Scenario} */
export async function soak({ library: some, amount, emit }) {
  const library = /** @type {any} */ (some);
  const [a, b] = [library.client(identityOf(1)), library.client(identityOf(2))];
  const ours = library.create(a, groupId());
  const { welcome } = library.add(ours, [library.keyPackage(b)]);
  const pair = [ours, library.join(b, welcome)];
  const text = content(100);
  const every = Math.max(1, Math.floor(amount / SAMPLES));
  for (let i = 0; i < amount; i++) {
    const [from, to] = i % 2 === 0 ? pair : [pair[1], pair[0]];
    mustEqual(library.unprotect(to, library.protect(from, text)), text, "What was protected");
    if ((i + 1) % EPOCH === 0) {
      const by = Math.floor(i / EPOCH) % 2;
      library.process(pair[1 - by], library.update(pair[by]).commit);
    }
    if ((i + 1) % every === 0) {
      emit(`${i + 1}/memory`, library.memory());
      emit(`${i + 1}/resident`, process.memoryUsage.rss());
    }
  }
  mustEqual(library.exported(pair[0]), library.exported(pair[1]), "Exported secrets");
}
