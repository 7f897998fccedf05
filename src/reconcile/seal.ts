/**
 * The integrity seal: whether `raw` still holds what was loaded, no row less, none more, none changed;
 * whether `history` was made of it; whether the ledger has an entry for every row of history that moves cash;
 * and whether the sums that reports start from are those of their rows. It shows what somebody did to the
 * store; what a venue leaves out or tells twice, the other laws show.
 */

import type { Law, Onward, Span } from "../book/onward.ts";
import { parseDecimal } from "../domain/decimal.ts";
import type { StreamName } from "../domain/record.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { CheckName, DifferenceClass, Finding } from "./finding.ts";

const SEAL_LAWS = ["record_digest", "record_sequence", "record_count"] as const;

type Violation = {
  law: (typeof SEAL_LAWS)[number];
  stream: StreamName;
  symbol: string;
  record_key: string | null;
  from_time: string;
  until_time: string;
  expected: string;
  found: string;
};

const LAWS: Readonly<
  Record<Violation["law"], { readonly agrees: string; readonly suspect: string; readonly next: string }>
> = {
  record_digest: {
    agrees: "each record has the SHA-256 that it was loaded with",
    suspect: "somebody changed this record in the store",
    next: "restore the store from a backup, or sync into a new one",
  },
  record_sequence: {
    agrees: "the sequences of the records rise by one, from 1 to the last that was given",
    suspect: "somebody took records out of the store or put some in, at this sequence",
    next: "restore the store from a backup, or sync into a new one",
  },
  record_count: {
    agrees: "each day of each stream and contract has as many records as were loaded",
    suspect: "somebody took records of this day out of the store or put some in",
    next: "restore the store from a backup, or sync into a new one",
  },
};

/** What is agreed upon has no row while there is no snapshot, whose time it would be of. */
export async function checkSeal(
  transaction: Transaction,
  account_id: string,
  checkedAt: string | null,
  onward: Onward,
): Promise<Finding[]> {
  const violations = await onward.prove(
    lawOfViolations("reconcile/record-seal", ({ from_time, after }) =>
      runSqlFile<Violation>(transaction, "reconcile/record-seal", { account_id, from_time, after }),
    ),
  );
  const found = violations.map((violation) => violationFinding(violation, checkedAt));
  const history = await checkHistory(transaction, account_id, onward);
  const entries = await checkEntries(transaction, account_id, onward);
  const sums = await checkDaySums(transaction, account_id, onward);
  if (checkedAt === null) return [...found, ...history, ...entries, ...sums];
  // Records, not versions of them: how often the venue served one in another form is no part of the proof.
  const { records } = await transaction
    .selectFrom("raw.record")
    .select(({ fn }) => fn.countAll<string>().as("records"))
    .where("account_id", "=", account_id)
    .where("version", "=", 1)
    .executeTakeFirstOrThrow();
  const agreeing = (check_name: CheckName, note: string): Finding => ({
    check_name,
    subject: "records",
    asset: "",
    symbol: "",
    from_time: null,
    checked_at: checkedAt,
    expected: parseDecimal(records),
    found: parseDecimal(records),
    status: "agrees",
    class: "",
    note,
  });
  const kept = SEAL_LAWS.filter((law) => !violations.some((violation) => violation.law === law)).map((law) =>
    agreeing(law, LAWS[law].agrees),
  );
  const made = [
    [
      "record_history",
      history,
      "each record is decoded or set aside, and each row of history has its record",
    ],
    [
      "record_entries",
      entries,
      "each row of history that moves cash has its entry, and each entry from cash its row",
    ],
    ["day_sums", sums, "each day's sums are those of its postings"],
  ] as const;
  return [
    ...kept,
    ...found,
    ...made.flatMap(([law, violated, note]) => (violated.length > 0 ? violated : [agreeing(law, note)])),
  ];
}

/** Of a statement that gives nothing but what is amiss, so that there is nothing to keep. */
function lawOfViolations<Row>(
  name: string,
  read: (span: Span) => Promise<readonly Row[]>,
): Law<Row, readonly Row[]> {
  return {
    name,
    read,
    isKept: () => false,
    add: (earlier, later) => [...earlier, ...later],
    say: (rows) => Promise.resolve(rows),
    isClean: (rows) => rows.length === 0,
  };
}

function violationFinding(violation: Violation, checkedAt: string | null): Finding {
  const { law, stream, symbol, record_key, from_time, until_time } = violation;
  const [expected, found] = [parseDecimal(violation.expected), parseDecimal(violation.found)];
  // Where a sequence is missing, what it belonged to is gone: the record behind the hole says nothing of it.
  const isNamed = law !== "record_sequence";
  const day = law === "record_count" ? from_time.slice(0, 10) : "";
  const words = [stream, symbol, record_key === null ? "" : `record ${record_key}`, day];
  return {
    check_name: law,
    subject: isNamed ? words.filter((word) => word !== "").join(" ") : `sequence ${violation.expected}`,
    asset: "",
    symbol: isNamed ? symbol : "",
    from_time: isNamed ? from_time : null,
    checked_at: isNamed ? until_time : (checkedAt ?? until_time),
    is_standing: !isNamed,
    expected,
    found,
    status: "differs",
    class: classOf(law, found.minus(expected).isNegative(), record_key === null),
    suspect: LAWS[law].suspect,
    next: LAWS[law].next,
    ...(law === "record_count" && found.lessThan(expected)
      ? { lacking: { streams: [stream], symbol, from: from_time, until: until_time } }
      : {}),
  };
}

function classOf(law: Violation["law"], isLess: boolean, isAtEnd: boolean): DifferenceClass {
  switch (law) {
    case "record_digest":
      return "altered_row";
    case "record_count":
      return isLess ? "missing_row" : "doubled_row";
    case "record_sequence":
      // Within the records, a sequence that is too high stands behind a hole; at their end, one that is too
      // low stands before one.
      return isLess === isAtEnd ? "missing_row" : "doubled_row";
  }
}

async function checkHistory(
  transaction: Transaction,
  account_id: string,
  onward: Onward,
): Promise<Finding[]> {
  type Row = {
    stream: string;
    symbol: string;
    record_key: string;
    occurred_at: string;
    expected: string;
    found: string;
  };
  const rows = await onward.prove(
    lawOfViolations("reconcile/record-history", ({ from_time }) =>
      runSqlFile<Row>(transaction, "reconcile/record-history", { account_id, from_time }),
    ),
  );
  return rows.map((row) => ({
    check_name: "record_history",
    subject: `${row.stream} ${row.symbol} record ${row.record_key}`,
    asset: "",
    symbol: row.symbol,
    from_time: row.occurred_at,
    checked_at: row.occurred_at,
    expected: parseDecimal(row.expected),
    found: parseDecimal(row.found),
    status: "differs",
    class: row.found === "0" ? "missing_row" : "doubled_row",
    suspect: "somebody changed records or history in the store",
    next: "perpbooks book --from-empty, and if this stays, restore the store from a backup",
  }));
}

/**
 * No row may be lost between history and the ledger: what the books lack would hide in an opening that is
 * inferred from a wallet.
 */
async function checkEntries(
  transaction: Transaction,
  account_id: string,
  onward: Onward,
): Promise<Finding[]> {
  type Row = {
    record_key: string;
    part: string;
    symbol: string;
    occurred_at: string;
    asset: string;
    expected: string;
    found: string;
    has_row: boolean;
    has_entry: boolean;
  };
  const rows = await onward.prove(
    lawOfViolations("reconcile/record-entries", ({ from_time }) =>
      runSqlFile<Row>(transaction, "reconcile/record-entries", { account_id, from_time }),
    ),
  );
  return rows.map((row) => ({
    check_name: "record_entries",
    subject: ["income", row.symbol, `record ${row.record_key}`, row.part]
      .filter((word) => word !== "")
      .join(" "),
    asset: row.asset,
    symbol: row.symbol,
    from_time: row.occurred_at,
    checked_at: row.occurred_at,
    expected: parseDecimal(row.expected),
    found: parseDecimal(row.found),
    status: "differs",
    class: !row.has_entry ? "missing_row" : row.has_row ? "altered_row" : "doubled_row",
    suspect: "a row that was not booked, or a book that somebody changed in the store",
    next: "perpbooks book --from-empty, and if this stays, report it with this row",
  }));
}

/** Reports start from the sums, so a sum that somebody changed would be in every one of them. */
async function checkDaySums(
  transaction: Transaction,
  account_id: string,
  onward: Onward,
): Promise<Finding[]> {
  type Row = {
    day_from: string;
    day_until: string;
    what: string;
    asset: string;
    symbol: string;
    expected: string;
    found: string;
    is_missing: boolean;
  };
  const rows = await onward.prove(
    lawOfViolations("reconcile/day-sums", ({ from_time }) =>
      runSqlFile<Row>(transaction, "reconcile/day-sums", { account_id, from_time }),
    ),
  );
  return rows.map((row) => ({
    check_name: "day_sums",
    subject: [row.what, row.symbol, "day from", row.day_from].filter((word) => word !== "").join(" "),
    asset: row.asset,
    symbol: row.symbol,
    from_time: row.day_from,
    checked_at: row.day_until,
    expected: parseDecimal(row.expected),
    found: parseDecimal(row.found),
    status: "differs",
    class: row.is_missing ? "missing_row" : "altered_row",
    suspect: "somebody changed rows or their sums in the store",
    next: "perpbooks book --from-empty, and if this stays, report it with this row",
  }));
}
