/**
 * Proves the books of a venue that keeps a collateral statement (edgeX) against that statement, its positions
 * and its counters: exactly, to the last digit. Other venues have none of it and get no findings.
 *
 * Each law is one file of `sql/reconcile`, which gives what broke row by row, and what holds as one row with
 * how many facts were compared.
 */

import type { PnlTolerance } from "../book/pnl-tolerance.ts";
import { formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { append } from "../domain/lists.ts";
import type { StreamName } from "../domain/record.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { CheckName, Finding } from "./finding.ts";

type Law = {
  /** What the first word of its subjects is. */
  readonly about: "asset" | "contract" | "account";
  /** What was compared where it holds, to stand behind a number. */
  readonly compared: string;
  readonly suspect: string;
  readonly next: string;
};

const COMPARE_ROWS = "compare the rows of that time with the venue's statement";

const LAWS: Readonly<Partial<Record<CheckName, Law>>> = {
  collateral_chain: {
    about: "asset",
    compared: "rows, each begins with what the one before it left",
    suspect: "a row between the two is missing, doubled or altered, or the venue took the earlier one back",
    next: COMPARE_ROWS,
  },
  position_chain: {
    about: "contract",
    compared: "figures of its changes, each begins with what the one before it left",
    suspect: "a change between the two is missing, doubled or altered",
    next: COMPARE_ROWS,
  },
  collateral_totals: {
    about: "asset",
    compared: "balances and lifetime counters, each that of the snapshot before and all rows since",
    suspect: "a row is missing, doubled or of another type than the venue counts it",
    next: "look at collateral_chain of this asset",
  },
  collateral_identities: {
    about: "asset",
    compared: "identities of the venue's own figures",
    suspect: "the snapshot's parts are of two states of the account, or the venue counts in another way",
    next: "run again: the next snapshot is compared by itself",
  },
  collateral_cash: {
    about: "asset",
    compared: "rows, each moved the wallet by what its cash events say",
    suspect: "a cash event or a row is missing, doubled or altered",
    next: "book from empty, then compare the record with its events in history.income",
  },
  fill_legs: {
    about: "contract",
    compared: "figures of its fills agree in fill, statement and position",
    suspect: "one of the three is missing, doubled or altered",
    next: COMPARE_ROWS,
  },
  funding_pairs: {
    about: "contract",
    compared: "figures of its settlements agree in statement and position",
    suspect: "one of the two is missing, doubled or altered",
    next: COMPARE_ROWS,
  },
  position_states: {
    about: "account",
    compared: "figures of positions, each that of the snapshot before and all changes since",
    suspect: "a change is missing or doubled",
    next: "look at position_chain of this contract",
  },
  side_statistics: {
    about: "account",
    compared: "lifetime figures of sides, each that of the snapshot before and all changes since",
    suspect: "a change is missing or doubled, or counts for the other side",
    next: "look at position_chain of this contract",
  },
  position_cycles: {
    about: "contract",
    compared: "figures of its positions from flat to flat, each the sum of its changes",
    suspect: "a change is missing or doubled, or the venue counts another position as the same",
    next: "look at position_chain of this contract",
  },
  position_cost: {
    about: "contract",
    compared: "cost of the open position",
    suspect: "the history begins with this position open, or a fill is missing",
    next: "look at realized_pnl_average of this contract",
  },
  liquidation_fees: {
    about: "asset",
    compared: "rows with their liquidation fee there, by their own arithmetic",
    suspect: "the venue takes the fee in a way that is not known",
    next: "compare the row's amount with its values and fees, and tell the project",
  },
  liquidation_flags: {
    about: "contract",
    compared: "figures of its fills agree on whether they were by force",
    suspect:
      "a flag of the venue's is wrong, so the report of liquidations lacks this fill or has it by mistake; or the venue took no fee",
    next: "compare the order with the venue's list of liquidations, then perpbooks accept this check with what you found",
  },
  venue_status: {
    about: "asset",
    compared: "rows",
    suspect:
      "the venue has not confirmed it yet, or has taken it back; whether it moved anything, the chain says",
    next: "run again after a day: it is read again as long as it is on its way; then ask the venue",
  },
  equity_snapshots: {
    about: "asset",
    compared: "of the venue's valuations, each less its unrealized PnL is the wallet of that instant",
    suspect: "a row before that instant is missing, or the venue valued the account at another one",
    next: "look at collateral_chain of this asset",
  },
  own_transfers: {
    about: "asset",
    compared: "transfers with another account of the store, both legs there",
    suspect: "the other account's row is missing or altered",
    next: "sync and book the other account, then look at its collateral_chain",
  },
};

/** Files of `sql/reconcile`; one file may keep two laws. These say where a row seems to be missing. */
const CHECKS_OF_ROWS = [
  "collateral-chain",
  "position-chain",
  "collateral-totals",
  "fill-legs",
  "funding-pairs",
  "position-states",
  "position-cycles",
] as const;
const CHECKS_OF_FIGURES = [
  "collateral-identities",
  "collateral-cash",
  "position-cost",
  "liquidation-fees",
  "liquidation-flags",
  "venue-status",
  "equity-snapshots",
  "own-transfers",
] as const;

/** One event leaves a row in each of them: where one is late, the others are. */
const EVENT_STREAMS: readonly StreamName[] = ["income", "fills", "position_transactions"];

type Row = {
  law: CheckName;
  subject: string;
  status: Finding["status"];
  expected: string;
  found: string;
  compared: string;
  evidence: string;
  /** The snapshot it is about; null for what holds at any time. */
  checked_at: string | null;
};
/** Where a row seems to be missing; null where none does. */
type RowThatLacks = Row & {
  lacking_stream: StreamName | null;
  lacking_from: string | null;
  lacking_until: string | null;
};

/** The proofs of the collateral statement, as of the last snapshot at `checkedAt`. */
export async function checkCollateral(
  transaction: Transaction,
  account_id: string,
  checkedAt: string,
  tolerance: PnlTolerance,
): Promise<Finding[]> {
  const parameters = await readParameters(transaction, account_id, tolerance);
  if (parameters === null) return [];
  const findings: Finding[] = [];
  for (const check of CHECKS_OF_ROWS) {
    const rows = await runSqlFile<RowThatLacks>(transaction, `reconcile/${check}`, parameters);
    append(
      findings,
      rows.map((row) => ({ ...findingOf(row, checkedAt), ...lackingOf(row) })),
    );
  }
  for (const check of CHECKS_OF_FIGURES) {
    const rows = await runSqlFile<Row>(transaction, `reconcile/${check}`, parameters);
    append(
      findings,
      rows.map((row) => findingOf(row, checkedAt)),
    );
  }
  return findings;
}

/** The one of these proofs whose evidence is another account's. */
export async function checkOwnTransfers(
  transaction: Transaction,
  account_id: string,
  checkedAt: string,
  tolerance: PnlTolerance,
): Promise<Finding[]> {
  const parameters = await readParameters(transaction, account_id, tolerance);
  if (parameters === null) return [];
  const rows = await runSqlFile<Row>(transaction, "reconcile/own-transfers", parameters);
  return rows.map((row) => findingOf(row, checkedAt));
}

/** Null for an account without a collateral statement. */
async function readParameters(transaction: Transaction, account_id: string, tolerance: PnlTolerance) {
  const statement = await transaction
    .selectFrom("snapshot.taken")
    .innerJoin("raw.account", "raw.account.account_id", "snapshot.taken.account_id")
    .select("raw.account.is_from_beginning")
    .where("snapshot.taken.account_id", "=", account_id)
    .where("snapshot.taken.has_statement", "=", true)
    .executeTakeFirst();
  if (statement === undefined) return null;
  return {
    account_id,
    is_from_beginning: statement.is_from_beginning,
    fill_average: formatDecimal(tolerance.fillAverage),
  };
}

function findingOf(row: Row, checkedAt: string): Finding {
  const law = LAWS[row.law];
  if (law === undefined)
    throw new RangeError(`sql/reconcile names the law "${row.law}", which has no words here`);
  const [first = ""] = row.subject.split(" ");
  return {
    check_name: row.law,
    subject: row.subject,
    asset: law.about === "asset" ? first : "",
    symbol: law.about === "contract" ? first : "",
    from_time: null,
    checked_at: row.checked_at ?? checkedAt,
    // An open position costs the same every night.
    is_standing: row.checked_at === null || row.law === "position_cost",
    expected: parseDecimal(row.expected),
    found: parseDecimal(row.found),
    status: row.status,
    class: row.status === "differs" ? "unexplained" : row.status === "within_tolerance" ? "truncation" : "",
    note: noteOf(row, law),
    ...(row.status === "differs" ? { suspect: law.suspect, next: law.next } : {}),
  };
}

function lackingOf({
  status,
  lacking_stream: stream,
  lacking_from: from,
  lacking_until: until,
}: RowThatLacks): Pick<Finding, "lacking"> {
  if (status !== "differs" || stream === null || until === null) return {};
  const streams = EVENT_STREAMS.includes(stream) ? EVENT_STREAMS : [stream];
  return { lacking: { streams, symbol: "", from, until } };
}

function noteOf(row: Row, law: Law): string {
  if (row.status === "differs" || row.status === "within_tolerance") return row.evidence;
  return [`${row.compared} ${law.compared}`, row.evidence].filter((part) => part !== "").join("; ");
}
