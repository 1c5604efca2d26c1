// The AEADs on the wasm itself with long texts, against node:crypto: they go over several blocks at
// a time there, and what is left over goes another way.
import assert from "node:assert/strict";
import test from "node:test";
import { Kat, SeededRandom } from "./module.mjs";
import * as reference from "./reference.mjs";

const { SUITES } = reference;
// A multiple of all numbers of octets that any of them takes at a time.
const BATCH = 512;
const AROUND = [
  -129, -128, -127, -17, -16, -15, -1, 0, 1, 15, 16, 17, 127, 128, 129, 255, 256, 257,
];
const lengths = [3, 4, 5, 8, 9, 32, 64, 128].flatMap((n) => AROUND.map((more) => n * BATCH + more));
const kat = await Kat.load();
const random = new SeededRandom();
console.log(`seed: WAXSEAL_SEED=${random.seed}`);

for (const suite of SUITES) {
  test(`suite ${suite.id}: ${suite.aead}, long texts and associated data`, () => {
    for (const len of lengths) {
      const [key, nonce] = [random.bytes(suite.keyLen), random.bytes(12)];
      const aad = random.bytes(lengths[random.upTo(lengths.length - 1)]);
      const plaintext = random.bytes(len);
      const sealed = reference.seal(suite, key, nonce, aad, plaintext);
      kat.put(key, nonce, aad, plaintext);
      kat.call("kat_aead_seal", suite.id, aad.length, len);
      assert.ok(kat.get(sealed.length).equals(sealed), `sealing ${len} with ${aad.length} octets`);

      kat.put(key, nonce, aad, sealed);
      const open = () => kat.call("kat_aead_open", suite.id, aad.length, sealed.length);
      assert.equal(open(), 0);
      assert.ok(kat.get(len).equals(plaintext), `opening ${len} with ${aad.length} octets`);

      // A changed bit anywhere, and in the associated data.
      for (const [slot, end] of [
        [2, aad.length],
        [3, sealed.length],
      ]) {
        const bit = random.upTo(8 * end - 1);
        kat.view(slot, end)[bit >> 3] ^= 1 << (bit & 7);
        assert.notEqual(open(), 0, `bit ${bit} of slot ${slot}, ${len} octets`);
        assert.ok(kat.get(len).equals(Buffer.alloc(len)), "the output after a failure");
        kat.view(slot, end)[bit >> 3] ^= 1 << (bit & 7);
      }
    }
  });
}
