// The module depends on the sources and pinned tools only: a copy of the clone in another place
// builds the same octets.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..", "..");

/** @param {string} folder */
function sha256(folder) {
  return createHash("sha256")
    .update(readFileSync(join(folder, "js/dist/core.wasm")))
    .digest("hex");
}

test("a clone in another folder builds the same core.wasm", { timeout: 300_000 }, (t) => {
  const copy = mkdtempSync(join(tmpdir(), "waxseal-elsewhere-"));
  try {
    const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const names = execFileSync("git", listed, { cwd: root, encoding: "utf8" }).split("\0");
    for (const name of names) {
      if (/^(CMake|cmake|core|wasm|js)/.test(name) && existsSync(join(root, name))) {
        cpSync(join(root, name), join(copy, name));
      }
    }
    execFileSync("cmake/build", ["wasm", "waxseal_wasm"], { cwd: copy, stdio: "pipe" });
    t.diagnostic(`SHA-256 ${sha256(copy)}`);
    assert.equal(sha256(copy), sha256(root));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});
