/**
 * Authentication at edgeX. V1: a Stark-curve signature over Keccak-256 of `timestamp + GET + path + query`,
 * by the key of the account that the query names. V2: an API key with HMAC-SHA256 over the same text. The
 * query is taken as it was sent, its parts sorted.
 */
import { createHmac } from "node:crypto";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { getPublicKey, Signature, verify } from "@scure/starknet";
import { readMilliseconds, SECOND_MS } from "../../domain/instant.ts";
import { readQuery, type SimulatedRequest } from "../shared/exchange.ts";
import type { SimulatedClock } from "../shared/simulated-clock.ts";
import { edgexRefusals } from "./refusal.ts";
import type { EdgexGeneration } from "./world/world.ts";

/** `account` is the name of one of the world's accounts, whose id the requests must name. */
export type EdgexCredential =
  | { readonly account: string; readonly kind: "stark"; readonly starkPrivateKey: string }
  | {
      readonly account: string;
      readonly kind: "hmac";
      readonly apiKey: string;
      readonly apiSecret: string;
      readonly passphrase: string;
    };

type EdgexAuthority = {
  /** The name of the account; throws an `EdgexRefusal`. */
  admit(request: SimulatedRequest, generation: EdgexGeneration): string;
};

const CLOCK_TOLERANCE_MS = 60 * SECOND_MS;
/** How many points the curve has; not the prime of its field. */
const STARK_ORDER = 0x0800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2fn;

export function makeEdgexAuthority(
  credentials: readonly EdgexCredential[],
  accountIdOf: (name: string) => string | null,
  clock: SimulatedClock,
): EdgexAuthority {
  const starkKeys = new Map(
    credentials.flatMap((credential) =>
      credential.kind === "stark"
        ? [[credential.account, getPublicKey(privateKeyOf(credential.starkPrivateKey))] as const]
        : [],
    ),
  );

  function checkTime(timestamp: string): void {
    const at = readMilliseconds(timestamp);
    const { earliest, latest } = clock.present();
    if (at === null || at < earliest - CLOCK_TOLERANCE_MS || at > latest + CLOCK_TOLERANCE_MS) {
      throw edgexRefusals.timestamp();
    }
  }

  function admitStark(request: SimulatedRequest): string {
    const timestamp = request.header("x-edgex-api-timestamp");
    const signature = request.header("x-edgex-api-signature");
    // Without them the request falls to the other scheme, which misses its own.
    if (timestamp === null || signature === null) throw edgexRefusals.header("X-edgeX-Api-Key");
    const accountId = accountIdIn(request);
    const owner = credentials.find((one) => one.kind === "stark" && accountIdOf(one.account) === accountId);
    const publicKey = owner === undefined ? undefined : starkKeys.get(owner.account);
    if (owner === undefined || publicKey === undefined) throw edgexRefusals.accountId(accountId);
    checkTime(timestamp);
    if (!isStarkSigned(signedText(timestamp, request), signature, publicKey)) throw edgexRefusals.signature();
    return owner.account;
  }

  function admitHmac(request: SimulatedRequest): string {
    const wanted = ["X-edgeX-Api-Key", "X-edgeX-Passphrase", "X-edgeX-Timestamp", "X-edgeX-Signature"];
    const headers = wanted.map((name) => {
      const value = request.header(name.toLowerCase());
      if (value === null) throw edgexRefusals.header(name);
      return value;
    });
    const [apiKey = "", passphrase = "", timestamp = "", signature = ""] = headers;
    const owner = credentials.find((one) => one.kind === "hmac" && one.apiKey === apiKey);
    if (owner?.kind !== "hmac" || owner.passphrase !== passphrase) throw edgexRefusals.apiKey(apiKey);
    checkTime(timestamp);
    const expected = edgexHmac(signedText(timestamp, request), owner.apiSecret);
    if (signature.toLowerCase() !== expected) throw edgexRefusals.signature();
    const accountId = accountIdIn(request);
    if (accountId !== accountIdOf(owner.account)) throw edgexRefusals.accountId(accountId);
    return owner.account;
  }

  return {
    admit: (request, generation) => (generation === "v1" ? admitStark(request) : admitHmac(request)),
  };
}

function accountIdIn({ rawQuery }: SimulatedRequest): string {
  return readQuery(rawQuery)?.find(({ name }) => name === "accountId")?.value ?? "";
}

/** No separators; the query's parts in ASCII order, as they were encoded. */
function signedText(timestamp: string, { method, path, rawQuery }: SimulatedRequest): string {
  const sorted = rawQuery
    .split("&")
    .filter((part) => part !== "")
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join("&");
  return `${timestamp}${method}${path}${sorted}`;
}

/** Keccak-256 of the text, modulo the order of the curve: what is signed. 64 digits. */
export function starkHash(text: string): string {
  const hash = BigInt(`0x${bytesToHex(keccak_256(utf8ToBytes(text)))}`);
  return (hash % STARK_ORDER).toString(16).padStart(64, "0");
}

/** The signature is `r ‖ s`, 64 hex digits each; some clients append the key's y coordinate. */
export function isStarkSigned(text: string, signature: string, publicKey: Uint8Array): boolean {
  const parts = /^([0-9a-fA-F]{64})([0-9a-fA-F]{64})(?:[0-9a-fA-F]{64})?$/.exec(signature);
  const [, r = "0", s = "0"] = parts ?? [];
  try {
    return (
      parts !== null && verify(new Signature(BigInt(`0x${r}`), BigInt(`0x${s}`)), starkHash(text), publicKey)
    );
  } catch {
    // Numbers that no signature can have.
    return false;
  }
}

/** The key of the HMAC is the secret's base64 text. */
export function edgexHmac(text: string, apiSecret: string): string {
  const key = Buffer.from(apiSecret, "utf8").toString("base64");
  return createHmac("sha256", key).update(text).digest("hex");
}

function privateKeyOf(text: string): string {
  return text.replace(/^0x/, "").padStart(64, "0");
}
