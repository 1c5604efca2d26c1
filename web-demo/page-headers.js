/**
 * The headers with which the page is served. The policy allows this page's own files, WebAssembly,
 * and connections to servers on this machine; nothing else, no inline code or style, and no text
 * that becomes markup without a sanitiser (Trusted Types).
 */
import { createHash } from "node:crypto";

/**
 * @param {object} options
 * @param {string} options.importMap text of the page's only inline script
 * @param {boolean} options.allowWasm
 */
export function contentSecurityPolicy({ importMap, allowWasm }) {
  const hash = createHash("sha256").update(importMap).digest("base64");
  return [
    "default-src 'none'",
    `script-src 'self' ${allowWasm ? "'wasm-unsafe-eval' " : ""}'sha256-${hash}'`,
    "style-src 'self'",
    // Files of messages, which the page has in memory.
    "img-src 'self' data: blob:",
    "media-src blob:",
    "connect-src 'self' http://127.0.0.1:*",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // waxseal: the address of its worker.
    "trusted-types lit-html dompurify waxseal",
  ].join("; ");
}

/** @param {string} policy */
export function securityHeaders(policy) {
  return {
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-cache",
  };
}
