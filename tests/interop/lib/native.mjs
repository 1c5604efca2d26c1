// A member that is waxseal's native build, in the process of tests/interop/native.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  CUSTOM,
  carriedOf,
  EXPORT_LABEL,
  EXPORT_LEN,
  hex,
  utf8,
  wrapKeyPackage,
} from "./member.mjs";

const preset = process.env.WAXSEAL_PRESET || "release";
const PROGRAM = fileURLToPath(
  new URL(`../../../build/${preset}/tests/interop_native`, import.meta.url),
);

/** Numbers of mls_proposal_type, flags and mls_event_kind in mls.h. */
const PROPOSAL = { add: 1, update: 2, remove: 3, psk: 4, custom: CUSTOM };
const AS_PUBLIC_MESSAGE = 1;
const COMMIT_WITHOUT_PATH = 4;
const EVENTS = /** @type {const} */ ([undefined, "application", "proposal", "commit", "removed"]);

/** @param {Uint8Array} octets */
const word = (octets) => (octets.length > 0 ? hex(octets) : "-");
/** @param {string | undefined} text */
const octets = (text = "-") => new Uint8Array(text === "-" ? [] : Buffer.from(text, "hex"));

/** @type {ReturnType<typeof start> | undefined} */
let running;
/** @type {string | undefined} */
let failed;
let lastNumber = 0;
/** @type {number[]} */
const freeNumbers = [];

/** Lines out, lines in, one answer for each request, in order. */
function start() {
  const child = spawn(PROGRAM, { stdio: ["pipe", "pipe", "inherit"] });
  /** @type {{ resolve: (line: string) => void, reject: (error: Error) => void }[]} */
  const waiting = [];
  const output = /** @type {import("node:net").Socket} */ (child.stdout);
  createInterface({ input: output }).on("line", (line) => {
    waiting.shift()?.resolve(line);
    if (waiting.length === 0) output.unref();
  });
  /** @type {Error | undefined} */
  let over;
  const ended = (/** @type {unknown} */ why) => {
    over ??= new Error(`waxseal native ended: ${why}`);
    running = undefined; // the next member starts it anew
    for (const { reject } of waiting.splice(0)) reject(over);
  };
  child.on("exit", (code, signal) => {
    if (code !== 0) failed ??= String(signal ?? `status ${code}`);
    ended(signal ?? `status ${code}`);
  });
  child.on("error", ended);
  child.stdin.on("error", ended);
  // It ends with its input, so only an answer that is waited for keeps this process alive.
  child.unref();
  /** @type {import("node:net").Socket} */ (child.stdin).unref();
  output.unref();

  /** @param {string} line */
  async function answer(line) {
    if (over) throw over;
    /** @type {Promise<string>} */
    const promise = new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    output.ref();
    child.stdin.write(`${line}\n`);
    return promise;
  }

  async function end() {
    child.ref();
    const exit = once(child, "exit");
    child.stdin.end();
    await exit;
  }
  return { answer, end };
}

/**
 * Ends the process.
 * @returns {Promise<string | undefined>} how it failed, now or before: a crash, or what a sanitizer
 *   found
 */
export async function endNative() {
  await running?.end();
  return failed;
}

/** @type {import("./member.mjs").MakeMember} */
export async function nativeMember(identity, suite) {
  running ??= start();
  const program = running;
  const number = freeNumbers.pop() ?? lastNumber++;

  /** @param {string} request @param {(string | number)[]} words */
  async function ask(request, ...words) {
    const line = await program.answer([request, number, ...words].join(" "));
    const answer = line.split(" ");
    const failed = answer.indexOf("error");
    if (failed >= 0) throw new Error(`waxseal native: ${request}: ${answer[failed + 1]}`);
    if (answer.pop() !== "ok") throw new Error(`waxseal native: ${request}: no answer`);
    return answer;
  }

  async function members() {
    const [epoch, authenticator, ...rest] = await ask("view");
    /** @type {Map<string, number>} */
    const leaves = new Map();
    for (let i = 0; i < rest.length; i += 2) {
      leaves.set(new TextDecoder().decode(octets(rest[i + 1])), Number(rest[i]));
    }
    return { epoch: Number(epoch), authenticator, leaves };
  }

  /** @param {import("./member.mjs").Proposal} proposal */
  async function words(proposal) {
    let leaf = 0;
    /** @type {Uint8Array} */
    let data = new Uint8Array();
    if (proposal.type === "add") data = proposal.keyPackage;
    if (proposal.type === "psk") data = proposal.id;
    if (proposal.type === "custom") data = proposal.data;
    if (proposal.type === "remove") {
      const found = (await members()).leaves.get(proposal.identity);
      if (found === undefined) throw new Error(`${proposal.identity} is no member`);
      leaf = found;
    }
    return [PROPOSAL[proposal.type], leaf, word(data)];
  }

  /** @param {import("./member.mjs").Options} options */
  const flags = ({ asPublicMessage, withoutPath }) =>
    (asPublicMessage ? AS_PUBLIC_MESSAGE : 0) | (withoutPath ? COMMIT_WITHOUT_PATH : 0);

  /** @type {string | undefined} */
  let carried;

  /** @param {string[]} words three for each proposal */
  function setCarried(words) {
    const proposals = [];
    for (let i = 0; i < words.length; i += 3) {
      const [proposalType, leaf] = words.slice(i, i + 2).map(Number);
      proposals.push({ proposalType, leaf, data: octets(words[i + 2]) });
    }
    carried = carriedOf(/** @type {any} */ (proposals));
  }

  const [keyPackage] = await ask("device", suite, word(utf8(identity)));
  return {
    kind: "waxseal native",
    identity,
    keyPackage: wrapKeyPackage(octets(keyPackage)),
    create: async (groupId) => void (await ask("create", word(utf8(groupId)))),
    join: async (welcome) => void (await ask("join", word(welcome))),
    async joinExternal(groupInfo) {
      const [commit] = await ask("join-external", word(groupInfo));
      carried = undefined;
      return octets(commit);
    },
    groupInfo: async () => octets((await ask("group-info"))[0]),
    async commit(proposals = [], options = {}) {
      const made = await Promise.all(proposals.map(words));
      const [commit, welcome] = await ask("commit", flags(options), ...made.flat());
      return { commit: octets(commit), welcome: octets(welcome) };
    },
    apply: async () => setCarried(await ask("apply")),
    propose: async (proposal, options = {}) =>
      octets((await ask("propose", flags(options), ...(await words(proposal))))[0]),
    addPsk: async (id, psk) => void (await ask("psk", word(id), word(psk))),
    encrypt: async (content) => octets((await ask("encrypt", word(content)))[0]),
    async receive(message) {
      const [kind, content, ...custom] = await ask("receive", word(message));
      const type = EVENTS[Number(kind)];
      if (type === undefined) throw new Error(`waxseal native: an event of kind ${kind}`);
      if (type === "commit") setCarried(custom);
      return type === "application" ? { type, content: octets(content) } : { type };
    },
    async view() {
      const { epoch, authenticator, leaves } = await members();
      const [exported] = await ask("export", word(utf8(EXPORT_LABEL)), "-", EXPORT_LEN);
      return {
        epoch,
        exported: /** @type {string} */ (exported),
        authenticator,
        leaves,
        carried,
        identities: [...leaves.keys()].sort(),
      };
    },
    restart: async () => void (await ask("restart")),
    async close() {
      await ask("free");
      freeNumbers.push(number);
    },
  };
}
