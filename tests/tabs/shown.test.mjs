/** What one tab does shows in the other, without waiting for the server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BROWSER_NAMES } from "../../web-demo/browsers.js";
import { until } from "../js/lib/network.mjs";
import { casesOf, openWorld } from "./lib/places.mjs";

for (const name of casesOf(BROWSER_NAMES, 1)) {
  test(`${name}: messages and what was read, while the server answers nothing`, async (t) => {
    const { tab, conversation, open, network } = await openWorld(t, name);
    const other = await open("page");
    await conversation.send("from Bob");
    for (const place of [tab, other]) {
      await until(() => place.call("hasHeard", "from Bob"), "Bob's message has come");
      assert.equal(await place.call("unread"), 1);
    }
    network.intercept("a", () => ({ status: 503, body: "" }));
    // It resolves when the server takes it: not now.
    tab.call("send", "for later").catch(() => {});
    await until(() => other.call("hasHeard", "for later"), "the other tab shows the message");
    other.call("markRead").catch(() => {});
    await until(async () => (await tab.call("unread")) === 0, "it is read in the first tab");
    assert.equal(await other.call("unread"), 0);
  });
}
