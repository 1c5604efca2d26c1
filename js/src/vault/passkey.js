/**
 * A wrapping key from a passkey: WebAuthn's extension "prf" (WebAuthn level 3, section 10.1.4), whose
 * result only the authenticator can make, after it has verified its user.
 */
import { toBase64 } from "../bytes.js";
import { localError } from "../errors.js";

const SALT_LEN = 32;
/** ES256, EdDSA, RS256. */
const ALGORITHMS = [-7, -8, -257];

const random = () => crypto.getRandomValues(new Uint8Array(SALT_LEN));

/**
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function guarded(work) {
  if (typeof navigator === "undefined" || !navigator.credentials || !globalThis.isSecureContext) {
    throw localError("PASSKEY_FAILED");
  }
  try {
    return await work();
  } catch (error) {
    throw localError("PASSKEY_FAILED", { cause: error });
  }
}

/**
 * Makes a passkey for this database.
 * @param {string} [name] as the browser shows it
 * @returns {Promise<{ key: Uint8Array, params: Record<string, any> }>}
 * @throws {import("../errors.js").WaxsealError} PASSKEY_FAILED also when it has no PRF
 */
export function createPasskey(name = "Waxseal") {
  return guarded(async () => {
    const salt = random();
    const made = /** @type {PublicKeyCredential | null} */ (
      await navigator.credentials.create({
        publicKey: {
          rp: { name: "Waxseal" },
          user: { id: random(), name, displayName: name },
          challenge: random(),
          pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
          authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
          extensions: { prf: { eval: { first: salt } } },
        },
      })
    );
    if (!made) throw localError("PASSKEY_FAILED");
    const { enabled, results } = made.getClientExtensionResults().prf ?? {};
    const params = { credential: new Uint8Array(made.rawId), salt };
    if (results?.first) return { key: octetsOf(results.first), params };
    if (!enabled) throw localError("PASSKEY_FAILED");
    return { key: (await evaluate([params])).key, params };
  });
}

/**
 * Asks for one of several passkeys.
 * @param {Record<string, any>[]} params of each
 * @returns {Promise<{ key: Uint8Array, index: number }>} index: of the one that was used
 */
export function passkeyKey(params) {
  return guarded(() => evaluate(params));
}

/** @param {BufferSource} result */
function octetsOf(result) {
  const octets = ArrayBuffer.isView(result)
    ? new Uint8Array(result.buffer, result.byteOffset, result.byteLength)
    : new Uint8Array(result);
  if (octets.length !== SALT_LEN) throw localError("PASSKEY_FAILED");
  return octets.slice();
}

/** @param {Uint8Array} octets */
const base64Url = (octets) =>
  toBase64(octets).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** @param {Record<string, any>[]} params */
async function evaluate(params) {
  const salts = params.map(({ credential, salt }) => [base64Url(credential), { first: salt }]);
  const used = /** @type {PublicKeyCredential | null} */ (
    await navigator.credentials.get({
      publicKey: {
        challenge: random(),
        allowCredentials: params.map(({ credential: id }) => ({ type: "public-key", id })),
        userVerification: "required",
        extensions: { prf: { evalByCredential: Object.fromEntries(salts) } },
      },
    })
  );
  const first = used?.getClientExtensionResults().prf?.results?.first;
  const index = salts.findIndex(([id]) => used && id === base64Url(new Uint8Array(used.rawId)));
  if (!first || index < 0) throw localError("PASSKEY_FAILED");
  return { key: octetsOf(first), index };
}
