// The calls of ts-mls about groups that follow from groups, for both versions.
import * as ts1 from "ts-mls";
import * as ts2 from "ts-mls-2";
import { tsMls1 } from "./ts_mls_1.mjs";
import { contextOf, tsMls2 } from "./ts_mls_2.mjs";
import { SUITES } from "./ts_mls_names.mjs";

/** @typedef {import("./ts_mls.mjs").KeyPackagePair} KeyPackagePair */
/** @typedef {import("./ts_mls.mjs").Context} Context */
/**
 * Parents are states; `made` are results with newState and a Welcome without the ratchet tree.
 * @typedef {object} Following
 * @property {import("./ts_mls.mjs").Library} library
 * @property {(state: any, groupId: Uint8Array, suite: number, context: Context) => Promise<any>} end
 * @property {(parent: any, own: KeyPackagePair, others: any[], groupId: Uint8Array, context: Context)
 *   => Promise<any>} reinit
 * @property {(parent: any, own: KeyPackagePair, others: any[], groupId: Uint8Array, context: Context)
 *   => Promise<any>} branch
 * @property {(parent: any, welcome: any, own: KeyPackagePair, context: Context) => Promise<any>}
 *   joinReinit
 * @property {(parent: any, welcome: any, own: KeyPackagePair, context: Context) => Promise<any>}
 *   joinBranch
 * @property {(made: any) => any} welcomeOf
 */

const nameOf = (/** @type {number} */ suite) => /** @type {any} */ (SUITES[suite]);

/** @type {Following} */
const following1 = {
  library: tsMls1,
  end: (state, groupId, suite, { impl }) =>
    ts1.reinitGroup(state, groupId, "mls10", nameOf(suite), [], impl),
  reinit: (parent, { publicPackage, privatePackage }, others, groupId, { suite }) =>
    ts1.reinitCreateNewGroup(
      parent,
      publicPackage,
      privatePackage,
      others,
      groupId,
      nameOf(suite),
      [],
    ),
  branch: (parent, { publicPackage, privatePackage }, others, groupId, { impl }) =>
    ts1.branchGroup(parent, publicPackage, privatePackage, others, groupId, impl),
  joinReinit: (parent, welcome, { publicPackage, privatePackage }) =>
    ts1.joinGroupFromReinit(parent, welcome, publicPackage, privatePackage, undefined),
  joinBranch: (parent, welcome, { publicPackage, privatePackage }, { impl }) =>
    ts1.joinGroupFromBranch(parent, welcome, publicPackage, privatePackage, undefined, impl),
  welcomeOf: ({ welcome }) => ({ welcome, wireformat: "mls_welcome", version: "mls10" }),
};

/** @type {Following} */
const following2 = {
  library: tsMls2,
  end: (state, groupId, suite, context) =>
    ts2.reinitGroup({
      context: contextOf(context),
      state,
      groupId,
      version: "mls10",
      cipherSuite: nameOf(suite),
      extensions: [],
    }),
  reinit: (parent, { publicPackage, privatePackage }, others, groupId, context) =>
    ts2.reinitCreateNewGroup({
      context: contextOf(context),
      state: parent,
      keyPackage: publicPackage,
      privateKeyPackage: privatePackage,
      memberKeyPackages: others,
      groupId,
      cipherSuite: nameOf(context.suite),
    }),
  branch: (parent, { publicPackage, privatePackage }, others, newGroupId, context) =>
    ts2.branchGroup({
      context: contextOf(context),
      state: parent,
      keyPackage: publicPackage,
      privateKeyPackage: privatePackage,
      memberKeyPackages: others,
      newGroupId,
    }),
  joinReinit: (suspendedState, welcome, { publicPackage, privatePackage }, context) =>
    ts2.joinGroupFromReinit({
      context: contextOf(context),
      welcome,
      suspendedState,
      keyPackage: publicPackage,
      privateKeyPackage: privatePackage,
    }),
  joinBranch: (oldState, welcome, { publicPackage, privatePackage }, context) =>
    ts2.joinGroupFromBranch({
      context: contextOf(context),
      oldState,
      welcome,
      keyPackage: publicPackage,
      privateKeyPackage: privatePackage,
    }),
  welcomeOf: ({ welcome }) => welcome,
};

export const FOLLOWING = [following1, following2];
