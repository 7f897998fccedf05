/**
 * What each report judges of the facts it shows, told as the reconciliation's proofs would tell it. A report
 * that is not here has no place to disagree; a new one fails the test until somebody has said which it is.
 */
import { expect } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { formatDecimal, parseDecimal, sum } from "../../src/domain/decimal.ts";
import { listReports } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import type { Store } from "../../src/store/store.ts";
import type { ReconciliationRow } from "../../src/store/tables.ts";

type ReportRow = Readonly<Record<string, string | null>>;
/** Facts, each with what it is judged to be. */
type Judgements = readonly string[];
type Judge = {
  readonly ofReport: (rows: readonly ReportRow[]) => Judgements;
  /** `rows` are the report's, for the proofs of facts that it shows. */
  readonly ofProofs: (proofs: readonly ReconciliationRow[], rows: readonly ReportRow[]) => Judgements;
};

const PERIOD = {
  name: "all",
  timeZone: "UTC",
  from: parseInstant("2000-01-01T00:00:00Z"),
  until: parseInstant("2100-01-01T00:00:00Z"),
};

const zeroOr = (text: string | null | undefined) => parseDecimal(text ?? "0");
const isZero = (text: string | null | undefined) => zeroOr(text).isZero();
const total = (proofs: readonly ReconciliationRow[]) =>
  formatDecimal(sum(proofs.map(({ difference }) => zeroOr(difference))));
const secondOf = (at: string | null | undefined) => (at ?? "").slice(0, 19).replace("T", " ");

export const JUDGES: Readonly<Record<string, Judge | "judges nothing">> = {
  "pnl-three-way": {
    ofReport: (rows) =>
      rows
        .filter((row) => row["verdict"] === "differs")
        .map((row) => `${row["account"]} ${row["record_key"]} differs`),
    ofProofs: (proofs, rows) => {
      const differing = new Map(
        proofs
          .filter(({ status }) => status === "differs")
          .map((proof) => [
            `${proof.account_id} ${proof.check_name} ${proof.subject}`,
            formatDecimal(zeroOr(proof.found)),
          ]),
      );
      return rows
        .filter(
          ({ account, symbol, position_side, asset, record_key, fill_id, occurred_at, cash_of_trade }) =>
            [
              `${account} realized_pnl_average ${symbol} ${position_side} ${asset} fill ${record_key}`,
              `${account} realized_pnl_cash ${symbol} ${asset} trade ${fill_id}`,
              `${account} realized_pnl_cash ${symbol} ${asset} trade at ${secondOf(occurred_at)}+00`,
            ].some((subject) => {
              const found = differing.get(subject);
              // Of the trades of a second, the proof is about those that have no cash of their own.
              return (
                found !== undefined && (!subject.includes(" trade at ") || found === (cash_of_trade ?? "0"))
              );
            }),
        )
        .map((row) => `${row["account"]} ${row["record_key"]} differs`);
    },
  },
  "daily-reconciliation": {
    ofReport: (rows) =>
      rows
        .filter((row) => row["snapshots"] !== "0")
        .map(
          (row) => `${row["account"]} ${row["asset"]} ${row["day"]} ${row["status"]} ${row["difference"]}`,
        ),
    ofProofs: (proofs) => {
      const days = new Map<string, ReconciliationRow[]>();
      for (const proof of proofs.filter(({ check_name }) => check_name === "wallet")) {
        const day = `${proof.account_id} ${proof.asset} ${proof.checked_at.slice(0, 10)}`;
        days.set(day, [...(days.get(day) ?? []), proof]);
      }
      return [...days].map(([day, own]) => {
        const status = ["differs", "inferred"].find((one) => own.some((proof) => proof.status === one));
        return `${day} ${status ?? "agrees"} ${total(own)}`;
      });
    },
  },
  balances: {
    ofReport: (rows) =>
      rows
        .filter((row) => !isZero(row["difference"]))
        .map((row) => `${row["account"]} ${row["asset"]} ${row["difference"]}`),
    ofProofs: (proofs, rows) =>
      rows.flatMap(({ account, asset }) => {
        const own = proofs.filter(
          (proof) => proof.check_name === "wallet" && proof.account_id === account && proof.asset === asset,
        );
        return isZero(total(own)) ? [] : [`${account} ${asset} ${total(own)}`];
      }),
  },
  positions: {
    ofReport: (rows) =>
      rows
        .filter((row) => !isZero(row["quantity_difference"]))
        .map(
          (row) => `${row["account"]} ${row["symbol"]} ${row["position_side"]} ${row["quantity_difference"]}`,
        ),
    ofProofs: (proofs, rows) =>
      rows.flatMap(({ account, symbol, position_side }) => {
        const own = proofs.filter(
          (proof) =>
            proof.check_name === "position" &&
            proof.account_id === account &&
            proof.subject === `${symbol} ${position_side}`,
        );
        return isZero(total(own)) ? [] : [`${account} ${symbol} ${position_side} ${total(own)}`];
      }),
  },
  reconciliation: {
    ofReport: (rows) =>
      rows
        .filter((row) => row["status"] === "differs")
        .map((row) => `${row["account"]} ${row["check_name"]} ${row["subject"]} ${row["difference"]}`),
    ofProofs: (proofs) =>
      proofs
        .filter(({ status }) => status === "differs")
        .map(
          (row) =>
            `${row.account_id} ${row.check_name} ${row.subject} ${formatDecimal(zeroOr(row.difference))}`,
        ),
  },
  gaps: {
    ofReport: (rows) =>
      rows
        .filter((row) => row["what"] === "unexplained")
        .map((row) => `${row["account"]} ${row["asset"]} ${row["amount"]}`),
    ofProofs: (proofs) =>
      proofs
        .filter(
          (proof) =>
            proof.check_name === "wallet" && proof.status === "differs" && proof.class === "unexplained",
        )
        .map((row) => `${row.account_id} ${row.asset} ${formatDecimal(zeroOr(row.difference).negated())}`),
  },
  adjustments: "judges nothing",
  "balance-sheet": "judges nothing",
  bridge: "judges nothing",
  "collateral-statement": "judges nothing",
  "daily-result": "judges nothing",
  disposals: "judges nothing",
  equity: "judges nothing",
  "fee-coin-disposals": "judges nothing",
  // What no rate gives is listed with what is at another rate, and only the first is a difference.
  "fee-rates": "judges nothing",
  "fees-by-symbol": "judges nothing",
  fills: "judges nothing",
  "funding-by-symbol": "judges nothing",
  "isolated-margin": "judges nothing",
  journal: "judges nothing",
  liquidations: "judges nothing",
  "margin-changes": "judges nothing",
  performance: "judges nothing",
  portfolio: "judges nothing",
  "prices-used": "judges nothing",
  "realized-pnl-by-symbol": "judges nothing",
  "realized-pnl-net": "judges nothing",
  restatement: "judges nothing",
  "round-trips": "judges nothing",
  transfers: "judges nothing",
  "valued-balance-sheet": "judges nothing",
  "valued-performance": "judges nothing",
  "valued-result": "judges nothing",
};

/**
 * Every report that judges says of each fact what the reconciliation says, of the accounts that were
 * reconciled.
 */
export async function expectOneJudgement(store: Store, title: string): Promise<void> {
  const proofs = await store.db.selectFrom("ledger.reconciliation").selectAll().execute();
  for (const definition of await listReports(null)) {
    const judge = JUDGES[definition.name];
    if (judge === undefined || judge === "judges nothing") continue;
    const { columns, rows } = await runReport(store, definition, PERIOD, null);
    const cells = rows
      .map(
        (row): ReportRow => Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null])),
      )
      .filter(({ account }) => proofs.some(({ account_id }) => account_id === account));
    expect(judge.ofReport(cells).toSorted(), `${title}: ${definition.name}`).toEqual(
      judge.ofProofs(proofs, cells).toSorted(),
    );
  }
}
