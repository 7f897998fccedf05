/**
 * A small client for the tests of the simulator: it signs as the venue documents it, by no code of the
 * program.
 */
import { createHmac } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { instant } from "../../src/domain/instant.ts";
import { asterDigest } from "../../src/simulator/aster/auth.ts";
import { generateWorld, type WorldPlan } from "../../src/simulator/binance-family/world/generate.ts";
import {
  type AsterCredential,
  type AsterSimulatorOptions,
  type BinanceSimulatorOptions,
  type Simulator,
  startAsterSimulator,
  startBinanceSimulator,
} from "../../src/simulator/server.ts";

export const FROM = instant(1_767_225_600_000); // 2026-01-01
export const DAY = 86_400_000;
export const UNTIL = instant(FROM + 20 * DAY);

/** The example pair that the venue's documentation publishes. */
export const AGENT = {
  account: "main",
  kind: "v3",
  user: "0x63DD5aCC6b1aa0f563956C0e534DD30B6dcF7C4e",
  signer: "0x21cF8Ae13Bb72632562c6Fff438652Ba1a151bb0",
  privateKey: "0x4fd0a42218f3eae43a6ce26d22544e986139a01e5b34a62db53757ffca81bae1",
} as const;
export const KEY = {
  account: "main",
  kind: "v1",
  apiKey: "simulated-key",
  apiSecret: "simulated-secret",
} as const;
export const CREDENTIALS: readonly AsterCredential[] = [KEY, AGENT];

export function plan(changes: Partial<WorldPlan> = {}): WorldPlan {
  return { seed: 1, from: FROM, until: UNTIL, fills: 600, accounts: [{ name: "main" }], ...changes };
}

/** A simulator whose clock stands at the end of its world. */
export function started(options: Partial<AsterSimulatorOptions> = {}): Promise<Simulator> {
  return startAsterSimulator({
    world: options.world ?? generateWorld(plan()),
    clock: { kind: "frozen", at: UNTIL },
    credentials: CREDENTIALS,
    weightPerMinute: Number.POSITIVE_INFINITY,
    ...options,
  });
}

export type Heard = {
  readonly status: number;
  readonly body: string;
  readonly header: (name: string) => string | null;
};

export async function get(
  url: string,
  headers: Readonly<Record<string, string>> = {},
  method = "GET",
): Promise<Heard> {
  const response = await fetch(url, { headers, method });
  const body = await response.text();
  return { status: response.status, body, header: (name) => response.headers.get(name) };
}

export function hmac(payload: string, secret: string = KEY.apiSecret): string {
  return createHmac("sha256", secret).update(payload).digest("hex");
}

/** `0x`, r, s and v of an agent's signature. */
export function agentSignature(
  message: string,
  privateKey: string = AGENT.privateKey,
  chainId = 1666n,
): string {
  const key = hexToBytes(privateKey.slice(2));
  const signature = secp256k1.sign(asterDigest(message, chainId), key, {
    prehash: false,
    format: "recovered",
  });
  const [recovery = 0, ...compact] = signature;
  return `0x${bytesToHex(Uint8Array.from(compact))}${(27 + recovery).toString(16)}`;
}

/** Asks with the V1 key, timed at the end of the world. */
export function requestV1(simulator: Simulator, pathAndQuery: string, at: number = UNTIL): Promise<Heard> {
  const [path, query = ""] = pathAndQuery.split("?");
  const payload = [query, `timestamp=${at}`].filter((part) => part !== "").join("&");
  const url = `${simulator.url}${path}?${payload}&signature=${hmac(payload)}`;
  return get(url, { "X-MBX-APIKEY": KEY.apiKey });
}

/** Asks with the agent's key and the given nonce. */
export function requestV3(simulator: Simulator, pathAndQuery: string, nonce: bigint): Promise<Heard> {
  const [path, query = ""] = pathAndQuery.split("?");
  const message = [query, `nonce=${nonce}`, `user=${AGENT.user}`, `signer=${AGENT.signer}`]
    .filter((part) => part !== "")
    .join("&");
  return get(`${simulator.url}${path}?${message}&signature=${agentSignature(message)}`);
}

/** The rows of an answer, their numbers as numbers: for counting, not for ids. */
export function rowsOf(heard: Heard): readonly Readonly<Record<string, string | number>>[] {
  return JSON.parse(heard.body) as readonly Readonly<Record<string, string | number>>[];
}

// Binance --------------------------------------------------------------------------------------------------

export const BINANCE_KEY = {
  account: "main",
  kind: "hmac",
  apiKey: "binance-key",
  apiSecret: "binance-secret",
} as const;

/** A Binance whose clock stands at the end of its world. */
export function startedBinance(options: Partial<BinanceSimulatorOptions> = {}): Promise<Simulator> {
  return startBinanceSimulator({
    world: options.world ?? generateWorld(plan({ venue: "binance" })),
    clock: { kind: "frozen", at: UNTIL },
    credentials: [BINANCE_KEY],
    weightPerMinute: Number.POSITIVE_INFINITY,
    ...options,
  });
}

/** Asks Binance with the HMAC key, timed at the end of the world. */
export function requestBinance(
  simulator: Simulator,
  pathAndQuery: string,
  at: number = UNTIL,
): Promise<Heard> {
  const [path, query = ""] = pathAndQuery.split("?");
  const payload = [query, `timestamp=${at}`].filter((part) => part !== "").join("&");
  const url = `${simulator.url}${path}?${payload}&signature=${hmac(payload, BINANCE_KEY.apiSecret)}`;
  return get(url, { "X-MBX-APIKEY": BINANCE_KEY.apiKey });
}

/** The venue's error code; 0 for rows. */
export function codeOf(heard: Heard): number {
  const body = JSON.parse(heard.body) as { code?: number };
  return body.code ?? 0;
}
