/**
 * The venue's position at each snapshot = its position at the one before + the fills between; its entry price
 * = our cost ÷ quantity, as far as the venue prints it. A time without fills needs no proof of its own, but
 * for the last.
 */
import { contractsKnown, snapshotsTaken } from "../book/depends-on.ts";
import { addingUp, type Onward, sumsOf } from "../book/onward.ts";
import { counted } from "../domain/counted.ts";
import { type Decimal, divide, lastPlace, parseDecimal } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import { chain, type Link, type Shown } from "./chain.ts";
import {
  type ConfiguredOpenings,
  configuredSuspicion,
  readConfiguredOpenings,
  type Suspicion,
} from "./configured-opening.ts";
import { type Finding, nothingDiffers } from "./finding.ts";
import { type LateFills, lateFillSuspicion, readLateFills } from "./late-fills.ts";
import { mayBeLate } from "./reread.ts";

type Row = {
  symbol: string;
  position_side: string;
  taken_at: string;
  shown_quantity: string;
  shown_entry_price: string | null;
  entry_decimals: number;
  until_request: string;
  until_answer: string;
  cost_until_request: string;
  cost_until_answer: string;
  /** Of the series until then. */
  fills: string;
  has_opening: boolean;
};

type PositionLink = Link<Shown & { readonly row: Row }>;

const AVERAGE_SCALE = 18;

type Sum = {
  symbol: string;
  position_side: string;
  until_instant: string;
  is_kept: boolean;
  quantity: string;
  cost: string;
  fills: string;
  openings: string;
};

/** Goes on from what was added up when all positions and entry prices agreed. */
export function checkPositions(
  transaction: Transaction,
  account_id: string,
  onward: Onward,
): Promise<Finding[]> {
  return onward.prove<Sum, Finding[]>({
    name: "reconcile/position-sums",
    read: ({ from_time, keep_until }) =>
      runSqlFile<Sum>(transaction, "reconcile/position-sums", { account_id, from_time, keep_until }),
    dependsOn: async (until) =>
      `${await snapshotsTaken(transaction, account_id, until)} ${await contractsKnown(transaction, account_id, until)}`,
    isKept: ({ is_kept }) => is_kept,
    add: addingUp(["symbol", "position_side", "until_instant"], (one, other) => ({
      ...one,
      ...sumsOf(["quantity", "cost", "fills", "openings"], one, other),
    })),
    say: (sums) => findingsOf(transaction, account_id, sums),
    isClean: nothingDiffers,
  });
}

async function findingsOf(
  transaction: Transaction,
  account_id: string,
  sums: readonly Sum[],
): Promise<Finding[]> {
  const rows = await runSqlFile<Row>(transaction, "reconcile/positions", {
    account_id,
    sums: JSON.stringify(sums),
  });
  const kept = await readKept(transaction, account_id);
  const configured = await readConfiguredOpenings(transaction, account_id);
  const late = await readLateFills(transaction, account_id);
  const links: PositionLink[] = chain(
    rows.map((row) => ({
      series: `${row.symbol} ${row.position_side}`,
      row,
      takenAt: row.taken_at,
      shown: parseDecimal(row.shown_quantity),
      untilRequest: parseDecimal(row.until_request),
      untilAnswer: parseDecimal(row.until_answer),
    })),
  );
  return links.flatMap((link, position) => {
    const before = links[position - 1];
    const isFirst = before?.series !== link.series;
    const isLast = links[position + 1]?.series !== link.series;
    const fillsBefore = isFirst ? "0" : before.row.fills;
    const isIdle = link.agrees && fillsBefore === link.row.fills;
    return isIdle && !isLast
      ? []
      : [
          positionFinding(link, fillsBefore, kept, configured),
          ...entryPriceFinding(link, kept, configured, late),
        ];
  });
}

/** The openings that the first close keeps, whatever comes after it; null while nothing is closed. */
type Kept = { readonly period: string; readonly openings: ReadonlyMap<string, string> };

async function readKept(transaction: Transaction, account_id: string): Promise<Kept | null> {
  const first = await transaction
    .selectFrom("ledger.closed_period")
    .select(["closing_number", "period_name"])
    .where("account_id", "=", account_id)
    .where("reopened_at", "is", null)
    .orderBy("closing_number")
    .executeTakeFirst();
  if (first === undefined) return null;
  const rows = await transaction
    .selectFrom("ledger.closed_position_opening")
    .select(["symbol", "position_side", "quantity", "source"])
    .where("account_id", "=", account_id)
    .where("closing_number", "=", first.closing_number)
    .execute();
  return {
    period: first.period_name,
    openings: new Map(
      rows.map((row) => [`${row.symbol} ${row.position_side}`, `${row.quantity} (${row.source})`]),
    ),
  };
}

/** What to suspect where the books do not show what the venue does, and what to do. */
function suspicion(link: PositionLink, kept: Kept | null, configured: ConfiguredOpenings): Suspicion {
  const typed = link.from === null ? configuredSuspicion(configured, link.series, lackingOf(link)) : null;
  if (typed !== null) return typed;
  if (kept === null || link.from !== null) {
    return {
      suspect: "the history begins with a position open, or fills are missing",
      next: "begin the history earlier, or say under openings what was open",
    };
  }
  const opening = kept.openings.get(link.series) ?? "nothing";
  return {
    suspect: `fills are missing, or what was open before the history is not the ${opening} that the close of ${kept.period} keeps`,
    next: `perpbooks reopen ${kept.period}, which works it out anew`,
  };
}

function lackingOf({ shown, found }: PositionLink): Decimal {
  return shown.minus(found);
}

function positionFinding(
  link: PositionLink,
  fillsBefore: string,
  kept: Kept | null,
  configured: ConfiguredOpenings,
): Finding {
  const { row } = link;
  const fills = fillsText(BigInt(row.fills) - BigInt(fillsBefore));
  const isInferred = link.agrees && link.from === null && row.has_opening;
  return {
    check_name: "position",
    subject: link.series,
    asset: "",
    symbol: row.symbol,
    from_time: link.from,
    checked_at: link.takenAt,
    expected: link.shown,
    found: link.found,
    status: isInferred ? "inferred" : link.agrees ? "agrees" : "differs",
    class: link.agrees ? "" : "unexplained",
    ...(isInferred ? { lacking: mayBeLate("fills", row.symbol, link.takenAt) } : {}),
    ...(link.agrees
      ? {
          note:
            link.from !== null
              ? `the position at the snapshot before, and ${fills} since`
              : isInferred
                ? `the position that was open before the history, and ${fills}`
                : `the sum of ${fills}`,
        }
      : {
          ...suspicion(link, kept, configured),
          lacking: { streams: ["fills"], symbol: row.symbol, from: link.from, until: link.takenAt },
        }),
  };
}

function fillsText(count: bigint): string {
  return counted(count, "fill");
}

/** Compared to one unit of the last decimal the venue prints: it may round or truncate there. */
function entryPriceFinding(
  link: PositionLink,
  kept: Kept | null,
  configured: ConfiguredOpenings,
  late: LateFills,
): Finding[] {
  const { row } = link;
  const isOfAnswer = link.readAt === "answer";
  const quantity: Decimal = isOfAnswer ? link.untilAnswer : link.untilRequest;
  if (link.shown.isZero() || !quantity.eq(link.shown) || row.shown_entry_price === null) return [];
  const cost = parseDecimal(isOfAnswer ? row.cost_until_answer : row.cost_until_request);
  const shown = parseDecimal(row.shown_entry_price);
  // Zero is what venues print where they do not say it.
  if (shown.isZero()) return [];
  const unit = lastPlace(row.entry_decimals);
  const average = divide(cost, quantity, AVERAGE_SCALE);
  const distance = average.minus(shown).abs();
  const isClose = distance.lte(unit);
  const suspected =
    lateFillSuspicion(late, link.series, link.takenAt) ??
    configuredSuspicion(configured, link.series, null) ??
    (kept !== null && link.from === null
      ? suspicion(link, kept, configured)
      : {
          suspect: "the history begins with this position open, or a fill before the snapshot is missing",
          next: "look at realized_pnl_average of this symbol",
        });
  return [
    {
      check_name: "entry_price",
      subject: link.series,
      asset: "",
      symbol: row.symbol,
      from_time: link.from,
      checked_at: link.takenAt,
      // An open position shows the same price every night.
      is_standing: true,
      expected: shown,
      found: average,
      status: distance.isZero() ? "agrees" : isClose ? "within_tolerance" : "differs",
      class: distance.isZero() ? "" : isClose ? "truncation" : "unexplained",
      ...(isClose
        ? { note: `cost ÷ quantity, to within one unit of the venue's ${row.entry_decimals} decimals` }
        : suspected),
    },
  ];
}
