/**
 * core-crypto 10.3.0 (OpenMLS) as WebAssembly. It has no calls outside transactions over a database of
 * its own, which is in memory here; each call below is one transaction. It hands its commits to a
 * "transport", which keeps them for us.
 */
import * as cc from "@wireapp/core-crypto/browser";
import { NO_OCTETS, unwrapKeyPackage, wrapKeyPackage } from "./library.js";

/** @param {string} identity as uuid:hexdevice@domain, the only form it takes */
function clientId(identity) {
  const match = /^([0-9a-f-]{36}):([0-9a-f]+)@(.+)$/.exec(identity);
  if (!match) throw new Error(`core-crypto takes no identity like ${identity}`);
  const [, user, device, domain] = match;
  const deviceId = cc.DeviceId.fromHexString(device.padStart(16, "0"));
  return new cc.ClientId(new cc.Uuid(user), deviceId, domain);
}

/** @type {import("./library.js").Load} */
export async function load({ suite, wasm }) {
  await cc.initWasmModule(wasm);

  /**
   * @param {any} group
   * @param {(context: any) => Promise<unknown>} action which sends a commit
   */
  async function commit({ client }, action) {
    client.sent = undefined;
    await client.core.transaction(action);
    if (!client.sent) throw new Error("core-crypto sent no commit.");
    return client.sent;
  }

  return {
    name: "core-crypto",
    async client(identity) {
      const core = cc.CoreCrypto.new(await cc.Database.inMemory());
      /** @type {any} */
      const client = { core, sent: undefined, credential: undefined };
      const transport = {
        /** @param {any} bundle */
        async sendCommitBundle({ commit, welcome }) {
          // Copies, as what comes may be views into the module's memory.
          client.sent = {
            commit: commit.slice(),
            welcome: welcome ? welcome.serialize().slice() : NO_OCTETS,
          };
        },
        /** @param {any} secret */
        prepareForTransport: async (secret) => secret,
      };
      client.credential = await core.transaction(async (/** @type {any} */ context) => {
        await context.mlsInit(clientId(identity), transport);
        return context.addCredential(cc.Credential.basic(suite, clientId(identity)));
      });
      return client;
    },
    keyPackage: ({ core, credential }) =>
      core.transaction(async (/** @type {any} */ context) =>
        wrapKeyPackage((await context.generateKeyPackage(credential)).serialize()),
      ),
    async create(client, groupId) {
      const id = new cc.ConversationId(/** @type {any} */ (groupId));
      await client.core.transaction((/** @type {any} */ context) =>
        context.createConversation(id, client.credential),
      );
      return { client, id };
    },
    add: (group, keyPackages) =>
      commit(group, (context) =>
        context.addClientsToConversation(
          group.id,
          keyPackages.map((octets) => {
            const raw = /** @type {any} */ (unwrapKeyPackage(octets));
            return new cc.KeyPackage(raw);
          }),
        ),
      ),
    async join(client, octets) {
      const welcome = new cc.Welcome(/** @type {any} */ (octets));
      const id = await client.core.transaction((/** @type {any} */ context) =>
        context.processWelcomeMessage(welcome),
      );
      return { client, id };
    },
    update: (group) => commit(group, (context) => context.updateKeyingMaterial(group.id)),
    remove: (group, { identity }) =>
      commit(group, (context) =>
        context.removeClientsFromConversation(group.id, [clientId(identity)]),
      ),
    async process({ client, id }, octets) {
      const { tag } = await client.core.transaction((/** @type {any} */ context) =>
        context.decryptMessage(id, octets),
      );
      if (tag !== "Commit") throw new Error(`This is no commit, but: ${tag}`);
    },
    protect: ({ client, id }, content) =>
      client.core.transaction((/** @type {any} */ context) => context.encryptMessage(id, content)),
    async unprotect({ client, id }, octets) {
      const { tag, inner } = await client.core.transaction((/** @type {any} */ context) =>
        context.decryptMessage(id, octets),
      );
      if (tag !== "Text") throw new Error(`This is no text, but: ${tag}`);
      return inner.plaintext;
    },
    exported: async ({ client, id }) => (await client.core.exportSecretKey(id, 32)).copyBytes(),
  };
}
