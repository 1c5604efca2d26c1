// Secrets do not stay behind: neither in the core's memory after a call, nor with whom JavaScript
// hands its octets to.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Vault } from "../../js/src/mls/vault.js";
import { core } from "../../js/src/wasm/init.js";
import { Request } from "../../js/src/wasm/wire.js";
import { bytes, device, pair } from "./lib/mls.mjs";

/** @param {Uint8Array} octets */
const found = (octets) => Buffer.from(core().memory).indexOf(octets) >= 0;

describe("the core's memory", () => {
  test("after a call, request and result area are wiped", () => {
    const { a } = pair();
    const plaintext = bytes("the plaintext of this test, long enough to be found again");
    const record = a.vault.seal({ name: "r", counter: 1 }, plaintext);
    assert.ok(!found(plaintext), "after sealing");
    assert.deepEqual(a.vault.open(record), plaintext);
    assert.ok(!found(plaintext), "after opening");
    assert.ok(!found(record.sealed.subarray(60)), "the sealed record itself is gone too");
  });

  test("a message's plaintext is gone after encryption and decryption", () => {
    const { alice, bob } = pair();
    const plaintext = bytes("what Alice wrote to Bob in this very test case");
    const message = alice.encrypt(plaintext);
    assert.ok(!found(plaintext), "after encrypting");
    const event = bob.receive(message);
    assert.deepEqual(event.type === "application" && event.content, plaintext);
    assert.ok(!found(plaintext), "after decrypting");
  });

  test("an exported secret is gone from the result area", () => {
    const { alice } = pair();
    const secret = alice.exportSecret("label", bytes("context"), 32);
    assert.ok(!found(secret));
  });

  test("a vault key is there while the vault is open, and no longer", () => {
    const key = new Uint8Array(32).map((_, i) => 200 - i);
    const vault = new Vault(key);
    assert.ok(found(key), "the test can find what is there");
    vault.close();
    assert.ok(!found(key));
    assert.throws(() => vault.seal({ name: "r", counter: 0 }, bytes("x")), {
      code: "INVALID_ARGUMENT",
    });
  });

  test("a group's secrets are gone once it is closed", () => {
    const { alice, bob } = pair();
    const { epochAuthenticator } = alice;
    assert.ok(found(epochAuthenticator));
    alice.close();
    bob.close();
    assert.ok(!found(epochAuthenticator));
    assert.throws(() => alice.epoch, { code: "INVALID_ARGUMENT" });
  });

  test("many calls do not make it grow", () => {
    const { alice, bob } = pair();
    const talk = (/** @type {number} */ times) => {
      for (let i = 0; i < times; i++) bob.receive(alice.encrypt(bytes("x".repeat(1000))));
    };
    talk(50);
    const before = core().memory.length;
    talk(500);
    assert.equal(core().memory.length, before);
  });
});

describe("what the caller passes", () => {
  test("is not changed", () => {
    const { vault } = device("me");
    const plaintext = bytes("mine");
    const key = new Uint8Array(32).fill(7);
    new Vault(key).close();
    vault.seal({ name: "r", counter: 1 }, plaintext);
    assert.deepEqual(plaintext, bytes("mine"));
    assert.deepEqual(key, new Uint8Array(32).fill(7));
  });

  test("requests are wiped after use", () => {
    const request = new Request().bytes(new Uint8Array(32).fill(9)).text("").text("");
    const view = request.octets;
    core().call("wx_vault_new", request);
    assert.ok(view.every((octet) => octet === 0));
  });

  test("a sealed record shows nothing of what is in it", () => {
    const { vault } = device("me");
    const plaintext = bytes("some text that should not be seen");
    const { sealed } = vault.seal({ name: "r", counter: 1 }, plaintext);
    assert.ok(Buffer.from(sealed).indexOf(plaintext) < 0);
    assert.equal(sealed.length, plaintext.length + 73);
  });
});
