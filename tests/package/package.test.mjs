// The package as people get it: packed, installed into an empty project, and the README's programs
// run there. The bot talks to the embedded server and to Alice, who uses the sources.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { ActivityPubTransport, Waxseal } from "../../js/src/index.node.js";
import { createServer } from "../../web-demo/server/server.js";

const run = promisify(execFile);
const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "waxseal-package-"));
const project = join(folder, "project");

/** The README's programs, in order: the example, the bot. */
const programs = [
  ...readFileSync(join(root, "README.md"), "utf8").matchAll(/^```js\n(.*?)^```/gms),
].map(([, code]) => code);

before(async () => {
  const options = { cwd: join(root, "js"), maxBuffer: 1 << 24 };
  const packed = await run("npm", ["pack", "--json", "--pack-destination", folder], options);
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf("[")));
  await run("mkdir", [project]);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  await run("npm", ["install", "--no-audit", "--no-fund", join(folder, filename)], {
    cwd: project,
  });
});

after(() => rmSync(folder, { recursive: true, force: true }));

test("the package has the core, types, licences and nothing of the tests", () => {
  const installed = join(project, "node_modules/waxseal");
  const { exports } = JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));
  for (const entry of Object.values(exports).flatMap((to) =>
    typeof to === "string" ? [to] : Object.values(to),
  )) {
    assert.ok(existsSync(join(installed, entry)), `${entry} is missing`);
  }
  const licences = readFileSync(join(installed, "dist/THIRD-PARTY-LICENSES"), "utf8");
  for (const name of ["libsodium", "BearSSL", "Frank Denis", "Thomas Pornin"]) {
    assert.match(licences, new RegExp(name));
  }
  assert.ok(existsSync(join(installed, "LICENSE")), "LICENSE is missing");
  assert.ok(existsSync(join(installed, "README.md")), "README.md is missing");
  assert.ok(!existsSync(join(installed, "tests")));
  const digest = (/** @type {string} */ file) =>
    createHash("sha256").update(readFileSync(file)).digest("hex");
  assert.equal(digest(join(installed, "dist/core.wasm")), digest(join(root, "js/dist/core.wasm")));
});

test("the README's example runs in an empty project", async () => {
  assert.ok(programs[0].trim().split("\n").length <= 20, "the example is to stay short");
  writeFileSync(join(project, "example.js"), programs[0]);
  const { stdout } = await run("node", ["example.js"], { cwd: project });
  assert.equal(stdout, "Hello Bob\n");
});

test("the README's bot answers Alice", { timeout: 60_000 }, async () => {
  assert.ok(programs[1].trim().split("\n").length <= 20, "the bot is to have at most 20 lines");
  writeFileSync(join(project, "bot.js"), programs[1]);
  const server = await createServer({ dataDir: join(folder, "server") });
  const botUser = await server.addUser("bot");
  const aliceUser = await server.addUser("alice");
  const env = { ...process.env, ACTOR: botUser.actor, TOKEN: botUser.token };
  const bot = spawn("node", ["bot.js"], { cwd: project, env });
  let output = "";
  /** @type {Waxseal | undefined} */
  let alice;
  try {
    await new Promise((resolve, reject) => {
      bot.stderr.on("data", (data) => reject(new Error(`the bot says: ${data}`)));
      bot.stdout.on("data", (data) => {
        output += data;
        if (output.includes("ready")) resolve(undefined);
      });
      bot.on("exit", (code) => reject(new Error(`the bot ended with ${code}: ${output}`)));
    });
    alice = await Waxseal.open({
      transport: new ActivityPubTransport({ actor: aliceUser.actor, token: aliceUser.token }),
      database: join(folder, "alice"),
    });
    await alice.ready;
    const chat = await alice.startConversation([botUser.actor]);
    const answer = new Promise((resolve) => {
      alice?.addEventListener("message", (event) => {
        const { note } = /** @type {CustomEvent} */ (event).detail;
        if (!note.own) resolve(note.text);
      });
    });
    await chat.send("Hello bot");
    assert.equal(await answer, "You said: Hello bot");
  } finally {
    bot.removeAllListeners("exit");
    bot.kill();
    await alice?.close();
    await server.close();
  }
});
