/**
 * With a passphrase (and, in Chromium, a passkey) as the ways to unlock, the files in which a browser
 * keeps IndexedDB hold no key and nothing of what is stored: while unlocked, locked and closed.
 */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { init } from "../../js/src/mls/index.js";
import { passphraseKey } from "../../js/src/vault/passphrase.js";
import { loadModule } from "../../js/src/wasm/init.js";
import { BROWSER_NAMES } from "../../web-demo/browsers.js";
import { openDatabase, readDatabase } from "../browser/lib/page_keys.mjs";
import {
  filesBelow,
  needlesOfOctets,
  needlesOfText,
  search,
  searchParts,
} from "../browser/lib/search.mjs";
import { until } from "../js/lib/network.mjs";
import { openWorld } from "../tabs/lib/places.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ name: string, octets: Buffer }[]} Files */

const secretText = () => `Geheim „${randomBytes(15).toString("base64url")}“ 🔏`;

/**
 * An authenticator without a person in front of it.
 * @param {Page} page
 */
async function addAuthenticator(page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/**
 * The wrapping key of a passkey, which the authenticator makes.
 * @param {Page} page
 * @param {import("../../js/src/vault/ways.js").Wrap} wrap
 * @returns {Promise<Uint8Array>}
 */
async function passkeyOf(page, { params }) {
  const octets = await page.evaluate(
    async ([module, credential, salt]) => {
      const { passkeyKey } = await import(module);
      const given = { credential: Uint8Array.from(credential), salt: Uint8Array.from(salt) };
      return [...(await passkeyKey([given])).key];
    },
    /** @type {[string, number[], number[]]} */ ([
      "/js/src/vault/passkey.js",
      [...params.credential],
      [...params.salt],
    ]),
  );
  return Uint8Array.from(octets);
}

/**
 * Everything in the database that nobody else may know.
 * @param {Page} page
 * @param {string} passphrase
 */
async function secretsIn(page, passphrase) {
  await init();
  const database = await readDatabase(page, "shared");
  assert.equal(Object.keys(database.deviceKeys).length, 0, "no key of the browser's opens it");
  const tools = { module: await loadModule(), worker: false };
  const found = [];
  let records;
  for (const wrap of database.wraps) {
    const isPassphrase = wrap.kind === "passphrase";
    const wrappingKey = isPassphrase
      ? await passphraseKey(passphrase, wrap.params, tools)
      : await passkeyOf(page, wrap);
    const opened = openDatabase(database, wrap, wrappingKey);
    records ??= opened.records;
    found.push(
      { what: `the wrapping key of a ${wrap.kind}`, octets: wrappingKey },
      { what: "the vault key", octets: opened.vaultKey },
    );
  }
  return { keys: found, records: records ?? [], wraps: database.wraps };
}

const inDatabase = (/** @type {{ name: string }} */ { name }) => /indexeddb|[/]idb[/]/i.test(name);

/**
 * Stores octets and text in the clear, beside what the client has stored.
 * @param {Page} page
 * @param {{ text: string, octets: number[] }} planted
 */
function plant(page, planted) {
  return page.evaluate(async ({ text, octets }) => {
    const db = await new Promise((resolve, reject) => {
      const request = indexedDB.open("shared");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    await new Promise((resolve, reject) => {
      const tx = db.transaction("meta", "readwrite", { durability: "strict" });
      tx.objectStore("meta").put({ text, sealed: Uint8Array.from(octets) }, "control");
      tx.oncomplete = resolve;
      tx.onerror = () => reject(tx.error);
    });
    db.close();
  }, planted);
}

for (const name of BROWSER_NAMES) {
  const hasPasskeys = name === "chromium";
  test(`${name}: no key and no text in the files of IndexedDB`, async (t) => {
    const passphrase = secretText();
    const world = await openWorld(t, name, { unlock: { passphrase }, isKept: true });
    const { tab, bob, conversation, profile } = world;
    if (hasPasskeys) {
      await addAuthenticator(tab.page);
      await tab.call("addWay", { passkey: true, name: "key" });
    }
    const texts = [secretText(), secretText()];
    const [own = "", others = ""] = texts;
    await tab.call("send", own);
    await conversation.send(others);
    await until(() => tab.call("hasHeard", others), "the answer has come");
    const { keys, records, wraps } = await secretsIn(tab.page, passphrase);
    assert.deepEqual(
      wraps.map(({ kind }) => kind),
      hasPasskeys ? ["passphrase", "passkey"] : ["passphrase"],
    );

    /** @type {Record<string, Files>} */
    const files = { unlocked: (await filesBelow(profile)).filter(inDatabase) };
    await tab.call("lock");
    files.locked = (await filesBelow(profile)).filter(inDatabase);
    const planted = { text: secretText(), octets: randomBytes(4000) };
    await plant(tab.page, { ...planted, octets: [...planted.octets] });
    await tab.page.context().close();
    // In the end the rest of the profile, too.
    files.closed = await filesBelow(profile);

    const needles = [
      ...needlesOfText("the passphrase", passphrase),
      ...texts.flatMap((text, index) => needlesOfText(`text ${index + 1}`, text)),
      ...keys.flatMap(({ what, octets }) => needlesOfOctets(what, octets)),
    ];
    for (const [when, there] of Object.entries(files)) {
      assert.ok(there.some(inDatabase), `there are files of IndexedDB, ${when}`);
      assert.deepEqual(search(there, needles), [], when);
      // Of 32 octets anywhere in a record, such as a key of MLS, one part is looked for at least.
      const { parts, found } = searchParts(there.filter(inDatabase), records);
      assert.ok(parts > 300, `${parts} parts of records are looked for`);
      assert.deepEqual(found, [], when);
    }

    // The control: the same search, for what was stored in the clear in the same database.
    const inFiles = files.closed.filter(inDatabase);
    assert.notDeepEqual(search(inFiles, needlesOfText("text", planted.text)), []);
    const octets = planted.octets.subarray(0, 32);
    assert.notDeepEqual(search(inFiles, needlesOfOctets("octets", octets)), []);
    const { parts, found } = searchParts(inFiles, [{ name: "control", octets: planted.octets }]);
    assert.ok(found.length >= parts * 0.9, `${found.length} of ${parts} parts are found`);
    assert.deepEqual(bob.log.errors, []);
  });
}
