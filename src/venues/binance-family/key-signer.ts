/**
 * Signing with an API key: the key in a header, the time and the signature in the query. How the query is
 * signed is handed in.
 */
import type { Secret } from "../../config/secret.ts";
import type { Instant } from "../../domain/instant.ts";
import { requirePrintable } from "../printable.ts";
import type { SignedRequest, VenueRequest } from "../venue.ts";
import { encode, encodeQuery, hmacSignature, redactParameters, targetOf, unsigned } from "./query.ts";

export type Signer = {
  sign(request: VenueRequest, now: Instant): SignedRequest;
  /**
   * The text without anything that signs in: a firewall's page may print the whole address that was
   * requested.
   */
  redact(text: string): string;
};

/**
 * A request may be this old when it arrives. 5 seconds, the default, have been seen to be too short; the
 * venues allow 60.
 */
const RECEIVE_WINDOW_MS = 10_000;

/**
 * Throws a `UsageError` for a key that cannot be right. `signatureOf` gives the signature of a query as text,
 * which is escaped here.
 */
export function keySigner(venue: string, apiKey: Secret, signatureOf: (query: string) => string): Signer {
  requirePrintable(venue, "apiKey", apiKey.reveal());
  return {
    sign(request, now) {
      if (!request.isSigned) return unsigned(request);
      const query = encodeQuery([
        ...request.query,
        ["recvWindow", String(RECEIVE_WINDOW_MS)],
        ["timestamp", String(now)],
      ]);
      return {
        target: targetOf(request, `${query}&signature=${encode(signatureOf(query))}`),
        headers: { "X-MBX-APIKEY": apiKey.reveal() },
      };
    },
    redact: (text) =>
      redactParameters(text, ["signature", "timestamp", "recvWindow"]).replaceAll(
        apiKey.reveal(),
        "[left out]",
      ),
  };
}

/** The same with an HMAC of the query. */
export function hmacSigner(venue: string, apiKey: Secret, apiSecret: Secret): Signer {
  requirePrintable(venue, "apiSecret", apiSecret.reveal());
  return keySigner(venue, apiKey, (query) => hmacSignature(apiSecret.reveal(), query));
}
