// The scenarios themselves: a seed decides what is done, and a member that errs is found.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Disagreement } from "./lib/compare.mjs";
import { DEVIATIONS } from "./lib/deviations.mjs";
import { KINDS } from "./lib/kinds.mjs";
import { runScenario } from "./lib/scenario.mjs";
import { Tally } from "./lib/tally.mjs";

/** @typedef {import("./lib/member.mjs").Member} Member */

const LIBRARY = "waxseal wasm";
const SEEDS = [1, 2, 3];

/**
 * The waxseal kinds, one of which has a fault.
 * @param {(member: Member) => Partial<Member>} fault
 */
function faulty(fault) {
  return KINDS.filter(({ name }) => name.startsWith("waxseal")).map((kind) =>
    kind.name === LIBRARY
      ? {
          ...kind,
          /** @type {import("./lib/member.mjs").MakeMember} */
          make: async (...args) => {
            const member = await kind.make(...args);
            return { ...member, ...fault(member) };
          },
        }
      : kind,
  );
}

/** @type {Record<string, (member: Member) => Partial<Member>>} */
const FAULTS = {
  "another exported secret": ({ view }) => ({
    view: async () => ({ ...(await view()), exported: "00" }),
  }),
  "another epoch_authenticator": ({ view }) => ({
    view: async () => ({ ...(await view()), authenticator: "00" }),
  }),
  "other custom proposals": ({ view }) => ({
    view: async () => ({ ...(await view()), carried: "1 2 03" }),
  }),
  "another epoch": ({ view }) => ({ view: async () => ({ ...(await view()), epoch: 99 }) }),
  "a member missing": ({ view }) => ({
    view: async () => ({ ...(await view()), identities: [] }),
  }),
  "other leaves": ({ view }) => ({
    view: async () => ({ ...(await view()), leaves: new Map([["x", 0]]) }),
  }),
  "other octets of a message": ({ receive }) => ({
    receive: async (message) => {
      const event = await receive(message);
      if (event.type !== "application") return event;
      return { type: "application", content: Uint8Array.from([...event.content, 0]) };
    },
  }),
  "a message that it can't read": ({ receive }) => ({
    receive: async (message) => {
      const event = await receive(message);
      if (event.type === "application") throw new Error("unreadable");
      return event;
    },
  }),
};

for (const [name, fault] of Object.entries(FAULTS)) {
  test(`found: ${name}`, async () => {
    for (const seed of SEEDS) {
      const { error, log } = await runScenario(seed, new Tally(), faulty(fault));
      assert.ok(error instanceof Disagreement, String(error));
      assert.match(error.message, new RegExp(LIBRARY));
      assert.ok(log.length > 0);
    }
  });
}

test("a seed decides what is done", async () => {
  for (const seed of SEEDS) {
    const [first, second] = [
      await runScenario(seed, new Tally()),
      await runScenario(seed, new Tally()),
    ];
    assert.equal(first.error, undefined);
    assert.deepEqual(second, first);
  }
});

test("every deviation has a test that it is still there", () => {
  const files = readdirSync(import.meta.dirname).filter((name) =>
    /^deviations_.*\.mjs$/.test(name),
  );
  const tests = files.map((name) => readFileSync(`${import.meta.dirname}/${name}`, "utf8")).join();
  for (const name of Object.keys(DEVIATIONS))
    assert.ok(tests.includes(`deviation("${name}"`), name);
});
