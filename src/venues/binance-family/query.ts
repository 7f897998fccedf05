/**
 * Queries as bytes: encoded once, signed, and sent as they stand, because the venues verify the bytes that
 * they received.
 *
 * Every character outside RFC 3986's unreserved set is escaped: `encodeURIComponent` leaves `'` alone, which
 * a URL parser escapes later, after it was signed.
 */
import { createHmac } from "node:crypto";
import type { SignedRequest, VenueRequest } from "../venue.ts";

export type Pair = readonly [name: string, value: string];

/** Names and values percent-encoded as UTF-8: exactly the bytes that are signed and sent. */
export function encodeQuery(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&");
}

export function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function targetOf(request: VenueRequest, query: string): string {
  return query === "" ? request.path : `${request.path}?${query}`;
}

export function unsigned(request: VenueRequest): SignedRequest {
  return { target: targetOf(request, encodeQuery(request.query)), headers: {} };
}

/** HMAC-SHA256 in hex over the query as it is sent. */
export function hmacSignature(secret: string, query: string): string {
  return createHmac("sha256", secret).update(query).digest("hex");
}

/**
 * The text without the parameters that sign in: a firewall's page may print the whole address that was
 * requested.
 */
export function redactParameters(text: string, names: readonly string[]): string {
  return text.replace(new RegExp(`\\b(${names.join("|")})=[^&\\s"'<>]*`, "gi"), "$1=[left out]");
}
