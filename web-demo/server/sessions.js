/**
 * Who is asking: bearer tokens, and sign-in codes that are exchanged for one.
 *
 * A code stands in the link that `web-demo/run` prints; a token never stands in an address. Tokens are
 * stored as SHA-256 only; codes live in memory until the server stops.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { HttpError } from "./answer.js";
import { readObject } from "./body.js";

/** @typedef {import("./users.js").User} User */
/** @typedef {import("./router.js").Exchange} Exchange */

/** Tokens kept per user; the oldest goes when a further one is made. */
const MAX_TOKENS = 64;

/** @param {string} secret */
function hash(secret) {
  return createHash("sha256").update(secret).digest();
}

/** 256 random bits, as text for a URL or a header. */
function newSecret() {
  return randomBytes(32).toString("base64url");
}

export class Sessions {
  /** @type {{ codeHash: Buffer, user: User }[]} */
  #codes = [];
  #users;

  /** @param {import("./users.js").Users} users */
  constructor(users) {
    this.#users = users;
  }

  /** @param {User} user */
  issueToken(user) {
    return user.locked(async () => {
      const token = newSecret();
      const tokenHashes = [...user.record.tokenHashes, hash(token).toString("base64url")];
      await user.update({ tokenHashes: tokenHashes.slice(-MAX_TOKENS) });
      return token;
    });
  }

  /** @param {User} user */
  issueCode(user) {
    const code = newSecret();
    this.#codes.push({ codeHash: hash(code), user });
    return code;
  }

  /** @param {string} code */
  userOfCode(code) {
    const offered = hash(code);
    return this.#codes.find(({ codeHash }) => timingSafeEqual(codeHash, offered))?.user;
  }

  /** @param {string} token */
  userOfToken(token) {
    const offered = hash(token);
    return this.#users
      .all()
      .find((user) => user.record.tokenHashes.some((h) => isHash(h, offered)));
  }

  /**
   * @param {User} user
   * @param {string} token
   */
  revoke(user, token) {
    return user.locked(async () => {
      const offered = hash(token);
      await user.update({
        tokenHashes: user.record.tokenHashes.filter((h) => !isHash(h, offered)),
      });
    });
  }
}

/**
 * @param {string} stored
 * @param {Buffer} offered
 */
function isHash(stored, offered) {
  const octets = Buffer.from(stored, "base64url");
  return octets.length === offered.length && timingSafeEqual(octets, offered);
}

/** @param {import("node:http").IncomingMessage} req */
function bearerToken(req) {
  return /^Bearer +([^\s]+)$/i.exec(req.headers.authorization ?? "")?.[1];
}

/**
 * The user whose token the request carries; undefined when it carries none.
 * @param {Exchange} exchange
 * @throws {HttpError} 401 when it carries one that is not valid
 */
export function signedInUser({ site, req }) {
  if (req.headers.authorization === undefined) return undefined;
  const token = bearerToken(req);
  const user = token === undefined ? undefined : site.sessions.userOfToken(token);
  if (!user) throw unauthorized("The access token is not valid; sign in again.");
  return user;
}

/**
 * @param {Exchange} exchange
 * @throws {HttpError} 401
 */
export function requireUser(exchange) {
  const user = signedInUser(exchange);
  if (!user) throw unauthorized("Sign in first: this needs an access token.");
  return user;
}

/**
 * The user named in the path, who must be the one asking.
 * @param {Exchange} exchange
 * @throws {HttpError} 401, 403, 404
 */
export function requireOwner(exchange) {
  const owner = userInPath(exchange);
  if (requireUser(exchange) !== owner) {
    throw new HttpError(403, "Only its owner can use this address.");
  }
  return owner;
}

/**
 * @param {Exchange} exchange
 * @throws {HttpError} 404
 */
export function userInPath({ site, params }) {
  const user = site.users.byName(params.name ?? "");
  if (!user) throw new HttpError(404, "There is no user of this name here.");
  return user;
}

/** @param {string} sentence */
function unauthorized(sentence) {
  return new HttpError(401, sentence, { "www-authenticate": "Bearer" });
}

/**
 * POST /session { code } answers { actor, token }.
 * @type {import("./router.js").Handler}
 */
export async function openSession({ site, req }) {
  const { code } = await readObject(req);
  const user = typeof code === "string" ? site.sessions.userOfCode(code) : undefined;
  if (!user) {
    throw new HttpError(
      403,
      "The sign-in code is not valid; use the link that the server printed.",
    );
  }
  const token = await site.sessions.issueToken(user);
  return { type: "application/json", json: { actor: user.id, token } };
}

/**
 * DELETE /session makes the token of the request invalid.
 * @type {import("./router.js").Handler}
 */
export async function closeSession(exchange) {
  const user = requireUser(exchange);
  await exchange.site.sessions.revoke(user, bearerToken(exchange.req) ?? "");
  return { status: 204 };
}
