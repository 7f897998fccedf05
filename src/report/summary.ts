/**
 * A period at a glance, for the terminal: per account and asset what came, what went, what is left, and
 * whether it is proven.
 */
import { counted } from "../domain/counted.ts";
import { type Decimal, divide, formatDecimal, parseDecimal, sum } from "../domain/decimal.ts";
import { formatInstant } from "../domain/instant.ts";
import { append, greatest } from "../domain/lists.ts";
import type { Period } from "../domain/period.ts";
import { DEFAULT_TREATMENT, type Treatment } from "../domain/treatment.ts";
import type { RowCells } from "../store/read-only.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database } from "../store/store.ts";
import { ownReport } from "./definition.ts";
import type { PeriodFacts } from "./period-facts.ts";
import { readReport } from "./run-report.ts";
import { readUnpriced, type Unpriced } from "./unpriced.ts";

/** One row of a report, by column. */
export type ReportRow = Readonly<Record<string, string | null>>;

/**
 * An account's result in the reporting currency: what its priced amounts come to, exactly, and how many of
 * the period's have no price.
 */
export type ValuedResult = {
  readonly accountId: string;
  readonly currency: string;
  /** Null where it is not known: nothing of it has a price, or nothing of the period was read. */
  readonly netResult: string | null;
  readonly unpriced: number;
};

export type SummaryInput = {
  readonly facts: PeriodFacts;
  /** Of the report `balances`. */
  readonly balances: readonly ReportRow[];
  /** Of the report `portfolio`; empty where fewer than two accounts are reported. */
  readonly portfolio: readonly ReportRow[];
  /** Empty without a reporting currency. */
  readonly valued: readonly ValuedResult[];
  /** Which amounts have no price. */
  readonly unpriced: readonly Unpriced[];
  readonly treatment: Treatment;
  /**
   * The totals of the report `bridge` under the treatment; none for the default one, whose result is the net
   * of the cash.
   */
  readonly results: readonly ReportRow[];
};

/** The program's own reports that a summary is made of. */
export const SUMMED_REPORTS = ["balances", "portfolio", "bridge"] as const;

export type SummedReport = (typeof SUMMED_REPORTS)[number];

/**
 * Reads what `summaryText` shows of a period whose facts are read already, inside a transaction; `rowsOf`
 * gives a report's rows of the period and its accounts.
 */
export async function readSummaryOf(
  db: Database,
  facts: PeriodFacts,
  treatment: Treatment,
  rowsOf: (report: SummedReport) => Promise<readonly ReportRow[]>,
): Promise<SummaryInput> {
  const { method, fees, funding } = treatment;
  const { period } = facts;
  const chosen = facts.accounts.map(({ accountId }) => accountId);
  const bridge = isDefault(treatment) ? [] : await rowsOf("bridge");
  const valued: ValuedResult[] = [];
  const unpriced: Unpriced[] = [];
  for (const account of chosen) {
    const own = await readValued(db, period, account);
    append(valued, own);
    // Without a reporting currency no price is missing.
    if (own.length > 0) unpriced.push(await readUnpriced(db, period, account));
  }
  return {
    facts,
    balances: await rowsOf("balances"),
    portfolio: chosen.length > 1 ? await rowsOf("portfolio") : [],
    valued,
    unpriced,
    treatment,
    results: bridge.filter(
      (row) =>
        row["what"] === "total" &&
        row["method"] === method &&
        row["fees"] === fees &&
        row["funding"] === funding,
    ),
  };
}

function isDefault({ method, fees, funding }: Treatment): boolean {
  return (
    method === DEFAULT_TREATMENT.method &&
    fees === DEFAULT_TREATMENT.fees &&
    funding === DEFAULT_TREATMENT.funding
  );
}

async function readValued(db: Database, period: Period, accountId: string): Promise<ValuedResult[]> {
  type Row = { currency: string; net_result: string | null; unpriced: number };
  const rows = await runSqlFile<Row>(db, "report/valued-total", {
    account: accountId,
    from: formatInstant(period.from),
    until: formatInstant(period.until),
  });
  return rows.map((row) => ({
    accountId,
    currency: row.currency,
    netResult: row.net_result,
    unpriced: row.unpriced,
  }));
}

/** All rows of one of the program's own reports. */
export async function readRows(
  db: Database,
  name: SummedReport,
  period: Period,
  accounts: readonly string[],
): Promise<readonly ReportRow[]> {
  const { columns, rows } = await readReport(db, ownReport(name), period, accounts);
  return rows.map((row) => namedRow(columns, row));
}

export function namedRow(columns: readonly string[], row: RowCells): ReportRow {
  return Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null]));
}

type AmountColumn = {
  readonly title: string;
  /** The columns of `balances` it is the sum of. */
  readonly sources: readonly string[];
  /** Always shown, or only if something is in it. */
  readonly shown: "always" | "if_any";
};

/**
 * net is the sum of the columns between transfers and itself; closing = opening + transfers + net + apart.
 */
const COLUMNS: readonly AmountColumn[] = [
  { title: "opening", sources: ["opening"], shown: "always" },
  { title: "transfers", sources: ["transfers"], shown: "always" },
  { title: "realized PnL", sources: ["realized_pnl"], shown: "always" },
  { title: "fees", sources: ["trading_fees", "rebates"], shown: "always" },
  { title: "funding", sources: ["funding"], shown: "always" },
  { title: "other", sources: ["liquidation", "rewards"], shown: "if_any" },
  { title: "net", sources: ["net_result"], shown: "always" },
  { title: "apart", sources: ["conversions", "inferred_opening", "suspense"], shown: "if_any" },
  { title: "closing", sources: ["closing"], shown: "always" },
];

/** The same across accounts: a transfer from one to another is no transfer from outside. */
const PORTFOLIO_COLUMNS: readonly AmountColumn[] = COLUMNS.flatMap((column) =>
  column.title === "transfers"
    ? [
        { title: "transfers", sources: ["outside_transfers"], shown: "always" },
        { title: "own transfers", sources: ["own_transfers"], shown: "if_any" },
      ]
    : [column],
);

export function summaryText({
  facts,
  balances,
  portfolio,
  valued,
  unpriced,
  treatment,
  results,
}: SummaryInput): string {
  const { period, accounts } = facts;
  const lines = [`${period.name} (${period.timeZone})`];
  // Where a treatment says what the result is, the cash is what leads to it, and no second one.
  const columns = isDefault(treatment) ? COLUMNS : COLUMNS.map(asCash);
  const portfolioColumns = isDefault(treatment) ? PORTFOLIO_COLUMNS : PORTFOLIO_COLUMNS.map(asCash);
  for (const account of accounts) {
    const own = balances.filter((row) => row["account"] === account.accountId);
    lines.push("", `${account.accountId} (${account.venue})`);
    append(lines, [
      ...(own.length === 0 ? ["no balance and no posting"] : amountLines(own, columns)).map(indented),
      ...valued
        .filter((one) => one.accountId === account.accountId)
        .map(valuedLine)
        .map(indented),
      ...results
        .filter((row) => row["account"] === account.accountId)
        .flatMap((row) => resultLines(treatment, row, own))
        .map(indented),
    ]);
    append(lines, proofLines(account.counts).map(indented));
    for (const [kind, word] of [
      ["incomplete", "INCOMPLETE"],
      ["accepted", "ACCEPTED"],
      ["remarks", "note"],
    ] as const) {
      const prices = unpriced.filter(({ accountId }) => accountId === account.accountId);
      const sentences = [account, ...prices].flatMap((one) => one[kind]);
      append(
        lines,
        sentences.map((sentence) => indented(`${word}: ${sentence}`)),
      );
    }
  }
  if (portfolio.length > 0) {
    lines.push("", `portfolio (${accounts.length} accounts together)`);
    append(lines, amountLines(portfolio, portfolioColumns).map(indented));
  }
  if (accounts.length === 0) lines.push("", "no account was synced yet");
  return `${lines.join("\n")}\n`;
}

function indented(line: string): string {
  return `  ${line}`;
}

function amountLines(rows: readonly ReportRow[], all: readonly AmountColumn[]): string[] {
  const columns = all.filter(
    ({ shown, sources }) => shown === "always" || rows.some((row) => total(row, sources) !== "0"),
  );
  const lines = [
    ["", ...columns.map(({ title }) => title)],
    ...rows.map((row) => [row["asset"] ?? "", ...columns.map(({ sources }) => total(row, sources))]),
  ];
  const widthOf = (column: number) => greatest(lines.map((line) => line[column]?.length ?? 0));
  return lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widthOf(0)) : cell.padStart(widthOf(column))))
      .join("  "),
  );
}

function asCash(column: AmountColumn): AmountColumn {
  return column.title === "net" ? { ...column, title: "net of cash" } : column;
}

/** The result, and how the account's cash in its asset leads to it. */
function resultLines(
  { method, fees, funding }: Treatment,
  result: ReportRow,
  balances: readonly ReportRow[],
): string[] {
  const words = `by ${method}, fees ${fees}, funding ${funding === "own" ? "as its own item" : "inside"}`;
  const line = `result ${words}: ${result["amount"] ?? UNKNOWN} ${result["asset"]}`;
  const cash = balances.find((row) => row["asset"] === result["asset"]);
  const cells = ["net_result", "liquidation", "rewards"].flatMap((column) => cash?.[column] ?? []);
  const [net, liquidation, rewards] = cells.map(parseDecimal);
  if (result["amount"] == null || net === undefined || liquidation === undefined || rewards === undefined)
    return [line];
  const other = liquidation.plus(rewards).negated();
  const byLots = parseDecimal(result["amount"]).minus(net).minus(other);
  const steps = [
    `${formatDecimal(net)} net of cash`,
    ...(other.isZero() ? [] : [`${signed(other)} other, which is in no treatment`]),
    ...(byLots.isZero() ? [] : [`${signed(byLots)} by the lots (the report bridge says of what)`]),
  ];
  return [line, `  = ${steps.join(" ")}`];
}

function signed(amount: Decimal): string {
  return amount.isNegative() ? `- ${formatDecimal(amount.negated())}` : `+ ${formatDecimal(amount)}`;
}

/** What a cell says of which nothing is known: never 0, and no gap that could be read as one. */
const UNKNOWN = "unknown";

function total(row: ReportRow, columns: readonly string[]): string {
  const cells = columns.flatMap((column) => row[column] ?? []);
  return cells.length < columns.length ? UNKNOWN : formatDecimal(sum(cells.map(parseDecimal)));
}

const ONE = parseDecimal("1");

function valuedLine({ currency, netResult, unpriced }: ValuedResult): string {
  const lacking = `${counted(unpriced, "amount has", "amounts have")}`;
  if (netResult === null)
    return `in ${currency}: net ${UNKNOWN}${unpriced === 0 ? "" : `; ${lacking} no price`}`;
  const rounded = formatDecimal(divide(parseDecimal(netResult), ONE, 2));
  const hole = unpriced === 0 ? "" : ` of what has a price; ${lacking} none`;
  return `in ${currency}: net ${rounded} (rounded)${hole}`;
}

function proofLines(counts: Readonly<Record<string, number>>): string[] {
  const count = (status: string) => counts[`checks/${status}`] ?? 0;
  const parts = [
    [count("agrees"), "agrees with the venue", "agree with the venue"],
    [count("within_tolerance"), "agrees within a named tolerance", "agree within a named tolerance"],
    [count("inferred"), "is inferred and so not proven", "are inferred and so not proven"],
    [count("differs"), `DIFFERS (${differences(counts)})`, `DIFFER (${differences(counts)})`],
  ] as const;
  const made = parts
    .filter(([number]) => number > 0)
    .map(([number, one, many]) => counted(number, one, many));
  if (made.length === 0) return ["not proven yet: no check was made"];
  return [`${count("differs") > 0 ? "NOT PROVEN" : "proven"}: of the checks ${made.join(", ")}`];
}

/** `1 missing row, 2 unexplained; 1 accepted`: in the order of the names. */
function differences(counts: Readonly<Record<string, number>>): string {
  const classes = Object.entries(counts)
    .filter(([what]) => what.startsWith("differences/"))
    .map(([what, count]) => `${count} ${what.slice("differences/".length).replaceAll("_", " ")}`)
    .join(", ");
  const accepted = counts["accepted/difference"] ?? 0;
  return accepted === 0 ? classes : `${classes}; ${accepted} accepted`;
}
