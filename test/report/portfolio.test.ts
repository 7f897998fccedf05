/**
 * What is told across accounts and venues: own transfers, the portfolio, and the statement of a venue that
 * keeps one.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bookAccount } from "../../src/book/book-account.ts";
import { formatDecimal, parseDecimal, sum } from "../../src/domain/decimal.ts";
import { parsePeriod } from "../../src/domain/period.ts";
import { DEFAULT_TREATMENT } from "../../src/domain/treatment.ts";
import { listReports } from "../../src/report/definition.ts";
import { openReport } from "../../src/report/run-report.ts";
import { summaryText } from "../../src/report/summary.ts";
import { readOnly } from "../../src/store/read-only.ts";
import type { Store } from "../../src/store/store.ts";
import { collateralBooks, writeCollateralBooks } from "../support/collateral-books.ts";
import { readSummary } from "../support/read-summary.ts";
import { newStore, STORE_KINDS } from "../support/stores.ts";
import { fillStore } from "./small-books.ts";

const MAIN = `
  at          | event        | contract      | size   | amount | fee
  05-01 09:00 | DEPOSIT      |               |        | 1000   |
  05-01 10:00 | trade        | BTCUSD        | 0.01   | 970    | 0.4
  05-01 11:00 | TRANSFER_OUT | USER_TRANSFER |        | -100   |
  05-01 12:01 | POSITION_FUNDING | BTCUSD    |        | -0.25  |
  05-01 23:59 | TRANSFER_OUT | USER_TRANSFER |        | -30    |
  05-02 10:00 | trade        | BTCUSD        | -0.01  | 980    | 0.5
  05-02 11:00 | TRANSFER_OUT | FAST_WITHDRAW |        | -50    |
  05-02 12:00 | WITHDRAW     |               |        | -5     |
  05-02 13:00 | TRANSFER_OUT | USER_TRANSFER |        | -1     |
`;
/**
 * Its numbers begin so that the two transfers have those of the first account; the second arrives after
 * midnight.
 */
const SUB = `
  at          | event           | contract      | size | amount | fee
  05-01 11:00 | TRANSFER_IN     | USER_TRANSFER |      | 100    |
  05-01 11:30 | TRANSFER_IN     | CROSS_DEPOSIT |      | 7      |
  05-02 00:00 | TRANSFER_IN     | USER_TRANSFER |      | 30     |
  05-02 01:00 | FILL_FEE_INCOME |               |      | 0.125  |
`;

for (const kind of STORE_KINDS) {
  describe(kind, () => {
    let store: Store;
    beforeAll(async () => {
      store = await newStore(kind);
      await fillStore(store);
      await writeCollateralBooks(store, collateralBooks(MAIN, { account: "edge", firstEvent: 1000 }));
      await writeCollateralBooks(store, collateralBooks(SUB, { account: 'edge, "sub"', firstEvent: 1002 }));
      for (const account of ["edge", 'edge, "sub"']) {
        await bookAccount(store, account, { configured: [], amountDecimals: 6 });
      }
    });
    afterAll(() => store.close());

    const rowsOf = (name: string, periodName: string, accounts: readonly (string | null)[] = [null]) =>
      readOnly(store, async (db) => {
        const definition = (await listReports(null)).find((one) => one.name === name);
        if (definition === undefined) throw new Error(`no report ${name}`);
        const period = parsePeriod(periodName, "UTC");
        const { columns, batches } = await openReport(db, definition, period, accounts);
        const found: Record<string, string | null>[] = [];
        for await (const batch of batches) {
          for (const row of batch) {
            found.push(Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
          }
        }
        return found;
      });

    test.each([
      ["2026", [null]],
      ["2026-03", [null]],
      ["2026-05-01", [null]],
      ["2026-05-02", ["edge", 'edge, "sub"']],
      ["2026-05", ['edge, "sub"', "main"]],
    ] as const)(
      "the portfolio of %s is the sum of the balances of %j, to the last digit",
      async (period, accounts) => {
        const balances = await rowsOf("balances", period, accounts);
        const portfolio = await rowsOf("portfolio", period, accounts);
        expect(portfolio.length).toBeGreaterThan(0);
        for (const row of portfolio) {
          const own = balances.filter((one) => one["asset"] === row["asset"]);
          const total = (column: string) =>
            formatDecimal(sum(own.map((one) => parseDecimal(one[column] ?? "0"))));
          for (const column of [
            "opening",
            "realized_pnl",
            "trading_fees",
            "rebates",
            "funding",
            "liquidation",
            "rewards",
            "net_result",
            "conversions",
            "inferred_opening",
            "suspense",
            "closing",
          ]) {
            // Of an account whose cash statement of the period was not read nobody knows what to add.
            const isUnknown = own.some((one) => one["basis"] !== null && one[column] === null);
            expect(row[column], `${row["asset"]} ${column}`).toBe(isUnknown ? null : total(column));
          }
          if (row["outside_transfers"] === null) continue;
          const transfers = [row["outside_transfers"], row["own_transfers"]].map((text) =>
            parseDecimal(text ?? ""),
          );
          expect(formatDecimal(sum(transfers)), `${row["asset"]} transfers`).toBe(total("transfers"));
        }
        // An asset that the portfolio leaves out is one that no account has a posting in.
        const told = portfolio.map((row) => row["asset"]);
        for (const row of balances.filter((one) => !told.includes(one["asset"] ?? ""))) {
          expect([row["opening"], row["closing"], row["basis"]]).toEqual(["0", "0", null]);
        }
      },
    );

    test("an own transfer leaves nothing in the portfolio but what is on its way at the edge of the period", async () => {
      const usd = async (period: string, accounts?: readonly string[]) => {
        const [row] = (await rowsOf("portfolio", period, accounts)).filter((one) => one["asset"] === "USD");
        return [row?.["opening"], row?.["outside_transfers"], row?.["own_transfers"], row?.["closing"]];
      };
      expect(await usd("2026-05-01")).toEqual(["0", "1007", "-30", "976.35"]);
      expect(await usd("2026-05-02")).toEqual(["976.35", "-56", "30", "959.975"]);
      expect(await usd("2026-05")).toEqual(["0", "951", "0", "959.975"]);
      // To an account that is not reported it is a transfer from outside.
      expect(await usd("2026-05", ['edge, "sub"'])).toEqual(["0", "137", "0", "137.125"]);
    });

    test("transfers say what they are and with whom, and guess nothing", async () => {
      const rows = await rowsOf("transfers", "2026");
      expect(
        rows.map((row) =>
          [row["account"], row["amount"], row["kind"], row["counterparty_account"]].join(" | "),
        ),
      ).toEqual([
        "Zweite | 500 | transfer | ",
        "Zweite | -0.000000000000000001 | transfer | ",
        "edge | 1000 | deposit | ",
        'edge | -100 | own transfer | edge, "sub"',
        'edge | -30 | own transfer | edge, "sub"',
        "edge | -50 | bridge withdrawal | ",
        "edge | -5 | withdrawal | ",
        "edge | -1 | transfer | ",
        'edge, "sub" | 100 | own transfer | edge',
        'edge, "sub" | 7 | bridge deposit | ',
        'edge, "sub" | 30 | own transfer | edge',
        "main | 1000 | transfer | ",
      ]);
    });

    test("the statement is told row by row in its own order, with what each row left", async () => {
      const rows = await rowsOf("collateral-statement", "2026", ["edge"]);
      expect(
        rows.map((row) =>
          [
            row["transaction_type"],
            row["amount"],
            row["collateral_after"],
            row["wallet_amount"],
            row["wallet_after"],
          ].join(" | "),
        ),
      ).toEqual([
        "DEPOSIT | 1000 | 1000 | 1000 | 1000",
        "POSITION_BUY | -970.4 | 29.6 | -0.4 | 999.6",
        "TRANSFER_OUT | -100 | -70.4 | -100 | 899.6",
        "POSITION_FUNDING | -0.25 | -70.65 | -0.25 | 899.35",
        "TRANSFER_OUT | -30 | -100.65 | -30 | 869.35",
        "POSITION_SELL | 979.5 | 878.85 | 9.5 | 878.85",
        "TRANSFER_OUT | -50 | 828.85 | -50 | 828.85",
        "WITHDRAW | -5 | 823.85 | -5 | 823.85",
        "TRANSFER_OUT | -1 | 822.85 | -1 | 822.85",
      ]);
      expect(await rowsOf("collateral-statement", "2026", ["main"])).toEqual([]);
    });

    test("realized PnL stands by prices alone, and net of fees", async () => {
      const rows = (await rowsOf("realized-pnl-net", "2026")).filter((row) =>
        row["account"]?.startsWith("edge"),
      );
      expect(rows.map((row) => Object.values(row).join(" | "))).toEqual([
        "edge | BTCUSD | USD | 10 | -0.9 | 0 | 9.1 | -0.25 | 0 | 8.85 | cash",
        'edge, "sub" |  | USD | 0 | 0 | 0.125 | 0.125 | 0 | 0 | 0.125 | cash',
      ]);
    });

    test("the summary ends with the portfolio where more than one account is reported", async () => {
      const period = parsePeriod("2026-05-01", "UTC");
      const both = summaryText(await readSummary(store, period, ["edge", 'edge, "sub"'], DEFAULT_TREATMENT));
      expect(both.slice(both.indexOf("portfolio"))).toBe(`portfolio (2 accounts together)
       opening  transfers  own transfers  realized PnL  fees  funding    net  closing
  USD        0       1007            -30             0  -0.4    -0.25  -0.65   976.35
`);
      expect(summaryText(await readSummary(store, period, ["edge"], DEFAULT_TREATMENT))).not.toContain(
        "portfolio",
      );
    });

    test("a leg that came after the other account's close makes no own transfer of the closed period", async () => {
      const kinds = async (period: string) =>
        (await rowsOf("transfers", period, ["edge", 'edge, "sub"']))
          .filter((row) => row["amount"] === "100" || row["amount"] === "-100")
          .map((row) => [row["account"], row["kind"], row["note"] ?? ""].join(" | "));
      expect(await kinds("2026-05")).toEqual(["edge | own transfer | ", 'edge, "sub" | own transfer | ']);
      const posted_at = "2026-06-01T00:00:00.000Z";
      const [leg] = await store.db
        .updateTable("history.income")
        .set({ posted_at })
        .where("account_id", "=", 'edge, "sub"')
        .where("amount", "=", "100")
        .returning("record_key")
        .execute();
      await store.db
        .updateTable("ledger.entry")
        .set({ posted_at })
        .where("account_id", "=", 'edge, "sub"')
        .where("record_key", "=", leg?.record_key ?? "")
        .execute();
      expect(await kinds("2026-05")).toEqual(["edge | transfer | "]);
      expect(await kinds("2026-06")).toEqual(['edge, "sub" | own transfer | adjustment']);
      const [may] = (await rowsOf("portfolio", "2026-05", ["edge", 'edge, "sub"'])).filter(
        (row) => row["asset"] === "USD",
      );
      expect([may?.["outside_transfers"], may?.["own_transfers"]]).toEqual(["851", "0"]);
    });
  });
}
