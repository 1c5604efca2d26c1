// What a damaged journal still gives: a torn end never happened; a damaged line takes nothing else with
// it; what is no journal, or a newer one, is refused and left alone.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { FileStore } from "../../js/src/store/file.js";
import { decodeJournal } from "../../js/src/store/journal.js";
import { batch, newPath, record, textIn, textOf } from "./lib/records.mjs";

const LINE_BREAK = 0x0a;

/** @param {string} path @param {Uint8Array | string} octets */
async function place(path, octets) {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, "journal"), octets);
}

/**
 * Opens a folder that holds this journal.
 * @param {Uint8Array | string} octets
 */
async function openWith(octets) {
  const path = newPath();
  await place(path, octets);
  return FileStore.open(path);
}

/** @param {import("../../js/src/store/store.js").Store} store */
async function textsIn(store) {
  const records = await store.list("");
  return Object.fromEntries(records.map((one) => [one.name, textIn(one)]));
}

/** A journal of three batches, and where the last of them begins. */
async function journal() {
  const path = newPath();
  const store = await FileStore.open(path);
  const size = async () => (await readFile(join(path, "journal"))).length;
  await store.write({
    ...batch(0, [record("a", 1, "a1"), record("b", 1, "b1"), record("c", 1, "c1")]),
    header: { number: 1 },
  });
  await store.write({
    ...batch(1, [record("a", 2, "a2"), record("d", 2, "d2")]),
    header: { number: 2 },
  });
  const lastBatch = await size();
  await store.write(batch(2, [record("b", 3, "b3"), record("e", 3, "e3")], ["c"]));
  const octets = await readFile(join(path, "journal"));
  await store.close();
  return { octets, lastBatch };
}

const BEFORE = { a: "a2", b: "b1", c: "c1", d: "d2" };
const AFTER = { a: "a2", b: "b3", d: "d2", e: "e3" };

test("a write cut off anywhere never happened; what was before is whole, and it goes on", async () => {
  const { octets, lastBatch } = await journal();
  for (let len = lastBatch; len < octets.length; len += 3) {
    const path = newPath();
    // What a disk may hold behind what was written: nothing, zeros, or something old.
    const tail = [Buffer.alloc(0), Buffer.alloc(40), octets.subarray(3, 90)][len % 3];
    await place(path, Buffer.concat([octets.subarray(0, len), tail ?? Buffer.alloc(0)]));
    const store = await FileStore.open(path);
    assert.deepEqual(await textsIn(store), BEFORE, `cut at ${len}`);
    assert.equal(await store.counter(), 2);
    await store.write(batch(2, [record("b", 3, "anew")]));
    await store.close();
    const again = await FileStore.open(path);
    assert.equal(await textOf(again, "b"), "anew");
    await again.close();
  }
});

test("a flipped octet anywhere hits one line; all other records are there", async () => {
  const { octets } = await journal();
  const lastLine = octets.lastIndexOf(LINE_BREAK, octets.length - 2) + 1;
  let hits = 0;
  for (let at = 0; at < lastLine - 1; at++) {
    const damaged = Buffer.from(octets);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
    const { records, header, counter } = decodeJournal(damaged);
    const wrong = ["a", "b", "c", "d", "e"].filter(
      (name) => textIn(records.get(name)) !== AFTER[/** @type {keyof typeof AFTER} */ (name)],
    );
    // A line break that is lost, or a new one, joins or parts two lines.
    const isBreak = [octets[at], damaged[at]].includes(LINE_BREAK);
    assert.ok(wrong.length <= (isBreak ? 2 : 1), `flipped at ${at}: ${wrong}`);
    assert.ok(records.size <= 5);
    hits += wrong.length;
    assert.deepEqual(header, { number: 2 }, "the header stands twice");
    assert.equal(counter, 3);
  }
  assert.ok(hits > 200, "control: flips did hit records");
});

test("a damaged journal is written on", async () => {
  const { octets } = await journal();
  const at = octets.indexOf(Buffer.from("a2").toString("base64"));
  const damaged = Buffer.from(octets);
  damaged[at] = 0;
  const path = newPath();
  await place(path, damaged);
  for (const counter of [3, 4]) {
    const store = await FileStore.open(path);
    assert.deepEqual(await textsIn(store), { ...AFTER, a: "a1", ...(counter === 4 && { f: "f" }) });
    await store.write(batch(counter, [record("f", counter + 1, "f")]));
    await store.close();
  }
});

test("a flip in the last commit is as a write that was cut off", async () => {
  const { octets } = await journal();
  const damaged = Buffer.from(octets);
  const at = octets.length - 5;
  damaged[at] = (damaged[at] ?? 0) ^ 1;
  const store = await openWith(damaged);
  assert.deepEqual(await textsIn(store), BEFORE);
  await store.close();
});

test("lines that are missing, doubled or in another order do not keep it from opening", async () => {
  const { octets } = await journal();
  const lines = octets.toString().split("\n").slice(0, -1);
  for (let i = 0; i < lines.length; i++) {
    const [line = ""] = lines.slice(i);
    const others = lines.filter((_, j) => j !== i);
    const variants = [others, [...lines.slice(0, i), line, ...lines.slice(i)], [...others, line]];
    for (const variant of variants) {
      const store = await openWith(`${variant.join("\n")}\n`);
      assert.ok((await store.names("")).length >= 3);
      await store.close();
    }
  }
});

test("what is no journal, or a newer one, is refused, and left as it is", async () => {
  const path = newPath();
  const line = (/** @type {any} */ entry) => {
    const body = JSON.stringify(entry);
    return `${createHash("sha256").update(body).digest("hex").slice(0, 32)} ${body}\n`;
  };
  const newer = line(["waxseal journal", 3]) + line(["something new", 1]) + line(["commit", 1]);
  /** @type {[string, string][]} */
  const cases = [
    ["Dear diary,\ntoday\n", "DATABASE_BROKEN"],
    ["no line break at all", "DATABASE_BROKEN"],
    [newer, "DATABASE_NEWER"],
  ];
  for (const [text, code] of cases) {
    await place(path, text);
    await assert.rejects(FileStore.open(path), { code });
    // A failed opening does not leave the folder locked.
    await assert.rejects(FileStore.open(path), { code });
    assert.equal(await readFile(join(path, "journal"), "utf8"), text);
  }
});

test("version 1: read, written anew, and the key file handed over to the vault", async () => {
  const path = newPath();
  const line = (/** @type {any} */ value) => {
    const body = JSON.stringify(value);
    return `${createHash("sha256").update(body).digest("hex")} ${body}\n`;
  };
  const put = (/** @type {string} */ name, /** @type {number} */ counter) => [
    name,
    counter,
    Buffer.from(name + counter).toString("base64"),
  ];
  const first = line({ after: 0, puts: [put("a", 1), put("b", 1)], deletes: [] });
  const second = line({ after: 1, puts: [put("a", 2)], deletes: ["b"] });
  await place(path, first + second + second.slice(0, 70));
  const key = Buffer.alloc(32, 9);
  await writeFile(join(path, "key"), key);
  for (const number of [3, 4]) {
    const store = await FileStore.open(path);
    assert.equal(await textOf(store, "a"), "a2");
    assert.equal(await textOf(store, "b"), undefined);
    assert.equal(await store.counter(), number - 1);
    assert.deepEqual(await store.header(), { version: 1, deviceKey: new Uint8Array(key) });
    await store.write(batch(number - 1, [record("c", number, "c")]));
    await store.close();
    const text = await readFile(join(path, "journal"), "utf8");
    assert.match(text, /^[0-9a-f]{32} \["waxseal journal",2\]\n/);
  }
  const store = await FileStore.open(path);
  await store.write({ ...batch(4, []), header: { version: 2 } });
  assert.deepEqual(await store.header(), { version: 2 });
  await store.close();
});
