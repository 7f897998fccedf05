/**
 * At which rates an account was charged, as the report tells it from nothing but the fees: a change of tier,
 * what was charged otherwise than its neighbours, and what cannot be told.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatInstant } from "../../src/domain/instant.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { listReports } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import type { Store } from "../../src/store/store.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";
import { cell, readTable, tableText } from "../support/text-table.ts";
import { account, fill, insert } from "./small-books.ts";

const MARCH = parsePeriod("2026-03", "UTC");
const FEE_RATES = (await listReports(null)).find(({ name }) => name === "fee-rates");

/** `times` fills of one turnover and fee in a row; `fee` is positive when paid. */
const CASES: readonly {
  readonly title: string;
  /** `at` is a day of March and a time. */
  readonly fills: string;
  /** The venue's last decimal; Binance's where it is not given. */
  readonly unit?: string;
  readonly expected: string;
}[] = [
  {
    title: "a tier that changes overnight begins a new row, and nothing is said of it",
    fills: `
      at       | role  | turnover | fee  | times
      03 10:00 | taker | 1000     | 0.5  | 3
      04 10:00 | taker | 1000     | 0.4  | 3`,
    expected: `
      role  | kind       | from     | fills | fee  | rate   | usual  | expected | difference
      taker | usual_rate | 03 10:00 | 3     | -1.5 | 0.0005 | 0.0005 |          |
      taker | usual_rate | 04 10:00 | 3     | -1.2 | 0.0004 | 0.0004 |          |`,
  },
  {
    title: "a tier that changes within a day belongs to both rows of that day",
    fills: `
      at       | role  | turnover | fee | times
      03 10:00 | taker | 1000     | 0.5 | 3
      04 02:00 | taker | 1000     | 0.5 | 2
      04 10:00 | taker | 1000     | 0.4 | 5
      05 10:00 | taker | 1000     | 0.4 | 1`,
    expected: `
      role  | kind       | from     | fills | fee  | rate   | usual  | expected | difference
      taker | usual_rate | 03 10:00 | 5     | -2.5 | 0.0005 | 0.0005 |          |
      taker | usual_rate | 04 10:00 | 6     | -2.4 | 0.0004 | 0.0004 |          |`,
  },
  {
    title: "it does too where most fills of the day were before the change",
    fills: `
      at       | role  | turnover | fee | times
      03 10:00 | taker | 1000     | 0.5 | 3
      04 02:00 | taker | 1000     | 0.5 | 5
      04 10:00 | taker | 1000     | 0.4 | 2
      05 10:00 | taker | 1000     | 0.4 | 1`,
    expected: `
      role  | kind       | from     | fills | fee  | rate   | usual  | expected | difference
      taker | usual_rate | 03 10:00 | 8     | -4   | 0.0005 | 0.0005 |          |
      taker | usual_rate | 04 10:00 | 3     | -1.2 | 0.0004 | 0.0004 |          |`,
  },
  {
    title: "a tier that comes, stays and goes again is three rows",
    fills: `
      at       | role  | turnover | fee | times
      03 10:00 | taker | 1000     | 0.5 | 3
      04 10:00 | taker | 1000     | 0.4 | 3
      05 10:00 | taker | 1000     | 0.5 | 1`,
    expected: `
      role  | kind       | from     | fills | fee  | rate   | usual  | expected | difference
      taker | usual_rate | 03 10:00 | 3     | -1.5 | 0.0005 | 0.0005 |          |
      taker | usual_rate | 04 10:00 | 3     | -1.2 | 0.0004 | 0.0004 |          |
      taker | usual_rate | 05 10:00 | 1     | -0.5 | 0.0005 | 0.0005 |          |`,
  },
  {
    title: "a fill at another rate than its neighbours is listed with what it cost",
    fills: `
      at       | role  | turnover | fee  | times
      03 10:00 | taker | 1000     | 0.5  | 3
      03 11:00 | taker | 2000     | 1.2  | 1
      03 12:00 | taker | 1000     | 0.5  | 1`,
    expected: `
      role  | kind       | from     | fills | fee  | rate   | usual  | expected | difference
      taker | usual_rate | 03 10:00 | 4     | -2   | 0.0005 | 0.0005 |          |
      taker | other_rate | 03 11:00 | 1     | -1.2 | 0.0006 | 0.0005 | -1       | -0.2`,
  },
  {
    title: "so are several, however often they come back, in one row",
    fills: `
      at       | role  | turnover | fee  | times
      03 10:00 | maker | 1000     | 0.2  | 3
      03 11:00 | maker | 1000     | 0.05 | 2
      03 12:00 | maker | 1000     | 0.2  | 1
      04 10:00 | maker | 1000     | 0.2  | 2
      04 11:00 | maker | 1000     | 0.05 | 1`,
    expected: `
      role  | kind       | from     | fills | fee   | rate    | usual  | expected | difference
      maker | usual_rate | 03 10:00 | 6     | -1.2  | 0.0002  | 0.0002 |          |
      maker | other_rate | 03 11:00 | 3     | -0.15 | 0.00005 | 0.0002 | -0.6     | 0.45`,
  },
  {
    title: "a fill that is alone on its day is compared with the day before, or behind",
    fills: `
      at       | role  | turnover | fee  | times
      02 10:00 | taker | 1000     | 0.7  | 1
      03 10:00 | taker | 1000     | 0.5  | 3
      05 10:00 | taker | 1000     | 0.6  | 1`,
    expected: `
      role  | kind       | from     | fills | fee  | rate   | usual  | expected | difference
      taker | other_rate | 02 10:00 | 1     | -0.7 | 0.0007 | 0.0005 | -0.5     | -0.2
      taker | usual_rate | 03 10:00 | 3     | -1.5 | 0.0005 | 0.0005 |          |
      taker | other_rate | 05 10:00 | 1     | -0.6 | 0.0006 | 0.0005 | -0.5     | -0.1`,
  },
  {
    title: "a fee so small that many rates give it is taken for its neighbours'",
    fills: `
      at       | role  | turnover | fee        | times
      03 10:00 | taker | 1000     | 0.3325     | 3
      03 11:00 | taker | 0.004    | 0.00000133 | 1
      03 12:00 | taker | 0.00001  | 0          | 1`,
    expected: `
      role  | kind       | from     | fills | fee         | rate      | usual     | expected | difference
      taker | usual_rate | 03 10:00 | 5     | -0.99750133 | 0.0003325 | 0.0003325 |          |`,
  },
  {
    title: "one unit below a product that ends, as Binance charges now and then, is the same rate",
    fills: `
      at       | role  | turnover | fee        | times
      03 10:00 | taker | 72.124   | 0.036062   | 3
      03 11:00 | taker | 72.124   | 0.03606199 | 1`,
    expected: `
      role  | kind       | from     | fills | fee         | rate   | usual  | expected | difference
      taker | usual_rate | 03 10:00 | 4     | -0.14424799 | 0.0005 | 0.0005 |          |`,
  },
  {
    title: "two units are no rate that anybody charges",
    fills: `
      at       | role  | turnover | fee        | times
      03 10:00 | taker | 72.124   | 0.036062   | 3
      03 11:00 | taker | 72.124   | 0.03606198 | 1`,
    expected: `
      role  | kind       | from     | fills | fee         | rate   | usual  | expected  | difference
      taker | usual_rate | 03 10:00 | 3     | -0.108186   | 0.0005 | 0.0005 |           |
      taker | other_rate | 03 11:00 | 1     | -0.03606198 |        | 0.0005 | -0.036062 | 0.00000002`,
  },
  {
    title: "edgeX cuts its fees at six decimals",
    unit: "0.000001",
    fills: `
      at       | role  | turnover | fee      | times
      03 10:00 | taker | 96.8571  | 0.048428 | 3
      03 11:00 | taker | 96.8571  | 0.048426 | 1`,
    expected: `
      role  | kind       | from     | fills | fee       | rate   | usual  | expected  | difference
      taker | usual_rate | 03 10:00 | 3     | -0.145284 | 0.0005 | 0.0005 |           |
      taker | other_rate | 03 11:00 | 1     | -0.048426 |        | 0.0005 | -0.048428 | 0.000002`,
  },
  {
    title: "what costs nothing for days is a rate like any other, and so is a rebate",
    fills: `
      at       | role  | turnover | fee   | times
      03 10:00 | taker | 1000     | 0     | 3
      04 10:00 | taker | 1000     | 0.5   | 3
      03 10:00 | maker | 1000     | -0.05 | 3
      04 10:00 | maker | 1000     | 0.05  | 1`,
    expected: `
      role  | kind       | from     | fills | fee   | rate     | usual    | expected | difference
      maker | usual_rate | 03 10:00 | 3     | 0.15  | -0.00005 | -0.00005 |          |
      maker | other_rate | 04 10:00 | 1     | -0.05 | 0.00005  | -0.00005 | 0.05     | -0.1
      taker | usual_rate | 03 10:00 | 3     | 0     | 0        | 0        |          |
      taker | usual_rate | 04 10:00 | 3     | -1.5  | 0.0005   | 0.0005   |          |`,
  },
  {
    title: "two fills are too few to say what is usual",
    fills: `
      at       | role  | turnover | fee    | times
      03 10:00 | taker | 1000     | 0.5    | 1
      03 11:00 | taker | 1000     | 0.4    | 1
      03 12:00 | taker | 1000     | 0.1234567 | 1`,
    expected: `
      role  | kind    | from     | fills | fee        | rate   | usual | expected | difference
      taker | too_few | 03 10:00 | 1     | -0.5       | 0.0005 |       |          |
      taker | too_few | 03 11:00 | 1     | -0.4       | 0.0004 |       |          |
      taker | too_few | 03 12:00 | 1     | -0.1234567 |        |       |          |`,
  },
  {
    title: "of a fee in another asset, and of an order of the venue's own, no rate is told",
    fills: `
      at       | role  | turnover | fee    | asset | order  | times
      03 10:00 | taker | 1000     | 0.5    |       |        | 3
      03 11:00 | taker | 1000     | 0.0009 | BNB   |        | 4
      03 12:00 | taker | 1000     | 0      |       | forced | 4
      03 13:00 | taker | 1000     | 0.5    |       | no id  | 1`,
    expected: `
      role  | kind        | from     | fills | fee     | rate   | usual  | expected | difference
      taker | other_asset | 03 11:00 | 4     | -0.0036 |        |        |          |
      taker | usual_rate  | 03 10:00 | 4     | -2      | 0.0005 | 0.0005 |          |
      taker | forced      | 03 12:00 | 4     | 0       |        |        |          |`,
  },
];

function march(text: string): string {
  const [day = "", time = ""] = text.split(" ");
  return formatInstant(parseInstant(`2026-03-${day}T${time}:00Z`));
}

let store: Store;
beforeAll(async () => {
  store = await newStore(QUICK_KIND);
});
afterAll(() => store.close());

test.each(CASES)("$title", async ({ title, fills, unit = "0.00000001", expected }) => {
  const account_id = title;
  await insert(store, "raw.account", [account(account_id, "binance-usdm", march("01 00:00"))]);
  await insert(store, "ledger.tolerance", [{ account_id, trade_cash: unit, fill_average: unit }]);
  const rows = readTable(fills).flatMap((row, line) =>
    Array.from({ length: Number(cell(row, "times")) }, (_, index) => {
      const key = `${line}/${index}`;
      return fill(
        account_id,
        key,
        key,
        (row["order"] || "own").replace("no id", ""),
        "BUY",
        march(cell(row, "at")),
        cell(row, "turnover"),
        "1",
        {
          fee: cell(row, "fee"),
          fee_asset: row["asset"] || "USDT",
          margin_asset: "USDT",
          is_maker: row["role"] === "maker",
        },
      );
    }),
  );
  await insert(store, "history.fill", rows);
  if (rows.some(({ order_id }) => order_id === "forced")) {
    await insert(
      store,
      "history.forced_order",
      ["forced", ""].map((order_id) => ({
        account_id,
        record_key: `order ${order_id}`,
        symbol: "BTCUSDT",
        order_id,
        kind: "liquidation",
        status: "FILLED",
        side: "BUY",
        position_side: "BOTH",
        average_price: "1000",
        executed_quantity: "4",
        client_order_id: "",
        occurred_at: march("03 12:00"),
        sequence: "1",
        posted_at: march("03 12:00"),
      })),
    );
  }
  const columns = Object.keys(readTable(expected)[0] ?? {});
  expect(await ratesOf(account_id, columns)).toBe(tableText(columns, readTable(expected)));
});

async function ratesOf(account_id: string, columns: readonly string[]): Promise<string> {
  if (FEE_RATES === undefined) throw new RangeError("there is no report fee-rates");
  const report = await runReport(store, FEE_RATES, MARCH, account_id);
  const cells = report.rows.map((row) => {
    const all = Object.fromEntries(report.columns.map((column, place) => [column, row[place] ?? ""]));
    return {
      ...all,
      from: cell(all, "first_fill_at").replace(/^2026-03-(\d\d)T(\d\d:\d\d).*$/, "$1 $2"),
      usual: cell(all, "usual_rate"),
      expected: cell(all, "expected_fee"),
    };
  });
  return tableText(columns, cells);
}
