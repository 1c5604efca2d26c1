/** Between plain text and the HTML of a message's content. */

const ESCAPES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const ENTITIES = new Map(
  Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" }),
);

/**
 * @param {string} text
 * @returns {string}
 */
export function htmlOfText(text) {
  const escaped = text.replace(/[&<>"']/g, (c) => ESCAPES[/** @type {keyof ESCAPES} */ (c)]);
  return `<p>${escaped.replace(/\r\n?|\n/g, "<br>")}</p>`;
}

/**
 * What HTML says, for lists, notifications and programs. The result is text: shown as HTML it would
 * not be safe.
 * @param {string} html
 * @returns {string}
 */
export function textOfHtml(html) {
  return html
    .replace(/<(script|style)\b[\s\S]*?(<\/\1\s*>|$)/gi, "")
    .replace(/<br\s*\/?>/gi, "\n")
    .replace(/<\/(p|div|li|blockquote|h[1-6])\s*>/gi, "\n")
    .replace(/<[^>]*(>|$)/g, "")
    .replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, decodeEntity)
    .replace(/\n+$/, "");
}

/**
 * @param {string} whole
 * @param {string | undefined} hex
 * @param {string | undefined} decimal
 * @param {string | undefined} name
 */
function decodeEntity(whole, hex, decimal, name) {
  if (name !== undefined) return ENTITIES.get(name) ?? whole;
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const isScalar = point > 0 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff);
  return isScalar ? String.fromCodePoint(point) : "\ufffd";
}
