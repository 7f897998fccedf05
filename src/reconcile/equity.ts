/**
 * What open positions are worth at each snapshot: our quantity × the mark that the venue shows − our cost is
 * its own unrealized PnL; and an asset's wallet with that is the venue's equity.
 *
 * It rests on positions, entry prices and wallets, which have proofs of their own: where one of these
 * differs, nothing is said here, so that a difference is told once.
 */
import type { PnlTolerance } from "../book/pnl-tolerance.ts";
import { type Decimal, lastPlace, parseDecimal, sum, ZERO } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import type { Finding } from "./finding.ts";
import type { WalletLink } from "./wallets.ts";

/**
 * The mark comes with the positions, unrealized PnL and equity with the account, a moment later: so far, as a
 * share of a position's value, may the mark have moved in between.
 */
const MARK_MOVES_MAX = parseDecimal("0.01");

type Row = {
  symbol: string;
  position_side: string;
  taken_at: string;
  quantity: string;
  mark_price: string | null;
  unrealized_pnl: string | null;
  entry_decimals: number | null;
  /** Null where the books have another position. */
  asset: string | null;
  cost: string | null;
};

type Valued = {
  readonly row: Row;
  readonly asset: string;
  readonly shown: Decimal | null;
  readonly ours: Decimal;
  /** What the venue's decimals alone can make. */
  readonly rounding: Decimal;
  readonly moved: Decimal;
};

export async function checkEquity(
  transaction: Transaction,
  account_id: string,
  wallets: readonly WalletLink[],
  positions: readonly Finding[],
  tolerance: PnlTolerance,
): Promise<Finding[]> {
  const rows = await runSqlFile<Row>(transaction, "reconcile/equity", { account_id });
  const doubtful = new Set(
    positions.filter(({ status }) => status === "differs").map(({ subject }) => subject),
  );
  const valued = rows.flatMap((row) => (doubtful.has(seriesOf(row)) ? [] : valuedPosition(row, tolerance)));
  const unrealized = valued.flatMap(unrealizedFinding);
  const differing = new Set(
    unrealized.filter(({ status }) => status === "differs").map(({ checked_at }) => checked_at),
  );
  const equities = await equityFindings(transaction, account_id, wallets, rows, valued);
  const newest = await newestSnapshot(transaction, account_id);
  return [...unrealized, ...equities.filter(({ checked_at }) => !differing.has(checked_at))].map((finding) =>
    finding.checked_at === newest ? finding : asPassed(finding),
  );
}

async function newestSnapshot(transaction: Transaction, account_id: string): Promise<string | null> {
  const row = await transaction
    .selectFrom("snapshot.taken")
    .select(({ fn }) => fn.max("taken_at").as("taken_at"))
    .where("account_id", "=", account_id)
    .executeTakeFirst();
  return row?.taken_at ?? null;
}

/**
 * A mark that moved far between two answers once cannot be read again, and quantity, cost and wallet have
 * proofs of their own: so only the newest snapshot calls a person. What is not as it should be in the books
 * shows at that one too, as long as the position is open.
 */
function asPassed(finding: Finding): Finding {
  if (finding.status !== "differs") return finding;
  const { suspect, next, ...rest } = finding;
  return {
    ...rest,
    status: "inferred",
    class: "snapshot_skew",
    note: `${finding.note}: more than the mark usually moves between two answers; later snapshots are compared by themselves`,
  };
}

function seriesOf({ symbol, position_side }: Row): string {
  return `${symbol} ${position_side}`;
}

function valuedPosition(row: Row, tolerance: PnlTolerance): Valued[] {
  if (row.mark_price === null || row.asset === null || row.cost === null) return [];
  const quantity = parseDecimal(row.quantity);
  const value = quantity.times(parseDecimal(row.mark_price));
  // The venue counts with an average entry that is short, or cuts its result off.
  const ofEntry = quantity.abs().times(lastPlace(row.entry_decimals ?? 0));
  return [
    {
      row,
      asset: row.asset,
      shown: row.unrealized_pnl === null ? null : parseDecimal(row.unrealized_pnl),
      ours: value.minus(parseDecimal(row.cost)),
      rounding: ofEntry.plus(tolerance.fillAverage),
      moved: value.abs().times(MARK_MOVES_MAX),
    },
  ];
}

function unrealizedFinding({ row, asset, shown, ours, rounding, moved }: Valued): Finding[] {
  if (shown === null) return [];
  return [
    {
      check_name: "unrealized_pnl",
      subject: seriesOf(row),
      asset,
      symbol: row.symbol,
      // Of that instant alone: one without a beginning would be counted in every month, each night anew.
      from_time: row.taken_at,
      checked_at: row.taken_at,
      expected: shown,
      found: ours,
      ...judged(ours.minus(shown).abs(), rounding, moved, "quantity × the venue's mark − cost"),
    },
  ];
}

/** Of the assets whose wallet agrees, at snapshots of which every open position is valued. */
async function equityFindings(
  transaction: Transaction,
  account_id: string,
  wallets: readonly WalletLink[],
  rows: readonly Row[],
  valued: readonly Valued[],
): Promise<Finding[]> {
  const equities = await transaction
    .selectFrom("snapshot.balance")
    .select(["asset", "taken_at", "equity"])
    .where("account_id", "=", account_id)
    .where("equity", "is not", null)
    .orderBy("asset")
    .orderBy("taken_at")
    .execute();
  const [openAt, valuedAt] = [
    byInstant(rows, (row) => row.taken_at),
    byInstant(valued, ({ row }) => row.taken_at),
  ];
  const walletAt = new Map(wallets.map((link) => [`${link.asset} ${link.takenAt}`, link]));
  return equities.flatMap(({ asset, taken_at, equity }): Finding[] => {
    const wallet = walletAt.get(`${asset} ${taken_at}`);
    const all = valuedAt.get(taken_at) ?? [];
    if (equity === null || wallet?.agrees !== true || all.length < (openAt.get(taken_at) ?? []).length)
      return [];
    const own = all.filter((one) => one.asset === asset);
    const [expected, found] = [parseDecimal(equity), wallet.found.plus(sum(own.map(({ ours }) => ours)))];
    const [rounding, moved] = [sum(own.map((one) => one.rounding)), sum(own.map((one) => one.moved))];
    return [
      {
        check_name: "equity",
        subject: asset,
        asset,
        symbol: "",
        from_time: taken_at,
        checked_at: taken_at,
        expected,
        found,
        ...judged(
          found.minus(expected).abs(),
          rounding,
          moved,
          "wallet + unrealized PnL of the open positions",
        ),
      },
    ];
  });
}

function byInstant<One>(all: readonly One[], instantOf: (one: One) => string): Map<string, One[]> {
  const groups = new Map<string, One[]>();
  for (const one of all) groups.set(instantOf(one), [...(groups.get(instantOf(one)) ?? []), one]);
  return groups;
}

function judged(
  distance: Decimal,
  rounding: Decimal,
  moved: Decimal,
  compared: string,
): Pick<Finding, "status" | "class" | "note" | "suspect" | "next"> {
  if (distance.eq(ZERO)) return { status: "agrees", class: "", note: compared };
  if (distance.lte(rounding))
    return {
      status: "within_tolerance",
      class: "truncation",
      note: `${compared}, to within the venue's decimals`,
    };
  if (distance.lte(rounding.plus(moved)))
    return {
      status: "within_tolerance",
      class: "snapshot_skew",
      note: `${compared}, to within 1 % of the value: the mark is of a moment before`,
    };
  return {
    status: "differs",
    class: "unexplained",
    note: compared,
    suspect: "the mark moved far between the venue's two answers, or the venue counts in another way",
    next: "run again: the next snapshot is compared by itself",
  };
}
