/**
 * Signing for both generations of Aster's API.
 *
 * V1 is an HMAC over the query, as at Binance. V3 is an EIP-712 signature of one string, the query itself, by
 * the key of an agent wallet. In both the venue verifies the bytes that it received, so the query is encoded
 * once, signed, and sent as it stands.
 *
 * Aster's scheme of 2025 (an ABI-encoded JSON, signed as a personal message) ended on 2026-01-22 and is not
 * offered.
 */
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Secret } from "../../config/secret.ts";
import type { Instant } from "../../domain/instant.ts";
import { UsageError } from "../../errors.ts";
import { hmacSigner, type Signer } from "../binance-family/key-signer.ts";
import { encodeQuery, redactParameters, targetOf, unsigned } from "../binance-family/query.ts";
import { requirePrintable } from "../printable.ts";

export type AsterV1Credentials = {
  readonly kind: "v1";
  readonly apiKey: Secret;
  readonly apiSecret: Secret;
};

export type AsterV3Credentials = {
  readonly kind: "v3";
  /** The main wallet's address. Opaque text: it may be a Solana address, whose letters' case matters. */
  readonly user: string;
  /** The agent wallet's address. */
  readonly signer: string;
  /** The agent's key, never the main wallet's. */
  readonly privateKey: Secret;
};

export type AsterCredentials = AsterV1Credentials | AsterV3Credentials;

/** The chain id in the domain of Aster's message, not that of a chain; the testnet's is 714. */
export const MAINNET_CHAIN_ID = 1666;

/**
 * Throws a `UsageError` for credentials that cannot be right, so that a typing mistake is named before
 * anything is sent.
 */
export function createSigner(credentials: AsterCredentials, chainId: number): Signer {
  switch (credentials.kind) {
    case "v1":
      return hmacSigner("aster", credentials.apiKey, credentials.apiSecret);
    case "v3":
      return v3Signer(credentials, chainId);
  }
}

const TYPE_HASH = keccak_256(utf8ToBytes("Message(string msg)"));

/** The EIP-712 domain separator; `verifyingContract` is the zero address. */
function domainSeparator(chainId: number): Uint8Array {
  const type = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)";
  return keccak_256(
    concatBytes(
      keccak_256(utf8ToBytes(type)),
      keccak_256(utf8ToBytes("AsterSignTransaction")),
      keccak_256(utf8ToBytes("1")),
      hexToBytes(chainId.toString(16).padStart(64, "0")),
      new Uint8Array(32),
    ),
  );
}

/** What EIP-712 has the key sign for the message. */
export function typedDataDigest(message: string, chainId: number): Uint8Array {
  const messageHash = keccak_256(concatBytes(TYPE_HASH, keccak_256(utf8ToBytes(message))));
  return keccak_256(concatBytes(Uint8Array.of(0x19, 0x01), domainSeparator(chainId), messageHash));
}

/** 65 bytes r‖s‖v in hex with 0x, v being 27 or 28. */
export function typedDataSignature(message: string, privateKey: string, chainId: number): string {
  // noble puts the recovery bit in front of r‖s, and would hash the digest once more if it were not told.
  const recovered = secp256k1.sign(typedDataDigest(message, chainId), keyBytes(privateKey), {
    prehash: false,
    format: "recovered",
  });
  const recovery = recovered[0] ?? 0;
  return `0x${bytesToHex(recovered.subarray(1))}${(27 + recovery).toString(16)}`;
}

function keyBytes(privateKey: string): Uint8Array {
  return hexToBytes(privateKey.replace(/^0x/i, ""));
}

/** The address of a private key, in lower case. */
export function addressOf(privateKey: string): string {
  const publicKey = secp256k1.getPublicKey(keyBytes(privateKey), false);
  return `0x${bytesToHex(keccak_256(publicKey.subarray(1))).slice(-40)}`;
}

/** How far from its own clock the venue accepts a nonce, in microseconds (its changelog of 2026-07-16). */
const NONCE_REACH = 60_000_000;

/**
 * The last nonces of each signer in this process, each further from the others than the venue reaches:
 * accounts that share an agent share its sequence.
 */
const lastNonces = new Map<string, readonly number[]>();

/** More than the number of differently wrong clocks that one process can have. */
const LAST_NONCES_KEPT = 8;

/**
 * Microseconds since the epoch, always above the last one of this signer. The venue takes a nonce once only,
 * and only near its own clock. Two processes with one agent can still collide; the venue refuses one, which
 * is then signed again. A nonce further ahead than the venue accepts was made by a wrong clock and refused: a
 * sequence that went on from it would be refused too.
 */
export function nextNonce(signer: string, now: Instant): number {
  const key = signer.toLowerCase();
  const lasts = lastNonces.get(key) ?? [];
  const isNear = (last: number) => Math.abs(last - now * 1000) <= NONCE_REACH;
  const nonce = lasts.filter(isNear).reduce((most, last) => Math.max(most, last + 1), now * 1000);
  lastNonces.set(key, [...lasts.filter((last) => !isNear(last)), nonce].slice(-LAST_NONCES_KEPT));
  return nonce;
}

function v3Signer({ user, signer, privateKey }: AsterV3Credentials, chainId: number): Signer {
  requireAgentKey(signer, privateKey.reveal());
  requirePrintable("aster", "user", user);
  return {
    sign(request, now) {
      if (!request.isSigned) return unsigned(request);
      const message = encodeQuery([
        ...request.query,
        ["nonce", String(nextNonce(signer, now))],
        // `signer` alone identifies the account by newer documents, both by older ones: both are sent.
        ["user", user],
        ["signer", signer],
      ]);
      const signature = typedDataSignature(message, privateKey.reveal(), chainId);
      return { target: targetOf(request, `${message}&signature=${signature}`), headers: {} };
    },
    redact,
  };
}

function requireAgentKey(signer: string, privateKey: string): void {
  const where = "aster credentials";
  if (!/^(0x)?[0-9a-f]{64}$/i.test(privateKey)) {
    throw new UsageError({
      where,
      what: "privateKey is not a private key",
      evidence: ["64 hexadecimal digits were expected, with or without 0x", "nothing was sent"],
      next: "copy the agent's private key again; never the main wallet's",
    });
  }
  if (addressOf(privateKey) === signer.toLowerCase()) return;
  throw new UsageError({
    where,
    what: "privateKey is not the key of signer",
    evidence: [`the key's address is ${addressOf(privateKey)}, signer is ${signer}`, "nothing was sent"],
    next: "give the agent's address as signer and the agent's key as privateKey; the main wallet's key is never needed",
  });
}

function redact(text: string): string {
  return redactParameters(text, ["signature", "nonce", "user", "signer"]);
}
