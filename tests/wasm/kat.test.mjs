// Known answers of every primitive on the wasm itself, against node:crypto and @noble/ciphers, for
// every length from 0 to 1300: vector code that is wrong at one block boundary shows here. Inputs
// come from a seed that is printed; WAXSEAL_SEED=... repeats a run.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { argon2id } from "@noble/hashes/argon2.js";
import { Kat, SeededRandom } from "./module.mjs";
import * as reference from "./reference.mjs";

const MAX_LEN = 1300;
const { SUITES, TAG_LEN } = reference;
const kat = await Kat.load();
const random = new SeededRandom();
console.log(`seed: WAXSEAL_SEED=${random.seed}`);

/** @param {(len: number) => void} check */
function forEachLength(check) {
  for (let len = 0; len <= MAX_LEN; len++) check(len);
}

/**
 * assert.deepEqual of Buffers is slow; what is equal is told apart quickly.
 * @param {Buffer} found @param {Uint8Array} expected @param {string} what
 */
function assertBytes(found, expected, what) {
  if (!found.equals(expected)) {
    assert.fail(`${what}: ${found.toString("hex")}, not ${Buffer.from(expected).toString("hex")}`);
  }
}

/** A copy with one bit flipped. @param {Uint8Array} bytes */
function flipped(bytes) {
  const copy = Buffer.from(bytes);
  const bit = random.upTo(8 * copy.length - 1);
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
}

for (const suite of SUITES) {
  test(`suite ${suite.id}: SHA-256, every length, in two parts`, () => {
    forEachLength((len) => {
      const message = random.bytes(len);
      const expected = createHash("sha256").update(message).digest();
      for (const split of [0, len, random.upTo(len)]) {
        kat.put(message);
        const nh = kat.call("kat_hash", suite.id, len, split);
        assertBytes(kat.get(nh), expected, `SHA-256 of ${len} octets`);
      }
    });
  });

  test(`suite ${suite.id}: HMAC-SHA-256, every length of key and of message`, () => {
    forEachLength((len) => {
      const lengths = [
        [len, random.upTo(MAX_LEN)],
        [random.upTo(200), len],
      ];
      for (const [keyLen, messageLen] of lengths) {
        const key = random.bytes(keyLen);
        const message = random.bytes(messageLen);
        kat.put(key, message);
        const split = random.upTo(messageLen);
        const nh = kat.call("kat_hmac", suite.id, keyLen, messageLen, split);
        assertBytes(kat.get(nh), reference.hmac(key, message), `HMAC, key of ${keyLen} octets`);
      }
    });
  });

  test(`suite ${suite.id}: HKDF-SHA-256, every length of salt, input, info and output`, () => {
    forEachLength((len) => {
      const salt = random.bytes(len);
      const ikm = random.bytes(MAX_LEN - len);
      const info = random.bytes(len);
      kat.put(salt, ikm);
      kat.call("kat_hkdf_extract", suite.id, salt.length, ikm.length);
      const prk = reference.hmac(salt, ikm);
      assertBytes(kat.get(32), prk, `Extract with a salt of ${len} octets`);
      for (const outLen of [Math.max(len, 1), 32]) {
        kat.put(prk, info);
        kat.call("kat_hkdf_expand", suite.id, info.length, outLen);
        assertBytes(kat.get(outLen), reference.expand(prk, info, outLen), `Expand to ${outLen}`);
      }
    });
  });

  test(`suite ${suite.id}: ${suite.aead}, every length, both ways`, () => {
    forEachLength((len) => {
      const key = random.bytes(suite.keyLen);
      const nonce = random.bytes(12);
      const aad = random.bytes(random.upTo(MAX_LEN));
      const plaintext = random.bytes(len);
      const sealed = reference.seal(suite, key, nonce, aad, plaintext);
      kat.put(key, nonce, aad, plaintext);
      kat.call("kat_aead_seal", suite.id, aad.length, len);
      assertBytes(kat.get(len + TAG_LEN), sealed, `sealing ${len} octets`);

      kat.put(key, nonce, aad, sealed);
      assert.equal(kat.call("kat_aead_open", suite.id, aad.length, sealed.length), 0);
      assertBytes(kat.get(len), plaintext, `opening ${len} octets`);

      kat.put(key, nonce, aad, flipped(sealed));
      assert.notEqual(kat.call("kat_aead_open", suite.id, aad.length, sealed.length), 0);
      assertBytes(kat.get(len), Buffer.alloc(len), "the output after a failure");
    });
  });

  test(`suite ${suite.id}: associated data of every length`, () => {
    forEachLength((len) => {
      const key = random.bytes(suite.keyLen);
      const nonce = random.bytes(12);
      const aad = random.bytes(len);
      const plaintext = random.bytes(random.upTo(64));
      kat.put(key, nonce, aad, plaintext);
      kat.call("kat_aead_seal", suite.id, len, plaintext.length);
      const expected = reference.seal(suite, key, nonce, aad, plaintext);
      assertBytes(kat.get(expected.length), expected, `${len} octets of associated data`);
    });
  });

  test(`suite ${suite.id}: X25519, 300 key pairs`, () => {
    for (let i = 0; i < 300; i++) {
      const own = random.bytes(32);
      const peer = random.bytes(32);
      const peerPublic = reference.publicOf("x25519", peer);
      kat.put(own);
      assert.equal(kat.call("kat_dh_public_of", suite.id), 0);
      assertBytes(kat.get(32), reference.publicOf("x25519", own), "public key");
      kat.put(own, peerPublic);
      assert.equal(kat.call("kat_dh_shared", suite.id), 0);
      assertBytes(kat.get(32), reference.x25519(own, peerPublic), "shared secret");
    }
  });

  test(`suite ${suite.id}: X25519 with points that nobody's key gives, and small orders`, () => {
    for (let i = 0; i < 300; i++) {
      const own = random.bytes(32);
      const point = random.bytes(32); // on the curve or its twist, the high bit set or not
      kat.put(own, point);
      assert.equal(kat.call("kat_dh_shared", suite.id), 0);
      assertBytes(kat.get(32), reference.x25519(own, point), "shared secret");
    }
    for (const first of [0, 1]) {
      kat.put(random.bytes(32), Buffer.from([first, ...Buffer.alloc(31)]));
      assert.notEqual(kat.call("kat_dh_shared", suite.id), 0);
    }
  });

  test(`suite ${suite.id}: X25519 key pairs of our own are fresh`, () => {
    const seen = new Set();
    for (let i = 0; i < 50; i++) {
      kat.call("kat_dh_generate", suite.id);
      const own = kat.get(32, 0);
      assertBytes(kat.get(32, 1), reference.publicOf("x25519", own), "public key");
      seen.add(own.toString("hex"));
    }
    assert.equal(seen.size, 50);
  });

  test(`suite ${suite.id}: Ed25519, messages of every length`, () => {
    forEachLength((len) => {
      const seed = random.bytes(32);
      const message = random.bytes(len);
      const key = reference.publicOf("ed25519", seed);
      kat.put(seed, message);
      assert.equal(kat.call("kat_sign_public_of", suite.id, 32), 0);
      assertBytes(kat.get(32), key, "public key");
      assert.equal(kat.call("kat_sign", suite.id, 32, len), 0);
      const signature = kat.get(64);
      assertBytes(signature, reference.ed25519Sign(seed, message), `signing ${len} octets`);
      assert.ok(reference.ed25519Verify(key, message, signature));
      kat.put(key, message, signature);
      assert.equal(kat.call("kat_verify", suite.id, 32, len, 64), 0);
      kat.put(key, message, flipped(signature));
      assert.notEqual(kat.call("kat_verify", suite.id, 32, len, 64), 0);
    });
  });

  test(`suite ${suite.id}: HPKE both ways`, () => {
    for (let len = 0; len <= MAX_LEN; len += 13) {
      const own = random.bytes(32);
      const ownPublic = reference.publicOf("x25519", own);
      const info = random.bytes(random.upTo(MAX_LEN));
      const plaintext = random.bytes(len);
      const { enc, ciphertext } = reference.hpkeSeal(
        suite,
        random.bytes(32),
        ownPublic,
        info,
        plaintext,
      );
      kat.put(own, info, enc, ciphertext);
      assert.equal(kat.call("kat_hpke_open", suite.id, info.length, ciphertext.length), 0);
      assertBytes(kat.get(len), plaintext, "opened by us");

      kat.put(ownPublic, info, plaintext);
      assert.equal(kat.call("kat_hpke_seal", suite.id, info.length, len), 0);
      const sealed = [kat.get(32, 4), kat.get(len + TAG_LEN)];
      const opened = reference.hpkeOpen(suite, own, sealed[0], info, sealed[1]);
      assertBytes(opened, plaintext, "opened by node:crypto");
    }
  });
}

/** @param {Uint8Array} octets shorter than 64 */
const opaque = (octets) => Buffer.concat([Buffer.from([octets.length]), octets]);

/**
 * Record key, commitment and associated data (vault.h).
 * @param {Uint8Array} key @param {Uint8Array} nonce @param {Uint8Array[]} id owner, device and name
 * @param {number} counter
 */
function vaultParts(key, nonce, id, counter) {
  const keys = reference.expand(reference.hmac(nonce, key), Buffer.from("waxseal vault 1"), 64);
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(counter));
  const aad = Buffer.concat([Buffer.from([2]), ...id.map(opaque), number]);
  return { key: keys.subarray(0, 32), commitment: keys.subarray(32), aad };
}

test("vault: XChaCha20-Poly1305 of every length, against @noble/ciphers", () => {
  const header = 1 + 24 + 32;
  forEachLength((len) => {
    const key = random.bytes(32);
    const [owner, device, name] = [0, 1, 2].map(() => random.bytes(random.upTo(63)));
    const counter = random.upTo(2 ** 31 - 1);
    const plaintext = random.bytes(len);
    /** @param {string} call @param {Uint8Array} input */
    const run = (call, input) => {
      kat.put(key, name, input, owner, device);
      return kat.call(call, name.length, counter, input.length, owner.length, device.length);
    };
    assert.equal(run("kat_vault_seal", plaintext), 0);
    const sealed = kat.get(header + len + TAG_LEN);
    const ours = vaultParts(key, sealed.subarray(1, 25), [owner, device, name], counter);
    assert.equal(sealed[0], 2);
    assertBytes(sealed.subarray(25, header), ours.commitment, "commitment");
    const cipher = xchacha20poly1305(ours.key, sealed.subarray(1, 25), ours.aad);
    assertBytes(Buffer.from(cipher.decrypt(sealed.subarray(header))), plaintext, "opened by noble");

    const nonce = random.bytes(24);
    const theirs = vaultParts(key, nonce, [owner, device, name], counter);
    const made = Buffer.concat([
      Buffer.from([2]),
      nonce,
      theirs.commitment,
      xchacha20poly1305(theirs.key, nonce, theirs.aad).encrypt(plaintext),
    ]);
    assert.equal(run("kat_vault_open", made), 0);
    assertBytes(kat.get(len), plaintext, "opened by us");
    assert.notEqual(run("kat_vault_open", flipped(made)), 0);
  });
});

test("Argon2id, against @noble/hashes, from 8 KiB and with 64 MiB", () => {
  /** @param {Buffer} passphrase @param {number} passes @param {number} kib */
  const check = (passphrase, passes, kib) => {
    const salt = random.bytes(16);
    kat.put(passphrase, salt);
    assert.equal(kat.call("kat_passphrase", passphrase.length, passes, kib), 0);
    const expected = argon2id(passphrase, salt, { t: passes, m: kib, p: 1, dkLen: 32 });
    assertBytes(kat.get(32), Buffer.from(expected), `${passes} passes, ${kib} KiB`);
  };
  for (let kib = 8; kib < 300; kib += 13) check(random.bytes(random.upTo(100)), 1 + (kib % 4), kib);
  check(Buffer.from("correct horse battery staple"), 3, 64 * 1024);
});
