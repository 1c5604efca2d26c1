/** The messages and notices of a conversation. */

/** @typedef {import("./step.js").Step} Step */
/** @typedef {import("./context.js").Context} Context */
/** @typedef {import("./records.js").MessageRecord} MessageRecord */
/** @typedef {import("./records.js").NoteRecord} NoteRecord */

/** What notices say; the actor stands in front. Errors bring their own sentences. */
const NOTICES = {
  "member-added": "was added to the conversation.",
  "member-removed": "is not in the conversation any more.",
  "new-device": "uses a new device. If in doubt, ask them whether it is theirs.",
  "key-changed":
    "has changed keys: a new app, or somebody else. Ask them another way before you trust it.",
  removed: "You are not in this conversation any more. What others write from now on stays unread.",
  "change-failed":
    "Somebody else changed the members at the same time, again and again. Make the change once more.",
};

/** @param {string} conversation id */
export function bucketOfMessages(conversation) {
  return `message/${conversation}/`;
}

/**
 * Adds a note and shows it once it is stored.
 * @param {Context} context
 * @param {Step} step
 * @param {string} conversation id
 * @param {NoteRecord} note
 * @returns {string} the record's name
 */
export function addNote(context, step, conversation, note) {
  const name = step.append(bucketOfMessages(conversation), note);
  step.after(() => announce(context, "message", conversation, note));
  return name;
}

/**
 * Adds a notice, unless it would repeat the last one.
 * @param {Context} context
 * @param {Step} step
 * @param {string} conversation id
 * @param {string} code of NOTICES, or of an error together with its sentence
 * @param {string | undefined} actor whom it is about
 * @param {string} [sentence]
 */
export function addNotice(context, step, conversation, code, actor, sentence) {
  const last = /** @type {MessageRecord | undefined} */ (
    step.entries(bucketOfMessages(conversation)).at(-1)?.[1]
  );
  if (last?.kind === "notice" && last.code === code && last.actor === actor) return;
  const known = NOTICES[/** @type {keyof NOTICES} */ (code)];
  const text = sentence ?? (actor === undefined ? known : `${actor} ${known}`);
  /** @type {import("./records.js").NoticeRecord} */
  const notice = {
    kind: "notice",
    id: `urn:uuid:${crypto.randomUUID()}`,
    code,
    actor,
    published: new Date().toISOString(),
    text,
  };
  step.append(bucketOfMessages(conversation), notice);
  step.after(() => announce(context, "notice", conversation, notice));
}

/**
 * @param {Context} context
 * @param {"message" | "notice"} type
 * @param {string} id of the conversation
 * @param {MessageRecord} message
 */
export function announce(context, type, id, message) {
  const conversation = context.conversation(id);
  const name = type === "message" ? "note" : "notice";
  context.emit(type, { conversation, [name]: message });
  context.emit("conversation", { conversation });
}

/**
 * Changes the state of an own note.
 * @param {Context} context
 * @param {Step} step
 * @param {string} name of the record
 * @param {string} conversation id
 * @param {NoteRecord["state"]} state
 */
export function setState(context, step, name, conversation, state) {
  const note = step.get(name);
  if (!note || note.state === state) return;
  step.put(name, { ...note, state });
  step.after(() =>
    context.emit("conversation", { conversation: context.conversation(conversation) }),
  );
}
