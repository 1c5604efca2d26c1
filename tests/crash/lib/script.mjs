/**
 * A conversation of two hundred steps, and the part of the device that is killed in the middle of it.
 * Nothing here is of Node: a page plays it, too.
 *
 * Whoever plays a step may have played a part of it in an earlier life: each step begins by looking at
 * what the device has stored, and does what is left.
 */

/** @typedef {import("../../../js/src/client/client.js").Waxseal} Waxseal */
/** @typedef {import("../../../js/src/client/conversation.js").Conversation} Conversation */

/**
 * @typedef {object} Step
 * @property {"start" | "send" | "edit" | "read" | "rename" | "update" | "add" | "remove" | "receive"
 *   | "see" | "join"} kind start to remove: the device does it; receive, see, join: the peer does it
 * @property {number} chat number of the conversation, in the order in which they began
 * @property {string} [text] of a message; or the new one of an edited message
 * @property {string} [was] the text that is edited
 * @property {string} [name] of the conversation after it
 * @property {boolean} [third] whether the third person is in the conversation after it
 * @property {boolean} [isSent] set while it is played: what it posts has been seen
 */

/** @typedef {{ peer: string, third: string, witness: string }} Actors */

/** Steps of a block; "!" in front: the peer does it. */
const BLOCK =
  "send !send send send !send rename send !send update send !rename !send send add send !send remove edit read begin";
const BLOCKS = 10;

/** @returns {Step[]} */
export function script() {
  /** @type {Step[]} */
  const steps = [{ kind: "start", chat: 0, name: "conversation 0" }];
  let chat = 0;
  for (let block = 0; block < BLOCKS; block++) {
    for (const word of BLOCK.split(" ")) {
      const text = `step ${steps.length}`;
      const byPeer = block % 2 === 1;
      if (word === "begin") {
        chat++;
        const kind = byPeer ? "start" : "join";
        steps.push({ kind, chat, name: `conversation ${chat}` });
      } else if (word === "send") steps.push({ kind: "send", chat, text });
      else if (word === "!send") steps.push({ kind: "receive", chat, text });
      else if (word === "rename") steps.push({ kind: "rename", chat, name: `name ${text}` });
      else if (word === "!rename") steps.push({ kind: "see", chat, name: `name ${text}` });
      else if (word === "edit") {
        const was = steps.findLast((step) => step.kind === "send")?.text ?? "";
        steps.push({ kind: "edit", chat, was, text: `${was}, edited` });
      } else if (word === "add") steps.push({ kind: byPeer ? "see" : "add", chat, third: true });
      else if (word === "remove")
        steps.push({ kind: byPeer ? "remove" : "see", chat, third: false });
      else steps.push({ kind: /** @type {"update" | "read"} */ (word), chat });
    }
  }
  return steps;
}

/**
 * @param {() => unknown} condition
 * @returns {Promise<void>} when it holds; who waits too long is ended from outside
 */
async function until(condition) {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** @param {Conversation} chat */
const notes = (chat) =>
  /** @type {import("../../../js/src/client/views.js").Note[]} */ (
    chat.messages.filter(({ kind }) => kind === "note")
  );

/** @param {Conversation} chat @param {string} [text] */
const noteWith = (chat, text) => notes(chat).find((note) => note.text === text);

/**
 * Changes of the conversation: each is wished for unless it is on its way.
 * @param {Conversation} chat
 * @param {() => boolean} isDone
 * @param {() => Promise<void>} wish
 */
async function change(chat, isDone, wish) {
  await until(() => !chat.changing);
  if (!isDone()) await wish();
  await until(() => isDone() && !chat.changing);
}

/** @type {Record<Step["kind"], (me: Waxseal, step: Step, actors: Actors) => Promise<void>>} */
const PARTS = {
  async start(me, { chat, name = "" }, { peer, witness }) {
    if (!me.conversations[chat]) await me.startConversation([peer, witness], { name });
  },
  async send(me, { chat, text = "" }) {
    const conversation = chatOf(me, chat);
    if (!noteWith(conversation, text)) await conversation.send(text);
    await until(() => noteWith(conversation, text)?.state === "sent");
  },
  async edit(me, { chat, text = "", was = "" }) {
    const conversation = chatOf(me, chat);
    const note = noteWith(conversation, was);
    if (note) await conversation.edit(note, text);
    await until(() => noteWith(conversation, text)?.state === "sent");
  },
  async read(me, { chat }) {
    await chatOf(me, chat).markRead();
  },
  async rename(me, { chat, name = "" }) {
    const conversation = chatOf(me, chat);
    const isDone = () => conversation.name === name;
    await change(conversation, isDone, () => conversation.rename(name));
  },
  async update(me, { chat, isSent = false }) {
    const conversation = chatOf(me, chat);
    let isDone = isSent;
    await change(
      conversation,
      () => isDone,
      async () => {
        await conversation.update();
        isDone = true;
      },
    );
  },
  async add(me, { chat }, { third }) {
    const conversation = chatOf(me, chat);
    await change(
      conversation,
      () => has(conversation, third),
      () => conversation.add(third),
    );
  },
  async remove(me, { chat }, { third }) {
    const conversation = chatOf(me, chat);
    await change(
      conversation,
      () => !has(conversation, third),
      () => conversation.remove(third),
    );
  },
  async receive(me, { chat, text }) {
    await until(() => noteWith(chatOf(me, chat), text));
  },
  async see(me, { chat, name, third }, { third: actor }) {
    const conversation = chatOf(me, chat);
    await until(() => name === undefined || conversation.name === name);
    await until(() => third === undefined || has(conversation, actor) === third);
    await until(() => !conversation.changing);
  },
  async join(me, { chat }) {
    await until(async () => {
      for (const request of me.requests) await request.accept();
      return me.conversations[chat];
    });
  },
};

/** @param {Conversation} chat @param {string} actor */
export const has = (chat, actor) => chat.members.some((member) => member.actor === actor);

/** @param {Waxseal} me @param {number} number */
function chatOf(me, number) {
  const chat = me.conversations[number];
  if (!chat) throw new Error(`There is no conversation ${number}.`);
  return chat;
}

/**
 * @typedef {object} Control whoever directs the lives of the device
 * @property {() => Promise<{ number: number, step: Step, actors: Actors } | undefined>} next the step
 *   to be played, when its peers are ready for it; undefined after the last one
 * @property {(number: number) => Promise<void>} done
 */

/**
 * Plays on, until the end of the script or the device's.
 * @param {Waxseal} me
 * @param {Control} control
 */
export async function play(me, control) {
  for (let one = await control.next(); one; one = await control.next()) {
    const { number, step, actors } = one;
    await PARTS[step.kind](me, step, actors);
    await control.done(number);
  }
}

/** @param {Waxseal} me @returns {{ texts: { actor: string, text: string, state: string }[] }[]} all that the device shows */
export function shownBy(me) {
  return me.conversations.map((chat) => ({
    texts: notes(chat).map(({ actor, text, state }) => ({ actor, text, state })),
  }));
}

/**
 * What shows that no group is stuck: in each, both say something and both change something.
 * @param {Step[]} steps that were played
 * @returns {Step[]}
 */
export function epilogue(steps) {
  const last = Math.max(...steps.map(({ chat }) => chat));
  return Array.from({ length: last + 1 }, (_, chat) => [
    { kind: /** @type {const} */ ("send"), chat, text: `epilogue of ${chat}` },
    { kind: /** @type {const} */ ("receive"), chat, text: `answer in ${chat}` },
    { kind: /** @type {const} */ ("rename"), chat, name: `renamed ${chat}` },
    { kind: /** @type {const} */ ("see"), chat, name: `renamed ${chat} again` },
  ]).flat();
}
