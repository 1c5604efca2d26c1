// P-256 on the wasm itself, against node:crypto: key pairs, ECDH and ECDSA of suite 2. Its AES-GCM
// and SHA-256 are those of kat.test.mjs.
import assert from "node:assert/strict";
import { createECDH, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import test from "node:test";
import { Kat, SeededRandom } from "./module.mjs";

const SUITE = 2;
const PRIVATE_LEN = 32;
const PUBLIC_LEN = 65;
const ROUNDS = 150;
const kat = await Kat.load();
const random = new SeededRandom();
console.log(`seed: WAXSEAL_SEED=${random.seed}`);

/** A key pair by node:crypto. */
function makePair(privateKey = random.bytes(PRIVATE_LEN)) {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(privateKey); // throws outside of 1 to n - 1: a chance of 1 in 2^32
  return { ecdh, privateKey, publicKey: ecdh.getPublicKey() };
}

/** @param {{ privateKey: Buffer, publicKey: Buffer }} pair */
function jwk({ privateKey, publicKey }) {
  return {
    kty: "EC",
    crv: "P-256",
    d: privateKey.toString("base64url"),
    x: publicKey.subarray(1, 33).toString("base64url"),
    y: publicKey.subarray(33).toString("base64url"),
  };
}

/** The last signature: DER says its own length. */
const lastSignature = () => kat.get(2 + kat.view(5, 2)[1]);

test("P-256: public keys and shared secrets", () => {
  for (let i = 0; i < ROUNDS; i++) {
    const own = makePair();
    const peer = makePair();
    kat.put(own.privateKey);
    assert.equal(kat.call("kat_dh_public_of", SUITE), 0);
    assert.deepEqual(kat.get(PUBLIC_LEN), own.publicKey);
    kat.put(own.privateKey, peer.publicKey);
    assert.equal(kat.call("kat_dh_shared", SUITE), 0);
    assert.deepEqual(kat.get(32), own.ecdh.computeSecret(peer.publicKey));
    const off = Buffer.from(peer.publicKey);
    off[random.upTo(PUBLIC_LEN - 1)] ^= 1;
    kat.put(own.privateKey, off);
    assert.notEqual(kat.call("kat_dh_shared", SUITE), 0, "a point off the curve");
  }
});

test("P-256: private keys out of range", () => {
  const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  for (const hex of ["00".repeat(32), order, "ff".repeat(32)]) {
    kat.put(Buffer.from(hex, "hex"), makePair().publicKey);
    assert.notEqual(kat.call("kat_dh_public_of", SUITE), 0);
    assert.notEqual(kat.call("kat_dh_shared", SUITE), 0);
  }
});

test("P-256: key pairs of our own are fresh", () => {
  const seen = new Set();
  for (let i = 0; i < 50; i++) {
    kat.call("kat_dh_generate", SUITE);
    const own = kat.get(PRIVATE_LEN, 0);
    assert.deepEqual(kat.get(PUBLIC_LEN, 1), makePair(own).publicKey);
    seen.add(own.toString("hex"));
  }
  assert.equal(seen.size, 50);
});

test("ECDSA P-256: signed here and verified there, and the other way", () => {
  for (let i = 0; i < ROUNDS; i++) {
    const own = makePair();
    const message = random.bytes(random.upTo(1300));
    const key = createPrivateKey({ key: jwk(own), format: "jwk" });
    kat.put(own.privateKey, message);
    assert.equal(kat.call("kat_sign", SUITE, PRIVATE_LEN, message.length), 0);
    const ours = lastSignature();
    assert.ok(verify("sha256", message, createPublicKey(key), ours));

    const theirs = sign("sha256", message, key);
    const args = [SUITE, PUBLIC_LEN, message.length, theirs.length];
    kat.put(own.publicKey, message, theirs);
    assert.equal(kat.call("kat_verify", ...args), 0);
    theirs[random.upTo(theirs.length - 1)] ^= 1 << random.upTo(7);
    kat.put(own.publicKey, message, theirs);
    assert.notEqual(kat.call("kat_verify", ...args), 0, "a changed signature");
  }
});
