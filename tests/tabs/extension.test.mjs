/** The background service worker of a browser extension opens the package, sends and receives. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { openProfile } from "../../web-demo/browsers.js";
import { firstConversation, startNetwork, until } from "../js/lib/network.mjs";
import { writeExtension } from "./lib/extension.mjs";
import { faultsIn, heardBy } from "./lib/places.mjs";

test("an extension's background script sends and receives, also after a restart", async (t) => {
  const network = await startNetwork(t);
  const extension = join(network.folder, "extension");
  await writeExtension(extension);
  const { actor, token } = await network.servers.a.addUser("alice");
  const account = { actor, token, database: "extension" };
  const bob = await network.open("bob", "b");

  /** Starts the browser, and opens the device in the extension. */
  async function start() {
    const page = await openProfile(join(network.folder, "profile"), "chromium", {
      args: [`--load-extension=${extension}`],
      ignoreDefaultArgs: ["--disable-extensions"],
    });
    const context = page.context();
    t.after(() => context.close());
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
    /** @type {(name: string, ...args: unknown[]) => Promise<any>} */
    const call = (name, ...args) =>
      worker.evaluate(
        ([what, words]) => /** @type {any} */ (globalThis).device[what](...words),
        /** @type {[string, any[]]} */ ([name, args]),
      );
    await until(() => worker.evaluate(() => "device" in globalThis), "the script has started");
    await call("open", account);
    return { context, call };
  }

  const first = await start();
  await first.call("start", bob.account.handle);
  await first.call("sendFor", "extension", 500);
  const conversation = await firstConversation(bob.me);
  await conversation.send("Hello extension");
  await until(() => first.call("hasHeard", "Hello extension"), "the answer has come");
  assert.deepEqual(await first.call("seenErrors"), []);
  const sent = (await first.call("texts")).length - 1;
  await first.context.close();

  const again = await start();
  assert.equal((await again.call("texts")).length, sent + 1);
  await again.call("send", `extension ${sent}`);
  await until(() => heardBy(bob).includes(`extension ${sent}`), "it goes on");
  assert.deepEqual(faultsIn(heardBy(bob), { extension: sent + 1 }), []);
  assert.deepEqual(bob.log.errors, []);
});
