/**
 * The liquidation statement: one story for each order of the venue, whose figures are the postings of its
 * entries. Cash rows and fills are booked by the program itself. On both kinds of database.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { formatDecimal, parseDecimal } from "../../src/domain/decimal.ts";
import { formatInstant, instant } from "../../src/domain/instant.ts";
import {
  isJsonObject,
  type Json,
  type JsonObject,
  parseJsonExactly,
  scalarText,
} from "../../src/domain/json.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { listReports } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { cell, readTable } from "../support/text-table.ts";
import { account, fill, income, insert } from "./small-books.ts";

const RECORDED = join(import.meta.dirname, "..", "..", "..", "shared", "data", "user-stream-events.json");
const LIQUIDATIONS = (await listReports(null)).find(({ name }) => name === "liquidations");

type Row = Readonly<Record<string, string>>;

/**
 * What happened to one account, by kind: rows of a table each, `at` in UTC on 2026-03-05; `posted` is the day
 * of March that counts it, where that is a later one.
 */
type Story = {
  readonly orders?: string;
  readonly fills?: string;
  readonly cash?: string;
  readonly margin?: string;
};

async function insertStory(store: Store, account_id: string, story: Story): Promise<void> {
  const time = (row: Row) => `2026-03-05T${cell(row, "at")}Z`;
  const posted = (row: Row) =>
    (row["posted"] ?? "") === "" ? time(row) : `2026-03-${row["posted"]}T00:00:00.000Z`;
  const rows = (table: string | undefined) => (table === undefined ? [] : readTable(table));
  await insert(store, "raw.account", [
    { ...account(account_id, "aster", "2026-03-01T00:00:00.000Z"), is_from_beginning: true },
  ]);
  await insert(
    store,
    "history.forced_order",
    rows(story.orders).map((row, index) => ({
      account_id,
      record_key: `order ${index}`,
      symbol: "BTCUSDT",
      order_id: cell(row, "order"),
      kind: cell(row, "kind"),
      status: "FILLED",
      side: cell(row, "side"),
      position_side: "BOTH",
      average_price: cell(row, "price"),
      executed_quantity: cell(row, "quantity"),
      client_order_id: "",
      occurred_at: time(row),
      sequence: "1",
      posted_at: posted(row),
    })),
  );
  await insert(
    store,
    "history.fill",
    rows(story.fills).map((row) => ({
      ...fill(
        account_id,
        `fill ${cell(row, "fill")}`,
        cell(row, "fill"),
        cell(row, "order"),
        cell(row, "side"),
        time(row),
        cell(row, "price"),
        cell(row, "quantity"),
      ),
      realized_pnl: cell(row, "pnl"),
      margin_asset: "USDT",
      posted_at: posted(row),
    })),
  );
  await insert(
    store,
    "history.income",
    rows(story.cash).map((row, index) => ({
      ...income(
        account_id,
        `cash ${index}`,
        cell(row, "type"),
        cell(row, "amount"),
        "USDT",
        row["symbol"] ?? "BTCUSDT",
        time(row),
        "",
      ),
      trade_id: cell(row, "fill"),
      sequence: String(index + 1),
      posted_at: posted(row),
    })),
  );
  await insert(
    store,
    "history.margin_change",
    rows(story.margin).map((row, index) => ({
      account_id,
      record_key: `margin ${index}`,
      symbol: "BTCUSDT",
      position_side: "BOTH",
      amount: cell(row, "amount"),
      asset: "USDT",
      direction: cell(row, "amount").startsWith("-") ? "out_of_position" : "into_position",
      reason: "",
      occurred_at: time(row),
      sequence: "1",
      posted_at: posted(row),
    })),
  );
  await bookAccount(store, account_id, { configured: [], amountDecimals: 8 });
}

async function statement(
  store: Store,
  accountId: string,
  period = "2020-01-01..2026-12-31",
): Promise<Record<string, string | null>[]> {
  if (LIQUIDATIONS === undefined) throw new RangeError("there is no report liquidations");
  const { columns, rows } = await runReport(store, LIQUIDATIONS, parsePeriod(period, "UTC"), accountId);
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
}

const EMPTY = Object.fromEntries(
  [
    "average_price",
    "position_before",
    "position_after",
    "realized_pnl",
    "trading_fees",
    "clearance",
    "isolated_margin_lost",
  ].map((column) => [column, null]),
);

for (const kind of STORE_KINDS) {
  describe(kind, () => {
    let store: Store;
    beforeAll(async () => {
      store = await newStore(kind);
    });
    afterAll(() => store.close());

    test("a liquidation is one story: its order, fills, PnL, fee, clearance, and the isolated margin that is gone", async () => {
      await insertStory(store, "liquidated", {
        orders: `
          at           | order | kind        | side | price | quantity
          08:00:00.000 | 77    | liquidation | SELL | 89.5  | 2`,
        fills: `
          at           | fill | order | side | price | quantity | pnl
          07:00:00.000 | 1    | 5     | BUY  | 100   | 2        | 0
          08:00:00.010 | 2    | 77    | SELL | 90    | 1        | -10
          08:00:00.010 | 3    | 77    | SELL | 89    | 1        | -11`,
        cash: `
          at           | type            | amount | fill
          07:00:00.000 | COMMISSION      | -0.08  | 1     // the opening's: no part of the story
          08:00:00.010 | REALIZED_PNL    | -10    | 2
          08:00:00.010 | REALIZED_PNL    | -11    | 3
          08:00:00.010 | COMMISSION      | -0.036 | 2
          08:00:00.010 | COMMISSION      | 0.01   | 3     // a rebate
          08:00:03.000 | INSURANCE_CLEAR | -0.9   |       // names no fill: nearest in time
          08:09:00.000 | INSURANCE_CLEAR | 0.2    |       // the fund pays back
          09:00:00.000 | INSURANCE_CLEAR | -0.3   |       // no order is near`,
        margin: `
          at           | amount
          07:00:01.000 | 20
          07:00:02.000 | 5
          07:00:03.000 | -2`,
      });
      expect(await statement(store, "liquidated")).toEqual([
        {
          account: "liquidated",
          occurred_at: "2026-03-05T08:00:00.000+00:00",
          symbol: "BTCUSDT",
          kind: "liquidation",
          adl_counterpart: "no",
          status: "FILLED",
          side: "SELL",
          position_side: "BOTH",
          average_price: "89.5",
          executed_quantity: "2",
          fills: "2",
          filled_quantity: "2",
          filled_value: "179",
          position_before: "2",
          position_after: "0",
          realized_pnl: "-21",
          trading_fees: "-0.026",
          clearance: "-0.7",
          wallet_change: "-21.726",
          isolated_margin_lost: "23",
          venue_realized_pnl: "-21",
          fee: null,
          asset: "USDT",
          order_id: "77",
          entry_id: null,
          note: null,
        },
        {
          ...EMPTY,
          account: "liquidated",
          occurred_at: "2026-03-05T09:00:00.000+00:00",
          symbol: "BTCUSDT",
          kind: "none",
          adl_counterpart: "no",
          status: null,
          side: null,
          position_side: null,
          executed_quantity: null,
          fills: "0",
          filled_quantity: "0",
          filled_value: "0",
          clearance: "-0.3",
          wallet_change: "-0.3",
          venue_realized_pnl: null,
          fee: null,
          asset: "USDT",
          order_id: null,
          entry_id: "income/cash 7",
          note: null,
        },
      ]);
    });

    test("an order that the venue tells of row by row is one order", async () => {
      await insertStory(store, "by rows", {
        orders: `
          at           | order | kind        | side | price | quantity
          08:00:00.000 | 77    | liquidation | SELL | 90    | 1
          08:00:00.001 | 77    | liquidation | SELL | 89    | 1`,
        fills: `
          at           | fill | order | side | price | quantity | pnl
          07:00:00.000 | 1    | 5     | BUY  | 100   | 2        | 0
          08:00:00.000 | 2    | 77    | SELL | 90    | 1        | -10
          08:00:00.001 | 3    | 77    | SELL | 89    | 1        | -11`,
        cash: `
          at           | type            | amount | fill
          08:00:00.000 | REALIZED_PNL    | -10    | 2
          08:00:00.001 | REALIZED_PNL    | -11    | 3
          08:00:00.001 | INSURANCE_CLEAR | -0.9   | 3     // names its fill
          08:00:00.001 | INSURANCE_CLEAR | 0.4    |`,
      });
      expect(await statement(store, "by rows")).toMatchObject([
        {
          average_price: null, // the rows disagree: filled_value ÷ filled_quantity tells
          executed_quantity: "2",
          fills: "2",
          filled_value: "179",
          position_before: "2",
          position_after: "0",
          realized_pnl: "-21",
          clearance: "-0.5",
          wallet_change: "-21.5",
          isolated_margin_lost: null,
        },
      ]);
    });

    test("who is deleveraged is the counterpart: part of the position stays, and a clearance nearby is not its own", async () => {
      await insertStory(store, "deleveraged", {
        orders: `
          at           | order | kind        | side | price | quantity
          08:00:00.000 | 70    | liquidation | SELL | 80    | 1
          08:02:00.000 | 71    | adl         | BUY  | 80    | 1`,
        fills: `
          at           | fill | order | side | price | quantity | pnl
          07:00:00.000 | 1    | 5     | BUY  | 100   | 1        | 0
          08:00:00.000 | 2    | 70    | SELL | 80    | 1        | -20
          08:01:00.000 | 3    | 6     | SELL | 100   | 3        | 0
          08:02:00.000 | 4    | 71    | BUY  | 80    | 1        | 20`,
        cash: `
          at           | type            | amount | fill | symbol
          08:00:00.000 | REALIZED_PNL    | -20    | 2    | BTCUSDT
          08:02:00.000 | REALIZED_PNL    | 20     | 4    | BTCUSDT
          08:02:01.000 | INSURANCE_CLEAR | 3      |      |          // brings the account back to zero: names no contract`,
        margin: `
          at           | amount
          08:01:30.000 | 4`,
      });
      expect(await statement(store, "deleveraged")).toMatchObject([
        { kind: "liquidation", adl_counterpart: "no", clearance: "3", wallet_change: "-17" },
        {
          kind: "adl",
          adl_counterpart: "yes",
          position_before: "-3",
          position_after: "-2",
          realized_pnl: "20",
          clearance: null,
          wallet_change: "20",
          isolated_margin_lost: null,
        },
      ]);
    });

    test("what comes after a close changes nothing in the closed day and is in the next one; each booking is in one of them", async () => {
      const story = {
        orders: `
          at           | order | kind        | side | price | quantity | posted
          08:00:00.000 | 77    | liquidation | SELL | 89.5  | 2        |`,
        fills: `
          at           | fill | order | side | price | quantity | pnl | posted
          07:00:00.000 | 1    | 5     | BUY  | 100   | 2        | 0   |
          08:00:00.010 | 2    | 77    | SELL | 90    | 1        | -10 |`,
        cash: `
          at           | type            | amount | fill | posted
          08:00:00.010 | REALIZED_PNL    | -10    | 2    |
          08:00:00.010 | REALIZED_PNL    | -11    | 3    |          // its fill is not there yet
          08:00:03.000 | INSURANCE_CLEAR | -0.9   |      |
          08:00:04.000 | INSURANCE_CLEAR | -0.7   | 3    |
          09:00:00.000 | INSURANCE_CLEAR | -0.3   |      |          // nor is its order`,
        margin: `
          at           | amount | posted
          07:00:01.000 | 20     |`,
      };
      await insertStory(store, "closed", story);
      await insertStory(store, "late", {
        orders: `${story.orders}
          08:00:02.000 | 78    | liquidation | SELL | 89    | 1        | 06 // nearer to the clearance
          08:00:00.000 | 77    | liquidation | SELL | 89    | 1        | 06 // one more row of it
          09:00:01.000 | 79    | liquidation | SELL | 80    | 1        | 06`,
        fills: `${story.fills}
          08:00:00.010 | 3    | 77    | SELL | 89    | 1        | -11 | 06`,
        cash: `${story.cash}
          08:00:00.010 | COMMISSION      | -0.05  | 2    | 06
          08:00:05.000 | INSURANCE_CLEAR | -0.2   |      | 06`,
        margin: `${story.margin}
          07:00:02.000 | -4     | 06`,
      });
      const day = async (accountId: string, name: string) =>
        (await statement(store, accountId, name)).map(({ account: _, ...cells }) => cells);
      const closed = await day("closed", "2026-03-05");
      expect(closed).toMatchObject([
        { kind: "liquidation", order_id: "77", fills: "1", realized_pnl: "-10", clearance: "-1.6" },
        { kind: "none", order_id: null, clearance: "-0.3", entry_id: "income/cash 4" },
      ]);
      expect(await day("late", "2026-03-05")).toEqual(closed);
      expect(await day("closed", "2026-03-06")).toEqual([]);
      const later = await day("late", "2026-03-06");
      const cellsOf = (story: (typeof later)[number]) =>
        ["kind", "order_id", "wallet_change", "note"].map((column) => story[column] ?? "").join(" | ");
      expect(later.map(cellsOf)).toEqual([
        "none | 77 | -11 | ",
        "none | 77 | -0.05 | adjustment",
        "liquidation | 78 | -0.2 | adjustment",
        "liquidation | 79 |  | adjustment",
      ]);
      const change = (stories: readonly Row[] | typeof later) =>
        formatDecimal(
          stories.reduce(
            (total, one) => total.plus(parseDecimal(one["wallet_change"] ?? "0")),
            parseDecimal("0"),
          ),
        );
      expect(change([...closed, ...later])).toBe("-23.15");
      expect(change(await day("late", "2026-03"))).toBe("-23.15");
    });

    test("the columns add up to the wallet, and all stories together to the postings of their entries", async () => {
      const { rows: booked } = await sql<{ account_id: string; amount: string }>`
        select account_id, report.plain(sum(amount)) as amount from report.journal
        where ledger_account = 'assets:wallet' and account_id in ('liquidated', 'by rows', 'deleveraged')
          and (entry_id in (select entry_id from report.forced_order_entry where account_id = journal.account_id) or kind = 'liquidation')
        group by account_id order by account_id
      `.execute(store.db);
      for (const { account_id, amount } of booked) {
        const stories = await statement(store, account_id);
        const sum = (columns: readonly string[]) =>
          formatDecimal(
            stories
              .flatMap((story) => columns.map((column) => parseDecimal(story[column] ?? "0")))
              .reduce((total, one) => total.plus(one), parseDecimal("0")),
          );
        expect(sum(["wallet_change"]), account_id).toBe(amount);
        expect(sum(["realized_pnl", "trading_fees", "clearance"]), account_id).toBe(amount);
      }
      expect(booked.map(({ account_id }) => account_id)).toEqual(["by rows", "deleveraged", "liquidated"]);
    });

    test("a recorded liquidation takes from the wallet what its story says", async (context) => {
      if (!existsSync(RECORDED)) {
        await context.annotate("the recorded events are not here (../shared/data): nothing was compared");
        return;
      }
      const recorded = readRecorded(readFileSync(RECORDED, "utf8"));
      await insertRecorded(store, "recorded", recorded);
      await bookAccount(store, "recorded", { configured: [], amountDecimals: 8 });
      const [story, ...others] = await statement(store, "recorded");
      expect(others).toEqual([]);
      expect(story).toMatchObject({
        symbol: "BNBUSDT",
        kind: "liquidation",
        side: "BUY",
        average_price: "381.15838",
        executed_quantity: "1.6",
        fills: "5",
        filled_quantity: "1.6",
        position_before: "-1.6",
        position_after: "0",
        trading_fees: null, // the venue charges no commission on it, but the clearance
        clearance: "-3.049267",
        isolated_margin_lost: null, // cross margin
        realized_pnl: "-3.7818",
      });
      const lost = parseDecimal(recorded.walletAfter).minus(parseDecimal(recorded.walletBefore));
      expect(story?.["wallet_change"]).toBe(formatDecimal(lost));
    });
  });
}

/** One BNBUSDT account's stream of events up to its liquidation, since the wallet was last empty. */
type Recorded = {
  readonly trades: readonly (JsonObject & { readonly order?: Json })[];
  readonly clearance: { readonly at: string; readonly amount: string; readonly asset: string };
  readonly walletBefore: string;
  readonly walletAfter: string;
};

function object(value: Json | undefined): JsonObject {
  if (!isJsonObject(value)) throw new RangeError("an object was expected");
  return value;
}

function readRecorded(text: string): Recorded {
  const listed = object(parseJsonExactly(text))["exemple-10-75_leverage.json"];
  if (!Array.isArray(listed)) throw new RangeError("a list was expected");
  const events = listed.map((entry) => object(object(entry)["value"]));
  const firstOfAll = events.findIndex(
    (event) =>
      scalarText(event["eventType"]) === "ACCOUNT_UPDATE" &&
      scalarText(object(event["updateData"])["updateEventType"]) === "DEPOSIT",
  );
  const story = events.slice(firstOfAll);
  const orderOf = (event: JsonObject) => object(event["order"]);
  const trades = story.filter(
    (event) =>
      scalarText(event["eventType"]) === "ORDER_TRADE_UPDATE" &&
      scalarText(orderOf(event)["executionType"]) === "TRADE",
  );
  const firstForced = story.findIndex(
    (event) =>
      scalarText(event["eventType"]) === "ORDER_TRADE_UPDATE" &&
      scalarText(orderOf(event)["orderType"]) === "LIQUIDATION",
  );
  const walletOf = (event: JsonObject) => {
    const [balance] = object(event["updateData"])["updatedBalances"] as readonly Json[];
    return object(balance);
  };
  const accounts = (of: readonly JsonObject[]) =>
    of.filter((event) => scalarText(event["eventType"]) === "ACCOUNT_UPDATE");
  const cleared = accounts(story).find(
    (event) => scalarText(object(event["updateData"])["updateEventType"]) === "INSURANCE_CLEAR",
  );
  const before = accounts(story.slice(0, firstForced)).at(-1);
  if (cleared === undefined || before === undefined) throw new RangeError("the recording has no liquidation");
  return {
    trades,
    clearance: {
      at: scalarText(cleared["transactionId"]),
      amount: scalarText(walletOf(cleared)["balanceChange"]),
      asset: scalarText(walletOf(cleared)["asset"]),
    },
    walletBefore: scalarText(walletOf(before)["walletBalance"]),
    walletAfter: scalarText(walletOf(cleared)["walletBalance"]),
  };
}

/**
 * As the interface would have told it: a fill for each trade, and a row of the cash statement for each
 * amount.
 */
async function insertRecorded(
  store: Store,
  account_id: string,
  { trades, clearance }: Recorded,
): Promise<void> {
  const time = (milliseconds: string) => formatInstant(instant(Number(milliseconds)));
  await insert(store, "raw.account", [
    { ...account(account_id, "binance-usdm", "2022-03-01T00:00:00.000Z"), is_from_beginning: true },
  ]);
  const orders = trades.map((event) => {
    const order = object(event["order"]);
    return (name: string) => scalarText(order[name]);
  });
  await insert(
    store,
    "history.fill",
    orders.map((order) => ({
      ...fill(
        account_id,
        order("tradeId"),
        order("tradeId"),
        order("orderId"),
        order("orderSide"),
        time(order("orderTradeTime")),
        order("lastFilledPrice"),
        order("lastFilledQuantity"),
      ),
      symbol: order("symbol"),
      fee: order("commissionAmount"),
      fee_asset: order("commissionAsset"),
      realized_pnl: order("realisedProfit"),
      margin_asset: "USDT",
    })),
  );
  const amounts = orders.flatMap((order) => [
    { type: "REALIZED_PNL", amount: order("realisedProfit"), order },
    { type: "COMMISSION", amount: formatDecimal(parseDecimal(order("commissionAmount")).negated()), order },
  ]);
  await insert(store, "history.income", [
    ...amounts
      .filter(({ amount }) => !parseDecimal(amount).isZero())
      .map(({ type, amount, order }, index) => ({
        ...income(
          account_id,
          `${type} ${order("tradeId")}`,
          type,
          amount,
          order("commissionAsset"),
          order("symbol"),
          time(order("orderTradeTime")),
          "",
        ),
        trade_id: order("tradeId"),
        sequence: String(index + 1),
      })),
    {
      ...income(
        account_id,
        "clearance",
        "INSURANCE_CLEAR",
        clearance.amount,
        clearance.asset,
        "BNBUSDT",
        time(clearance.at),
        "",
      ),
      sequence: "100",
    },
  ]);
  const forced = orders.filter((order) => order("orderType") === "LIQUIDATION").at(-1);
  if (forced === undefined) throw new RangeError("the recording has no liquidation");
  await insert(store, "history.forced_order", [
    {
      account_id,
      record_key: forced("orderId"),
      symbol: forced("symbol"),
      order_id: forced("orderId"),
      kind: "liquidation",
      status: forced("orderStatus"),
      side: forced("orderSide"),
      position_side: forced("positionSide"),
      average_price: forced("averagePrice"),
      executed_quantity: forced("orderFilledAccumulatedQuantity"),
      client_order_id: forced("clientOrderId"),
      occurred_at: time(forced("orderTradeTime")),
      sequence: "1",
      posted_at: time(forced("orderTradeTime")),
    },
  ]);
}
