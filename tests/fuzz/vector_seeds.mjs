// vector_seeds VECTORS FOLDER: the structures of the official test vectors as inputs for the target
// `decode`, and their trees for `join`. The first octet says which structure the rest is.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [vectors, folder] = process.argv.slice(2);
if (!vectors || !folder) throw new Error("usage: vector_seeds VECTORS FOLDER");

/** Cases of each file: those after them have the same form. */
const MAX_CASES = 12;
/** Inputs above this slow the fuzzer down more than they teach it. */
const MAX_LEN = 8_000;
const TREE = 15;

/** Field of messages.json: the kind's place in decode.c, and octets that the vector leaves out. */
const KINDS = /** @type {Record<string, [number, string?]>} */ ({
  mls_welcome: [0],
  mls_group_info: [0],
  mls_key_package: [0],
  public_message_application: [0],
  public_message_proposal: [0],
  public_message_commit: [0],
  private_message: [0],
  add_proposal: [2, "0001"],
  update_proposal: [2, "0002"],
  remove_proposal: [2, "0003"],
  pre_shared_key_proposal: [2, "0004"],
  re_init_proposal: [2, "0005"],
  external_init_proposal: [2, "0006"],
  group_context_extensions_proposal: [2, "0007"],
  commit: [3],
  group_secrets: [5],
  ratchet_tree: [TREE],
});

/** @param {string} name */
const read = (name) =>
  /** @type {Record<string, string>[]} */ (
    JSON.parse(readFileSync(join(vectors, "mls", `${name}.json`), "utf8"))
  );

/**
 * @param {string} target
 * @param {string} name
 * @param {number} head
 * @param {string} hex
 */
function put(target, name, head, hex) {
  if (hex.length > 2 * MAX_LEN) return;
  mkdirSync(join(folder, target), { recursive: true });
  writeFileSync(
    join(folder, target, name),
    Buffer.concat([Buffer.of(head), Buffer.from(hex, "hex")]),
  );
}

read("messages")
  .slice(0, MAX_CASES)
  .forEach((fields, index) => {
    for (const [name, [kind, prefix = ""]] of Object.entries(KINDS)) {
      put("decode", `${name}-${index}`, kind, prefix + fields[name]);
    }
  });
read("tree-validation")
  .filter((vector) => Number(vector.cipher_suite) === 1)
  .forEach(({ tree = "" }, index) => {
    put("decode", `tree-${index}`, TREE, tree);
    put("join", `tree-${index}`, 0, tree);
  });
