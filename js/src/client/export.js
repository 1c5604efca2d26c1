/** Everything that a user can read on this device, as one object for JSON. It holds no keys of ours. */
import { toBase64 } from "../bytes.js";

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./attachment.js").Attachment} Attachment */

const FORMAT = 1;

/**
 * @param {object} what
 * @param {{ id: string, name: string, handle: string }} what.profile
 * @param {Conversation[]} what.conversations
 * @param {import("./records.js").ContactRecord[]} what.contacts
 * @param {{ remoteFiles?: boolean }} options
 */
export async function exportOf({ profile, conversations, contacts }, { remoteFiles = false }) {
  const list = [];
  for (const conversation of conversations) list.push(await one(conversation, remoteFiles));
  return {
    format: `Waxseal export, version ${FORMAT}`,
    exported: new Date().toISOString(),
    account: profile,
    conversations: list,
    contacts,
  };
}

/**
 * @param {Conversation} conversation
 * @param {boolean} remoteFiles
 */
async function one(conversation, remoteFiles) {
  const { id, name, state, created, inviter, members } = conversation;
  const messages = [];
  for (const message of conversation.messages) {
    if (message.kind === "notice") messages.push(message);
    else {
      const files = message.attachments.map((file) => fileOf(file, remoteFiles));
      messages.push({ ...message, attachments: await Promise.all(files) });
    }
  }
  return { id, name, state, created, inviter, members, messages };
}

/**
 * @param {Attachment} file
 * @param {boolean} remoteFiles
 */
async function fileOf(file, remoteFiles) {
  const { type, mediaType, name, width, height, size, readable, remote } = file;
  const about = { type, mediaType, name, width, height, size };
  if (!readable || (remote && !remoteFiles)) return { ...about, missing: true };
  try {
    const octets = new Uint8Array(await (await file.load()).arrayBuffer());
    return { ...about, base64: toBase64(octets) };
  } catch {
    // A request that was not accepted, or a server that does not answer: the rest is worth having.
    return { ...about, missing: true };
  }
}
