// How stored keys and messages are protected: ways to unlock, locking, migration, damage.
import assert from "node:assert/strict";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { openDB } from "idb";
import { FileStore } from "../../js/src/store/file.js";
import { IndexedDbStore } from "../../js/src/store/indexed_db.js";
import * as keyFiles from "../../js/src/store/key_file.js";
import { replaceInIndexedDb } from "../store/lib/indexed_db.mjs";
import {
  aliceAndBob,
  firstConversation,
  seesText,
  startNetwork,
  texts,
  until,
} from "./lib/network.mjs";
import { asVersion1, deviceKeyOfVersion1, journalOfVersion1 } from "./lib/version_1.mjs";

const PASSPHRASE = "correct horse battery staple";

/** @param {any} error */
const kindsOf = (error) => error.wraps;
/** @param {import("../../js/src/client/client.js").Waxseal} me */
const kinds = (me) => me.vault.wraps.map(({ kind }) => kind);

/**
 * Alice, in a conversation with Bob, protected by a passphrase.
 * @param {import("node:test").TestContext} t
 */
async function protectedAlice(t) {
  const net = await startNetwork(t);
  const unlock = { passphrase: PASSPHRASE };
  const alice = await net.open("alice", "a", { unlock });
  const bob = await net.open("bob", "b");
  const chat = await alice.me.startConversation(bob.account.handle);
  const bobsChat = await firstConversation(bob.me);
  await chat.send("first");
  await seesText(bobsChat, "first");
  /** @param {any} [other] */
  const again = (other = unlock) =>
    net.open("alice", "a", { database: alice.database, unlock: other });
  return { net, alice, bob, chat, bobsChat, again };
}

describe("a passphrase", () => {
  test("is asked for; a wrong one changes nothing; the right one opens", async (t) => {
    const { alice, bobsChat, again } = await protectedAlice(t);
    assert.deepEqual(kinds(alice.me), ["passphrase"]);
    await alice.me.close();
    await assert.rejects(
      again({ keyFile: join(alice.database, "key") }),
      (/** @type {any} */ error) => {
        assert.equal(error.code, "VAULT_LOCKED");
        assert.deepEqual(kindsOf(error), ["passphrase"]);
        return true;
      },
    );
    for (const passphrase of ["Correct horse battery staple", " ", `${PASSPHRASE} `]) {
      await assert.rejects(again({ passphrase }), {
        code: "WRONG_PASSPHRASE",
        message: /try again/,
      });
    }
    await assert.rejects(again({ passphrase: "" }), { code: "INVALID_ARGUMENT" });
    await assert.rejects(stat(join(alice.database, "key")), { code: "ENOENT" });
    const { me, log } = await again();
    await me.conversations[0]?.send("second");
    await seesText(bobsChat, "second");
    assert.deepEqual(texts(/** @type {any} */ (me.conversations[0])), ["first", "second"]);
    assert.deepEqual(log.errors, []);
  });

  test("is the same in composed and decomposed letters", async (t) => {
    const net = await startNetwork(t);
    const alice = await net.open("alice", "a", { unlock: { passphrase: "Zürich caf\u00e9" } });
    await alice.me.close();
    const unlock = { passphrase: "Zu\u0308rich cafe\u0301" };
    await (await net.open("alice", "a", { database: alice.database, unlock })).me.close();
  });

  test("can be changed; the former one opens nothing more", async (t) => {
    const { alice, again } = await protectedAlice(t);
    await alice.me.vault.changePassphrase("a new one");
    assert.deepEqual(kinds(alice.me), ["passphrase"]);
    assert.equal(await alice.me.vault.check({ passphrase: PASSPHRASE }), false);
    assert.equal(await alice.me.vault.check({ passphrase: "a new one" }), true);
    await alice.me.close();
    await assert.rejects(again(), { code: "WRONG_PASSPHRASE" });
    const { me } = await again({ passphrase: "a new one" });
    assert.equal(me.conversations.length, 1);
  });
});

describe("several ways", () => {
  test("each opens alone; one that was removed does not; the last one stays", async (t) => {
    const { net, alice, again } = await protectedAlice(t);
    const { vault } = alice.me;
    const keyFile = join(net.folder, "alice.key");
    const id = await vault.add({ keyFile });
    assert.equal((await stat(keyFile)).mode & 0o777, 0o600);
    assert.deepEqual(kinds(alice.me), ["passphrase", "key-file"]);
    const [first] = vault.wraps;
    await alice.me.close();
    await (await again()).me.close();
    const { me } = await again({ keyFile });
    await me.vault.remove(/** @type {string} */ (first?.id));
    await assert.rejects(me.vault.remove(/** @type {string} */ (first?.id)), {
      code: "NO_SUCH_WRAP",
    });
    await assert.rejects(me.vault.remove(id), { code: "LAST_WRAP", message: /another way/ });
    await me.close();
    await assert.rejects(again(), { code: "VAULT_LOCKED" });
    await writeFile(`${keyFile}.other`, new Uint8Array(32));
    await assert.rejects(again({ keyFile: `${keyFile}.other` }), { code: "WRONG_KEY_FILE" });
    await writeFile(`${keyFile}.other`, "short");
    await assert.rejects(again({ keyFile: `${keyFile}.other` }), { code: "WRONG_KEY_FILE" });
    await assert.rejects(again({ keyFile: `${keyFile}.none` }), { code: "WRONG_KEY_FILE" });
    await assert.rejects(stat(`${keyFile}.none`), { code: "ENOENT" });
    assert.equal((await again({ keyFile })).me.conversations.length, 1);
  });

  test("a passkey alone is refused", async (t) => {
    const net = await startNetwork(t);
    await assert.rejects(net.open("alice", "a", { unlock: { passkey: true } }), {
      code: "LAST_WRAP",
    });
  });

  test("a new vault key: everything is there, the former ways are gone", async (t) => {
    const { alice, chat, bobsChat, again } = await protectedAlice(t);
    const before = await readFile(join(alice.database, "journal"));
    await alice.me.vault.renew({ passphrase: "new" });
    assert.deepEqual(kinds(alice.me), ["passphrase"]);
    await chat.send("after it");
    await seesText(bobsChat, "after it");
    await alice.me.close();
    await assert.rejects(again(), { code: "WRONG_PASSPHRASE" });
    // Under the former key nothing of the present can be opened.
    const now = await readFile(join(alice.database, "journal"), "utf8");
    const sealed = [...before.toString().matchAll(/"([A-Za-z0-9+/]{80,}=*)"/g)].map(
      ([, one]) => one,
    );
    assert.ok(sealed.length > 20, "records were stored before");
    assert.ok(
      sealed.every((one) => !now.includes(/** @type {string} */ (one))),
      "all sealed anew",
    );
    const { me, log } = await again({ passphrase: "new" });
    await me.conversations[0]?.send("and after a restart");
    await seesText(bobsChat, "and after a restart");
    assert.deepEqual(log.errors, []);
  });
});

describe("locking", () => {
  test("forgets what was read, and tells; nothing works until it is unlocked", async (t) => {
    const { alice, bobsChat, again } = await protectedAlice(t);
    let told = 0;
    alice.me.addEventListener("lock", ({ detail }) => {
      assert.equal(detail.error, undefined);
      told++;
    });
    await alice.me.vault.lock();
    assert.equal(told, 1);
    assert.deepEqual(alice.me.conversations, []);
    await assert.rejects(alice.me.startConversation("@bob@example.org"), Error);
    await bobsChat.send("while it is locked");
    const { me, log } = await again();
    await seesText(/** @type {any} */ (me.conversations[0]), "while it is locked");
    assert.deepEqual(log.errors, []);
  });

  test("in one tab locks the others; so does a new vault key", async (t) => {
    for (const act of [
      (/** @type {any} */ vault) => vault.lock(),
      (/** @type {any} */ vault) => vault.renew({ passphrase: "new" }),
    ]) {
      const net = await startNetwork(t);
      const options = {
        kind: /** @type {const} */ ("indexed-db"),
        unlock: { passphrase: PASSPHRASE },
      };
      const tab1 = await net.open("alice", "a", options);
      const tab2 = await net.open("alice", "a", { ...options, database: tab1.database });
      let isLocked = false;
      tab2.me.addEventListener("lock", () => {
        isLocked = true;
      });
      await act(tab1.me.vault);
      await until(() => isLocked, "the other tab is locked");
      assert.deepEqual(tab2.log.errors, []);
    }
  });

  test("happens by itself when nobody is there", async (t) => {
    const { alice } = await protectedAlice(t);
    let isLocked = false;
    alice.me.addEventListener("lock", () => {
      isLocked = true;
    });
    alice.me.vault.autoLockMinutes = 0.5 / 60;
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      alice.me.vault.touch();
    }
    assert.equal(isLocked, false);
    await until(() => isLocked, "it is locked");
  });
});

describe("a database of version 1", () => {
  test("in a folder: goes on under a new vault key, with everything", async (t) => {
    const { net, alice, chat, bobsChat } = await aliceAndBob(t);
    await chat.send("from version 1");
    await seesText(bobsChat, "from version 1");
    await alice.me.close();
    const [path, keyPath] = [join(alice.database, "journal"), join(alice.database, "key")];
    const store = await FileStore.open(alice.database);
    const old = await asVersion1(store, { keyFile: keyPath }, keyFiles);
    await store.close();
    await writeFile(path, journalOfVersion1(old.records, old.counter));
    await writeFile(keyPath, old.vaultKey);

    const other = net.open("carol", "a", { database: alice.database });
    await assert.rejects(other, { code: "WRONG_ACCOUNT" });
    const { me, log } = await net.open("alice", "a", { database: alice.database });
    assert.deepEqual(texts(/** @type {any} */ (me.conversations[0])), ["from version 1"]);
    await me.conversations[0]?.send("from version 2");
    await seesText(bobsChat, "from version 2");
    await me.close();
    const now = await readFile(path, "utf8");
    for (const { sealed } of old.records) {
      assert.ok(!now.includes(Buffer.from(sealed).toString("base64")), "sealed anew");
    }
    const again = await net.open("alice", "a", { database: alice.database });
    assert.equal(again.me.conversations[0]?.messages.length, 2);
    assert.deepEqual([...log.errors, ...again.log.errors], []);
  });

  test("in IndexedDB: the same", async (t) => {
    const net = await startNetwork(t);
    const alice = await net.open("alice", "a", { kind: "indexed-db" });
    const bob = await net.open("bob", "b");
    const chat = await alice.me.startConversation(bob.account.handle);
    const bobsChat = await firstConversation(bob.me);
    await chat.send("from version 1");
    await alice.me.close();
    const store = await IndexedDbStore.open(alice.database);
    const { vaultKey, records, counter } = await asVersion1(store, { device: true });
    await store.close();
    const stored = new Map(records.map((record) => [record.name, record]));
    await replaceInIndexedDb(alice.database, { records: stored, counter, header: undefined });
    const db = await openDB(alice.database);
    await db.delete("meta", "header");
    await db.put("meta", await deviceKeyOfVersion1(Uint8Array.from(vaultKey)), "vault-key");
    db.close();

    const options = { kind: /** @type {const} */ ("indexed-db"), database: alice.database };
    const { me, log } = await net.open("alice", "a", options);
    assert.deepEqual(texts(/** @type {any} */ (me.conversations[0])), ["from version 1"]);
    assert.deepEqual(kinds(me), ["device"]);
    await me.conversations[0]?.send("from version 2");
    await seesText(bobsChat, "from version 2");
    assert.deepEqual(log.errors, []);
  });

  test("a newer one is left alone", async (t) => {
    const net = await startNetwork(t);
    const alice = await net.open("alice", "a");
    await alice.me.close();
    const store = await FileStore.open(alice.database);
    const header = { ...(await store.header()), version: 3 };
    await store.write({ after: await store.counter(), puts: [], deletes: [], header });
    await store.close();
    const again = net.open("alice", "a", { database: alice.database });
    await assert.rejects(again, { code: "DATABASE_NEWER", message: /update the program/ });
  });
});

describe("deletion", () => {
  test("of everything: the folder is empty, nobody finds the keys any more", async (t) => {
    const { net, alice, bob } = await aliceAndBob(t);
    let isTold = false;
    alice.me.addEventListener("lock", () => {
      isTold = true;
    });
    await alice.me.deleteEverything();
    assert.ok(isTold);
    for (const name of ["journal", "key", "lock"]) {
      await assert.rejects(stat(join(alice.database, name)), { code: "ENOENT" });
    }
    assert.deepEqual(await bob.transport.keyPackages(alice.account.actor), []);
    const anew = await net.open("alice", "a", { database: alice.database });
    assert.deepEqual(anew.me.conversations, []);
  });

  test("of the key file: a folder without it says so", async (t) => {
    const net = await startNetwork(t);
    const alice = await net.open("alice", "a");
    await alice.me.close();
    await rm(join(alice.database, "key"));
    const again = net.open("alice", "a", { database: alice.database });
    await assert.rejects(again, { code: "WRONG_KEY_FILE" });
  });
});
