/**
 * A fetch that gives what identifies its user to one server only: cookies go there alone, a bearer
 * token is taken off before a redirection to another server, and nothing is posted to another server
 * because the first one says so.
 */
import { localError } from "../errors.js";
import { hostOf } from "./http.js";
import { Pace } from "./pace.js";

/** @typedef {import("./http.js").Fetch} Fetch */

const REDIRECTIONS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTIONS = 3;

/**
 * @param {Fetch} fetch
 * @param {string} own origin of the own server
 * @param {boolean} cookies whether requests to it carry cookies
 * @returns {Fetch}
 */
export function guardedFetch(fetch, own, cookies) {
  const pace = new Pace();
  return async (first, options = {}) => {
    let url = first;
    let init = options;
    for (let hop = 0; ; hop++) {
      pace.check(url);
      const withCookies = cookies && new URL(url).origin === own;
      const credentials = withCookies ? "include" : "omit";
      const response = await fetch(url, { ...init, credentials, redirect: "manual" });
      pace.note(url, response);
      if (response.type === "opaqueredirect") return hidden(fetch, url, init, withCookies);
      const location = response.headers.get("location");
      if (!REDIRECTIONS.has(response.status) || location === null) return response;
      await response.body?.cancel();
      if (hop === MAX_REDIRECTIONS) throw refused(url, "redirects too often");
      [url, init] = next(url, location, init, response.status);
    }
  };
}

/**
 * Browsers don't say where to. Without cookies they may go on: at another server they take the token
 * off themselves.
 * @param {Fetch} fetch
 * @param {string} url
 * @param {RequestInit} init
 * @param {boolean} withCookies
 */
function hidden(fetch, url, init, withCookies) {
  if (withCookies || !isRead(init)) throw refused(url, "redirects");
  return fetch(url, { ...init, credentials: "omit", redirect: "follow" });
}

/**
 * @param {string} url
 * @param {string} location
 * @param {RequestInit} init
 * @param {number} status
 * @returns {[string, RequestInit]}
 */
function next(url, location, init, status) {
  if (!URL.canParse(location, url)) throw refused(url, "redirects to nowhere");
  const target = new URL(location, url);
  const { origin, protocol } = new URL(url);
  const isSafe = target.protocol === protocol || target.protocol === "https:";
  if (!isSafe) throw refused(url, `redirects to ${target.protocol}`);
  const { body, ...rest } = init;
  const headers = new Headers(init.headers);
  // "See other": the answer to a post is to be read elsewhere.
  const isPost = !isRead(init);
  if (isPost && status === 303) headers.delete("content-type");
  else if (isPost && (status < 307 || target.origin !== origin)) {
    throw refused(url, "redirects what is posted");
  }
  if (target.origin !== origin) headers.delete("authorization");
  const plain = Object.fromEntries(headers);
  if (isPost && status !== 303) return [target.href, { ...init, headers: plain }];
  return [target.href, { ...rest, method: "GET", headers: plain }];
}

/** @param {RequestInit} init */
const isRead = ({ method = "GET" }) => method === "GET" || method === "HEAD";

/** @param {string} url @param {string} what */
const refused = (url, what) => localError("SERVER_REFUSED", { about: `${hostOf(url)} ${what}` });
