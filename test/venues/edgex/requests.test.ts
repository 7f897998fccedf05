import { describe, expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../../src/domain/instant.ts";
import type { StreamName } from "../../../src/domain/record.ts";
import { Bug } from "../../../src/errors.ts";
import { edgexVenue } from "../../../src/venues/edgex/venue.ts";
import { type PageQuery, supportOf } from "../../../src/venues/venue.ts";
import { DOCUMENTED_ACCOUNT, V1, V2 } from "./credentials.ts";

const FROM = parseInstant("2024-12-16T00:00:00Z");
const UNTIL = plus(FROM, 7 * DAY_MS);

function pageQuery(stream: StreamName, more: Partial<PageQuery> = {}): PageQuery {
  return {
    stream,
    symbol: "",
    filters: {},
    span: { by: "time", window: { from: FROM, until: UNTIL } },
    ...more,
  };
}

const target = (requested: PageQuery): string => {
  const venue = edgexVenue(V1);
  return venue.sign(venue.pageRequest(requested), FROM).target;
};

describe("a window is requested half-open, its parameters in the order in which they are signed", () => {
  const times = `filterEndCreatedTimeExclusive=${UNTIL}&filterStartCreatedTimeInclusive=${FROM}`;
  const snapshotTimes = (tag: string) =>
    `coinId=1000&filterEndTimeExclusive=${UNTIL}&filterStartTimeInclusive=${FROM}&filterTimeTag=${tag}`;
  test.each<[stream: StreamName, endpoint: string, query: string]>([
    ["income", "account/getCollateralTransactionPage", `${times}&size=100`],
    ["fills", "order/getHistoryOrderFillTransactionPage", `${times}&size=100`],
    ["position_transactions", "account/getPositionTransactionPage", `${times}&size=100`],
    ["position_cycles", "account/getPositionTermPage", `${times}&size=100`],
    ["hourly_equity", "account/getAccountAssetSnapshotPage", `${snapshotTimes("0")}&size=1000`],
    ["daily_equity", "account/getAccountAssetSnapshotPage", `${snapshotTimes("1")}&size=1000`],
  ])("%s", (stream, endpoint, query) => {
    expect(target(pageQuery(stream))).toBe(
      `/api/v1/private/${endpoint}?accountId=${DOCUMENTED_ACCOUNT}&${query}`,
    );
  });
});

test("the next page is the same request with the cursor in its place", () => {
  const span = { by: "cursor", window: { from: FROM, until: UNTIL }, cursor: "0880ACF0F3CD33" } as const;
  expect(target(pageQuery("income", { span }))).toBe(
    `/api/v1/private/account/getCollateralTransactionPage?accountId=${DOCUMENTED_ACCOUNT}&filterEndCreatedTimeExclusive=${UNTIL}&filterStartCreatedTimeInclusive=${FROM}&offsetData=0880ACF0F3CD33&size=100`,
  );
});

test.each([
  ["a symbol", pageQuery("fills", { symbol: "10000001" })],
  ["a filter", pageQuery("income", { filters: { filterTypeList: "DEPOSIT" } })],
  ["an id", pageQuery("fills", { span: { by: "id", fromId: "1" } })],
  ["a survey", pageQuery("income", { span: { by: "survey", window: { from: FROM, until: UNTIL } } })],
  [
    "eight days",
    pageQuery("income", { span: { by: "time", window: { from: FROM, until: plus(FROM, 8 * DAY_MS) } } }),
  ],
  ["a stream that it has not", pageQuery("margin_changes")],
] as const)("a request with %s is a bug", (_what, requested) => {
  expect(() => target(requested)).toThrow(Bug);
});

test("V2 has the same endpoints under its own version, and its own beginning", () => {
  const [v1, v2] = [edgexVenue(V1), edgexVenue(V2)];
  expect([...v2.allowedPaths]).toEqual([...v1.allowedPaths].map((path) => path.replace("/v1/", "/v2/")));
  expect([...v1.allowedPaths].toSorted()).toEqual([
    "/api/v1/private/account/getAccountAsset",
    "/api/v1/private/account/getAccountAssetSnapshotPage",
    "/api/v1/private/account/getCollateralTransactionPage",
    "/api/v1/private/account/getPositionTermPage",
    "/api/v1/private/account/getPositionTransactionPage",
    "/api/v1/private/order/getHistoryOrderFillTransactionPage",
    "/api/v1/public/meta/getMetaData",
    "/api/v1/public/meta/getServerTime",
  ]);
  expect(v1.historyBegins).toBeLessThan(v2.historyBegins);
});

test("balances and positions are one request, so that they are of one state of the account", () => {
  const venue = edgexVenue(V2);
  expect(venue.positionsRequest).toBe(venue.balancesRequest);
});

test("every supported stream follows a cursor, and one that is not says why", () => {
  const venue = edgexVenue(V1);
  expect(supportOf(venue, "income")).toMatchObject({ scope: "account", paging: "cursor", retention: null });
  expect(venue.streams.forced_orders).toMatchObject({ kind: "unsupported" });
  expect(venue.streams.margin_changes).toMatchObject({ kind: "unsupported" });
});
