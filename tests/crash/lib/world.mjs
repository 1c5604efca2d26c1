/**
 * Everything around the device that is killed: a server, a peer who talks with it, a third person who
 * comes and goes, and a witness. They live in this program, and nobody kills them.
 */
import { join } from "node:path";
import { fromBase64 } from "../../../js/src/bytes.js";
import { readMessage } from "../../../js/src/mls/index.js";
import { ActivityPubTransport } from "../../../js/src/transport/activitypub.js";
import { startNetwork, texts, until } from "../../js/lib/network.mjs";
import { MemoryStore } from "./memory_store.mjs";
import { has } from "./script.mjs";
import { Witness } from "./witness.mjs";

/** @typedef {import("./script.mjs").Step} Step */
/** @typedef {import("../../js/lib/network.mjs").Person} Person */
/** @typedef {Awaited<ReturnType<typeof startWorld>>} World */

let worlds = 0;

/**
 * @param {import("node:test").TestContext} t
 * @param {{ patience?: number }} [options] milliseconds that the peers wait for something; without a
 *   limit of their own they wait as long as the device has lives
 */
export async function startWorld(t, { patience = 3_600_000 } = {}) {
  let isOver = false;
  t.after(() => {
    isOver = true;
  });
  const net = await startNetwork(t);
  const number = worlds++;
  const open = async (/** @type {string} */ name) =>
    net.open(name, "a", {
      store: await MemoryStore.open(`${name}-${number}`),
      unlock: { keyFile: join(net.folder, `${name}.key`) },
    });
  const [peer, third] = await Promise.all([open("bob"), open("carol")]);
  const witness = await Witness.open(await net.servers.a.addUser("dave"));
  t.after(() => witness.close());
  await witness.publish();
  const device = await net.servers.a.addUser("alice");
  const actors = { peer: peer.account.actor, third: third.account.actor, witness: witness.actor };
  /**
   * @template T
   * @param {() => T | Promise<T>} condition
   * @param {string} what
   */
  const wait = (condition, what) =>
    until(
      () => {
        if (isOver) throw new Error(`the world has ended before: ${what}`);
        return condition();
      },
      what,
      patience,
    );
  const outbox = async () => {
    const transport = new ActivityPubTransport(device);
    const { first } = await transport.get(`${device.actor}/outbox`);
    return (await transport.get(first)).orderedItems;
  };
  /** The device's newest activity when the current step began. @type {string | undefined} */
  let newest;
  /** How often the third person was let in. */
  let visits = 0;

  /**
   * A conversation that comes to somebody who accepts whatever comes.
   * @param {Person} person
   * @param {number} number
   */
  const admitted = (person, number) =>
    wait(async () => {
      for (const request of person.me.requests) await request.accept();
      return person.me.conversations[number];
    }, `conversation ${number} has come to ${person.account.handle}`);

  return {
    net,
    device,
    actors,
    people: { peer, third },
    /** The peer's own part of a step, before the device is asked for its part. @param {Step} step */
    async begin({ kind, chat, text = "", name, third: isIn }) {
      if (kind === "update") newest = (await outbox())[0]?.id;
      if (kind === "join") {
        await peer.me.startConversation([device.actor, witness.actor], { name: name ?? "" });
        return;
      }
      if (kind !== "receive" && kind !== "see") return;
      const conversation = await admitted(peer, chat);
      await wait(() => !conversation.changing, "the peer is ready for a change");
      if (kind === "receive") await conversation.send(text);
      else if (name !== undefined) await conversation.rename(name);
      else if (isIn === true) await conversation.add(actors.third);
      else if (isIn === false) await conversation.remove(actors.third);
    },
    /** Whether the device has posted a commit since the step began. */
    async hasCommitted() {
      const items = await outbox();
      const end = items.findIndex((/** @type {any} */ { id }) => id === newest);
      return items.slice(0, end < 0 ? items.length : end).some((/** @type {any} */ { object }) => {
        const octets = fromBase64(object?.content ?? "");
        return octets?.length && readMessage(octets).contentType === "commit";
      });
    },
    /** Whether the step has reached the others. @param {Step} step */
    async finish({ kind, chat, text = "", name, third: isIn }) {
      const conversation = await admitted(peer, chat);
      if (kind === "send" || kind === "edit") {
        await wait(() => texts(conversation).includes(text), `"${text}" has come to the peer`);
      }
      await wait(() => name === undefined || conversation.name === name, `the name ${name}`);
      const isThere = () => isIn === undefined || has(conversation, actors.third) === isIn;
      await wait(isThere, "the third person came or went");
      if (isIn) await admitted(third, visits++);
    },
    /** @returns {Promise<import("./witness.mjs").Testimony>} */
    testify: () => witness.testify(device.actor),
  };
}
