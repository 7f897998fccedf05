import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { instant } from "../../src/domain/instant.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex/world/generate.ts";
import { edgexTruthOf } from "../../src/simulator/edgex/world/truth.ts";
import { faultPlan } from "../../src/simulator/faults/plan.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import {
  add,
  compare,
  fractionOf,
  magnitudeOf,
  multiply,
  parseFraction,
  plainText,
  subtract,
  sumOf,
} from "../../src/simulator/shared/fraction.ts";
import {
  contentOf,
  EDGEX_FROM,
  EDGEX_UNTIL,
  edgexPlan,
  type Row,
  refusalOf,
  requestHmac,
  requestStark,
  startedEdgex,
  walk,
} from "./edgex-requesting.ts";
import { get } from "./requesting.ts";

const world = generateEdgexWorld(edgexPlan({ fills: 700 }));
const [main, other] = world.accounts;
if (main === undefined || other === undefined) throw new Error("the world has two accounts");
const [truth] = edgexTruthOf(world);
const STATEMENT = "/api/v1/private/account/getCollateralTransactionPage";
const POSITIONS = "/api/v1/private/account/getPositionTransactionPage";
const FILLS = "/api/v1/private/order/getHistoryOrderFillTransactionPage";
const TERMS = "/api/v1/private/account/getPositionTermPage";
const SNAPSHOTS = "/api/v1/private/account/getAccountAssetSnapshotPage";
const ASSET = "/api/v1/private/account/getAccountAsset";
const OWN = { accountId: main.accountId } as const;

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startedEdgex({ world });
});
afterAll(() => simulator.close());

const rowsOf = (pages: readonly { readonly dataList: readonly Row[] }[]): readonly Row[] =>
  pages.flatMap((page) => page.dataList);
const query = (parts: Readonly<Record<string, string>>): string =>
  Object.entries({ ...OWN, ...parts })
    .toSorted()
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
const text = (row: Row | undefined, name: string): string => String(row?.[name] ?? "");

describe("pages", () => {
  test.each([
    ["the collateral statement", STATEMENT, truth?.rows.collateral],
    ["position transactions", POSITIONS, truth?.rows.positions],
    ["fills", FILLS, truth?.rows.fills],
    ["terms", TERMS, truth?.rows.terms],
  ])("%s: every row once, newest first, a hundred a page", async (_, path, rows) => {
    const pages = await walk(simulator, path, { ...OWN, size: "100" });
    const all = rowsOf(pages);
    expect(all).toHaveLength(rows ?? 0);
    expect(pages.slice(0, -1).every((page) => page.dataList.length === 100)).toBe(true);
    const order = all.map((row) => [Number(row["createdTime"]), BigInt(text(row, "id") || "0")] as const);
    for (const [nth, [at, id]] of order.entries()) {
      const [before, idBefore] = order[nth - 1] ?? [at, id];
      expect(before > at || (before === at && idBefore >= id)).toBe(true);
    }
    const identities = all.map((row) =>
      row["id"] === undefined
        ? [row["contractId"], text(row, "cumOpenSize").startsWith("-"), row["termCount"]].join()
        : text(row, "id"),
    );
    expect(new Set(identities).size).toBe(all.length);
  });
  test("however small they are, and however many rows a millisecond has", async () => {
    const whole = rowsOf(await walk(simulator, STATEMENT, { ...OWN, size: "100" }));
    const small = rowsOf(await walk(simulator, STATEMENT, { ...OWN, size: "3" }));
    expect(small.map((row) => row["id"])).toEqual(whole.map((row) => row["id"]));
  });
  test("a window holds its first millisecond and not its last", async () => {
    const { createdAt } = main.events[50] ?? { createdAt: EDGEX_FROM };
    const idsIn = async (from: number, until: number) =>
      rowsOf(
        await walk(simulator, STATEMENT, {
          ...OWN,
          size: "100",
          filterStartCreatedTimeInclusive: String(from),
          filterEndCreatedTimeExclusive: String(until),
        }),
      ).map((row) => row["id"]);
    const own = main.events
      .filter((event) => event.createdAt === createdAt)
      .map(({ collateral }) => collateral.id);
    expect(await idsIn(createdAt, createdAt + 1)).toEqual(own.toReversed());
    expect(await idsIn(createdAt - 10_000_000, createdAt)).not.toContain(own[0]);
    expect(await idsIn(0, createdAt)).toHaveLength(
      main.events.findIndex((event) => event.createdAt === createdAt),
    );
  });
  test("new rows at the head shift nothing", async () => {
    const late = await startedEdgex({
      world,
      clock: { kind: "frozen", at: instant(EDGEX_UNTIL - 3 * 86_400_000) },
    });
    const at = EDGEX_UNTIL - 3 * 86_400_000;
    const first = contentOf(await requestStark(late, `${STATEMENT}?${query({ size: "10" })}`, { at }));
    late.setClock(EDGEX_UNTIL);
    const second = contentOf(
      await requestStark(late, `${STATEMENT}?${query({ size: "10", offsetData: first.nextPageOffsetData })}`),
    );
    const shown = main.events
      .filter(({ createdAt }) => createdAt <= at)
      .map(({ collateral }) => collateral.id);
    expect([...first.dataList, ...second.dataList].map((row) => row["id"])).toEqual(
      shown.toReversed().slice(0, 20),
    );
    await late.close();
  });
  test("filters by type, contract and kind of close", async () => {
    const of = async (path: string, filter: Readonly<Record<string, string>>) =>
      rowsOf(await walk(simulator, path, { ...OWN, size: "100", ...filter }));
    const cash = await of(STATEMENT, { filterTypeList: "DEPOSIT,WITHDRAW" });
    expect(new Set(cash.map((row) => row["type"]))).toEqual(new Set(["DEPOSIT", "WITHDRAW"]));
    const bitcoin = await of(POSITIONS, { filterContractIdList: "10000001" });
    expect(bitcoin.every((row) => row["contractId"] === "10000001")).toBe(true);
    expect(bitcoin.length).toBe(
      main.events.filter(({ position }) => position?.contractId === "10000001").length,
    );
    expect(await of(FILLS, { filterIsLiquidateList: "true" })).toHaveLength(
      main.events.filter(({ fill }) => fill?.isLiquidate === true).length,
    );
    expect(
      (await of(TERMS, { filterIsLongPosition: "false" })).every((row) =>
        text(row, "cumOpenSize").startsWith("-"),
      ),
    ).toBe(true);
    expect(
      (await of(POSITIONS, { filterCloseOnly: "true" })).every((row) =>
        /[1-9]/.test(text(row, "fillCloseSize")),
      ),
    ).toBe(true);
  });
});

describe("what the venue refuses", () => {
  test.each([
    ["a page of more than a hundred", STATEMENT, { size: "101" }, [200, "INVALID_GET_PAGE_SIZE"]],
    ["a page of nothing", FILLS, { size: "0" }, [200, "INVALID_GET_PAGE_SIZE"]],
    [
      "more than a thousand valuations",
      SNAPSHOTS,
      { size: "1001", coinId: "1000" },
      [200, "INVALID_GET_PAGE_SIZE"],
    ],
    ["valuations of no coin", SNAPSHOTS, { size: "10" }, [400, "GATEWAY_PARAM_INVALID"]],
    [
      "valuations by the other pages' filters",
      SNAPSHOTS,
      { coinId: "1000", filterStartCreatedTimeInclusive: "1" },
      [400, "GATEWAY_PARAM_INVALID"],
    ],
    ["a parameter that it does not know", STATEMENT, { page: "1" }, [400, "GATEWAY_PARAM_INVALID"]],
    ["an empty parameter", STATEMENT, { offsetData: "" }, [400, "GATEWAY_PARAM_INVALID"]],
    [
      "a time that is none",
      STATEMENT,
      { filterStartCreatedTimeInclusive: "yesterday" },
      [400, "GATEWAY_PARAM_INVALID"],
    ],
    ["a cursor of nobody", STATEMENT, { offsetData: "08FF" }, [400, "GATEWAY_PARAM_INVALID"]],
  ] as const)("%s", async (_, path, parts, refused) => {
    expect(refusalOf(await requestStark(simulator, `${path}?${query(parts)}`))).toEqual(refused);
  });
  test("a cursor with another request than the one that gave it", async () => {
    const page = contentOf(await requestStark(simulator, `${STATEMENT}?${query({ size: "5" })}`));
    const changed = { size: "6", offsetData: page.nextPageOffsetData };
    expect(refusalOf(await requestStark(simulator, `${STATEMENT}?${query(changed)}`))).toEqual([
      400,
      "GATEWAY_PARAM_INVALID",
    ]);
  });
  test("other methods, and paths that it does not have: a violation each", async () => {
    const strict = await startedEdgex({ world });
    expect((await get(`${strict.url}/api/v1/public/meta/getServerTime`, {}, "POST")).status).toBe(405);
    const lost = await get(`${strict.url}/api/v1/private/order/createOrder`);
    expect([lost.status, lost.body.slice(0, 15)]).toEqual([404, "<!DOCTYPE html>"]);
    expect(strict.violations().notAllowed).toBe(2);
    await strict.close();
  });
  test("too many requests in a minute", async () => {
    const strict = await startedEdgex({ world, weightPerMinute: 2, weightPlan: { stopwatch: () => 0 } });
    const ask = () => get(`${strict.url}/api/v1/public/meta/getServerTime`);
    await ask();
    await ask();
    const refused = await ask();
    expect(refusalOf(refused)).toEqual([429, "TOO_MANY_REQUESTS"]);
    expect(refused.header("retry-after")).toBe("60");
    await strict.close();
  });
});

describe("rows that change", () => {
  test("what was applied is proven on chain some thirteen minutes later, and all else stays", async () => {
    const [event] = main.events.slice(20);
    if (event === undefined) throw new Error("the account has events");
    const at = (milliseconds: number) => instant(event.createdAt + milliseconds);
    const moving = await startedEdgex({ world, clock: { kind: "frozen", at: at(60_000) } });
    const seen = async (now: number): Promise<Row> => {
      moving.setClock(instant(now));
      const window = {
        filterStartCreatedTimeInclusive: String(event.createdAt),
        filterEndCreatedTimeExclusive: String(event.createdAt + 1),
      };
      const { dataList } = contentOf(
        await requestStark(moving, `${STATEMENT}?${query(window)}`, { at: now }),
      );
      const row = dataList.find(({ id }) => id === event.collateral.id);
      if (row === undefined) throw new Error("the row is shown");
      return row;
    };
    const before = await seen(at(60_000));
    const after = await seen(at(810_000));
    expect([before["censorStatus"], before["l2ApprovedTime"]]).toEqual(["CENSOR_SUCCESS", "0"]);
    expect(after["censorStatus"]).toBe("L2_APPROVED");
    expect(Number(after["l2ApprovedTime"]) - event.createdAt).toBeGreaterThan(700_000);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    expect(changed.toSorted()).toEqual(["censorStatus", "l2ApprovedTime", "updatedTime"]);
    await moving.close();
  });
  test("a term is summed up while it is open, under the number and the time it began with", async () => {
    const [opening] = main.events.filter(({ fill }) => fill !== null);
    if (opening === undefined) throw new Error("the account trades");
    const { contractId } = opening.fill ?? { contractId: "" };
    const moving = await startedEdgex({ world, clock: { kind: "frozen", at: opening.createdAt } });
    const requested = query({ size: "100", filterContractIdList: contractId });
    const termAt = async (at: number): Promise<Row | undefined> => {
      moving.setClock(instant(at));
      return contentOf(await requestStark(moving, `${TERMS}?${requested}`, { at })).dataList.at(-1);
    };
    const [begun, ended] = [await termAt(opening.createdAt), await termAt(EDGEX_UNTIL)];
    expect(begun).toMatchObject({ termCount: 1, createdTime: String(opening.createdAt), cumCloseSize: "0" });
    expect(begun?.["cumOpenSize"]).toBe(opening.position?.fillOpenSize);
    expect(ended).toMatchObject({ termCount: 1, createdTime: String(opening.createdAt) });
    const sizes = [ended?.["cumOpenSize"], ended?.["cumCloseSize"]].map((size) =>
      parseFraction(String(size)),
    );
    expect(plainText(sumOf(sizes))).toBe("0");
    await moving.close();
  });
});

describe("the account's assets", () => {
  type Asset = {
    readonly version: string;
    readonly collateralList: readonly Readonly<Record<string, string>>[];
    readonly positionList: readonly (Readonly<Record<string, string>> & {
      readonly longTotalStat: Readonly<Record<string, string>>;
      readonly shortTotalStat: Readonly<Record<string, string>>;
    })[];
    readonly positionAssetList: readonly Readonly<Record<string, string>>[];
    readonly collateralAssetModelList: readonly Readonly<Record<string, string>>[];
  };
  const total = (values: readonly (string | undefined)[]) =>
    sumOf(values.map((value) => parseFraction(value ?? "0")));
  const assetAt = async (one: Simulator, at: number = EDGEX_UNTIL): Promise<Asset> =>
    contentOf<Asset>(await requestStark(one, `${ASSET}?accountId=${main.accountId}`, { at }));

  test("1, 2, 3 and 12: the identities of the venue's own records", async () => {
    const asset = await assetAt(simulator);
    const [collateral] = asset.collateralList;
    const [model] = asset.collateralAssetModelList;
    const { amount, legacyAmount } = collateral ?? {};
    const counters = Object.entries(collateral ?? {}).filter(([name]) => name.startsWith("cum"));
    expect(plainText(total(counters.map(([, value]) => value)))).toBe(plainText(total([amount])));
    const cost = asset.positionList.map(({ openValue }) => openValue);
    expect(plainText(total([amount, ...cost]))).toBe(plainText(total([legacyAmount])));
    const values = asset.positionAssetList.map(({ positionValue }) => positionValue);
    expect(plainText(total([amount, ...values]))).toBe(model?.["totalEquity"]);
    const unrealized = asset.positionAssetList.map(({ unrealizePnl }) => unrealizePnl);
    expect(plainText(total([legacyAmount, ...unrealized]))).toBe(model?.["totalEquity"]);
    expect(asset.positionAssetList.length).toBeGreaterThan(1);
    const off = subtract(
      subtract(total([model?.["totalEquity"]]), total([model?.["initialMarginRequirement"]])),
      total([model?.["availableAmount"]]),
    );
    expect(compare(magnitudeOf(off), fractionOf(1n, 6))).toBe(-1);
    expect([legacyAmount, amount].map((value) => plainText(total([value])))).toEqual([
      truth?.wallet,
      truth?.amount,
    ]);
  });
  test("7 and 10: the average entry, and results of the open side alone", async () => {
    const asset = await assetAt(simulator);
    for (const shown of asset.positionAssetList) {
      const position = asset.positionList.find(({ contractId }) => contractId === shown["contractId"]);
      const [openSize, openValue] = [position?.["openSize"] ?? "0", position?.["openValue"] ?? "0"];
      const off = subtract(multiply(total([shown["avgEntryPrice"]]), total([openSize])), total([openValue]));
      const tick = shown["contractId"] === "10000001" ? fractionOf(1n, 1) : fractionOf(1n, 2);
      expect(compare(magnitudeOf(off), multiply(tick, magnitudeOf(total([openSize]))))).toBe(-1);
      const side = openSize.startsWith("-") ? position?.shortTotalStat : position?.longTotalStat;
      const result = subtract(total([openValue]), total([side?.["cumCloseValue"], side?.["cumOpenValue"]]));
      expect(plainText(result)).toBe(plainText(total([shown["totalRealizePnl"]])));
      expect(plainText(add(total([openValue]), total([shown["unrealizePnl"]])))).toBe(shown["positionValue"]);
    }
  });
  test("the version goes on with every change, and what has not happened is not counted", async () => {
    const at = instant(EDGEX_FROM + 4 * 86_400_000);
    const early = await startedEdgex({ world, clock: { kind: "frozen", at } });
    const [then, again] = [await assetAt(early, at), await assetAt(early, at)];
    const happened = main.events.filter(({ createdAt }) => createdAt <= at).length;
    expect([then.version, again.version]).toEqual([String(1000 + happened), String(1000 + happened)]);
    expect(then.collateralList[0]?.["legacyAmount"]).toBe(
      plainTextOfSix(edgexTruthOf(world, at)[0]?.wallet ?? ""),
    );
    await early.close();
  });
  test("hourly and daily valuations agree with the assets, and go back to the account's beginning", async () => {
    const hourly = rowsOf(await walk(simulator, SNAPSHOTS, { ...OWN, size: "100", coinId: "1000" }));
    const daily = rowsOf(
      await walk(simulator, SNAPSHOTS, { ...OWN, size: "5", coinId: "1000", filterTimeTag: "1" }),
    );
    expect([hourly.length, daily.length]).toEqual([12 * 24 + 1, 12]);
    expect(daily.every((row) => row["timeTag"] === 1 && Number(row["snapshotTime"]) % 86_400_000 === 0)).toBe(
      true,
    );
    for (const day of daily) {
      const hour = hourly.find((row) => row["snapshotTime"] === day["snapshotTime"]);
      expect({ ...hour, timeTag: 1 }).toEqual(day);
    }
    const at = instant(Number(hourly[30]?.["snapshotTime"]));
    const then = await startedEdgex({ world, clock: { kind: "frozen", at } });
    expect((await assetAt(then, at)).collateralAssetModelList[0]?.["totalEquity"]).toBe(
      hourly[30]?.["totalEquity"],
    );
    await then.close();
  });
  test("the second generation has its own words, numbers and names", async () => {
    const asset = contentOf<Asset>(
      await requestHmac(simulator, `/api/v2/private/account/getAccountAsset?accountId=${other.accountId}`),
    );
    expect(asset.collateralAssetModelList[0]).toHaveProperty("riskValue");
    expect(asset.positionList.every(({ contractId }) => contractId?.startsWith("3"))).toBe(true);
  });
});

describe("public answers", () => {
  type Meta = {
    readonly coinList: readonly { readonly coinId: string; readonly coinName: string }[];
    readonly contractList: readonly { readonly contractId: string; readonly contractName: string }[];
  };
  const metaAt = async (one: Simulator, generation: string): Promise<Meta> =>
    contentOf<Meta>(await get(`${one.url}/api/${generation}/public/meta/getMetaData`));

  test("the venue's time, and the envelope", async () => {
    const heard = await get(`${simulator.url}/api/v1/public/meta/getServerTime`);
    expect(JSON.parse(heard.body)).toEqual({
      code: "SUCCESS",
      data: { timeMillis: String(EDGEX_UNTIL) },
      msg: null,
      errorParam: null,
      requestTime: String(EDGEX_UNTIL),
      responseTime: expect.stringMatching(/^\d{13}$/),
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });
  test("a contract is renamed, and keeps its number; coin 1000 has a name in each generation", async () => {
    const early = await startedEdgex({ world, clock: { kind: "frozen", at: EDGEX_FROM } });
    const names = async (one: Simulator) =>
      (await metaAt(one, "v1")).contractList.map((row) => Object.values(row).slice(0, 2).join(" "));
    expect(await names(early)).toEqual([
      "10000001 BTCUSD",
      "10000002 ETHUSD",
      "10000003 SOLUSD",
      "10000004 BNB2USD",
    ]);
    expect((await names(simulator)).at(-1)).toBe("10000004 BNBUSD");
    const [v1, v2] = [await metaAt(simulator, "v1"), await metaAt(simulator, "v2")];
    expect([v1, v2].map(({ coinList }) => coinList[0])).toMatchObject([
      { coinId: "1000", coinName: "USD" },
      { coinId: "1000", coinName: "USDC" },
    ]);
    await early.close();
  });
});

describe("harm on the way", () => {
  const harmed = async (
    kind: Parameters<typeof faultPlan>[0]["kinds"],
    parts: Readonly<Record<string, string>> = {},
  ) => {
    const one = await startedEdgex({ world, faults: faultPlan({ seed: 1, rate: 1, kinds: kind ?? [] }) });
    const heard = await requestStark(one, `${STATEMENT}?${query({ size: "10", ...parts })}`);
    const [seen] = one.requests();
    await one.close();
    return { heard, fault: seen?.fault };
  };
  const WINDOW = {
    filterStartCreatedTimeInclusive: String(EDGEX_FROM + 3 * 86_400_000),
    filterEndCreatedTimeExclusive: String(EDGEX_FROM + 5 * 86_400_000),
  };

  test.each([
    ["rate_limited", 429, "TOO_MANY_REQUESTS"],
    ["rate_limited_bare", 429, "TOO_MANY_REQUESTS"],
    ["error_object", 200, "TOO_MANY_REQUESTS"],
    ["clock_refused", 400, "INVALID_TIMESTAMP"],
    ["clock_jump", 400, "INVALID_TIMESTAMP"],
  ] as const)("%s", async (kind, status, code) => {
    const { heard, fault } = await harmed([kind]);
    expect([...refusalOf(heard), fault]).toEqual([status, code, kind]);
  });
  test.each([
    ["banned", 403],
    ["html", 200],
  ] as const)("%s comes in HTML", async (kind, status) => {
    const { heard, fault } = await harmed([kind]);
    expect([heard.status, heard.body.slice(0, 1), fault]).toEqual([status, "<", kind]);
  });
  test("a body cut in its middle is no JSON", async () => {
    const { heard } = await harmed(["cut_json"]);
    expect(() => JSON.parse(heard.body)).toThrow(SyntaxError);
  });
  test("rows change places within their millisecond alone, and keep their text", async () => {
    const { heard, fault } = await harmed(["reordered"], { size: "100" });
    const whole = await requestStark(simulator, `${STATEMENT}?${query({ size: "100" })}`);
    const [told, true_] = [heard, whole].map((one) => contentOf(one).dataList);
    expect(fault).toBe("reordered");
    expect(told).not.toEqual(true_);
    const byId = (rows: readonly Row[] = []) =>
      rows.toSorted((a, b) => (text(a, "id") < text(b, "id") ? -1 : 1));
    expect(byId(told)).toEqual(byId(true_));
    expect(told?.map((row) => row["createdTime"])).toEqual(true_?.map((row) => row["createdTime"]));
  });
  test("lies: a row outside, too many rows, another window, the same cursor", async () => {
    const rows = async (kind: "row_outside" | "too_many_rows" | "times_ignored") => {
      const { heard, fault } = await harmed([kind], WINDOW);
      expect(fault).toBe(kind);
      return contentOf(heard).dataList;
    };
    const isOutside = (row: Row): boolean =>
      Number(row["createdTime"]) < Number(WINDOW.filterStartCreatedTimeInclusive) ||
      Number(row["createdTime"]) >= Number(WINDOW.filterEndCreatedTimeExclusive);
    expect((await rows("row_outside")).filter(isOutside)).toHaveLength(1);
    expect(await rows("too_many_rows")).toHaveLength(11);
    expect((await rows("times_ignored")).some(isOutside)).toBe(true);
    const first = contentOf(await requestStark(simulator, `${STATEMENT}?${query({ size: "10" })}`));
    const offsetData = first.nextPageOffsetData;
    const { heard, fault } = await harmed(["repeated_cursor"], { offsetData });
    expect([fault, contentOf(heard).nextPageOffsetData]).toEqual(["repeated_cursor", offsetData]);
  });
  test("a first page has no cursor to repeat", async () => {
    expect((await harmed(["repeated_cursor"])).fault).toBeUndefined();
  });
});

function plainTextOfSix(amount: string): string {
  const [whole = "0", decimals = ""] = amount.split(".");
  return `${whole}.${decimals.padEnd(6, "0")}`;
}
