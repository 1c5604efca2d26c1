// What the scenarios are given: the same KeyPackages of fillers for every library, and a prepared group
// for scenarios/warm.js. Made anew in each run, as KeyPackages expire.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import * as mls from "../../js/src/mls/index.js";
import { wrapKeyPackage } from "../libraries/library.js";
import { FILLERS, identityOf } from "../scenarios/scenario.js";
import { WARM_SIZE } from "../scenarios/warm.js";
import { BUILD, ROOT } from "./libraries.mjs";

/** @param {number} suite */
const fileOf = (suite) => `${BUILD}inputs-${suite}.json`;

const wasm = pathToFileURL(`${ROOT}js/dist/core.wasm`);

/** Octet strings, each after its length in four octets, in base64. @param {Uint8Array[]} list */
function pack(list) {
  const parts = list.flatMap((octets) => {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(octets.length);
    return [head, octets];
  });
  return Buffer.concat(parts).toString("base64");
}

/** @param {number} suite @param {number} number of the identity */
function newDevice(suite, number) {
  const key = mls.createVaultKey();
  const vault = new mls.Vault(key);
  const { signatureKey } = mls.createSignatureKey({ vault, suite });
  return { key, vault, signatureKey, suite, identity: identityOf(number) };
}

/** @param {number} suite @param {number} count */
function fillers(suite, count) {
  const list = [];
  for (let i = 0; i < count; i++) {
    const device = newDevice(suite, FILLERS + i);
    list.push(wrapKeyPackage(mls.createKeyPackage(device).keyPackage));
    device.vault.close();
  }
  return list;
}

/**
 * Every member commits once, when it adds the next one. The state is the last one's, who has a whole
 * tree before it: leaf WARM_SIZE - 1.
 * @param {number} suite
 */
function warmGroup(suite) {
  const accept = () => true;
  let device = newDevice(suite, 0x4000);
  let group = mls.createGroup({ ...device, groupId: "warm", accept });
  for (let leaf = 1; leaf < WARM_SIZE; leaf++) {
    const next = newDevice(suite, 0x4000 + leaf);
    const { keyPackage, secret } = mls.createKeyPackage(next);
    const { welcome } = group.add([keyPackage]);
    if (!welcome) throw new Error("An add gave no Welcome.");
    group.close();
    device.vault.close();
    group = mls.joinGroup({ vault: next.vault, welcome, secret, accept });
    device = next;
  }
  const { epoch, ratchet } = group.save({ always: true });
  if (!epoch) throw new Error("save({ always: true }) gave no epoch record.");
  group.close();
  return [device.key, epoch.sealed, ratchet.sealed];
}

/** @param {number} suite @param {number} count of fillers */
export async function makeInputs(suite, count) {
  await mls.init({ wasm });
  const inputs = { fillers: pack(fillers(suite, count)), warm: pack(warmGroup(suite)) };
  await mkdir(BUILD, { recursive: true });
  await writeFile(fileOf(suite), JSON.stringify(inputs));
}

/** @param {number} suite @returns {Promise<Record<string, string>>} */
export async function readInputs(suite) {
  return JSON.parse(await readFile(fileOf(suite), "utf8"));
}
