// Loading the core: every kind of source, every kind of failure.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, before, describe, mock, test } from "node:test";
import { Core } from "../../js/src/wasm/core.js";
import { compile, packagedWasm } from "../../js/src/wasm/source.js";
import { Request } from "../../js/src/wasm/wire.js";

const wasm = readFileSync(packagedWasm());
const EMPTY_MODULE = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);

/** (module (func (export "trap") unreachable)) */
const TRAP_MODULE = new Uint8Array([
  ...EMPTY_MODULE,
  ...[1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 7, 8, 1, 4, 0x74, 0x72, 0x61, 0x70, 0, 0],
  ...[10, 5, 1, 3, 0, 0, 0x0b],
]);
const { trap } = new WebAssembly.Instance(new WebAssembly.Module(TRAP_MODULE)).exports;

let copies = 0;
/** A loader of its own: as in a new page. */
const freshLoader = () => import(`../../js/src/wasm/init.js?copy=${copies++}`);

/** @type {import("node:http").Server} */
let server;
/** @type {string} */
let origin;
before(async () => {
  /** @type {Record<string, string>} */
  const types = { "/core.wasm": "application/wasm", "/octets": "application/octet-stream" };
  server = createServer((req, res) => {
    const type = types[req.url ?? ""];
    if (!type) return res.writeHead(404).end();
    res.writeHead(200, { "content-type": type }).end(wasm);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`;
});
after(() => {
  server.close();
  server.closeAllConnections();
});

describe("sources", () => {
  const sources = {
    "the package's file": () => undefined,
    "a file address": () => packagedWasm(),
    octets: () => wasm,
    "an ArrayBuffer": () => new Uint8Array(wasm).buffer,
    "a module": () => new WebAssembly.Module(wasm),
    "an address with the right type": () => new URL("/core.wasm", origin),
    "an address, as text, with another type": () => `${origin}/octets`,
    "a response": () => fetch(`${origin}/core.wasm`),
  };
  for (const [name, source] of Object.entries(sources)) {
    test(name, async () => {
      const loader = await freshLoader();
      await loader.init({ wasm: await source() });
      assert.ok(loader.core() instanceof Core);
    });
  }
});

describe("init", () => {
  test("loads once however often it is called", async () => {
    const loader = await freshLoader();
    await Promise.all([loader.init(), loader.init()]);
    const first = loader.core();
    await loader.init();
    assert.equal(loader.core(), first);
  });

  test("before it, the core is not there, and says so", async () => {
    const loader = await freshLoader();
    assert.throws(() => loader.core(), { code: "CORE_NOT_LOADED", message: /init\(\)/ });
  });

  test("where there is no room for another memory, it says so", async (t) => {
    const loader = await freshLoader();
    const full = new RangeError("Out of memory: Cannot allocate Wasm memory for new instance");
    t.mock.method(WebAssembly, "instantiate", () => Promise.reject(full));
    await assert.rejects(loader.init(), { code: "WASM_MEMORY", cause: full });
  });

  test("the module without the engine has all of MLS, and says what it lacks", async () => {
    const loader = await freshLoader();
    await loader.init({ wasm: readFileSync(new URL("../../js/dist/mls.wasm", import.meta.url)) });
    assert.ok(loader.core().call("wx_suites").list);
    const octets = Uint8Array.of(1, 2, 3);
    const request = { octets, wipe: () => void octets.fill(0) };
    assert.throws(() => loader.core().call("wx_fedi_new", request), { code: "WASM_PARTIAL" });
    assert.deepEqual([...octets], [0, 0, 0]);
    assert.equal(loader.core().broken, false);
  });

  /** @type {[string, () => any, string][]} */
  const failures = [
    ["what is not wasm", () => new Uint8Array([1, 2, 3]), "WASM_INVALID"],
    ["another module", () => EMPTY_MODULE, "WASM_INVALID"],
    ["a cut module", () => wasm.subarray(0, wasm.length >> 1), "WASM_INVALID"],
    ["a number", () => 5, "WASM_INVALID"],
    ["an address that is not there", () => `${origin}/nothing`, "WASM_LOAD"],
    ["a server that is not there", () => "http://127.0.0.1:1/core.wasm", "WASM_LOAD"],
    ["a file that is not there", () => new URL("./nothing.wasm", import.meta.url), "WASM_LOAD"],
  ];
  for (const [name, source, code] of failures) {
    test(`${name} is ${code}, and the next call tries anew`, async () => {
      const loader = await freshLoader();
      await assert.rejects(loader.init({ wasm: source() }), { name: "WaxsealError", code });
      await loader.init({ wasm });
      assert.ok(loader.core());
    });
  }

  test("WASM_LOAD names waxseal/inline", async () => {
    await assert.rejects(compile(`${origin}/nothing`), { message: /waxseal\/inline/ });
  });

  const refusals = [
    "WebAssembly.compile(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source of script",
    "call to WebAssembly.compile() blocked by CSP",
  ];
  for (const message of refusals) {
    test(`a Content-Security-Policy in the way is explained (${message.slice(0, 24)}…)`, async () => {
      const refusing = mock.method(WebAssembly, "compile", async () => {
        throw new WebAssembly.CompileError(message);
      });
      const error = await compile(wasm).catch((e) => e);
      refusing.mock.restore();
      assert.equal(error.code, "WASM_BLOCKED");
      assert.match(error.message, /'wasm-unsafe-eval'/);
      assert.match(error.message, /\/inline/);
    });
  }
});

describe("a core that breaks", () => {
  test("is not called again, and init() makes a new one", async () => {
    const loader = await freshLoader();
    // A core with one export that traps.
    const original = WebAssembly.instantiate;
    const instantiating = mock.method(
      WebAssembly,
      "instantiate",
      async (/** @type {WebAssembly.Module} */ module, /** @type {any} */ imports) => {
        const { exports } = /** @type {any} */ (await original(module, imports));
        return { exports: { ...exports, wx_vault_key_new: trap } };
      },
    );
    await loader.init({ wasm });
    instantiating.mock.restore();
    const broken = loader.core();
    assert.throws(() => broken.call("wx_vault_key_new"), { code: "CORE_BROKEN" });
    assert.throws(() => broken.call("wx_suites"), { code: "CORE_BROKEN" });
    assert.ok(broken.broken);
    await loader.init({ wasm });
    assert.notEqual(loader.core(), broken);
    assert.equal(loader.core().call("wx_vault_key_new").bytes().length, 32);
  });
});

describe("a random generator that fails", () => {
  /** @type {[string, (work: () => void) => void][]} */
  const ways = [
    [
      "throws",
      (work) => {
        const failing = mock.method(globalThis.crypto, "getRandomValues", () => {
          throw new Error("no entropy");
        });
        work();
        failing.mock.restore();
      },
    ],
    [
      "is missing",
      (work) => {
        const crypto = Object.getOwnPropertyDescriptor(globalThis, "crypto");
        Object.defineProperty(globalThis, "crypto", { value: undefined, configurable: true });
        work();
        Object.defineProperty(globalThis, "crypto", /** @type {PropertyDescriptor} */ (crypto));
      },
    ],
  ];
  for (const [name, without] of ways) {
    test(`${name}: NO_RANDOMNESS, and the core goes on`, async () => {
      const core = await Core.instantiate(await WebAssembly.compile(wasm));
      const error = { code: "NO_RANDOMNESS", message: /random number generator failed/ };
      const key = core.call("wx_vault_key_new").bytes();
      const vault = core.call("wx_vault_new", new Request().bytes(key).text("").text("")).u32();
      const seal = () => new Request().u32(vault).text("name").u64(1).bytes(key);
      without(() => {
        assert.throws(() => core.call("wx_vault_key_new"), error);
        assert.throws(() => core.call("wx_vault_seal", seal()), error);
        core.call("wx_suites");
      });
      assert.equal(core.broken, false);
      assert.equal(core.call("wx_vault_key_new").bytes().length, 32);
      const sealed = core.call("wx_vault_seal", seal()).bytes();
      const open = new Request().u32(vault).text("name").u64(1).bytes(sealed);
      assert.deepEqual(core.call("wx_vault_open", open).bytes(), key);
    });
  }
});

describe("the boundary", () => {
  test("requests that are cut or too long are refused", async () => {
    const core = await Core.instantiate(await WebAssembly.compile(wasm));
    const names = Object.keys(exportsOf(wasm)).filter((name) =>
      /^wx_(group|vault|key|mess)/.test(name),
    );
    for (const name of names) {
      if (name === "wx_vault_key_new") continue;
      for (const len of [0, 1, 3, 4, 9, 64]) {
        const request = new Request();
        for (let i = 0; i < len; i++) request.u32(0xffffffff);
        assert.throws(
          () => core.call(name, request),
          { code: "INVALID_ARGUMENT" },
          `${name} ${len}`,
        );
      }
    }
    assert.equal(core.broken, false);
  });

  test("handles that were not given out are refused, and releasing them does nothing", async () => {
    const core = await Core.instantiate(await WebAssembly.compile(wasm));
    const key = core.call("wx_vault_key_new").bytes();
    const vault = core.call("wx_vault_new", new Request().bytes(key).text("").text("")).u32();
    const seal = (/** @type {number} */ handle) =>
      new Request().u32(handle).text("name").u64(1).bytes(key);
    assert.ok(core.call("wx_vault_seal", seal(vault)).bytes().length > 32);
    for (const handle of [0, vault + 1, vault + 65536, 0xffffffff, 0xffff]) {
      core.release(handle);
      assert.throws(() => core.call("wx_vault_seal", seal(handle)), { code: "INVALID_ARGUMENT" });
      const describe = new Request().u32(handle);
      assert.throws(() => core.call("wx_group_describe", describe), { code: "INVALID_ARGUMENT" });
    }
    // A vault is not a group.
    assert.throws(() => core.call("wx_group_describe", new Request().u32(vault)), {
      code: "INVALID_ARGUMENT",
    });
    core.release(vault);
    assert.throws(() => core.call("wx_vault_seal", seal(vault)), { code: "INVALID_ARGUMENT" });
    core.release(vault);
  });
});

/** @param {Uint8Array<ArrayBuffer>} octets */
function exportsOf(octets) {
  const module = new WebAssembly.Module(octets);
  return Object.fromEntries(WebAssembly.Module.exports(module).map(({ name }) => [name, true]));
}
