/** edgeX's pages, requests and refusals, for fault plans. */
import { isLosslessNumber, parse, stringify } from "lossless-json";
import { instant, readMilliseconds } from "../../domain/instant.ts";
import type { FaultDialect, QueryParameters, Refused } from "../faults/dialect.ts";
import { type JsonRow, textOf } from "../faults/json-rows.ts";
import { type EdgexRefusal, edgexEnvelope, edgexRefusals, refusedContent } from "./refusal.ts";

type EdgexBody = {
  readonly data: { readonly dataList: readonly JsonRow[]; readonly nextPageOffsetData: string };
};

export const EDGEX_DIALECT: FaultDialect = {
  historyPaths: /\/get\w+Page$/,
  isSigned: (request) =>
    request.header("x-edgex-api-signature") !== null || request.header("x-edgex-signature") !== null,
  readRows: (body) => readBody(body)?.data.dataList ?? null,
  writeRows: (body, rows) => rewritten(body, { dataList: rows }),
  timeOf: (row) => timeIn(row),
  withTime: (row, at) => ({ ...row, [timeField(row)]: at.toString() }),
  ofAnotherSymbol(row, queryParameters) {
    const contracts = queryParameters["filterContractIdList"];
    return contracts === undefined ? null : { ...row, contractId: `9${textOf(row, "contractId")}` };
  },
  withSameCursor: (body, { offsetData }) =>
    offsetData === undefined ? null : rewritten(body, { nextPageOffsetData: offsetData }),
  isRequested(row, queryParameters) {
    const [at, from, last] = [timeIn(row), boundOf(queryParameters, FROM), this.lastOf(queryParameters)];
    return at !== null && (from === null || at >= from) && (last === null || at <= last);
  },
  lastOf(queryParameters) {
    const until = boundOf(queryParameters, UNTIL);
    return until === null ? null : until - 1n;
  },
  limitOf: ({ size }) => readMilliseconds(size ?? ""),
  isNumbered: () => false,
  isOrderFree: () => true,
  isCuttable: () => false,
  canIgnoreTimes: true,
  tooManyRequests: () => refused(edgexRefusals.tooMany()),
  // No ban is documented; the firewall in front of the venue was seen to block an address, and says so in
  // HTML.
  banned: () => ({
    status: 403,
    body: "<!DOCTYPE html><html><head><title>Attention Required!</title></head><body>You have been blocked</body></html>",
    headers: { "Content-Type": "text/html" },
  }),
  inEnvelope: () => [refused(edgexRefusals.tooMany())],
  clock: () => refused(edgexRefusals.timestamp()),
};

const FROM = ["filterStartCreatedTimeInclusive", "filterStartTimeInclusive"] as const;
const UNTIL = ["filterEndCreatedTimeExclusive", "filterEndTimeExclusive"] as const;

function boundOf(queryParameters: QueryParameters, names: readonly string[]): bigint | null {
  const value = names.map((name) => queryParameters[name]).find((one) => one !== undefined && one !== "0");
  return value === undefined ? null : BigInt(value);
}

function timeField(row: JsonRow): "createdTime" | "snapshotTime" {
  return row["snapshotTime"] === undefined ? "createdTime" : "snapshotTime";
}

function timeIn(row: JsonRow): bigint | null {
  const at = readMilliseconds(textOf(row, timeField(row)));
  return at === null ? null : BigInt(at);
}

function readBody(body: string | Uint8Array): EdgexBody | null {
  if (typeof body !== "string" || !body.startsWith("{")) return null;
  const value = parse(body);
  return isPage(value) ? value : null;
}

function isPage(value: unknown): value is EdgexBody {
  if (!isObject(value)) return false;
  const { data } = value;
  return isObject(data) && Array.isArray(data["dataList"]) && data["dataList"].every(isObject);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLosslessNumber(value);
}

function rewritten(body: string, change: Partial<EdgexBody["data"]>): string {
  const page = readBody(body);
  if (page === null) return body;
  return stringify({ ...page, data: { ...page.data, ...change } }) ?? body;
}

function refused(refusal: EdgexRefusal): Refused {
  return { status: refusal.status, body: edgexEnvelope(refusedContent(refusal), instant(0), 0) };
}
