// How much is written and kept: little for a message, however many people read it, and no more than
// a limit of a conversation, however long it is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Memory } from "../../js/src/client/memory.js";
import { trim } from "../../js/src/client/retention.js";
import { Step } from "../../js/src/client/step.js";
import { Waxseal } from "../../js/src/index.node.js";
import { FileStore } from "../../js/src/store/file.js";
import { newPath } from "../store/lib/records.mjs";
import { crowd } from "./lib/crowd.mjs";
import { until } from "./lib/network.mjs";

/** @typedef {import("../../js/src/types.js").SealedRecord} SealedRecord */

/** What is not the core's own for what the user wished: see tests/fedi/test_stored.c. */
const REST = /^(message|index|inbox|core\/inbox)/;

test("a message to 150 devices writes 12 kB, of which 4.5 kB are not the core's for it", async (t) => {
  const { people, transport } = crowd(150);
  const store = await FileStore.open(newPath());
  /** @type {SealedRecord[]} */
  let written = [];
  const write = store.write.bind(store);
  store.write = (batch) => {
    written.push(...batch.puts);
    return write(batch);
  };
  const me = await Waxseal.open({ transport, store });
  t.after(() => me.close());
  await me.ready;
  const chat = await me.startConversation(people);
  assert.equal(chat.members.length, 150);
  const octetsOf = (/** @type {SealedRecord[]} */ records) =>
    records.reduce((sum, { name, sealed }) => sum + name.length + sealed.length, 0);
  for (let i = 0; i < 8; i++) {
    const echoed = () => written.some(({ name }) => name === "core/inbox/a");
    written = [];
    await chat.send(`message ${i}`);
    await until(echoed, "the server's echo");
    // What is stored with the first message only; and the list of everything, now and then.
    const usual = written.filter(({ name }) => name !== "index/base");
    if (i < 2) continue;
    const octets = octetsOf(usual);
    assert.ok(octets < 12_000, `${octets} octets`);
    const rest = octetsOf(usual.filter(({ name }) => REST.test(name)));
    assert.ok(rest > 500 && rest < 4500, `${rest} octets`);
  }
});

test("of a long conversation the newest messages are kept, and their files", () => {
  const memory = new Memory();
  const bucket = "message/c/";
  const names = Array.from({ length: 9 }, (_, i) => `${bucket}${i}`);
  const file = (/** @type {number} */ i) => ({
    form: "octets",
    record: `attachment/${i}`,
    stored: 10,
  });
  memory.update(
    names.map((name, i) => ({ name, counter: 1, value: { kind: "note", attachments: [file(i)] } })),
    [],
  );
  const at = /** @type {any} */ ({ counter: 2, now: 0 });
  const step = new Step(
    memory,
    at,
    () => assert.fail("no engine"),
    () => {},
  );
  step.put(`${bucket}9`, { kind: "note", attachments: [file(9)] });
  trim(step, bucket, { messages: 6, octets: 35 });
  assert.deepEqual(
    step.entries(bucket).map(([name, { attachments }]) => [name, attachments[0].form]),
    [
      [`${bucket}4`, "unreadable"],
      [`${bucket}5`, "unreadable"],
      [`${bucket}6`, "unreadable"],
      [`${bucket}7`, "octets"],
      [`${bucket}8`, "octets"],
      [`${bucket}9`, "octets"],
    ],
  );
  const gone = [0, 1, 2, 3, 4, 5, 6].map((i) => `attachment/${i}`);
  assert.deepEqual([...step.deletes].filter((name) => name.startsWith("attachment/")).sort(), gone);
});
