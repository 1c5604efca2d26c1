/** Server-Sent Events. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createParser } from "eventsource-parser";
import { eventually, mlsMessage, posted, request, startServer } from "./helpers.mjs";

/** @typedef {{ event?: string | undefined, id?: string | undefined, data: any }} Event */

/**
 * Opens a stream and collects what comes.
 * @param {import("node:test").TestContext} t
 * @param {string} url
 * @param {string} token
 * @param {string} [lastEventId]
 */
async function listen(t, url, token, lastEventId) {
  const stop = new AbortController();
  t.after(() => stop.abort());
  const headers = {
    authorization: `Bearer ${token}`,
    ...(lastEventId ? { "last-event-id": lastEventId } : {}),
  };
  const response = await fetch(url, { headers, signal: stop.signal });
  assert.equal(response.status, 200);
  assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/);
  assert.equal(response.headers.get("access-control-allow-origin"), "*");
  /** @type {Event[]} */
  const events = [];
  const state = { events, comments: 0, retry: 0, ended: false, stop: () => stop.abort() };
  const parser = createParser({
    onEvent: ({ event, id, data }) => events.push({ event, id, data: JSON.parse(data) }),
    onComment: () => state.comments++,
    onRetry: (pause) => {
      state.retry = pause;
    },
  });
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of /** @type {AsyncIterable<Uint8Array>} */ (response.body)) {
      parser.feed(decoder.decode(chunk, { stream: true }));
    }
  };
  // An aborted read is how these tests stop listening.
  read()
    .catch(() => {})
    .then(() => {
      state.ended = true;
    });
  return state;
}

test("each new activity is an event with its type, id and JSON", async (t) => {
  const server = await startServer(t, { heartbeatMs: 20 });
  const [alice, bob] = [await server.addUser("alice"), await server.addUser("bob")];
  const actor = (await request(bob.actor)).json;
  const messages = (await request(actor.messages, { token: bob.token })).json;
  const old = await posted(alice, mlsMessage(bob.actor));

  const inboxStream = await listen(t, actor.endpoints.eventStream, bob.token);
  const messageStream = await listen(t, messages.eventStream, bob.token);
  const note = await posted(alice, { type: "Note", to: bob.actor, content: "a\nb\r\n\r\ndata: c" });
  const like = await posted(alice, { type: "Like", to: bob.actor, object: "https://a.example/1" });
  const mls = await posted(alice, mlsMessage(bob.actor));

  await eventually(() => inboxStream.events.length >= 3, "three events");
  await eventually(() => messageStream.events.length >= 1, "an event");
  assert.deepEqual(inboxStream.events, [
    { event: "Create", id: note.id, data: note },
    { event: "Like", id: like.id, data: like },
    { event: "Create", id: mls.id, data: mls },
  ]);
  assert.deepEqual(messageStream.events, [{ event: "Create", id: mls.id, data: mls }]);
  assert.ok(!inboxStream.events.some(({ id }) => id === old.id));
  assert.ok(inboxStream.retry > 0);
  await eventually(() => inboxStream.comments >= 2, "heartbeats");
});

test("Last-Event-ID: everything missed comes first, each once, in order", async (t) => {
  const server = await startServer(t);
  const alice = await server.addUser("alice");
  const url = `${alice.actor}/messages/events`;
  const first = await posted(alice, mlsMessage(alice.actor, "1"));
  const missed = [];
  for (let i = 0; i < 60; i++) missed.push((await posted(alice, mlsMessage(alice.actor))).id);
  const stream = await listen(t, url, alice.token, first.id);
  missed.push((await posted(alice, mlsMessage(alice.actor))).id);
  await eventually(() => stream.events.length >= missed.length, "what was missed");
  assert.deepEqual(
    stream.events.map(({ id }) => id),
    missed,
  );
});

test("an unknown Last-Event-ID is answered with resync", async (t) => {
  const server = await startServer(t);
  const alice = await server.addUser("alice");
  await posted(alice, mlsMessage(alice.actor));
  const stream = await listen(t, `${alice.actor}/inbox/events`, alice.token, "https://a.example/1");
  const next = await posted(alice, mlsMessage(alice.actor));
  await eventually(() => stream.events.length >= 2, "two events");
  assert.deepEqual(
    stream.events.map(({ event }) => event),
    ["resync", "Create"],
  );
  assert.equal(stream.events[1]?.id, next.id);
});

test("a client that goes frees its place; a server that stops ends the streams", async (t) => {
  const server = await startServer(t);
  const alice = await server.addUser("alice");
  const url = `${alice.actor}/inbox/events`;
  for (let round = 0; round < 3; round++) {
    const streams = [];
    for (let i = 0; i < 32; i++) streams.push(await listen(t, url, alice.token));
    assert.equal((await request(url, { token: alice.token })).status, 429);
    for (const stream of streams) stream.stop();
    await eventually(async () => {
      const stop = new AbortController();
      const headers = { authorization: `Bearer ${alice.token}` };
      const { status } = await fetch(url, { headers, signal: stop.signal });
      stop.abort();
      return status === 200;
    }, "a free place");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const last = await listen(t, url, alice.token);
  await server.close();
  await eventually(() => last.ended, "the end of the stream");
});
