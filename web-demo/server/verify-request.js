/** The HTTP signature of an incoming request, as the handlers need it. */
import { HttpError } from "./answer.js";
import { checkRequest, SignatureError } from "./signatures.js";

/**
 * @param {import("./site.js").Site} site
 * @param {import("node:http").IncomingMessage} req
 * @param {Buffer} [body] of a POST
 * @returns {Promise<string>} the id of the actor who signed
 * @throws {HttpError} 401 with the reason
 */
export async function verifiedSigner(site, req, body) {
  try {
    const { keyId, holds } = checkRequest(
      { method: req.method ?? "", target: req.url ?? "", headers: req.headers },
      { host: site.host, body },
    );
    return await site.publicKeys.ownerOf(keyId, holds);
  } catch (error) {
    if (error instanceof SignatureError) throw new HttpError(401, error.message);
    throw error;
  }
}
