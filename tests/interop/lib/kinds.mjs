/** The kinds of members, and what each can do. */
import { coreCryptoMember } from "./core_crypto.mjs";
import { nativeMember } from "./native.mjs";
import { tsMlsMember } from "./ts_mls.mjs";
import { tsMls1 } from "./ts_mls_1.mjs";
import { tsMls2 } from "./ts_mls_2.mjs";
import { waxsealMember } from "./waxseal.mjs";

/**
 * @typedef {object} Kind
 * @property {string} name
 * @property {import("./member.mjs").MakeMember} make
 * @property {readonly number[]} suites
 * @property {readonly ("add" | "remove" | "psk" | "update" | "custom")[]} proposes by reference
 * @property {boolean} custom it lets one list types of proposals, and takes such proposals
 * @property {boolean} privateHandshakes
 * @property {boolean} psks
 * @property {boolean} pending its commit can lose against another member's
 * @property {boolean} echo it takes its own commit when that comes back
 * @property {boolean} mixedCommits proposals of several types, by value and by reference
 * @property {boolean} pathless makes commits without a path where RFC 9420 requires one
 * @property {(adds: boolean) => import("./deviations.mjs").Deviation | undefined} missesRemoval the
 *   deviation by which it does not take a commit that removes it (and adds somebody)
 * @property {boolean} needsRoot it can't process a commit whose path does not reach the root
 * @property {boolean} followsNarrowing it takes an external commit whose Remove narrows the tree
 * @property {number} pastEpochs whose messages it still reads
 * @property {boolean} pastSenders it reads messages of past epochs by members who left since
 * @property {number} skipped so many later messages of a sender may have been read before one
 * @property {import("./deviations.mjs").Deviation | undefined} forgets the deviation by which it does
 *   not read a message after so many
 * @property {readonly import("./deviations.mjs").Deviation[]} always deviations that each member of
 *   the kind meets
 */

/** @type {Omit<Kind, "name" | "make">} */
const WAXSEAL = {
  suites: [1, 2, 3, 4, 5, 6, 7],
  proposes: ["add", "remove", "psk", "update", "custom"],
  custom: true,
  privateHandshakes: true,
  psks: true,
  pending: true,
  echo: true,
  mixedCommits: true,
  pathless: false,
  missesRemoval: () => undefined,
  needsRoot: false,
  followsNarrowing: true,
  pastEpochs: 4,
  pastSenders: true,
  skipped: 60,
  forgets: undefined,
  always: [],
};

/** @type {Omit<Kind, "name" | "make">} */
const TS_MLS = {
  ...WAXSEAL,
  proposes: ["add", "remove", "psk", "custom"],
  echo: false,
  needsRoot: true,
  skipped: 8,
  forgets: "ts-mls-ten-keys",
};

/** @type {readonly Kind[]} */
export const KINDS = [
  { ...WAXSEAL, name: "waxseal native", make: nativeMember },
  // The module for browsers.
  { ...WAXSEAL, name: "waxseal wasm", make: waxsealMember, suites: [1, 2, 3] },
  {
    ...TS_MLS,
    name: tsMls1.kind,
    make: tsMlsMember(tsMls1),
    missesRemoval: (adds) => (adds ? "ts-mls-1-replaced" : undefined),
    always: ["ts-mls-private-psks"],
  },
  {
    ...TS_MLS,
    name: tsMls2.kind,
    make: tsMlsMember(tsMls2),
    pathless: true,
    missesRemoval: () => "ts-mls-2-removed",
    always: ["ts-mls-private-psks", "ts-mls-2-grease-extensions"],
  },
  {
    name: "core-crypto 10.3.0",
    make: coreCryptoMember,
    suites: [1, 2, 3, 5, 7],
    proposes: [],
    custom: false,
    privateHandshakes: false,
    psks: false,
    pending: false,
    echo: false,
    mixedCommits: false,
    pathless: false,
    missesRemoval: () => undefined,
    needsRoot: false,
    followsNarrowing: false,
    pastEpochs: 3,
    pastSenders: false,
    skipped: 1,
    forgets: "core-crypto-out-of-order",
    always: ["core-crypto-identities", "core-crypto-no-authenticator", "core-crypto-raw-messages"],
  },
];
