/**
 * Authentication. V1: an API key in a header and HMAC-SHA256 over the raw query, as Binance does it. V3: an
 * agent's EIP-712 signature over the raw query, with a nonce in microseconds instead of a timestamp. Both are
 * verified over exactly the bytes that were sent before `&signature=`, which must be the last parameter.
 */
import { createHmac } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { refusals } from "../binance-family/refusal.ts";
import {
  type Authorised,
  apiKeyOf,
  checkTimestamp,
  mandatory,
  splitSigned,
} from "../binance-family/signed-query.ts";
import { type SimulatedRequest, withoutProof } from "../shared/exchange.ts";
import type { SimulatedClock } from "../shared/simulated-clock.ts";

export type AsterCredential =
  | { readonly account: string; readonly kind: "v1"; readonly apiKey: string; readonly apiSecret: string }
  | {
      readonly account: string;
      readonly kind: "v3";
      /** The main wallet: text of any kind, because it may be a Solana address. */
      readonly user: string;
      /** The agent's address: who signs. */
      readonly signer: string;
      /** Not needed to verify; for tests that set up a client from the same list. */
      readonly privateKey?: string;
    };

type AsterAuthority = {
  /** Throws a `Refusal` for a request that a venue would not answer. */
  v1(request: SimulatedRequest): Authorised;
  v3(request: SimulatedRequest): Authorised;
};

/** Since 2026-07-16; 10 s before. */
const NONCE_TOLERANCE_MICROSECONDS = 60_000_000n;
const NONCES_KEPT = 100;

export function makeAsterAuthority(
  credentials: readonly AsterCredential[],
  clock: SimulatedClock,
  chainId = 1666n,
): AsterAuthority {
  const nonces = new Map<string, NonceMemory>();

  return {
    v1(request) {
      const apiKey = apiKeyOf(request);
      const credential = credentials.find((known) => known.kind === "v1" && known.apiKey === apiKey);
      if (credential?.kind !== "v1") throw refusals.key();
      const query = splitSigned(request);
      checkTimestamp(query, clock);
      const expected = createHmac("sha256", credential.apiSecret).update(query.signed).digest("hex");
      if (query.signature.toLowerCase() !== expected) throw refusals.signature();
      return { account: credential.account, parameters: withoutProof(query.signed) };
    },
    v3(request) {
      const query = splitSigned(request);
      const nonce = mandatory(query, "nonce");
      const signer = mandatory(query, "signer").toLowerCase();
      const user = query.find("user");
      const credential = credentials.find(
        (known) => known.kind === "v3" && known.signer.toLowerCase() === signer,
      );
      if (credential?.kind !== "v3") throw refusals.signature();
      if (user !== null && user.toLowerCase() !== credential.user.toLowerCase()) throw refusals.key();
      if (recoverSigner(query.signed, query.signature, chainId) !== signer) throw refusals.signature();
      const memory = nonces.get(signer) ?? new NonceMemory();
      nonces.set(signer, memory);
      memory.use(nonce, clock);
      return { account: credential.account, parameters: withoutProof(query.signed) };
    },
  };
}

/** The nonces one agent used: never twice, and once a hundred are kept, greater than the smallest of them. */
class NonceMemory {
  #kept: bigint[] = [];

  use(text: string, clock: SimulatedClock): void {
    if (!/^\d{1,20}$/.test(text)) throw refusals.illegalCharacters("nonce");
    const nonce = BigInt(text);
    const { earliest, latest } = clock.present();
    const isTimely =
      nonce >= BigInt(earliest) * 1000n - NONCE_TOLERANCE_MICROSECONDS &&
      nonce <= BigInt(latest) * 1000n + NONCE_TOLERANCE_MICROSECONDS;
    const smallest = this.#kept[0];
    const isTooSmall = this.#kept.length >= NONCES_KEPT && smallest !== undefined && nonce <= smallest;
    if (!isTimely || isTooSmall || this.#kept.includes(nonce)) throw refusals.nonce();
    this.#kept = [...this.#kept, nonce].sort((a, b) => (a < b ? -1 : 1)).slice(-NONCES_KEPT);
  }
}

const text = (content: string): Uint8Array => keccak_256(utf8ToBytes(content));
const DOMAIN_TYPE = text(
  "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
);
const MESSAGE_TYPE = text("Message(string msg)");

/**
 * The digest that an agent signs: EIP-712 of `Message{msg}` in the domain `AsterSignTransaction`, version 1.
 */
export function asterDigest(message: string, chainId: bigint): Uint8Array {
  const chain = hexToBytes(chainId.toString(16).padStart(64, "0"));
  const noContract = new Uint8Array(32);
  const domain = keccak_256(
    concatBytes(DOMAIN_TYPE, text("AsterSignTransaction"), text("1"), chain, noContract),
  );
  return keccak_256(
    concatBytes(Uint8Array.of(0x19, 0x01), domain, keccak_256(concatBytes(MESSAGE_TYPE, text(message)))),
  );
}

/**
 * The address, in lower case, whose key made the signature (`r ‖ s ‖ v`, hex, with or without `0x`); null if
 * none did.
 */
export function recoverSigner(message: string, signature: string, chainId: bigint): string | null {
  const parts = /^(?:0x)?([0-9a-fA-F]{128})(1b|1c|1B|1C)$/.exec(signature);
  const [, compact, v] = parts ?? [];
  if (compact === undefined || v === undefined) return null;
  try {
    const recovery = v.toLowerCase() === "1b" ? 0 : 1;
    const bytes = concatBytes(Uint8Array.of(recovery), hexToBytes(compact));
    const key = secp256k1.recoverPublicKey(bytes, asterDigest(message, chainId), { prehash: false });
    const uncompressed = secp256k1.Point.fromBytes(key).toBytes(false);
    return `0x${bytesToHex(keccak_256(uncompressed.slice(1)).slice(-20))}`;
  } catch {
    // No point of the curve belongs to these bytes: nobody signed this.
    return null;
  }
}
