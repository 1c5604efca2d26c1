/** What is wrong after all lives: lost and doubled messages, keys used twice, groups that are stuck. */
import { notesOf, texts } from "../../js/lib/network.mjs";

/** @typedef {import("./script.mjs").Step} Step */
/** @typedef {import("./world.mjs").World} World */

/** @param {Step[]} steps */
function expected(steps) {
  /** @type {{ own: string[], peer: string[], third: string[], isThird: boolean }[]} */
  const chats = [];
  for (const { kind, chat, text = "", was = "", third } of steps) {
    chats[chat] ??= { own: [], peer: [], third: [], isThird: false };
    const one = chats[chat];
    if (kind === "send") one.own.push(text);
    if (kind === "receive") one.peer.push(text);
    if (one.isThird && (kind === "send" || kind === "receive")) one.third.push(text);
    if (kind === "edit") one.own = one.own.map((old) => (old === was ? text : old));
    if (third !== undefined) one.isThird = third;
  }
  return chats;
}

/**
 * @param {string} where
 * @param {string[]} is
 * @param {string[]} should
 * @param {Verdict} verdict
 */
export function compare(where, is, should, verdict) {
  const rest = [...is];
  for (const text of should) {
    const at = rest.indexOf(text);
    if (at < 0) verdict.lost.push(`${where}: "${text}"`);
    else rest.splice(at, 1);
  }
  verdict.doubled.push(...rest.map((text) => `${where}: "${text}"`));
  const isComplete = is.length === should.length && rest.length === 0;
  if (isComplete && is.some((text, i) => text !== should[i])) {
    verdict.disordered.push(`${where}: ${is.join(", ")}`);
  }
}

/**
 * @typedef {object} Verdict each entry says what is wrong
 * @property {string[]} lost
 * @property {string[]} doubled
 * @property {string[]} disordered
 * @property {string[]} unsent
 * @property {string[]} reused
 * @property {string[]} unreadable
 * @property {string[]} stuck
 * @property {string[]} errors
 */

/** @returns {Verdict} */
export const emptyVerdict = () => ({
  lost: [],
  doubled: [],
  disordered: [],
  unsent: [],
  reused: [],
  unreadable: [],
  stuck: [],
  errors: [],
});

/**
 * @param {World} world
 * @param {Step[]} steps that were played
 * @param {import("./lives.mjs").Chronicle[]} chronicles the last one shows what the device shows
 * @returns {Promise<{ verdict: Verdict, testimony: import("./witness.mjs").Testimony }>}
 */
export async function judge(world, steps, chronicles) {
  const { peer, third } = world.people;
  const testimony = await world.testify();
  /** @type {Verdict} */
  const verdict = {
    ...emptyVerdict(),
    reused: testimony.reused,
    unreadable: testimony.unreadable,
    stuck: chronicles.flatMap(({ trouble }) => trouble),
    errors: [...chronicles.flatMap(({ errors }) => errors), ...peer.log.errors].map(
      ({ code, message }) => `${code}: ${message}`,
    ),
  };
  const shown = chronicles.at(-1)?.shown ?? [];
  let visits = 0;
  expected(steps).forEach((should, chat) => {
    const onDevice = shown[chat]?.texts ?? [];
    const by = (/** @type {string} */ actor) => (/** @type {{ actor: string }} */ note) =>
      note.actor === actor;
    const textsBy = (
      /** @type {{ actor: string, text: string }[]} */ notes,
      /** @type {string} */ actor,
    ) => notes.filter(by(actor)).map(({ text }) => text);
    const conversation = peer.me.conversations[chat];
    const onPeer = conversation ? notesOf(conversation) : [];
    const [own, others] = [world.device.actor, peer.account.actor];
    compare(`device, chat ${chat}, own`, textsBy(onDevice, own), should.own, verdict);
    compare(`device, chat ${chat}, peer's`, textsBy(onDevice, others), should.peer, verdict);
    compare(`peer, chat ${chat}, device's`, textsBy(onPeer, own), should.own, verdict);
    compare(`peer, chat ${chat}, own`, textsBy(onPeer, others), should.peer, verdict);
    for (const { text, state } of onDevice.filter(by(own))) {
      if (state !== "sent") verdict.unsent.push(`chat ${chat}: "${text}" is ${state}`);
    }
    if (should.third.length > 0) {
      const visited = third.me.conversations[visits++];
      compare(`third person, chat ${chat}`, visited ? texts(visited) : [], should.third, verdict);
    }
  });
  return { verdict, testimony };
}
