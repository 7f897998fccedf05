/**
 * Signed queries as the whole family has them: the signature is the last parameter and is made over exactly
 * the bytes before it; a timestamp in milliseconds says how old the request is.
 */
import { readMilliseconds, SECOND_MS } from "../../domain/instant.ts";
import { type QueryParameter, readQuery, type SimulatedRequest } from "../shared/exchange.ts";
import type { SimulatedClock } from "../shared/simulated-clock.ts";
import { refusals } from "./refusal.ts";

export type Authorised = {
  readonly account: string;
  /** The query without the parameters that authenticate it. */
  readonly parameters: readonly QueryParameter[];
};

const RECV_WINDOW_DEFAULT = "5000";
const RECV_WINDOW_MAX_MS = 60 * SECOND_MS;

export type Signed = {
  /** What the signature is of. */
  readonly signed: string;
  /** As it was sent: percent-encoded. */
  readonly signature: string;
  readonly find: (name: string) => string | null;
};

/** Throws a `Refusal` unless the query ends in a signature. */
export function splitSigned({ rawQuery }: SimulatedRequest): Signed {
  const parameters = readQuery(rawQuery);
  if (parameters === null) throw refusals.illegalCharacters("query");
  if (!parameters.some(({ name }) => name === "signature")) throw refusals.missing("signature");
  const parts = /^(?:(.*)&)?signature=([^&=]*)$/s.exec(rawQuery);
  if (parts === null) throw refusals.signature();
  return {
    signed: parts[1] ?? "",
    signature: parts[2] ?? "",
    find: (sought) => parameters.find(({ name, value }) => name === sought && value !== "")?.value ?? null,
  };
}

/** Throws a `Refusal` where the parameter is not there. */
export function mandatory({ find }: Signed, name: string): string {
  const value = find(name);
  if (value === null) throw refusals.missing(name);
  return value;
}

/** `timestamp < serverTime + 1000 && serverTime - timestamp <= recvWindow`, as documented. */
export function checkTimestamp(query: Signed, clock: SimulatedClock): void {
  const timestamp = readMilliseconds(mandatory(query, "timestamp"));
  if (timestamp === null) throw refusals.illegalCharacters("timestamp");
  const recvWindow = readMilliseconds(query.find("recvWindow") ?? RECV_WINDOW_DEFAULT);
  if (recvWindow === null || recvWindow > RECV_WINDOW_MAX_MS) throw refusals.invalid("recvWindow");
  const { earliest, latest } = clock.present();
  if (timestamp >= latest + SECOND_MS) throw refusals.timestampAhead();
  if (earliest - timestamp > recvWindow) throw refusals.timestampOld();
}

/** The key in the header. Throws a `Refusal` for one that cannot be one. */
export function apiKeyOf(request: SimulatedRequest): string {
  const apiKey = request.header("x-mbx-apikey") ?? "";
  if (!/^\S+$/.test(apiKey)) throw refusals.keyFormat();
  return apiKey;
}
