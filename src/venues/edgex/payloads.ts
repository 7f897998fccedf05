/** edgeX's answers: pages and their cursors, the listing, and the account with all that it counts. */
import { type Decimal, divide, sum } from "../../domain/decimal.ts";
import type { Instant } from "../../domain/instant.ts";
import { FieldError, isJsonObject, type JsonObject, jsonText, optionalTextField } from "../../domain/json.ts";
import type {
  Balance,
  CollateralState,
  Instrument,
  Names,
  PositionState,
  PositionValuation,
  ShownAccount,
  ShownPosition,
  SideStatistics,
} from "../../domain/record.ts";
import { assert, PageStalledError, RequestRefusedError } from "../../errors.ts";
import { eachOnce, nonBlankText, shownDecimal, textOrEmpty, timeField } from "../fields.ts";
import type { PageQuery, ReadNames, Statement, VerbatimRow } from "../venue.ts";
import { objectIn, objectsIn, readAnswer, readEnvelope } from "./envelope.ts";
import { type Generation, isEdgexStream, TIME_TAGS } from "./requests.ts";
import { amountField, contractOf, identityOf, isPending, readOptionalAmount, timeFieldOf } from "./rows.ts";
import { isSafeValue } from "./sign.ts";

// Pages ----------------------------------------------------------------------------------------------------

/** The rows of a page, verbatim. Throws a `PageStalledError` when a snapshot's filter was ignored. */
export function readPage(generation: Generation, pageQuery: PageQuery, body: string): readonly VerbatimRow[] {
  const { stream } = pageQuery;
  assert(isEdgexStream(stream), `edgex has no stream ${stream}`);
  const where = `edgex ${stream}`;
  return readAnswer(where, body, (page) =>
    objectsIn(page, "dataList").map((row) => {
      if (stream === "hourly_equity" || stream === "daily_equity") refuseOtherInterval(where, stream, row);
      return {
        identity: identityOf(stream, row),
        symbol: contractOf(row),
        occurredAt: timeField(row, timeFieldOf(stream)),
        body: jsonText(row),
        id: null,
        isPending: isPending(generation, stream, row),
      };
    }),
  );
}

function refuseOtherInterval(where: string, stream: keyof typeof TIME_TAGS, row: JsonObject): void {
  const requested = TIME_TAGS[stream];
  const found = textOrEmpty(row, "timeTag");
  if (found === requested || found === "") return;
  throw new PageStalledError({
    where,
    what: `a row of timeTag ${JSON.stringify(found)} came for a query of ${requested} only`,
    evidence: [
      "the venue ignored a parameter, so this page proves nothing; what was loaded before it is safe",
    ],
    next: "run it again; if it persists, the venue has changed what it accepts: report it",
  });
}

/** The cursor of the page after this one; null after the last. */
export function readCursor(body: string): string | null {
  const where = "edgex page";
  const cursor = readAnswer(where, body, (page) => textOrEmpty(page, "nextPageOffsetData"));
  if (cursor === "") return null;
  if (isSafeValue(cursor)) return cursor;
  throw new RequestRefusedError({
    where,
    what: "the cursor of the next page holds signs that cannot be signed as they are sent",
    evidence: [`it has ${cursor.length} characters`, "what was loaded before is safe"],
    next: "run it again; if it persists, the venue has changed its cursors: report it",
  });
}

// The venue ------------------------------------------------------------------------------------------------

/** The field's name differs between documents; the envelope's own time is the last resort. */
export function readTime(body: string): Instant {
  const where = "edgex time";
  const { responseTime } = readEnvelope(where, body);
  return readAnswer(where, body, (answer) => {
    if (textOrEmpty(answer, "timeMillis") !== "") return timeField(answer, "timeMillis");
    if (textOrEmpty(answer, "serverTime") !== "") return timeField(answer, "serverTime");
    return timeField({ responseTime: responseTime ?? null }, "responseTime");
  });
}

/** What has no name is left out: it is called by its number until it has one. */
export function readNames(body: string): ReadNames {
  return readAnswer("edgex metadata", body, (metadata) => ({
    contracts: namesIn(metadata, "contractList", "contractId", "contractName"),
    assets: namesIn(metadata, "coinList", "coinId", "coinName"),
  }));
}

/** A list of objects, in which each number stands once. */
function listIn(answer: JsonObject, list: string, id: string): readonly JsonObject[] {
  return eachOnce(objectsIn(answer, list), `"${list}"`, (row) => [textOrEmpty(row, id)]);
}

function namesIn(metadata: JsonObject, list: string, id: string, name: string): ReadNames["contracts"] {
  const rows = listIn(metadata, list, id).map((row) => ({
    id: nonBlankText(row, id),
    name: optionalTextField(row, name) ?? "",
  }));
  return rows.filter((row) => row.name !== "");
}

/** Contracts and assets by their numbers. */
export function readInstruments(body: string): readonly Instrument[] {
  return readAnswer("edgex metadata", body, (metadata) =>
    listIn(metadata, "contractList", "contractId").map((row) => ({
      symbol: nonBlankText(row, "contractId"),
      status: statusOf(row),
      marginAsset: optionalTextField(row, "quoteCoinId") ?? "",
      listedAt: null,
    })),
  );
}

/** In the words that the other venues use. */
function statusOf(row: JsonObject): string {
  if (row["enableTrade"] === false) return "HALTED";
  return row["enableOpenPosition"] === false ? "CLOSE_ONLY" : "TRADING";
}

// The account ----------------------------------------------------------------------------------------------

const ACCOUNT = "edgex account";

/**
 * The conventional wallet of every collateral. `amount` itself is without the cost of what is open and may be
 * far below zero.
 */
export function readBalances(body: string, names: Names): readonly Balance[] {
  return readAnswer(ACCOUNT, body, (account) =>
    listIn(account, "collateralList", "coinId").map((row) => ({
      asset: names.asset(nonBlankText(row, "coinId")),
      wallet: amountField(row, "legacyAmount"),
    })),
  );
}

const ENTRY_PRICE_SCALE = 18;

/**
 * Open positions; the venue lists flat ones too. Its own average is rounded to a tick, so it is divided here.
 */
export function readPositions(body: string, names: Names): readonly ShownPosition[] {
  return readAnswer(ACCOUNT, body, (account) => {
    const values = rowsIn(account, "positionAssetList");
    return listIn(account, "positionList", "contractId").flatMap((row) => {
      const quantity = amountField(row, "openSize");
      if (quantity.isZero()) return [];
      const value = rowOf(values, "contractId", textOrEmpty(row, "contractId"));
      return {
        symbol: names.contract(nonBlankText(row, "contractId")),
        positionSide: "BOTH",
        quantity,
        entryPrice: divide(amountField(row, "openValue"), quantity, ENTRY_PRICE_SCALE),
        ...valuation(value, quantity),
      };
    });
  });
}

/** The list, or an empty one where it is missing: an answer is not refused for what is only shown. */
function rowsIn(account: JsonObject, name: string): readonly JsonObject[] {
  const rows = account[name];
  return Array.isArray(rows) ? rows.filter(isJsonObject) : [];
}

/**
 * The venue shows the value of a position, not the price. Leverage is shown as the contract's maximum alone,
 * and neither margin type nor maintenance margin by those names.
 */
function valuation(value: JsonObject | null, quantity: Decimal): PositionValuation {
  const shown = (name: string) => (value === null ? null : shownDecimal(value, name));
  const liquidationPrice = shown("liquidatePrice");
  return {
    markPrice: priceOf(shown("positionValue"), quantity),
    unrealizedPnl: shown("unrealizePnl"),
    liquidationPrice: liquidationPrice?.isZero() ? null : liquidationPrice,
    leverage: null,
    marginType: null,
    maintenanceMargin: null,
  };
}

/** Prices are binary fractions with at most 32 bits after the point, and so have as many decimals. */
const MARK_PRICE_SCALE = 32;

/** The price that times the quantity is the value, to the last digit; null where there is none. */
function priceOf(value: Decimal | null, quantity: Decimal): Decimal | null {
  const price = value === null ? null : divide(value, quantity, MARK_PRICE_SCALE);
  return value !== null && price?.times(quantity).eq(value) ? price : null;
}

/** What each collateral is worth with its positions, from the answer that shows all else. */
export function readAccount(body: string, names: Names): ShownAccount {
  return readAnswer(ACCOUNT, body, (account) => {
    const equities = rowsIn(account, "collateralAssetModelList");
    const values = rowsIn(account, "positionAssetList");
    return {
      positionMode: null,
      isMultiAssets: null,
      equities: listIn(account, "collateralList", "coinId").map((row) => {
        const coinId = nonBlankText(row, "coinId");
        const equity = rowOf(equities, "coinId", coinId);
        return {
          asset: names.asset(coinId),
          wallet: amountField(row, "legacyAmount"),
          unrealizedPnl: totalOf(values.filter((value) => textOrEmpty(value, "coinId") === coinId)),
          equity: equity === null ? null : shownDecimal(equity, "totalEquity"),
        };
      }),
      // The answer's positions are of the same state, and are read with what is shown of them.
      positions: [],
    };
  });
}

/** Null where the figure of one position is missing. */
function totalOf(positions: readonly JsonObject[]): Decimal | null {
  const amounts = positions.map((row) => shownDecimal(row, "unrealizePnl"));
  const known = amounts.filter((amount) => amount !== null);
  return known.length === amounts.length ? sum(known) : null;
}

export function readStatement(body: string, names: Names): Statement {
  return readAnswer(ACCOUNT, body, (account) => {
    const equities = listIn(account, "collateralAssetModelList", "coinId");
    const values = listIn(account, "positionAssetList", "contractId");
    return {
      version: nonBlankText(account, "version"),
      collateral: listIn(account, "collateralList", "coinId").map((row) =>
        collateralState(row, rowOf(equities, "coinId", textOrEmpty(row, "coinId")), names),
      ),
      positions: listIn(account, "positionList", "contractId").map((row) =>
        positionState(row, rowOf(values, "contractId", textOrEmpty(row, "contractId")), names),
      ),
    };
  });
}

function rowOf(rows: readonly JsonObject[], name: string, id: string): JsonObject | null {
  return rows.find((row) => textOrEmpty(row, name) === id) ?? null;
}

function collateralState(row: JsonObject, equity: JsonObject | null, names: Names): CollateralState {
  const coinId = nonBlankText(row, "coinId");
  if (equity === null) throw new FieldError(`"collateralAssetModelList": nothing is said of coin ${coinId}`);
  return {
    asset: names.asset(coinId),
    amount: amountField(row, "amount"),
    legacyAmount: amountField(row, "legacyAmount"),
    deposits: amountField(row, "cumDepositAmount"),
    withdrawals: amountField(row, "cumWithdrawAmount"),
    transfersIn: amountField(row, "cumTransferInAmount"),
    transfersOut: amountField(row, "cumTransferOutAmount"),
    bought: amountField(row, "cumPositionBuyAmount"),
    sold: amountField(row, "cumPositionSellAmount"),
    fillFees: amountField(row, "cumFillFeeAmount"),
    fundingFees: amountField(row, "cumFundingFeeAmount"),
    feeIncome: amountField(row, "cumFillFeeIncomeAmount"),
    totalEquity: amountField(equity, "totalEquity"),
  };
}

function positionState(row: JsonObject, value: JsonObject | null, names: Names): PositionState {
  const openSize = amountField(row, "openSize");
  const isPriced = value !== null && !openSize.isZero();
  return {
    asset: names.asset(nonBlankText(row, "coinId")),
    symbol: names.contract(nonBlankText(row, "contractId")),
    openSize,
    openValue: amountField(row, "openValue"),
    openFee: amountField(row, "openFee"),
    fundingFee: amountField(row, "fundingFee"),
    positionValue: isPriced ? readOptionalAmount(value, "positionValue") : null,
    unrealizedPnl: isPriced ? readOptionalAmount(value, "unrealizePnl") : null,
    sides: [
      ...sideStatistics("LONG", row, "longTotalStat"),
      ...sideStatistics("SHORT", row, "shortTotalStat"),
    ],
  };
}

/** Of the account's life, not of the present term. None for a side that the venue says nothing of. */
function sideStatistics(
  side: SideStatistics["side"],
  position: JsonObject,
  name: "longTotalStat" | "shortTotalStat",
): readonly SideStatistics[] {
  if (!isJsonObject(position[name])) return [];
  const row = objectIn(position, name);
  return [
    {
      side,
      openSize: amountField(row, "cumOpenSize"),
      openValue: amountField(row, "cumOpenValue"),
      openFee: amountField(row, "cumOpenFee"),
      closeSize: amountField(row, "cumCloseSize"),
      closeValue: amountField(row, "cumCloseValue"),
      closeFee: amountField(row, "cumCloseFee"),
      fundingFee: amountField(row, "cumFundingFee"),
      liquidationFee: amountField(row, "cumLiquidateFee"),
    },
  ];
}
