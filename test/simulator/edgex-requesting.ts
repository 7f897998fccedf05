/**
 * A small edgeX client for the tests of the simulator: it signs as the venue documents it, by no code of the
 * program.
 */
import { createHmac } from "node:crypto";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { sign } from "@scure/starknet";
import { instant } from "../../src/domain/instant.ts";
import { type EdgexWorldPlan, generateEdgexWorld } from "../../src/simulator/edgex/world/generate.ts";
import {
  type EdgexSimulatorOptions,
  type Simulator,
  startEdgexSimulator,
} from "../../src/simulator/server.ts";
import { get, type Heard } from "./requesting.ts";

export const EDGEX_FROM = instant(1_767_225_600_000); // 2026-01-01
export const EDGEX_UNTIL = instant(EDGEX_FROM + 12 * 86_400_000 + 5_400_000);

/** The dummy key of the tests of edgeX's own development kit. */
const STARK_KEY = "0123456789abcdef".repeat(4);
const STARK = { account: "first", kind: "stark", starkPrivateKey: STARK_KEY } as const;
export const HMAC = {
  account: "second",
  kind: "hmac",
  apiKey: "edgex-key",
  apiSecret: "edgex-secret",
  passphrase: "edgex-passphrase",
} as const;

export function edgexPlan(changes: Partial<EdgexWorldPlan> = {}): EdgexWorldPlan {
  return {
    seed: 1,
    from: EDGEX_FROM,
    until: EDGEX_UNTIL,
    fills: 400,
    accounts: [
      { name: "first", generation: "v1" },
      { name: "second", generation: "v2" },
      { name: "sub", generation: "v1" },
    ],
    ...changes,
  };
}

/** An edgeX whose clock stands at the end of its world. */
export function startedEdgex(options: Partial<EdgexSimulatorOptions> = {}): Promise<Simulator> {
  return startEdgexSimulator({
    world: options.world ?? generateEdgexWorld(edgexPlan()),
    clock: { kind: "frozen", at: EDGEX_UNTIL },
    credentials: [STARK, HMAC],
    weightPerMinute: Number.POSITIVE_INFINITY,
    ...options,
  });
}

/** Of the field's numbers; what must not be taken for the order. */
const FIELD_PRIME = 2n ** 251n + 17n * 2n ** 192n + 1n;
/** The order of the curve's group, as the documentation of the curve prints it. */
const GROUP_ORDER = 0x800000000000010ffffffffffffffffb781126dcae7b2321e66a241adc64d2fn;

export function starkSignature(text: string, privateKey: string = STARK_KEY, order = GROUP_ORDER): string {
  const hash = BigInt(`0x${bytesToHex(keccak_256(utf8ToBytes(text)))}`) % order;
  const { r, s } = sign(hash.toString(16).padStart(64, "0"), privateKey);
  return [r, s].map((part) => part.toString(16).padStart(64, "0")).join("");
}

/** Signed as clients did that took the prime of the field for the order of the group. */
export function wronglyReducedSignature(text: string): string {
  return starkSignature(text, STARK_KEY, FIELD_PRIME);
}

export function hmacSignature(text: string, secret: string = HMAC.apiSecret): string {
  return createHmac("sha256", Buffer.from(secret).toString("base64")).update(text).digest("hex");
}

export type Changes = {
  readonly at?: number;
  readonly headers?: Record<string, string>;
  readonly signed?: string;
};

/** Asks with the Stark key; the query must be sorted already. */
export function requestStark(
  simulator: Simulator,
  pathAndQuery: string,
  changes: Changes = {},
): Promise<Heard> {
  const { at = EDGEX_UNTIL, headers = {}, signed = pathAndQuery } = changes;
  return get(`${simulator.url}${pathAndQuery}`, {
    "X-edgeX-Api-Timestamp": String(at),
    "X-edgeX-Api-Signature": starkSignature(`${at}GET${signed.replace("?", "")}`),
    ...headers,
  });
}

export function requestHmac(
  simulator: Simulator,
  pathAndQuery: string,
  changes: Changes = {},
): Promise<Heard> {
  const { at = EDGEX_UNTIL, headers = {}, signed = pathAndQuery } = changes;
  return get(`${simulator.url}${pathAndQuery}`, {
    "X-edgeX-Api-Key": HMAC.apiKey,
    "X-edgeX-Passphrase": HMAC.passphrase,
    "X-edgeX-Timestamp": String(at),
    "X-edgeX-Signature": hmacSignature(`${at}GET${signed.replace("?", "")}`),
    ...headers,
  });
}

export type Row = Readonly<Record<string, string | number | boolean>>;
export type EdgexPage = { readonly dataList: readonly Row[]; readonly nextPageOffsetData: string };

/** What is inside of the envelope. */
export function contentOf<Content = EdgexPage>(heard: Heard): Content {
  return (JSON.parse(heard.body) as { data: Content }).data;
}

export function refusalOf(heard: Heard): readonly [status: number, code: string] {
  return [heard.status, (JSON.parse(heard.body) as { code: string }).code];
}

/** Every page of a request, following the cursor; the query without `offsetData`, unsorted. */
export async function walk(
  simulator: Simulator,
  path: string,
  query: Readonly<Record<string, string>>,
  ask: typeof requestStark = requestStark,
): Promise<readonly EdgexPage[]> {
  const pages: EdgexPage[] = [];
  for (let cursor = ""; ; ) {
    const sent = Object.entries(cursor === "" ? query : { ...query, offsetData: cursor }).toSorted();
    const page = contentOf(
      await ask(simulator, `${path}?${sent.map(([name, value]) => `${name}=${value}`).join("&")}`),
    );
    pages.push(page);
    cursor = page.nextPageOffsetData;
    if (cursor === "") return pages;
  }
}
