// What the core's events become: records to show, in whatever order the events come.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { applyEvent } from "../../js/src/client/history.js";
import { Memory } from "../../js/src/client/memory.js";
import { Step } from "../../js/src/client/step.js";

/** @typedef {import("../../js/src/client/records.js").NoteRecord} NoteRecord */

const ALICE = "https://a.example/users/alice";
const BOB = "https://b.example/users/bob";
const CHAT = "c1";

/** Seals nothing: what matters here is which records there are. */
const vault = /** @type {any} */ ({
  seal: (/** @type {any} */ slot, /** @type {Uint8Array} */ octets) => ({
    ...slot,
    sealed: octets,
  }),
});

/** A device's records; each event is a step of its own. */
class History {
  memory = new Memory();
  counter = 0;
  /** Names of the records of files. @type {Set<string>} */
  files = new Set();

  constructor() {
    this.tell({
      type: "conversation",
      conversation: {
        id: CHAT,
        group: "g",
        state: "active",
        created: 1000,
        changing: false,
        members: [],
      },
    });
  }

  /** @param {any} event @param {{ isWish?: boolean }} [options] */
  tell(event, { isWish = false } = {}) {
    const at = { vault, counter: ++this.counter, now: 5000 };
    const step = new Step(this.memory, at, () => assert.fail("no engine"), applyEvent);
    step.isWish = isWish;
    const effects = { wake: 0, puts: [], deletes: [], posts: [], fetches: [] };
    step.adopt({ ...effects, events: [{ conversation: CHAT, parts: [], ...event }] });
    const values = [...step.values].map(([name, value]) => ({ name, counter: at.counter, value }));
    this.memory.update(values, [...step.deletes]);
    for (const name of step.octets.keys()) this.files.add(name);
    for (const name of step.deletes) this.files.delete(name);
    return this;
  }

  get messages() {
    return this.memory.values(`message/${CHAT}/`);
  }

  /** @returns {NoteRecord} */
  get note() {
    return this.messages.find(({ kind }) => kind === "note");
  }

  get waiting() {
    return this.memory.values(`waiting/${CHAT}/`);
  }
}

const message = {
  type: "message",
  key: "k1",
  activity: "urn:1#create",
  id: "urn:1",
  actor: BOB,
  own: false,
  kind: "Note",
  content: "<p>hello <b>you</b></p>",
  published: 2000,
  received: 3000,
  attachments: [],
};
const own = { ...message, actor: ALICE, own: true };
const edit = { ...message, type: "edit", activity: "urn:e1", content: "<p>better</p>" };
const deletion = { type: "delete", key: "k1", id: "urn:1", actor: BOB };
const reaction = {
  type: "reaction",
  activity: "urn:r1",
  actor: ALICE,
  own: true,
  object: "urn:1",
  reaction: "🌱",
};
const undo = { type: "undo", activity: "urn:r1", actor: ALICE, own: true };
const announce = { type: "announce", activity: "urn:a1", actor: ALICE, own: true, object: "urn:1" };

describe("messages", () => {
  test("one that came, as a record", () => {
    const { note } = new History().tell(message);
    assert.equal(note.text, "hello you");
    assert.equal(note.published, "1970-01-01T00:33:20.000Z");
    assert.equal(note.received, "1970-01-01T00:50:00.000Z");
    assert.deepEqual([note.state, note.read, note.own], ["received", false, false]);
  });

  test("once, whatever is repeated; another of the same id is another", () => {
    const history = new History().tell(message).tell(message);
    history.tell({ ...message, key: "k2", actor: ALICE, content: "mine" });
    assert.deepEqual(
      history.messages.map(({ text }) => text),
      ["hello you", "mine"],
    );
  });

  test("plain text is shown as such", () => {
    const content = { mediaType: "text/plain", content: "1 < 2 & <b>" };
    const { note } = new History().tell({ ...message, ...content });
    assert.equal(note.text, "1 < 2 & <b>");
    assert.equal(note.contentHtml, "<p>1 &lt; 2 &amp; &lt;b&gt;</p>");
  });

  test("an impossible date gives way to that of its coming", () => {
    for (const published of [1e300, -1, undefined, "x"]) {
      const { note } = new History().tell({ ...message, published });
      assert.equal(note.published, "1970-01-01T00:50:00.000Z");
    }
  });

  test("own ones: sending, sent, failed, held; those of another own device are sent", () => {
    assert.equal(new History().tell(own).note.state, "sent");
    const history = new History().tell(own, { isWish: true });
    const activity = own.activity;
    assert.equal(history.note.state, "sending");
    assert.equal(history.tell({ type: "refused", activity, sentence: "No." }).note.state, "failed");
    assert.equal(history.note.unsent[0]?.refused, true);
    assert.equal(history.tell({ type: "held", activity }).note.state, "held");
    assert.equal(history.tell({ type: "posted", activity }).note.state, "sent");
    assert.equal(history.tell({ type: "posted", activity: "urn:other" }).note.state, "sent");
  });
});

describe("edits and deletions", () => {
  test("an edit keeps what was there before", () => {
    const { note } = new History().tell({ ...message, summary: "s" }).tell(edit);
    assert.equal(note.text, "better");
    assert.equal(note.summary, undefined);
    assert.deepEqual(
      note.edits.map(({ text }) => text),
      ["hello you"],
    );
    assert.equal(note.id, "urn:1");
  });

  test("an edit that comes after a later one is an earlier version", () => {
    const [first, second] = [100, 200].map((published) => ({
      ...edit,
      activity: `urn:${published}`,
      content: `at ${published}`,
      published,
    }));
    const { note } = new History().tell(message).tell(second).tell(first);
    assert.equal(note.text, "at 200");
    assert.deepEqual(
      note.edits.map(({ text }) => text),
      ["hello you", "at 100"],
    );
  });

  test("an own edit is on its way, too", () => {
    const history = new History().tell(own, { isWish: true });
    history.tell({ type: "posted", activity: own.activity });
    history.tell({ ...edit, actor: ALICE, own: true }, { isWish: true });
    assert.equal(history.note.state, "sending");
    assert.equal(history.tell({ type: "posted", activity: "urn:e1" }).note.state, "sent");
  });

  test("a deletion leaves nothing of the content", () => {
    const history = new History().tell(message).tell(edit).tell(reaction).tell(deletion);
    const { deleted, text, contentHtml, edits, reactions } = history.note;
    assert.deepEqual(
      { deleted, text, contentHtml, edits, reactions },
      {
        deleted: true,
        text: "",
        contentHtml: "",
        edits: [],
        reactions: [],
      },
    );
    history.tell({ ...edit, content: "back" });
    assert.equal(history.note.text, "");
  });

  test("they go by the key, not by the id", () => {
    const history = new History().tell(message).tell({ ...deletion, key: "other" });
    assert.equal(history.note.deleted, false);
    assert.equal(history.waiting.length, 1);
  });
});

describe("reactions", () => {
  test("added once, and taken back by their activity and actor", () => {
    const history = new History().tell(message).tell(reaction).tell(reaction);
    assert.equal(history.note.reactions.length, 1);
    history.tell({ ...undo, actor: BOB });
    assert.equal(history.note.reactions.length, 1);
    assert.equal(history.tell(undo).note.reactions.length, 0);
    assert.equal(history.tell(announce).note.announces.length, 1);
    assert.equal(history.tell({ ...undo, activity: "urn:a1" }).note.announces.length, 0);
  });
});

describe("receipts", () => {
  test("of own messages only, and better news stays", () => {
    const receipt = { type: "receipt", actor: BOB, objects: ["urn:1"] };
    const others = new History().tell(message).tell({ ...receipt, receipt: "read" });
    assert.deepEqual(others.note.receipts, []);
    const history = new History().tell(own);
    for (const [told, known] of [
      ["failed", "failed"],
      ["delivered", "delivered"],
      ["view", "read"],
      ["delivered", "read"],
    ]) {
      history.tell({ ...receipt, receipt: told });
      assert.deepEqual(history.note.receipts, [{ actor: BOB, receipt: known }]);
    }
  });

  test("one receipt for several messages", () => {
    const history = new History().tell(own);
    history.tell({ ...own, key: "k2", id: "urn:2" });
    history.tell({
      type: "receipt",
      receipt: "read",
      actor: BOB,
      objects: ["urn:1", "urn:2", "x"],
    });
    assert.ok(history.messages.every(({ receipts }) => receipts[0].receipt === "read"));
    assert.equal(history.waiting.length, 1);
  });
});

describe("any order", () => {
  test("every order of all that happens to a message leads to the same", () => {
    const receipt = { type: "receipt", receipt: "read", actor: BOB, objects: ["urn:1"] };
    const events = [own, { ...edit, actor: ALICE, own: true }, receipt, reaction, undo, announce];
    const expected = events.reduce((history, event) => history.tell(event), new History()).note;
    for (const order of permutations(events)) {
      const history = order.reduce((told, event) => told.tell(event), new History());
      assert.deepEqual(history.note, expected, order.map(({ type }) => type).join(", "));
      assert.equal(history.waiting.length, 0);
    }
  });

  test("a deletion that comes first", () => {
    const history = new History().tell(deletion).tell(message);
    assert.equal(history.note.deleted, true);
    assert.equal(history.note.text, "");
  });

  test("what waits is bounded", () => {
    const history = new History();
    for (let i = 0; i < 300; i++) history.tell({ ...reaction, activity: `urn:r${i}` });
    assert.equal(history.waiting.length, 200);
    history.tell(message);
    assert.equal(history.note.reactions.length, 200);
    assert.equal(history.waiting.length, 0);
  });
});

describe("files", () => {
  const file = { type: "Image", mediaType: "image/png", name: "a seal", part: 0 };
  const parts = [new Uint8Array([1, 2, 3])];

  test("each form; octets become records of their own", () => {
    const attachments = [
      file,
      { ...file, part: undefined, gzip: 1 },
      { ...file, part: undefined, url: "https://x.example/1", key: "a", sha256: "b", size: 9 },
      { ...file, part: undefined, unreadable: true },
      { ...file, part: 7 },
    ];
    const history = new History().tell({ ...message, attachments, parts: [...parts, ...parts] });
    assert.deepEqual(
      history.note.attachments.map(({ form, size }) => [form, size]),
      [
        ["octets", 3],
        ["gzip", undefined],
        ["blob", 9],
        ["unreadable", undefined],
        ["unreadable", undefined],
      ],
    );
    assert.equal(history.files.size, 2);
    assert.ok([...history.files].every((name) => name.startsWith(`attachment/${CHAT}/k1/`)));
  });

  test("go with an edit, a deletion, and the conversation", () => {
    const withFile = { ...message, attachments: [file], parts };
    const history = new History().tell(withFile);
    const [before] = history.files;
    history.tell({ ...edit, attachments: [file], parts });
    assert.equal(history.files.size, 1);
    assert.notEqual([...history.files][0], before);
    assert.equal(history.tell(deletion).files.size, 0);

    const other = new History()
      .tell(withFile)
      .tell({ ...edit, key: "k2", attachments: [file], parts });
    assert.equal(other.files.size, 2);
    other.tell({ type: "gone" });
    assert.equal(other.files.size, 0);
    assert.deepEqual([other.messages, other.waiting], [[], []]);
    assert.equal(other.memory.get(`conversation/${CHAT}`), undefined);
  });

  test("of an edit that waits: used when the message comes", () => {
    const history = new History().tell({ ...edit, attachments: [file], parts }).tell(message);
    assert.equal(history.note.attachments[0]?.form, "octets");
    assert.equal(history.files.has(String(history.note.attachments[0]?.record)), true);
  });
});

describe("beside messages", () => {
  test("notices, of errors and of keys too, but none twice in a row", () => {
    const sentence = "Somebody did something.";
    const history = new History();
    history.tell({ type: "notice", code: "member-added", actor: BOB, sentence });
    history.tell({ type: "notice", code: "member-added", actor: BOB, sentence });
    history.tell({ type: "keys", alert: "new-device", actor: BOB, keys: ["00"], sentence });
    history.tell({ type: "error", error: "BAD_SIGNATURE", actor: BOB, sentence });
    history.tell({ type: "error", error: "BAD_SIGNATURE", conversation: undefined, sentence });
    assert.deepEqual(
      history.messages.map(({ code }) => code),
      ["member-added", "new-device", "BAD_SIGNATURE"],
    );
    assert.equal(history.messages[0].text, sentence);
  });

  test("of a conversation that is told of later in the same step", () => {
    const history = new History();
    const at = { vault, counter: 100, now: 5000 };
    const step = new Step(history.memory, at, () => assert.fail("no engine"), applyEvent);
    const effects = { wake: 0, puts: [], deletes: [], posts: [], fetches: [] };
    const sentence = "uses a new device.";
    const keys = { type: "keys", alert: "new-device", conversation: "c2", actor: BOB, keys: [] };
    const conversation = { id: "c2", state: "active", created: 1, members: [] };
    const events = [
      { ...keys, sentence, parts: [] },
      { type: "conversation", conversation, parts: [] },
    ];
    step.adopt({ ...effects, events });
    assert.equal(step.entries("message/c2/")[0]?.[1].text, `${BOB} uses a new device.`);
  });

  test("contacts, one record each", () => {
    const history = new History();
    const contact = { type: "contact", actor: BOB, keys: [{ key: "00", since: 1 }] };
    history.tell({ ...contact, accepted: false, blocked: false });
    history.tell({ ...contact, accepted: true, blocked: false });
    const contacts = history.memory.values("contact/");
    assert.equal(contacts.length, 1);
    assert.equal(contacts[0].accepted, true);
  });

  test("conversations keep their order", () => {
    const history = new History();
    const { order } = history.memory.get(`conversation/${CHAT}`);
    const conversation = { id: CHAT, state: "left", created: 1000, members: [] };
    history.tell({ type: "conversation", conversation });
    const record = history.memory.get(`conversation/${CHAT}`);
    assert.deepEqual([record.state, record.order], ["left", order]);
  });

  test("events of a later version are passed over", () => {
    new History().tell({ type: "unheard-of" }).tell({ type: "constructor" });
  });
});

/**
 * @template T
 * @param {T[]} items
 * @returns {T[][]}
 */
function permutations(items) {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)]).map((rest) => [item, ...rest]),
  );
}
