/**
 * Which network addresses may be reached on behalf of somebody else.
 *
 * Users and other servers name addresses that this server then fetches. On a public machine that
 * would let them reach what only the machine itself can reach: its loopback, its private network, a
 * cloud's metadata service. `publicOnlyLookup` refuses these. It runs when the connection is made, so
 * that a name cannot be checked as one address and used as another.
 *
 * The demo lives on 127.0.0.1 and talks to its neighbours there: it runs with `allowPrivate: true`,
 * WHICH SWITCHES THIS GUARD OFF. Never run it like that where strangers can reach it.
 */
import { lookup } from "node:dns";
import { BlockList, isIP } from "node:net";

const inner = new BlockList();
/** @type {[string, number][]} */
const RANGES_V4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
];
/** @type {[string, number][]} */
const RANGES_V6 = [
  ["::", 96],
  ["64:ff9b::", 96],
  ["2002::", 16],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
];
for (const [net, prefix] of RANGES_V4) {
  inner.addSubnet(net, prefix, "ipv4");
  inner.addSubnet(`::ffff:${net}`, 96 + prefix, "ipv6");
}
for (const [net, prefix] of RANGES_V6) inner.addSubnet(net, prefix, "ipv6");

/**
 * Whether an IP address belongs to the machine, a private network or no host at all.
 * @param {string} address
 */
export function isInnerAddress(address) {
  return inner.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

/** @returns {NodeJS.ErrnoException} */
function refusal() {
  return Object.assign(new Error("This server does not fetch from private addresses."), {
    code: "EACCES",
  });
}

/**
 * Throws for a URL whose host is written as an inner IP address: no look-up happens for these.
 * @param {URL} url
 */
export function checkLiteralAddress(url) {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && isInnerAddress(host)) throw refusal();
}

/**
 * A `lookup` for http.request that resolves to public addresses only.
 * @type {import("node:net").LookupFunction}
 */
export function publicOnlyLookup(hostname, options, callback) {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, []);
    const allowed = addresses.filter(({ address }) => !isInnerAddress(address));
    const [first] = allowed;
    if (!first) return callback(refusal(), []);
    if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
}
