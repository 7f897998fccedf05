/**
 * Authentication at a simulated Binance: an API key in a header, and a signature over the raw query by the
 * key's secret or private key. HMAC: hex. RSA (PKCS #1 v1.5 with SHA-256) and Ed25519: base64,
 * percent-encoded, because it holds `+`, `/` and `=`.
 */
import { createHmac, createPublicKey, type KeyObject, verify } from "node:crypto";
import { refusals } from "../binance-family/refusal.ts";
import {
  type Authorised,
  apiKeyOf,
  checkTimestamp,
  type Signed,
  splitSigned,
} from "../binance-family/signed-query.ts";
import { readQuery, type SimulatedRequest, withoutProof } from "../shared/exchange.ts";
import type { SimulatedClock } from "../shared/simulated-clock.ts";

export type BinanceCredential =
  | { readonly account: string; readonly kind: "hmac"; readonly apiKey: string; readonly apiSecret: string }
  | {
      readonly account: string;
      readonly kind: "public-key";
      readonly apiKey: string;
      /** Of an RSA or Ed25519 key: what the user registered with the venue. */
      readonly publicKeyPem: string;
    };

/** Throws a `Refusal` for a request that the venue would not answer. */
type BinanceAuthority = (request: SimulatedRequest) => Authorised;

type IsSigned = (query: Signed) => boolean;

export function makeBinanceAuthority(
  credentials: readonly BinanceCredential[],
  clock: SimulatedClock,
): BinanceAuthority {
  const known = new Map(
    credentials.map((credential) => [credential.apiKey, { credential, isSigned: verifierOf(credential) }]),
  );
  return (request) => {
    const found = known.get(apiKeyOf(request));
    if (found === undefined) throw refusals.key();
    const query = splitSigned(request);
    checkTimestamp(query, clock);
    if (!found.isSigned(query)) throw refusals.signature();
    return { account: found.credential.account, parameters: withoutProof(query.signed) };
  };
}

function verifierOf(credential: BinanceCredential): IsSigned {
  if (credential.kind === "public-key") {
    const key = createPublicKey(credential.publicKeyPem);
    return (query) => isSignedBy(key, query);
  }
  return ({ signed, signature }) =>
    signature.toLowerCase() === createHmac("sha256", credential.apiSecret).update(signed).digest("hex");
}

function isSignedBy(key: KeyObject, { signed, signature }: Signed): boolean {
  const base64 = readQuery(`signature=${signature}`)?.[0]?.value ?? "";
  // A plus that was not encoded has become a blank by now.
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  const digest = key.asymmetricKeyType === "rsa" ? "sha256" : null;
  return verify(digest, Buffer.from(signed, "utf8"), key, Buffer.from(base64, "base64"));
}
