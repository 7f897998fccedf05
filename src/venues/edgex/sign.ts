/**
 * Signing for both generations of edgeX's API. Both sign the time, the method, the path and the query, joined
 * without anything between.
 *
 * V1 is a Stark ECDSA signature of a Keccak-256 hash (the documents say SHA3; the standard SHA3-256 is
 * refused) reduced modulo the curve's order. V2 is an HMAC whose key is the secret's text in base64. The
 * venue verifies the query as it received it, so the query comes here already in the order of its names,
 * holds only what no URL parser escapes, and is signed and sent as the same bytes.
 *
 * The V1 key can also trade and withdraw: edgeX has none that only reads. Nothing but the GETs of
 * `requests.ts` is ever signed with it.
 */
import { createHmac } from "node:crypto";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { sign as signHash } from "@scure/starknet";
import type { Secret } from "../../config/secret.ts";
import { type Instant, plus } from "../../domain/instant.ts";
import { assert, UsageError } from "../../errors.ts";
import { requirePrintable } from "../printable.ts";
import type { SignedRequest, VenueRequest } from "../venue.ts";

export type EdgexV1Credentials = {
  readonly kind: "v1";
  readonly accountId: string;
  /** The account's own L2 key; each account of a user has another. */
  readonly starkPrivateKey: Secret;
};

export type EdgexV2Credentials = {
  readonly kind: "v2";
  readonly accountId: string;
  readonly apiKey: Secret;
  readonly apiSecret: Secret;
  readonly passphrase: Secret;
};

export type EdgexCredentials = EdgexV1Credentials | EdgexV2Credentials;

export type Sign = (request: VenueRequest, now: Instant) => SignedRequest;

/**
 * Throws a `UsageError` for credentials that cannot be right, so that a typing mistake is named before
 * anything is sent.
 */
export function createSigner(credentials: EdgexCredentials): Sign {
  requireAccountId(credentials.accountId);
  const headersOf = credentials.kind === "v1" ? starkHeaders(credentials) : hmacHeaders(credentials);
  return (request, now) => {
    const query = canonicalQuery(request.query);
    return {
      target: query === "" ? request.path : `${request.path}?${query}`,
      headers: request.isSigned ? headersOf(now, `GET${request.path}${query}`) : {},
    };
  };
}

// The query ------------------------------------------------------------------------------------------------

/**
 * What neither a URL parser nor the venue reads in two ways. Ids, times and the cursors that were seen are
 * made of these.
 */
const SAFE = /^[A-Za-z0-9_.,-]+$/;

export function isSafeValue(value: string): boolean {
  return SAFE.test(value);
}

/**
 * The query as it is signed and sent. One that is out of order, or holds what would have to be escaped, is a
 * bug.
 */
export function canonicalQuery(pairs: VenueRequest["query"]): string {
  let before = "";
  for (const [name, value] of pairs) {
    assert(isSafeValue(value), `edgex: the value of ${name} cannot be signed as it is sent`);
    assert(before < name, `edgex: ${name} comes after ${before} in a query that is signed in order`);
    before = name;
  }
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

// V1: Stark ECDSA ------------------------------------------------------------------------------------------

/** The order of the Stark curve's group. Not the field's prime, which is of nearly the same size. */
const ORDER = 0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2fn;
/** A hash that is signed must be below this. */
const HASH_LIMIT = 2n ** 251n;

export function starkHash(text: string): bigint {
  return BigInt(`0x${bytesToHex(keccak_256(utf8ToBytes(text)))}`) % ORDER;
}

/**
 * r‖s, each of 64 hexadecimal digits, without 0x. The nonce is derived from hash and key: the same hash gives
 * the same signature.
 */
export function starkSignature(hash: bigint, privateKey: string): string {
  const { r, s } = signHash(hex64(hash), privateKey);
  return hex64(r) + hex64(s);
}

/**
 * The first millisecond from `now` on whose hash can be signed: one in some 2^55 cannot, being 2^251 or more.
 */
export function firstSignable(
  now: Instant,
  hashAt: (at: Instant) => bigint,
): { readonly at: Instant; readonly hash: bigint } {
  const hash = hashAt(now);
  return hash < HASH_LIMIT ? { at: now, hash } : firstSignable(plus(now, 1), hashAt);
}

function starkHeaders({ starkPrivateKey }: EdgexV1Credentials) {
  const key = () => starkPrivateKey.reveal().replace(/^0x/i, "").padStart(64, "0");
  requireStarkKey(key());
  return (now: Instant, signed: string): SignedRequest["headers"] => {
    const { at, hash } = firstSignable(now, (time) => starkHash(`${time}${signed}`));
    return { "X-edgeX-Api-Timestamp": String(at), "X-edgeX-Api-Signature": starkSignature(hash, key()) };
  };
}

function hex64(value: bigint): string {
  return value.toString(16).padStart(64, "0");
}

// V2: HMAC -------------------------------------------------------------------------------------------------

/** HMAC-SHA256 in hex. The key is the base64 text of the secret's text: encoded, not decoded. */
export function hmacSignature(text: string, apiSecret: string): string {
  return createHmac("sha256", Buffer.from(apiSecret, "utf8").toString("base64")).update(text).digest("hex");
}

function hmacHeaders({ apiKey, apiSecret, passphrase }: EdgexV2Credentials) {
  for (const [name, secret] of Object.entries({ apiKey, apiSecret, passphrase })) {
    requirePrintable("edgex", name, secret.reveal());
  }
  return (now: Instant, signed: string): SignedRequest["headers"] => ({
    "X-edgeX-Api-Key": apiKey.reveal(),
    "X-edgeX-Passphrase": passphrase.reveal(),
    "X-edgeX-Timestamp": String(now),
    "X-edgeX-Signature": hmacSignature(`${now}${signed}`, apiSecret.reveal()),
  });
}

// Credentials that cannot be right -------------------------------------------------------------------------

function requireAccountId(accountId: string): void {
  if (/^[1-9]\d{0,19}$/.test(accountId)) return;
  throw new UsageError({
    where: "edgex credentials",
    what: "accountId is not an account's number",
    evidence: ["up to 20 digits were expected", "nothing was sent"],
    next: "copy the account's id from the venue's API management; it is no address and no name",
  });
}

function requireStarkKey(digits: string): void {
  const isKey = /^[0-9a-f]{64}$/i.test(digits) && BigInt(`0x${digits}`) > 0n && BigInt(`0x${digits}`) < ORDER;
  if (isKey) return;
  throw new UsageError({
    where: "edgex credentials",
    what: "starkPrivateKey is not a Stark private key",
    evidence: [
      "up to 64 hexadecimal digits were expected, with or without 0x, below the order of the Stark curve",
      "nothing was sent",
    ],
    next: "copy the L2 private key again from the venue's API management; a wallet's key is another one",
  });
}
