/**
 * With a passphrase as the way to unlock, the files of a store in Node hold no key and nothing of what
 * is stored: while unlocked, locked and closed.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { init } from "../../../js/src/mls/index.js";
import { passphraseKey } from "../../../js/src/vault/passphrase.js";
import { loadModule } from "../../../js/src/wasm/init.js";
import { openDatabase } from "../../browser/lib/page_keys.mjs";
import {
  filesBelow,
  needlesOfOctets,
  needlesOfText,
  search,
  searchParts,
} from "../../browser/lib/search.mjs";
import { firstConversation, seesText, startNetwork } from "../../js/lib/network.mjs";

/** @typedef {import("../../../js/src/store/store.js").Store} Store */

const secretText = () => `Geheim „${randomBytes(15).toString("base64url")}“ 🔏`;

/**
 * Everything in the store that nobody else may know.
 * @param {Store} store
 * @param {string} passphrase
 */
async function secretsIn(store, passphrase) {
  await init();
  const { device, wraps } = (await store.header()) ?? {};
  assert.deepEqual(
    wraps.map((/** @type {{ kind: string }} */ { kind }) => kind),
    ["passphrase"],
  );
  const tools = { module: await loadModule(), worker: false, keyFiles: undefined };
  const wrappingKey = await passphraseKey(passphrase, wraps[0].params, tools);
  const stored = { device, wraps, records: await store.list(""), deviceKeys: {} };
  const { vaultKey, records } = openDatabase(stored, wraps[0], wrappingKey);
  const keys = [
    { what: "the wrapping key", octets: wrappingKey },
    { what: "the vault key", octets: vaultKey },
  ];
  return { keys, records };
}

/**
 * All files below a folder, and what stands in them in base64.
 * @param {string} folder
 */
async function contents(folder) {
  const files = await filesBelow(folder);
  const decoded = files.map(({ name, octets }) => ({
    name: `${name}, decoded`,
    octets: Buffer.concat(
      (octets.toString("latin1").match(/[A-Za-z0-9+/]{20,}=*/g) ?? []).map((text) =>
        Buffer.from(text, "base64"),
      ),
    ),
  }));
  return [...files, ...decoded];
}

/**
 * @param {import("node:test").TestContext} t
 * @param {(path: string) => Promise<Store>} openStore
 */
export async function findNothingInFiles(t, openStore) {
  const net = await startNetwork(t);
  const folder = join(net.folder, "device");
  await mkdir(folder);
  const open = () => openStore(join(folder, "store"));
  const [passphrase, own, others] = [secretText(), secretText(), secretText()];
  const store = await open();
  const alice = await net.open("alice", "a", { store, unlock: { passphrase } });
  const bob = await net.open("bob", "a");
  const chat = await alice.me.startConversation(bob.account.handle);
  const bobsChat = await firstConversation(bob.me);
  await chat.send(own);
  await bobsChat.send(others);
  await seesText(chat, others);
  const { keys, records } = await secretsIn(store, passphrase);

  /** @type {Record<string, Awaited<ReturnType<typeof contents>>>} */
  const files = { unlocked: await contents(folder) };
  await alice.me.vault.lock();
  files.locked = await contents(folder);
  const needles = [
    ...needlesOfText("the passphrase", passphrase),
    ...[own, others].flatMap((text, i) => needlesOfText(`text ${i + 1}`, text)),
    ...keys.flatMap(({ what, octets }) => needlesOfOctets(what, octets)),
  ];
  for (const [when, there] of Object.entries(files)) {
    assert.ok(Buffer.concat(there.map(({ octets }) => octets)).length > 10_000);
    assert.deepEqual(search(there, needles), [], when);
    // Of 32 octets anywhere in a record, such as a key of MLS, one part is looked for at least.
    const { parts, found } = searchParts(there, records);
    assert.ok(parts > 300, `${parts} parts of records are looked for`);
    assert.deepEqual(found, [], when);
  }

  // The control: the same search, when records lie there in the clear.
  const again = await open();
  const after = await again.counter();
  const puts = records.map(({ name, octets }) => ({
    name: `control/${name}`,
    counter: after + 1,
    sealed: octets,
  }));
  await again.write({ after, puts, deletes: [] });
  await again.close();
  const clear = await contents(folder);
  const finds = search(clear, needles).join("\n");
  for (const what of ["text 1", "text 2"]) assert.ok(finds.includes(what), what);
  const { parts, found } = searchParts(clear, records);
  assert.ok(found.length >= parts * 0.9, `${found.length} of ${parts} parts are found`);
}
