/** proxyUrl: reads another server's object on behalf of a user (ActivityPub section 4.1, endpoints). */
import { ACTIVITY_JSON, HttpError } from "./answer.js";
import { readBody } from "./body.js";
import { parseReply, RemoteError } from "./remote.js";
import { requireUser } from "./sessions.js";

/**
 * POST /proxy with the form field `id`. Answers with the other server's status and object, 502 when
 * it cannot be reached or did not answer with JSON.
 * @type {import("./router.js").Handler}
 */
export async function postProxy(exchange) {
  const user = requireUser(exchange);
  const form = new URLSearchParams((await readBody(exchange.req)).toString("utf8"));
  const id = form.get("id");
  if (!id) throw new HttpError(400, "Send the address to read as the form field id.");
  try {
    const reply = await exchange.site.remote.get(id, user);
    const json = parseReply(id, reply);
    return { status: reply.status, type: reply.headers["content-type"] ?? ACTIVITY_JSON, json };
  } catch (error) {
    if (error instanceof RemoteError) throw new HttpError(502, error.message);
    throw error;
  }
}
