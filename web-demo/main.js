/** The demo as a program; web-demo/run sets up what it needs and starts it. */
import { mkdtemp, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { BROWSER_NAMES, browserNamed } from "./browsers.js";
import { playConversation } from "./check.js";
import { startDemo } from "./demo.js";

/** The check takes about fifteen seconds; a browser that hangs must not hold up whoever waits. */
const CHECK_LIMIT_MS = 120_000;

const { check, data, browser } = readArguments();
if (check) await runCheck(browser, data);
else await runDemo(resolve(data ?? defaultFolder()));

function readArguments() {
  try {
    const text = /** @type {const} */ ({ type: "string" });
    const options = {
      check: /** @type {const} */ ({ type: "boolean" }),
      data: text,
      browser: text,
    };
    const { values } = parseArgs({ options });
    if (values.browser !== undefined && !values.check) throw new Error("--browser is for --check");
    return { ...values, browser: browserNamed(values.browser ?? "chromium") };
  } catch (error) {
    const names = BROWSER_NAMES.join("|");
    const usage = `web-demo/run [--data FOLDER] [--check [--browser ${names}]]`;
    fail(`${sentenceOf(error)}. Usage: ${usage}`, 2);
  }
}

function defaultFolder() {
  const state = process.env.XDG_STATE_HOME || join(homedir(), ".local", "state");
  return join(state, "waxseal-demo");
}

/** @param {unknown} error */
function sentenceOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * @param {string} sentence
 * @param {number} [status]
 * @returns {never}
 */
function fail(sentence, status = 1) {
  console.error(`web-demo: ${sentence}`);
  process.exit(status);
}

/** @param {string} dataDir */
async function runDemo(dataDir) {
  const demo = await startDemo({ dataDir, log: (line) => console.error(line) }).catch((error) => {
    const sentence = sentenceOf(error);
    const advice = sentence.includes("EADDRINUSE") ? " Is this demo running already?" : "";
    return fail(sentence + advice);
  });
  console.log(`
Two servers that federate:  ${demo.a.origin}  ${demo.b.origin}
Data of the servers:        ${dataDir}

Open each address in its own window. It signs you in; the code in it goes to that person's server
only and is good until the demo stops.

  Alice  ${demo.alice.handle}
         ${demo.alice.link}

  Bob    ${demo.bob.handle}
         ${demo.bob.link}

In Alice's window choose "New conversation" and enter ${demo.bob.handle}
Press Ctrl-C to stop.
`);
  const stop = async () => {
    await demo.close();
    console.log(`\nStopped. The data stays in ${dataDir}; start again to go on.`);
    process.exit(0);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

/**
 * Everything fresh: other ports and an empty folder, so that a running demo is not touched.
 * @param {import("./browsers.js").BrowserName} browser
 * @param {string | undefined} data
 */
async function runCheck(browser, data) {
  const started = performance.now();
  const dataDir = data ? resolve(data) : await mkdtemp(join(tmpdir(), "waxseal-check-"));
  const timer = setTimeout(() => {
    fail(`FAILED: not finished after ${CHECK_LIMIT_MS / 1000} seconds.`);
  }, CHECK_LIMIT_MS);
  /** @type {string | undefined} */
  let failure;
  try {
    const demo = await startDemo({ dataDir, log: (line) => console.log(line) });
    try {
      await playConversation(demo, { dataDir, browser, say: (line) => console.log(line) });
    } finally {
      await demo.close();
    }
  } catch (error) {
    failure = sentenceOf(error);
  } finally {
    clearTimeout(timer);
    if (!data) await rm(dataDir, { recursive: true, force: true, maxRetries: 3 });
  }
  if (failure !== undefined) fail(`FAILED: ${failure}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `\nPASSED in ${seconds} s: Alice, Bob and Carol wrote to each other, before and after a reload.`,
  );
}
