// The contract's case of a full disk, for a program whose files may not grow further.
import { join } from "node:path";
import { storeCases } from "../../../js/src/store/conformance.js";
import { FileStore } from "../../../js/src/store/file.js";

const [folder = ""] = process.argv.slice(2);
const open = (/** @type {string} */ name) => FileStore.open(join(folder, name));
for (const { name, run } of storeCases({ open, openSmall: open })) {
  if (!name.startsWith("without room")) continue;
  await run();
  console.log(`passed: ${name}`);
}
