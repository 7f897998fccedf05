/**
 * Signing for Binance's USDⓈ-M futures with each kind of key that it gives out. HMAC: hex over the query.
 * RSA: RSASSA-PKCS1-v1_5 with SHA-256; Ed25519: as it is; both in base64, which holds `+`, `/` and `=` and so
 * is percent-encoded in the query. The signature comes last.
 *
 * What the venue verifies is the query as it received it: it is encoded once, signed, and sent as it stands.
 */
import { createPrivateKey, type KeyObject, sign as signBytes } from "node:crypto";
import type { Secret } from "../../config/secret.ts";
import { UsageError } from "../../errors.ts";
import { hmacSigner, keySigner, type Signer } from "../binance-family/key-signer.ts";

export type BinanceHmacCredentials = {
  readonly kind: "hmac";
  readonly apiKey: Secret;
  readonly apiSecret: Secret;
};

export type BinanceKeyCredentials = {
  readonly kind: "key";
  readonly apiKey: Secret;
  /** The PEM text of an RSA or Ed25519 key; its kind is read from it. */
  readonly privateKey: Secret;
  /** Where the text came from, for messages. */
  readonly origin: string;
};

export type BinanceCredentials = BinanceHmacCredentials | BinanceKeyCredentials;

/**
 * Throws a `UsageError` for credentials that cannot be right, so that a typing mistake is named before
 * anything is sent.
 */
export function createSigner(credentials: BinanceCredentials): Signer {
  const { apiKey } = credentials;
  if (credentials.kind === "hmac") return hmacSigner("binance-usdm", apiKey, credentials.apiSecret);
  const key = readPrivateKey(credentials.privateKey.reveal(), credentials.origin);
  return keySigner("binance-usdm", apiKey, (query) => keySignature(key, query));
}

/** The key's signature of the query in base64. */
export function keySignature(key: KeyObject, query: string): string {
  // Ed25519 hashes by itself. For RSA keys node's padding is PKCS #1 v1.5.
  const digest = key.asymmetricKeyType === "rsa" ? "sha256" : null;
  return signBytes(digest, Buffer.from(query, "utf8"), key).toString("base64");
}

/** Throws a `UsageError` that never shows the text. */
function readPrivateKey(pem: string, origin: string): KeyObject {
  const refuse = (what: string, next: string, cause?: unknown): UsageError =>
    new UsageError(
      {
        where: "binance-usdm credentials",
        what,
        evidence: [`it was read from ${origin}`, "nothing was sent"],
        next,
      },
      { cause },
    );
  if (/ENCRYPTED/.test(pem)) {
    throw refuse(
      "the private key is encrypted with a passphrase, which a nightly job cannot type",
      "write it without one (openssl pkey -in encrypted.pem -out key.pem), readable by the job's user alone",
    );
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch (cause) {
    const isPublic = /-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(pem);
    throw refuse(
      isPublic
        ? "the file holds the public key, not the private one"
        : "the file holds no private key in PEM form",
      "name the file with the private key, which begins with -----BEGIN PRIVATE KEY-----",
      cause,
    );
  }
  const kind = key.asymmetricKeyType ?? "unknown";
  if (kind === "rsa" || kind === "ed25519") return key;
  throw refuse(
    `the private key is of the kind ${kind}; RSA or Ed25519 was expected`,
    "make a key of one of these kinds and register its public key in the venue's API management",
  );
}
