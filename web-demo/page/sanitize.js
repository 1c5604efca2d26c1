/**
 * HTML of others, made harmless: text formatting and web links as Mastodon allows them, nothing that
 * loads, runs, styles or names anything. Content-Security-Policy and Trusted Types stand behind it.
 */
import DOMPurify from "dompurify";

const TAGS = "p br a span del pre code em strong b i u blockquote ul ol li".split(" ");

DOMPurify.addHook("afterSanitizeAttributes", (element) => {
  if (element.tagName !== "A" || !element.hasAttribute("href")) return;
  element.setAttribute("rel", "nofollow noopener noreferrer");
  element.setAttribute("target", "_blank");
});

/**
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function sanitize(html) {
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ["href"],
    ALLOW_ARIA_ATTR: false,
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^https?:\/\/[^\s]/i,
    RETURN_DOM_FRAGMENT: true,
  });
}
