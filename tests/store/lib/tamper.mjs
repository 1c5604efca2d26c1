// What the vault notices when somebody changes what a store holds. Nothing here is Node's: it runs in
// pages too, and says what went wrong instead of throwing at the first thing.
import { openVault } from "../../../js/src/vault/open.js";
import { openHost } from "../../../js/src/wasm/host.js";

/** @typedef {import("../../../js/src/store/store.js").Store} Store */
/** @typedef {import("../../../js/src/types.js").SealedRecord} SealedRecord */
/** @typedef {Map<string, SealedRecord>} Stored */

/**
 * @typedef {object} Harness
 * @property {() => Promise<Store>} open
 * @property {(state: { records: Stored, counter: number, header: any }) => Promise<void>} replace
 *   puts this in place of everything, behind the closed store's back
 * @property {WebAssembly.Module} module
 * @property {import("../../../js/src/vault/ways.js").Unlock} unlock
 * @property {import("../../../js/src/vault/ways.js").KeyFiles} [keyFiles]
 */

const OWNER = "https://a.example/users/alice";
/** Enough for the index to list everything anew, twice. */
const WRITES = 500;

const textOf = (/** @type {Uint8Array} */ octets) => new TextDecoder().decode(octets);
const octetsOf = (/** @type {string} */ text) => new TextEncoder().encode(text);

/** @param {Harness} harness */
async function openRecords({ open, module, unlock, keyFiles }) {
  const store = await open();
  const host = await openHost(module);
  /** @type {Set<string>} */
  const told = new Set();
  const onBroken = (/** @type {{ name: string }[]} */ some) =>
    some.map(({ name }) => told.add(name));
  const tools = { module, worker: false, keyFiles };
  const { records } = await openVault({ store, host, owner: OWNER, unlock, tools, onBroken });
  await records.refresh();
  const close = async () => {
    records.close();
    host.close();
    await store.close();
  };
  return { store, records, told, close };
}

/** @param {Store} store @returns {Promise<Stored>} */
async function snapshot(store) {
  return new Map((await store.list("")).map((record) => [record.name, record]));
}

/**
 * A database with a history: what it has to say, how it is stored, and how it was stored before.
 * @param {Harness} harness
 */
async function fill(harness) {
  const { store, records, close } = await openRecords(harness);
  /** @type {Map<string, string>} */
  const values = new Map();
  /** @param {[string, string][]} puts @param {string[]} [deletes] */
  const write = async (puts, deletes = []) => {
    const plain = puts.map(
      ([name, text]) => /** @type {[string, Uint8Array]} */ ([name, octetsOf(text)]),
    );
    await records.write({ plain, deletes });
    await records.tidy();
    for (const [name, text] of puts) values.set(name, text);
    for (const name of deletes) values.delete(name);
  };
  const own = ["device", "inbox", "settings", "conversation/1", "core/device", "core/used"];
  await write(own.map((name) => [name, `${name}, first`]));
  await write([["gone", "was deleted"]]);
  for (let i = 0; i < 20; i++) await write([[`message/1/${i}`, "x".repeat(i * i)]]);
  const first = await snapshot(store);
  await write([["core/device", "core/device, second"]], ["gone"]);
  for (let i = 0; i < WRITES; i++) await write([["inbox", `inbox, ${i}`]]);
  const before = await snapshot(store);
  await write([["conversation/1", "conversation/1, second"]]);
  await write([["core/used", "core/used, second"]]);
  const now = await snapshot(store);
  const [counter, header] = await Promise.all([store.counter(), store.header()]);
  await close();
  return { values, now, counter, header, former: [first, before] };
}

/** @param {SealedRecord} record @param {(octets: Uint8Array) => Uint8Array} change */
function changed(record, change) {
  return { ...record, sealed: change(new Uint8Array(record.sealed)) };
}

/** @param {Uint8Array} octets */
function flip(octets) {
  const at = Math.floor(Math.random() * octets.length * 8);
  octets[at >> 3] = (octets[at >> 3] ?? 0) ^ (1 << (at & 7));
  return octets;
}

/**
 * Every way to tamper with one record: what then is stored, and which names have to be told.
 * @param {Awaited<ReturnType<typeof fill>>} database
 */
function* attacks({ now, former }) {
  const names = [...now.keys()];
  /** @param {string} how @param {[string, SealedRecord | undefined][]} edits */
  const attack = (how, edits) => {
    const stored = new Map(now);
    for (const [name, record] of edits) {
      if (record) stored.set(name, record);
      else stored.delete(name);
    }
    return {
      how: `${how}: ${edits.map(([name]) => name)}`,
      stored,
      names: edits.map(([name]) => name),
    };
  };
  for (const [at, name] of names.entries()) {
    const record = /** @type {SealedRecord} */ (now.get(name));
    yield attack("cut by one octet", [[name, changed(record, (octets) => octets.slice(0, -1))]]);
    yield attack("cut to nothing", [[name, changed(record, () => new Uint8Array())]]);
    yield attack("a bit flipped", [[name, changed(record, flip)]]);
    yield attack("removed", [[name, undefined]]);
    yield attack("another number", [[name, { ...record, counter: record.counter + 1 }]]);
    const otherName = /** @type {string} */ (names[(at + 1) % names.length]);
    const other = /** @type {SealedRecord} */ (now.get(otherName));
    yield attack("exchanged", [
      [name, { ...other, name }],
      [otherName, { ...record, name: otherName }],
    ]);
    for (const past of former) {
      const old = past.get(name);
      if (old && old.counter !== record.counter) yield attack("put back", [[name, old]]);
    }
  }
  for (const past of former) {
    for (const [name, old] of past) if (!now.has(name)) yield attack("brought back", [[name, old]]);
  }
}

/**
 * @param {Harness} harness of an empty store
 * @param {{ every?: number }} [options] every: only each so-many-th attack
 * @returns {Promise<{ attacks: number, byKind: Record<string, number>, wrong: string[] }>}
 */
export async function tamperWithAll(harness, { every = 1 } = {}) {
  const database = await fill(harness);
  /** @type {string[]} */
  const wrong = [];
  /** @type {Record<string, number>} */
  const byKind = {};
  let count = 0;
  let at = 0;
  await check(harness, database, { how: "untouched", stored: database.now, names: [] }, wrong);
  for (const attack of attacks(database)) {
    if (at++ % every !== 0) continue;
    const kind = attack.how.split(":")[0] ?? "";
    byKind[kind] = (byKind[kind] ?? 0) + 1;
    count++;
    await check(harness, database, attack, wrong);
  }
  return { attacks: count, byKind, wrong };
}

/**
 * @param {Harness} harness
 * @param {Awaited<ReturnType<typeof fill>>} database
 * @param {{ how: string, stored: Stored, names: string[] }} attack
 * @param {string[]} wrong
 */
async function check(harness, { values, counter, header }, { how, stored, names }, wrong) {
  await harness.replace({ records: stored, counter, header });
  const { records, told, close } = await openRecords(harness);
  const fail = (/** @type {string} */ what) => wrong.push(`${how}: ${what}`);
  try {
    const opened = await records.open(records.names("", ["index/"]));
    const texts = new Map(opened.map(({ name, plaintext }) => [name, textOf(plaintext)]));
    for (const name of names) {
      if (!told.has(name)) fail(`${name} is not named`);
      if (texts.has(name)) fail(`${name} is used`);
    }
    for (const name of told) {
      // Where an older list is put back, those that came after it are not there.
      if (!names.includes(name) && !name.startsWith("index/")) fail(`${name} is named`);
    }
    for (const [name, text] of values) {
      if (!names.includes(name) && texts.get(name) !== text) fail(`${name} can't be read`);
    }
    await records.write({ plain: [["new", octetsOf("after it")]] });
    await records.tidy();
  } catch (error) {
    fail(String(error));
  } finally {
    await close();
  }
  const again = await openRecords(harness);
  const [after] = await again.records.open(["new"]);
  if (!after || textOf(after.plaintext) !== "after it") fail("nothing can be written");
  await again.close();
}
