/**
 * Who is signed in. A link carries the server and a sign-in code in its fragment, which browsers
 * send to no server; the code is exchanged for a bearer token. The token is kept in this tab's
 * sessionStorage: a reload stays signed in, and two people can use two tabs of one browser. It opens
 * no message; the keys for those are in IndexedDB.
 */

/** @typedef {{ actor: string, token: string }} Session */
/** @typedef {{ server: string, code: string }} SignInLink */

const KEY = "waxseal-demo:session";

/** @returns {Session | undefined} */
export function currentSession() {
  const stored = sessionStorage.getItem(KEY);
  return stored === null ? undefined : JSON.parse(stored);
}

/**
 * Reads a sign-in link, or only its part after the #.
 * @param {string} text
 * @returns {SignInLink | undefined} undefined when it is none
 */
export function readLink(text) {
  const parameters = new URLSearchParams(text.trim().replace(/^[^#]*#/, ""));
  const server = parameters.get("server") ?? "";
  const code = parameters.get("code");
  if (!code || !/^https?:\/\//.test(server) || !URL.canParse(server)) return undefined;
  return { server: new URL(server).origin, code };
}

/** Takes a sign-in link out of the address bar, so that it stays in no history. */
export function takeLinkFromAddress() {
  const link = readLink(location.hash);
  if (link) history.replaceState(null, "", location.pathname);
  return link;
}

/**
 * @param {SignInLink} link
 * @returns {Promise<Session>}
 * @throws {Error} with a sentence for people
 */
export async function signIn({ server, code }) {
  const { host } = new URL(server);
  const response = await fetch(`${server}/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  }).catch(() => {
    throw new Error(`The server ${host} can't be reached. Is the demo still running?`);
  });
  const answer = await response.json().catch(() => ({}));
  if (response.status === 403) {
    throw new Error(
      "The sign-in code is not valid any more. Use the link that web-demo/run printed last.",
    );
  }
  const { actor, token } = answer ?? {};
  if (!response.ok || typeof actor !== "string" || typeof token !== "string") {
    throw new Error(`The server ${host} did not answer a sign-in as it should. Check the link.`);
  }
  const session = { actor, token };
  sessionStorage.setItem(KEY, JSON.stringify(session));
  return session;
}

/**
 * Forgets the session here and on the server. Conversations stay, encrypted, for the next sign-in.
 * @param {Session} session
 */
export async function signOut({ actor, token }) {
  sessionStorage.removeItem(KEY);
  const headers = { authorization: `Bearer ${token}` };
  // Without the server the token is forgotten here all the same.
  await fetch(`${new URL(actor).origin}/session`, { method: "DELETE", headers }).catch(() => {});
}
