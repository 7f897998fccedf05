/** Answers of edgeX around rows, and records as plain text, for the tests of this folder. */
import { formatDecimal } from "../../../src/domain/decimal.ts";
import type { HistoryRecord, Names, StreamName } from "../../../src/domain/record.ts";
import { decode } from "../../../src/venues/edgex/decode.ts";

export const NAMES: Names = {
  contract: (contractId) => ({ "10000001": "BTCUSD", "10000004": "BNB2USD" })[contractId] ?? contractId,
  asset: (coinId) => ({ "1000": "USD" })[coinId] ?? coinId,
};

export function envelope(answer: unknown): string {
  return JSON.stringify({
    code: "SUCCESS",
    data: answer,
    msg: null,
    errorParam: null,
    requestTime: "1734663352100",
    responseTime: "1734663352104",
    traceId: "0123456789abcdef0123456789abcdef",
  });
}

export function page(rows: readonly object[], cursor = ""): string {
  return envelope({ dataList: rows, nextPageOffsetData: cursor });
}

/** The records of a row, their decimals as plain text. */
export function recordsOf(stream: StreamName, row: object): readonly Record<string, unknown>[] {
  const decoded = decode(stream, JSON.stringify(row), NAMES);
  if (decoded.kind === "unknown") throw new Error(decoded.why);
  return decoded.records.map(plain);
}

/** Why a row is set aside. */
export function whyUnknown(stream: StreamName, row: object): string {
  const decoded = decode(stream, JSON.stringify(row), NAMES);
  return decoded.kind === "unknown" ? decoded.why : "it was understood";
}

/** The cash events of a statement's row: what, which part, how much. */
export function events(row: object): readonly string[] {
  return recordsOf("income", row)
    .filter(({ stream }) => stream === "income")
    .map(({ kind, part, amount }) => [kind, part, amount].filter((word) => word !== "").join(" "));
}

function plain(record: HistoryRecord | object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === "object" && value !== null && !Array.isArray(value) ? formatDecimal(value) : value,
    ]),
  );
}
