/** What the sections of a page share: the assets in their order, their days, and who has them. */

import { counted } from "../domain/counted.ts";
import { listText } from "../domain/lists.ts";
import { type Amount, amountOf } from "./amounts.ts";
import { type Names, names } from "./charts/chart.ts";
import { type Curve, curveOf } from "./curve-figures.ts";
import { type Day, type DayState, daysOf, shortDay, spanText, statesOf, together } from "./days.ts";
import { CAUSES, type Row, type StatedRows, type Trips, textOf } from "./stated-rows.ts";
import type { StatedAccount, StatementInput } from "./statement-input.ts";

export type Asset = {
  readonly asset: string;
  /** Its row of `portfolio`. */
  readonly result: Row;
  readonly trips: Trips | null;
  readonly accounts: readonly StatedAccount[];
  readonly curve: Curve;
};

export type Page = {
  readonly input: StatementInput;
  readonly rows: StatedRows;
  readonly days: readonly Day[];
  /** With a result in the period; that with most round trips first. */
  readonly assets: readonly Asset[];
  /** Those that have charts: positions are closed in them, or hold funding. Never a coin of fees alone. */
  readonly charted: readonly Asset[];
  readonly names: Names;
};

/** As many assets as have charts of their own. */
const CHARTED_MAX = 3;

export function pageOf(input: StatementInput): Page {
  const days = daysOf(input.period);
  const states = new Map<string, readonly DayState[]>(
    input.accounts.map((account) => [account.account, statesOf(account, days)]),
  );
  const assets = input.rows.kept.portfolio
    .filter(hasResult)
    .map((result): Asset => {
      const asset = textOf(result, "asset");
      const accounts = input.accounts.filter(({ account }) => hasAsset(input.rows, account, asset));
      const own = accounts.flatMap(({ account }) => states.get(account) ?? []);
      return {
        asset,
        result,
        accounts,
        trips: input.rows.trips.get(asset) ?? null,
        curve: curveOf(
          asset,
          days,
          own.length === 0
            ? days.map((): DayState => "unread")
            : together(
                accounts.map(({ account }) => states.get(account) ?? []),
                days.length,
              ),
          input.rows.days.get(asset) ?? new Map(),
        ),
      };
    })
    .toSorted((a, b) => closed(b) - closed(a) || (a.asset < b.asset ? -1 : 1));
  return {
    input,
    rows: input.rows,
    days,
    assets,
    charted: assets.filter(isTraded).slice(0, CHARTED_MAX),
    names: names(),
  };
}

export function closed({ trips }: Asset): number {
  return trips?.results.length ?? 0;
}

function hasResult(row: Row): boolean {
  return CAUSES.some((cause) => row[cause] !== "0");
}

/** Positions are held in it: a price moved it, or funding was paid. */
function isTraded({ result, trips }: Asset): boolean {
  return (
    trips !== null ||
    (["realized_pnl", "funding", "liquidation"] as const).some((cause) => isSome(amountOf(result[cause])))
  );
}

function isSome(amount: Amount): boolean {
  return amount !== null && !amount.isZero();
}

function hasAsset({ kept }: StatedRows, account: string, asset: string): boolean {
  return kept.balances.some((row) => row["account"] === account && row["asset"] === asset);
}

export function isSeveral({ input }: Page): boolean {
  return input.accounts.length > 1;
}

/** `2 May – 30 Jun 2026`; of a period with exact times, its name. */
export function periodText({ days, input }: Page): string {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return input.period.name;
  if (first.from !== input.period.from || last.until !== input.period.until) return input.period.name;
  return spanText(first.name, last.name);
}

/** What a sum of days does not hold, as words behind it; empty where all was read. */
export function withoutText(days: readonly Day[], { voids }: Curve): string {
  const spans = voids
    .filter(({ state }) => state === "unread")
    .map(({ first, last }) => {
      const [begin, end] = [days[first]?.name ?? "", days[last]?.name ?? ""];
      return begin === end ? shortDay(begin) : `${shortDay(begin)} – ${shortDay(end)}`;
    });
  if (spans.length === 0) return "";
  const named =
    spans.length > SPANS_MAX
      ? [...spans.slice(0, SPANS_MAX), counted(spans.length - SPANS_MAX, "other span")]
      : spans;
  return `without ${listText(named)}, not read`;
}

const SPANS_MAX = 4;
