/**
 * Proofs and sums that go on from the last ones. A check that found nothing amiss keeps what it counted of
 * the time until some days before the snapshot, and the next night reads only what is later. What is kept
 * goes where a record or an entry of that time comes, changes or goes (`sql/book/unprove.sql`,
 * `unsettle.ts`), with another program, and once a week, so that a row that somebody altered in the store is
 * found by then at the latest. Where anything is amiss in both together, the whole is read: what is said of a
 * difference never depends on what was kept.
 */
import { createHash } from "node:crypto";
import { startOf } from "../domain/calendar.ts";
import { formatDecimal, parseDecimal } from "../domain/decimal.ts";
import { DAY_MS, formatInstant, parseUtcInstant, plus } from "../domain/instant.ts";
import { parseJsonExactly } from "../domain/json.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { ProvenRow } from "../store/tables.ts";

const OPEN_DAYS = 7;
/** For so many days a proof stands without the whole being read. */
export const WHOLE_EVERY_DAYS = 7;

/**
 * What a check reads: rows from `from_time` on, and records behind `after` (a sequence); and before when a
 * row is of what is kept. Times are ISO 8601 in UTC, or `-infinity`.
 */
export type Span = {
  readonly from_time: string;
  readonly after: string;
  readonly keep_until: string;
};

/** `Row` has texts, booleans and nulls; `Said` is what the check makes of the rows of the whole time. */
export type Law<Row, Said> = {
  readonly name: string;
  readonly read: (span: Span) => Promise<readonly Row[]>;
  /** What its rows of the time before `until` depend on beside records and entries, as a digest. */
  readonly dependsOn?: (until: string) => Promise<string>;
  /** Whether a row is of the time before `keep_until`. */
  readonly isKept: (row: Row) => boolean;
  /** The rows of two times as those of both together. */
  readonly add: (earlier: readonly Row[], later: readonly Row[]) => readonly Row[];
  readonly say: (rows: readonly Row[]) => Promise<Said>;
  /** Whether nothing of it is amiss, so that its rows may stand. */
  readonly isClean: (said: Said) => boolean;
};

export type Onward = {
  /** What a check says of the whole time. */
  readonly prove: <Row, Said>(law: Law<Row, Said>) => Promise<Said>;
};

export type ProofTerms = {
  /** Whether the whole is read, whatever was kept. */
  readonly isWhole: boolean;
  /** A digest of the program: another one may judge otherwise. */
  readonly program: string;
  /** Of how many days before the snapshot no proof is kept: what is late comes within them, mostly. */
  readonly openDays?: number;
};

/** All is read, whatever was kept. */
export const WHOLE: ProofTerms = { isWhole: true, program: "" };

export async function lastSnapshot(transaction: Transaction, account_id: string): Promise<string | null> {
  const row = await transaction
    .selectFrom("snapshot.taken")
    .select((expression) => expression.fn.max("taken_at").as("taken_at"))
    .where("account_id", "=", account_id)
    .executeTakeFirst();
  return row?.taken_at ?? null;
}

/** `checkedAt` is the last snapshot; without one nothing is kept. */
export async function goOn(
  transaction: Transaction,
  account_id: string,
  checkedAt: string | null,
  { isWhole, program, openDays = OPEN_DAYS }: ProofTerms,
): Promise<Onward> {
  await runSqlFile(transaction, "book/unprove", { account_id });
  type About = { last_sequence: string; depends_on: string };
  const [about] = await runSqlFile<About>(transaction, "book/question", { account_id });
  if (about === undefined || checkedAt === null)
    return { prove: async ({ read, say }) => say(await read(wholeUntil("-infinity"))) };
  const end = endOfKept(checkedAt, openDays);
  const questionOf = async ({ dependsOn }: Pick<Law<unknown, unknown>, "dependsOn">, until: string) =>
    createHash("sha256")
      .update(`${program} ${about.depends_on} ${(await dependsOn?.(until)) ?? ""}`)
      .digest("hex");
  const proven = await transaction
    .selectFrom("ledger.proven")
    .selectAll()
    .where("account_id", "=", account_id)
    .execute();
  const recent = proven.filter((one) => !isWhole && isRecent(one.whole_at, checkedAt));

  const keep = async <Row, Said>(law: Law<Row, Said>, rows: readonly Row[], whole_at: string) => {
    const row: ProvenRow = {
      account_id,
      check_name: law.name,
      until_time: end,
      last_sequence: about.last_sequence,
      question: await questionOf(law, end),
      whole_at,
      kept: JSON.stringify(rows),
    };
    await insertRows(transaction, "ledger.proven", ["account_id", "check_name"], [row]);
  };

  /** `earlier` are the rows of before the span. */
  const proveFrom = async <Row, Said>(
    law: Law<Row, Said>,
    earlier: readonly Row[],
    span: Span,
    whole_at: string,
  ) => {
    const rows = await law.read(span);
    const kept = law.add(earlier, rows.filter(law.isKept));
    const open = rows.filter((row) => !law.isKept(row));
    const said = await law.say(law.add(kept, open));
    const isClean = law.isClean(said);
    if (isClean) await keep(law, kept, whole_at);
    return { said, isClean };
  };

  return {
    prove: async (law) => {
      const before = recent.find((one) => one.check_name === law.name && one.until_time <= end);
      if (before !== undefined && before.question === (await questionOf(law, before.until_time))) {
        const earlier = parseJsonExactly(before.kept) as Awaited<ReturnType<typeof law.read>>;
        const span = { from_time: before.until_time, after: before.last_sequence, keep_until: end };
        const onward = await proveFrom(law, earlier, span, before.whole_at);
        if (onward.isClean) return onward.said;
      }
      const whole = await proveFrom(law, [], wholeUntil(end), checkedAt);
      if (!whole.isClean) await forget(transaction, account_id, law.name);
      return whole.said;
    },
  };
}

/**
 * Adds rows up: those that are alike in the columns `alike` become one, as `added` says of two of them. For
 * `Law.add`.
 */
export function addingUp<Row>(
  alike: readonly (keyof Row)[],
  added: (one: Row, other: Row) => Row,
): Law<Row, unknown>["add"] {
  return (earlier, later) => {
    const groups = new Map<string, Row>();
    for (const row of [...earlier, ...later]) {
      const key = JSON.stringify(alike.map((column) => row[column]));
      const other = groups.get(key);
      groups.set(key, other === undefined ? row : added(other, row));
    }
    return [...groups.values()];
  };
}

/** The sums of two rows' columns. */
export function sumsOf<Column extends string>(
  columns: readonly Column[],
  one: Readonly<Record<Column, string>>,
  other: Readonly<Record<Column, string>>,
): Record<Column, string> {
  return Object.fromEntries(
    columns.map((column) => [
      column,
      formatDecimal(parseDecimal(one[column]).plus(parseDecimal(other[column]))),
    ]),
  ) as Record<Column, string>;
}

const wholeUntil = (keep_until: string): Span => ({ from_time: "-infinity", after: "0", keep_until });

/** A midnight in UTC. */
function endOfKept(checkedAt: string, openDays: number): string {
  return formatInstant(startOf(plus(parseUtcInstant(checkedAt), -openDays * DAY_MS), "day", "UTC"));
}

function isRecent(wholeAt: string, checkedAt: string): boolean {
  const age = parseUtcInstant(checkedAt) - parseUtcInstant(wholeAt);
  return age >= 0 && age < WHOLE_EVERY_DAYS * DAY_MS;
}

async function forget(transaction: Transaction, account_id: string, check_name: string): Promise<void> {
  await transaction
    .deleteFrom("ledger.proven")
    .where("account_id", "=", account_id)
    .where("check_name", "=", check_name)
    .execute();
}
