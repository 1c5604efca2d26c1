/**
 * HTTP signatures as the fediverse uses them: draft-cavage-http-signatures-12 with rsa-sha256, over
 * `(request-target)`, `host`, `date` and, with a body, `digest`.
 */
import { createHash, sign, timingSafeEqual, verify } from "node:crypto";

/**
 * How far a request's Date may be from our clock. Within it a captured POST can be repeated, which
 * the inbox notices by the activity's id.
 */
export const MAX_CLOCK_SKEW_MS = 10 * 60 * 1000;

/** A signature that does not hold; the message is a sentence for the sender. */
export class SignatureError extends Error {
  /** @param {string} sentence */
  constructor(sentence) {
    super(sentence);
    this.name = "SignatureError";
  }
}

/** @param {Buffer} body */
export function digestOf(body) {
  return `SHA-256=${createHash("sha256").update(body).digest("base64")}`;
}

/**
 * The text that is signed: one line per header named, in the order named.
 * @param {string[]} names lower case
 * @param {string} method
 * @param {string} target path and query
 * @param {Record<string, string | string[] | undefined>} headers lower-case names
 */
function signingString(names, method, target, headers) {
  const lines = names.map((name) => {
    if (name === "(request-target)") return `${name}: ${method.toLowerCase()} ${target}`;
    const value = headers[name];
    if (typeof value !== "string") throw new SignatureError(`The header "${name}" is missing.`);
    return `${name}: ${value.trim()}`;
  });
  return Buffer.from(lines.join("\n"));
}

/**
 * The headers to send with a signed request.
 * @param {{ keyId: string, privateKey: import("node:crypto").KeyObject }} signer
 * @param {{ method: string, url: URL, body?: Buffer | undefined, date?: Date }} request
 * @returns {Record<string, string>}
 */
export function signatureHeaders(signer, { method, url, body, date = new Date() }) {
  /** @type {Record<string, string>} */
  const headers = {
    host: url.host,
    date: date.toUTCString(),
    ...(body === undefined ? {} : { digest: digestOf(body) }),
  };
  const names = ["(request-target)", ...Object.keys(headers)];
  const text = signingString(names, method, url.pathname + url.search, headers);
  const signature = sign("sha256", text, signer.privateKey).toString("base64");
  headers.signature =
    `keyId="${signer.keyId}",algorithm="rsa-sha256",` +
    `headers="${names.join(" ")}",signature="${signature}"`;
  return headers;
}

/**
 * @param {string} header
 * @returns {{ keyId: string, names: string[], signature: Buffer }}
 * @throws {SignatureError}
 */
export function parseSignature(header) {
  /** @type {Map<string, string>} */
  const parameters = new Map();
  for (const [, name = "", value = ""] of header.matchAll(/(?:^|,)\s*(\w+)="([^"]*)"/g)) {
    if (parameters.has(name)) throw new SignatureError(`The signature names "${name}" twice.`);
    parameters.set(name, value);
  }
  const keyId = parameters.get("keyId");
  const signature = parameters.get("signature");
  const names = (parameters.get("headers") ?? "date").toLowerCase().split(" ");
  const algorithm = parameters.get("algorithm") ?? "hs2019";
  if (!keyId || !signature) throw new SignatureError("The signature lacks keyId or signature.");
  // hs2019 leaves the algorithm to the key, which is RSA for every key accepted here.
  if (algorithm !== "rsa-sha256" && algorithm !== "hs2019") {
    throw new SignatureError("The signature's algorithm must be rsa-sha256.");
  }
  return { keyId, names, signature: Buffer.from(signature, "base64") };
}

/**
 * Everything about a signed request that needs no key: what is covered, the date, the host, the
 * digest. Returns a function that checks the signature with a key.
 * @param {{ method: string, target: string,
 *   headers: Record<string, string | string[] | undefined> }} request
 * @param {{ host: string, body?: Buffer | undefined, now?: number }} expected `body` for a request
 *   with one; `now` in milliseconds
 * @returns {{ keyId: string, holds: (key: import("node:crypto").KeyObject) => boolean }}
 * @throws {SignatureError}
 */
export function checkRequest({ method, target, headers }, { host, body, now = Date.now() }) {
  const header = headers.signature;
  if (typeof header !== "string") throw new SignatureError("The request is not signed.");
  const { keyId, names, signature } = parseSignature(header);
  const needed = ["(request-target)", "host", "date", ...(body === undefined ? [] : ["digest"])];
  const uncovered = needed.find((name) => !names.includes(name));
  if (uncovered) throw new SignatureError(`The signature does not cover "${uncovered}".`);
  if (headers.host !== host) throw new SignatureError("The request was signed for another host.");
  const age = Math.abs(now - Date.parse(String(headers.date)));
  if (!(age <= MAX_CLOCK_SKEW_MS)) {
    throw new SignatureError("The date is too far from this server's clock; check the clocks.");
  }
  if (body !== undefined) checkDigest(String(headers.digest), body);
  const text = signingString(names, method, target, headers);
  return { keyId, holds: (key) => verify("sha256", text, key, signature) };
}

/**
 * @param {string} header may hold several digests; SHA-256 must be among them
 * @param {Buffer} body
 */
function checkDigest(header, body) {
  const found = /(?:^|,)\s*sha-256=([^,\s]+)/i.exec(header)?.[1] ?? "";
  const claimed = Buffer.from(found, "base64");
  const actual = createHash("sha256").update(body).digest();
  if (claimed.length !== actual.length || !timingSafeEqual(claimed, actual)) {
    throw new SignatureError("The digest does not match the body.");
  }
}
