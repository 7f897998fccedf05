/**
 * One sign everywhere, and a word for every column: the dictionary in the README beside the reports, and
 * every header and cell of the golden files.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { parseDecimal, readDecimal } from "../../src/domain/decimal.ts";
import { type ColumnKind, readColumnWords, wordsFor } from "../../src/report/data-dictionary.ts";
import { REPORTS_FOLDER } from "../../src/report/definition.ts";

const GOLDEN = join(import.meta.dirname, "..", "golden", "report");

type Table = { readonly report: string; readonly columns: readonly string[]; readonly rows: string[][] };

const TABLES: readonly Table[] = readdirSync(GOLDEN).flatMap((folder) =>
  readdirSync(join(GOLDEN, folder))
    .filter((name) => name.endsWith(".csv"))
    .map((name) => {
      const [columns = [], ...rows]: string[][] = parse(readFileSync(join(GOLDEN, folder, name), "utf8"));
      return { report: name.replace(/(?:-INCOMPLETE)?\.csv$/, ""), columns, rows };
    }),
);

const words = await readColumnWords();
/** As reports/README.md lists them, which docs.test.ts holds to what the database gives. */
const REPORTS = readFileSync(join(REPORTS_FOLDER, "README.md"), "utf8")
  .split("\n### ")
  .slice(1)
  .map((section) => ({
    name: section.split("\n")[0] ?? "",
    columns: [...(/^- columns: (.*)$/m.exec(section)?.[1] ?? "").matchAll(/`(\w+)`/g)].map(
      ([, column = ""]) => column,
    ),
  }));

test("every column of every report has its words, and no words are of a column that there is not", () => {
  const all = REPORTS.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`));
  expect(all.length).toBeGreaterThan(400);
  const without = all.filter((one) => wordsFor(words, ...(one.split(".") as [string, string])) === null);
  expect(without).toEqual([]);
  const known = new Set(all.flatMap((one) => [one, one.split(".")[1] ?? ""]));
  expect([...words.keys()].filter((name) => !known.has(name))).toEqual([]);
});

/** What a cell may be, by what its column is said to be. */
const CELLS: Readonly<Record<ColumnKind, RegExp>> = {
  text: /^/,
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/,
  day: /^\d{4}-\d\d-\d\d$/,
  count: /^\d+$/,
  change: /^-?\d+(?:\.\d+)?$/,
  charge: /^-?\d+(?:\.\d+)?$/,
  result: /^-?\d+(?:\.\d+)?$/,
  rate: /^-?\d+(?:\.\d+)?$/,
  balance: /^-?\d+(?:\.\d+)?$/,
  difference: /^-?\d+(?:\.\d+)?$/,
  position: /^-?\d+(?:\.\d+)?$/,
  received: /^\d+(?:\.\d+)?$/,
  positive: /^\d+(?:\.\d+)?$/,
  paid: /^(?:0|-\d+(?:\.\d+)?)$/,
};

test("every cell of the golden reports has the sign that its column is said to have, and is empty only where that may be", () => {
  const wrong = TABLES.flatMap(({ report, columns, rows }) =>
    columns.flatMap((column, nth) => {
      const own = wordsFor(words, report, column);
      if (own === null) return [`${report}.${column} has no words`];
      return rows
        .map((row) => row[nth] ?? "")
        .filter((cell) =>
          cell === "" ? own.empty === "never" && own.kind !== "text" : !CELLS[own.kind].test(cell),
        )
        .map((cell) => `${report}.${column}: "${cell}"`);
    }),
  );
  expect(wrong).toEqual([]);
});

test("a column whose name is of a cost is a change of the wallet: what was paid is negative in every report", () => {
  const COST = /(?:^|_)(?:fees?|paid|clearance|charge)(?:_|$)/;
  const costs = REPORTS.flatMap(({ name, columns }) =>
    columns
      .filter((column) => COST.test(column))
      .map((column) => ({ name, column, kind: wordsFor(words, name, column)?.kind })),
  );
  // Words, the coin a fee is paid in, and sums that fees are one part of.
  const others = costs.filter(({ kind }) => !["charge", "paid", "change"].includes(kind ?? ""));
  expect(others.map(({ name, column }) => `${name}.${column}`)).toEqual([
    "bridge.fees",
    "collateral-statement.liquidation_fee_basis",
    "disposals.result_fees_inside",
    "fee-rates.fee_asset",
    "fills.fee_asset",
    "realized-pnl-net.net_of_fees",
  ]);
  // In the golden books one fill has a rebate (and so its rate); every other fee is one that was paid.
  const positive = TABLES.flatMap(({ report, columns: header, rows }) =>
    header.flatMap((column, nth) =>
      wordsFor(words, report, column)?.kind === "charge"
        ? rows.flatMap((row) => {
            const amount = readDecimal(row[nth] ?? "");
            return amount?.greaterThan(0) === true ? [`${report}.${column} ${amount}`] : [];
          })
        : [],
    ),
  );
  expect([...new Set(positive)]).toEqual(["fee-rates.fee 0.5", "fills.fee 0.5"]);
});

/** Sums that a reader makes with the signs as they stand. */
const SUMS: readonly { readonly report: string; readonly sum: string; readonly of: readonly string[] }[] = [
  ...["balances", "daily-result", "daily-reconciliation", "portfolio"].map((report) => ({
    report,
    sum: "net_result",
    of: ["realized_pnl", "trading_fees", "rebates", "funding", "liquidation", "rewards"],
  })),
  { report: "disposals", sum: "result_fees_inside", of: ["realized_pnl", "opening_fee", "closing_fee"] },
  { report: "round-trips", sum: "result", of: ["realized_pnl", "opening_fee", "closing_fee", "funding"] },
  { report: "fees-by-symbol", sum: "net_fees", of: ["trading_fees", "rebates"] },
  { report: "funding-by-symbol", sum: "net_funding", of: ["received", "paid"] },
  { report: "realized-pnl-net", sum: "net_of_fees", of: ["realized_pnl", "trading_fees", "rebates"] },
  { report: "liquidations", sum: "wallet_change", of: ["realized_pnl", "trading_fees", "clearance"] },
];

test.each(SUMS)("$report: $sum is the sum of its parts as they stand", ({ report, sum, of }) => {
  const checked = TABLES.filter((table) => table.report === report).flatMap(({ columns, rows }) =>
    rows.flatMap((row) => {
      const cell = (column: string) => row[columns.indexOf(column)] ?? "";
      if ([sum, ...of].some((column) => cell(column) === "")) return [];
      const total = of.reduce(
        (running, column) => running.plus(parseDecimal(cell(column))),
        parseDecimal("0"),
      );
      return [{ said: cell(sum), total: total.toFixed() }];
    }),
  );
  for (const { said, total } of checked) expect(total).toBe(said);
});
