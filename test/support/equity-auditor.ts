/**
 * Compares the reports of what an account is worth with the simulator's truth: equity at every midnight and
 * at every snapshot, balance sheets, and returns in exact fractions.
 */
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";
import { addCalendar, startOf } from "../../src/domain/calendar.ts";
import { parseDecimal, sum } from "../../src/domain/decimal.ts";
import {
  DAY_MS,
  formatInstant,
  type Instant,
  MINUTE_MS,
  parseUtcInstant,
  plus,
} from "../../src/domain/instant.ts";
import type { Period } from "../../src/domain/period.ts";
import { ownReport } from "../../src/report/definition.ts";
import { runReport } from "../../src/report/run-report.ts";
import {
  add,
  divide,
  type Fraction,
  multiply,
  negate,
  parseFraction,
  signOf,
  sumOf,
  ZERO_FRACTION,
} from "../../src/simulator/shared/fraction.ts";
import type { Store } from "../../src/store/store.ts";
import { returnText } from "./exact-return.ts";

const ZONE = "UTC";

/** Our roundings of released costs, half a unit of the 18th decimal for each close, and the truth's own. */
const OFF_MOST = parseDecimal("0.0000000000000001");

/** Signed amounts of one asset. */
type EquityTruth = { readonly wallet: string; readonly equity: string };

export type Worth = {
  /**
   * By asset: of what happened before the instant, at the marks of it. `valuedBy` is the report's word:
   * `venue` by the cost as the venue keeps it, anything else by the exact one.
   */
  before(at: Instant, valuedBy: string | null): Readonly<Record<string, EquityTruth>>;
  /** What moved wallets and is no result of trading. */
  readonly flows: readonly { readonly at: Instant; readonly asset: string; readonly amount: string }[];
  /** Contracts whose marks the venue does not serve at last. */
  readonly withoutMarks: readonly string[];
  /**
   * Whether what the venue valued the positions at is of another state than what happened before the
   * instant: then the report has no figure of it.
   */
  isValuedOtherwise(at: Instant): boolean;
};

type Audit = {
  readonly store: Store;
  readonly accountId: string;
  readonly worth: Worth;
  /** Contracts that were open before the history. */
  readonly held: readonly string[];
  /** When the venue was read. */
  readonly nights: readonly Instant[];
  /** Where the history begins; undefined: with the account. */
  readonly from: Instant | undefined;
};

type Row = Readonly<Record<string, string | null>>;

export async function expectEquity(audit: Audit): Promise<void> {
  const { store, accountId, worth } = audit;
  const snapshots = await store.db
    .selectFrom("snapshot.taken")
    .select(["taken_at", "answered_at"])
    .where("account_id", "=", accountId)
    .orderBy("taken_at")
    .execute();
  const spans = snapshots.map((row) => [row.taken_at, row.answered_at].map(parseUtcInstant));
  const last = spans.at(-1)?.[0];
  if (last === undefined) throw new Error(`${accountId} was never queried`);
  const whole = {
    from: audit.from ?? plus(last, -30 * DAY_MS),
    until: addCalendar(startOf(last, "day", ZONE), 1, "day", ZONE),
  };
  const rows = await reportRows(audit, "equity", whole);
  expectChain(rows, accountId);
  expectBalanced(await reportRows(audit, "balance-sheet", whole), accountId);
  const end = endOf(last);
  for (const row of rows) {
    const at = endOf(parseUtcInstant(`${row["day"]}T00:00:00.000Z`));
    expectWorth(audit, worth, row, at < end ? [at] : minutesOf(audit.nights, spans.at(-1) ?? []));
  }
  for (const span of spans) {
    const [at = last] = span;
    // What happened in the very instant is of the snapshot, and of no time that ends there.
    if (!isDeepStrictEqual(worth.before(at, null), worth.before(plus(at, 1), null))) continue;
    const period = { from: startOf(at, "day", ZONE), until: at };
    for (const row of await reportRows(audit, "equity", period))
      expectWorth(audit, worth, row, minutesOf(audit.nights, span));
    expectBalanced(await reportRows(audit, "balance-sheet", period), accountId);
  }
  await expectReturns(audit, worth, rows, whole, last);
}

function endOf(at: Instant): Instant {
  return addCalendar(startOf(at, "day", ZONE), 1, "day", ZONE);
}

/**
 * The instants at which the venue may have answered, once in each minute: since the night began, because a
 * venue whose clock was once wrong is believed, until the answer.
 */
function minutesOf(nights: readonly Instant[], [, answered]: readonly Instant[]): readonly Instant[] {
  const minutes: Instant[] = [];
  if (answered === undefined) return minutes;
  const night = nights.findLast((one) => one <= answered) ?? answered;
  for (let at = night; at < answered + MINUTE_MS; at = plus(at, MINUTE_MS)) minutes.push(plus(at, 1));
  return minutes;
}

/** `instants`: the truth of one of them. */
function expectWorth({ accountId, held }: Audit, worth: Worth, row: Row, instants: readonly Instant[]): void {
  const name = `${accountId}: ${row["asset"]} before ${instants.map((at) => formatInstant(at)).join(" or ")}`;
  const nothing = { wallet: "0", equity: "0" };
  const valuedBy = row["valued_by"] ?? null;
  const truths = instants.map((at) => worth.before(at, valuedBy)[row["asset"] ?? ""] ?? nothing);
  expect(
    truths.map(({ wallet }) => parseDecimal(wallet).toFixed()),
    `${name}: wallet`,
  ).toContain(row["wallet"]);
  const lacking = (row["without_mark"] ?? "").split(" ").filter((symbol) => symbol !== "");
  if (row["open_positions"] !== "0" && instants.some((at) => worth.isValuedOtherwise(at))) {
    const { unrealized_pnl, equity } = row;
    expect({ valuedBy, unrealized_pnl, equity }, name).toEqual({
      valuedBy: null,
      unrealized_pnl: null,
      equity: null,
    });
    expect(lacking.length, `${name}: named`).toBeGreaterThan(0);
    return;
  }
  expect(
    lacking.filter((symbol) => !worth.withoutMarks.includes(symbol)),
    `${name}: without a mark`,
  ).toEqual([]);
  // What an opening cost that is older than the history is known to the venue alone.
  if (lacking.length > 0 || (held.length > 0 && valuedBy !== "venue")) return;
  const found = parseDecimal(row["equity"] ?? "");
  expect(
    truths.some(({ equity }) => found.minus(equity).abs().lessThanOrEqualTo(OFF_MOST)),
    `${name}: ${found} for ${truths.map(({ equity }) => equity).join(" or ")}`,
  ).toBe(true);
}

/** Each day's equity is the one of the day before with what moved it. */
function expectChain(rows: readonly Row[], accountId: string): void {
  const before = new Map<string | null | undefined, string>();
  for (const row of rows) {
    const earlier = before.get(row["asset"]);
    if (earlier !== undefined && typeof row["equity"] === "string") {
      const moved = [
        "net_result",
        "transfers",
        "conversions",
        "inferred_opening",
        "suspense",
        "change_of_unrealized",
      ];
      const expected = sum([earlier, ...moved.map((name) => row[name] ?? "")].map(parseDecimal));
      expect(row["equity"], `${accountId}: ${row["asset"]} ${row["day"]}`).toBe(expected.toFixed());
    }
    if (typeof row["equity"] === "string") before.set(row["asset"], row["equity"]);
    else before.delete(row["asset"]);
  }
}

function expectBalanced(rows: readonly Row[], accountId: string): void {
  for (const [asset, own] of byAsset(rows)) {
    const isUnknown = own.some(({ amount }) => amount === null);
    const isCounted = ({ item }: Row) => !(isUnknown && /^(position |unrealized_pnl)/.test(item ?? ""));
    const total = (side: string) =>
      sum(
        own
          .filter((row) => row["side"] === side && isCounted(row))
          .map(({ amount }) => parseDecimal(amount ?? "")),
      );
    expect(total("assets").toFixed(), `${accountId}: the balance sheet of ${asset}`).toBe(
      total("equity").toFixed(),
    );
  }
}

/** The linked return, from the world alone. */
async function expectReturns(
  audit: Audit,
  worth: Worth,
  equity: readonly Row[],
  whole: Pick<Period, "from" | "until">,
  last: Instant,
): Promise<void> {
  const { accountId, held, from } = audit;
  if (held.length > 0 || equity.some((row) => row["equity"] === null)) return;
  const found = await reportRows(audit, "performance", whole);
  for (const [asset, days] of byAsset(equity)) {
    const row = found.find((one) => one["asset"] === asset && one["span"]?.includes(".."));
    let linked: Fraction | null = { numerator: 1n, denominator: 1n };
    const opened = from === undefined ? ZERO_FRACTION : walletOf(worth, asset, from);
    for (const [place, day] of days.entries()) {
      const begins = parseUtcInstant(`${day["day"]}T00:00:00.000Z`);
      const ends = last < endOf(begins) ? plus(last, 1) : endOf(begins);
      const isFirst = place === 0;
      const [earlier, later] = [days[place - 1]?.["valued_by"] ?? null, day["valued_by"] ?? null];
      const before = isFirst
        ? ZERO_FRACTION
        : parseFraction(worth.before(begins, earlier)[asset]?.equity ?? "0");
      const after = parseFraction(worth.before(ends, later)[asset]?.equity ?? "0");
      const moved = worth.flows.filter(
        (flow) => flow.asset === asset && flow.at >= Math.max(begins, from ?? begins) && flow.at < ends,
      );
      const flow = add(
        sumOf(moved.map(({ amount }) => parseFraction(amount))),
        isFirst ? opened : ZERO_FRACTION,
      );
      const [inflow, outflow] = signOf(flow) > 0 ? [flow, ZERO_FRACTION] : [ZERO_FRACTION, negate(flow)];
      const [capital, result] = [add(before, inflow), add(after, outflow)];
      if (signOf(capital) > 0) linked = linked === null ? null : multiply(linked, divide(result, capital));
      else if (signOf(capital) < 0 || signOf(result) !== 0) linked = null;
    }
    const expected = linked === null ? null : returnText(linked.numerator, linked.denominator);
    expect(row?.["time_weighted_return_rounded"] ?? null, `${accountId}: return in ${asset}`).toBe(expected);
  }
}

function byAsset(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const assets = new Set(rows.map(({ asset }) => asset ?? ""));
  return new Map([...assets].map((asset) => [asset, rows.filter((row) => row["asset"] === asset)]));
}

function walletOf(worth: Worth, asset: string, at: Instant): Fraction {
  return parseFraction(worth.before(at, null)[asset]?.wallet ?? "0");
}

async function reportRows(
  { store, accountId }: Audit,
  name: string,
  span: Pick<Period, "from" | "until">,
): Promise<readonly Row[]> {
  const period: Period = { name: "audited", timeZone: ZONE, ...span };
  const { columns, rows } = await runReport(store, ownReport(name), period, accountId);
  return rows.map((row) => Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null])));
}
