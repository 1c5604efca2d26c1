/** Lives in Node: processes that are ready to open their store when it is their turn. */
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { node22 } from "../../lib/node22.mjs";

/** @typedef {import("./lives.mjs").Life} Life */

const CHILD = fileURLToPath(new URL("child.mjs", import.meta.url));
const TORN = fileURLToPath(new URL("torn.c", import.meta.url));

/**
 * Builds what ends a process in the middle of a write.
 * @param {string} folder
 */
export function buildTorn(folder) {
  const library = join(folder, "torn.so");
  execFileSync("cc", ["-O1", "-shared", "-fPIC", "-o", library, TORN, "-ldl"]);
  return library;
}

/**
 * @param {{ kind: "file" | "sqlite", folder: string, library: string, record: string }} options
 * @returns {() => Promise<Life>}
 */
export function processes({ kind, folder, library, record }) {
  let read = 0;
  const notes = async () => {
    const text = await readFile(record, "utf8");
    const lines = text.slice(read).split("\n").slice(0, -1);
    read = text.length;
    return lines;
  };
  return async () => {
    const child = fork(CHILD, {
      execPath: kind === "sqlite" ? node22() : process.execPath,
      execArgv: ["--no-warnings"],
      env: { ...process.env, LD_PRELOAD: library, TORN_FOLDER: folder, UV_USE_IO_URING: "0" },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const end = once(child, "exit").then(notes);
    const [born] = await Promise.race([once(child, "message"), end.then(() => [undefined])]);
    if (born?.type !== "born") throw new Error("The process did not come up.");
    return {
      send: (message) => {
        // Whoever is dead hears nothing.
        if (child.connected) child.send(message, () => {});
      },
      listen: (listener) => child.on("message", listener),
      end,
      kill: () => child.kill("SIGKILL"),
    };
  };
}
