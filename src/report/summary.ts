/** A period at a glance, for the terminal: per account and asset what came, what went, what is left, and whether it is proven. */
import { formatDecimal, parseDecimal, sum } from "../domain/decimal.ts";
import type { Period } from "../domain/period.ts";
import type { Store } from "../store/store.ts";
import { listReports, REPORTS_FOLDER } from "./definition.ts";
import { type PeriodFacts, readAccountIds, readPeriodFacts } from "./period-facts.ts";
import { openReport, readConsistently } from "./run-report.ts";

/** One row of the report `balances` or `portfolio`, by column. */
export type BalanceCells = Readonly<Record<string, string | null>>;

/** `portfolio` are the rows of that report; empty where fewer than two accounts are reported. */
export type SummaryInput = {
  readonly facts: PeriodFacts;
  readonly balances: readonly BalanceCells[];
  readonly portfolio: readonly BalanceCells[];
};

/** Reads what `summaryText` shows. Null for all accounts; throws a `UsageError` for one that is not in the store. */
export async function readSummary(
  store: Store,
  period: Period,
  accountIds: readonly string[] | null,
): Promise<SummaryInput> {
  const definitions = await listReports([REPORTS_FOLDER]);
  return readConsistently(store, async (db) => {
    const chosen = await readAccountIds(db, accountIds);
    const rowsOf = async (name: string) => {
      const found: BalanceCells[] = [];
      for (const definition of definitions.filter((one) => one.name === name)) {
        const { columns, batches } = await openReport(db, definition, period, chosen);
        for await (const batch of batches) {
          for (const row of batch) {
            found.push(Object.fromEntries(columns.map((column, index) => [column, row[index] ?? null])));
          }
        }
      }
      return found;
    };
    return {
      facts: await readPeriodFacts(db, period, chosen),
      balances: await rowsOf("balances"),
      portfolio: chosen.length > 1 ? await rowsOf("portfolio") : [],
    };
  });
}

type AmountColumn = {
  readonly title: string;
  /** The columns of `balances` it is the sum of. */
  readonly sources: readonly string[];
  /** Always shown, or only if something is in it. */
  readonly shown: "always" | "if_any";
};

/** net is the sum of the columns between transfers and itself; closing = opening + transfers + net + apart. */
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

export function summaryText({ facts, balances, portfolio }: SummaryInput): string {
  const { period, accounts } = facts;
  const lines = [`${period.name} (${period.timeZone})`];
  for (const account of accounts) {
    const own = balances.filter((row) => row["account"] === account.accountId);
    lines.push("", `${account.accountId} (${account.venue})`);
    lines.push(
      ...(own.length === 0 ? ["no balance and no posting"] : amountLines(own, COLUMNS)).map(indented),
    );
    lines.push(...proofLines(account.counts).map(indented));
    lines.push(...account.incomplete.map((sentence) => indented(`INCOMPLETE: ${sentence}`)));
    lines.push(...account.remarks.map((sentence) => indented(`note: ${sentence}`)));
  }
  if (portfolio.length > 0) {
    lines.push("", `portfolio (${accounts.length} accounts together)`);
    lines.push(...amountLines(portfolio, PORTFOLIO_COLUMNS).map(indented));
  }
  if (accounts.length === 0) lines.push("", "no account was synced yet");
  return `${lines.join("\n")}\n`;
}

function indented(line: string): string {
  return `  ${line}`;
}

function amountLines(rows: readonly BalanceCells[], all: readonly AmountColumn[]): string[] {
  const columns = all.filter(
    ({ shown, sources }) => shown === "always" || rows.some((row) => total(row, sources) !== "0"),
  );
  const lines = [
    ["", ...columns.map(({ title }) => title)],
    ...rows.map((row) => [row["asset"] ?? "", ...columns.map(({ sources }) => total(row, sources))]),
  ];
  const widthOf = (column: number) => Math.max(...lines.map((line) => line[column]?.length ?? 0));
  return lines.map((line) =>
    line
      .map((cell, column) => (column === 0 ? cell.padEnd(widthOf(0)) : cell.padStart(widthOf(column))))
      .join("  "),
  );
}

function total(row: BalanceCells, columns: readonly string[]): string {
  return formatDecimal(sum(columns.map((column) => parseDecimal(row[column] ?? "0"))));
}

function proofLines(counts: Readonly<Record<string, number>>): string[] {
  const count = (status: string) => counts[`checks/${status}`] ?? 0;
  const parts = [
    [count("agrees"), "agree with the venue"],
    [count("within_tolerance"), "agree within a named tolerance"],
    [count("inferred"), "are taken from evidence"],
    [count("differs"), "DIFFER"],
  ] as const;
  const made = parts.filter(([number]) => number > 0).map(([number, words]) => `${number} ${words}`);
  if (made.length === 0) return ["not proven yet: no check was made"];
  return [`${count("differs") > 0 ? "NOT PROVEN" : "proven"}: of the checks ${made.join(", ")}`];
}
