/** Events of one symbol as a table of words, and what the books make of them as tables. */
import { type Amounts, amountIn } from "../../src/book/lots/amounts.ts";
import type {
  BookEvent,
  Disposal,
  FillEvent,
  FundingPayment,
  HeldLot,
  Opening,
} from "../../src/book/lots/events.ts";
import { type Outcome, SymbolBook, type SymbolFacts } from "../../src/book/lots/symbol-book.ts";
import { type Decimal, formatDecimal, parseDecimal, sum, ZERO } from "../../src/domain/decimal.ts";
import { formatInstant, type Instant, instant, later, parseInstant } from "../../src/domain/instant.ts";
import type { PositionSide } from "../../src/domain/record.ts";
import { LOT_METHODS } from "../../src/domain/treatment.ts";
import { cell, readTable, tableText } from "./text-table.ts";

export const ASSET = "USDT";
const DAY = "2026-05-01";

type Row = Readonly<Record<string, string>>;

export function clockInstant(clock: string): Instant {
  return parseInstant(`${DAY}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
}

function clockText(at: Instant): string {
  return formatInstant(at).slice(11, 19);
}

const TRADE = /^(BUY|SELL) (\S+) at (\S+)$/;
const FUNDING = /^FUNDING (\S+)(?: (\S+))?$/;

/**
 * Rows `at | event`, and if wanted `position`, `fee` ("0.1", or "0.1 BNB") and `venue`. An event is `BUY 2 at 100`, `SELL 1 at 120`, or
 * `FUNDING -0.5`; funding at one instant is one settlement.
 */
export function readEvents(table: string): readonly BookEvent[] {
  const events: BookEvent[] = [];
  for (const [place, row] of readTable(table).entries()) {
    const at = clockInstant(cell(row, "at"));
    const text = cell(row, "event");
    const trade = text.match(TRADE);
    if (trade !== null) {
      const [, side, quantity = "", price = ""] = trade;
      const [fee = "", feeAsset = ASSET] = (row["fee"] ?? "").split(" ");
      events.push({
        kind: "fill",
        key: `fill ${place + 1}`,
        postedAt: at,
        occurredAt: at,
        positionSide: (row["position"] ?? "BOTH") as PositionSide,
        signedQuantity: parseDecimal(side === "BUY" ? quantity : `-${quantity}`),
        value: parseDecimal(quantity).times(parseDecimal(price)),
        fee: fee === "" ? ZERO : parseDecimal(fee),
        feeAsset,
        asset: ASSET,
        venueRealizedPnl: parseDecimal(row["venue"] || "0"),
      });
      continue;
    }
    const [, amount, asset = ASSET] = text.match(FUNDING) ?? [];
    if (amount === undefined) throw new RangeError(`no event is called "${text}"`);
    const payment: FundingPayment = {
      key: `funding ${place + 1}`,
      part: "",
      asset,
      amount: parseDecimal(amount),
    };
    const before = events.at(-1);
    if (before?.kind === "settlement" && before.occurredAt === at) {
      events[events.length - 1] = { ...before, payments: [...before.payments, payment] };
    } else events.push({ kind: "settlement", postedAt: at, occurredAt: at, payments: [payment] });
  }
  return events;
}

/** Rows `position | quantity | cost | opened | source`. */
export function readOpenings(table: string): readonly Opening[] {
  return readTable(table).map((row) => ({
    positionSide: cell(row, "position") as PositionSide,
    quantity: parseDecimal(cell(row, "quantity")),
    cost: parseDecimal(cell(row, "cost")),
    openedAt: clockInstant(cell(row, "opened")),
    isInferred: cell(row, "source") === "inferred",
  }));
}

export type Booked = Outcome & { readonly heldLots: readonly HeldLot[]; readonly book: SymbolBook };

export const NO_FACTS: SymbolFacts = { listedAt: null, asset: ASSET, openings: [] };

export function bookAll(events: readonly BookEvent[], facts: SymbolFacts = NO_FACTS): Booked {
  const book = new SymbolBook(facts, null);
  const outcome: Outcome = { disposals: [], roundTrips: [], unassigned: [] };
  for (const event of events) book.book(event, outcome);
  return { ...outcome, heldLots: book.heldLots(), book };
}

function amountsText(amounts: Amounts): string {
  return amounts
    .map(({ asset, amount }) =>
      asset === ASSET ? formatDecimal(amount) : `${formatDecimal(amount)} ${asset}`,
    )
    .join(" + ");
}

/** What the books hold, as tables; those that are empty are left out. */
export function booksText(events: readonly BookEvent[], booked: Booked): string {
  const clockOf = new Map(events.flatMap((event) => (event.kind === "fill" ? [[event.key, event]] : [])));
  const numberOf = (key: string) => (clockOf.has(key) ? key.replace("fill ", "") : key);
  const way = (isShort: boolean) => (isShort ? "short" : "long");
  const tables: readonly (readonly [title: string, rows: readonly Row[]])[] = [
    [
      "disposals",
      LOT_METHODS.flatMap((method) =>
        booked.disposals
          .filter((disposal) => disposal.method === method)
          .map((disposal) => ({
            method,
            position: `${disposal.positionSide} ${way(disposal.isShort)}`,
            closes: numberOf(disposal.closingKey),
            opened: `${numberOf(disposal.openingKey)}${disposal.isInferred ? " (inferred)" : ""}`,
            quantity: formatDecimal(disposal.quantity),
            proceeds: formatDecimal(disposal.proceeds),
            cost: formatDecimal(disposal.cost),
            realizes: formatDecimal(disposal.proceeds.minus(disposal.cost)),
            "opening fee": amountsText(disposal.openingFees),
            "closing fee": amountsText(disposal.closingFees),
            funding: amountsText(disposal.funding),
          })),
      ),
    ],
    [
      "round trips",
      booked.roundTrips.map((trip) => ({
        position: `${trip.positionSide} ${way(trip.isShort)}`,
        fills: `${numberOf(trip.roundTripKey)} to ${numberOf(trip.closingKey)}`,
        from: clockText(trip.openedAt),
        until: clockText(trip.closedAt),
        quantity: formatDecimal(trip.quantity),
        "at most": formatDecimal(trip.largestQuantity),
        proceeds: formatDecimal(trip.proceeds),
        cost: formatDecimal(trip.cost),
        realizes: formatDecimal(trip.proceeds.minus(trip.cost)),
        "opening fees": amountsText(trip.openingFees),
        "closing fees": amountsText(trip.closingFees),
        funding: amountsText(trip.funding),
      })),
    ],
    [
      "open lots",
      booked.heldLots.map(({ method, positionSide, isShort, lot, funding, strandedAt }) => ({
        method,
        position: `${positionSide} ${way(isShort)}`,
        opened: `${numberOf(lot.openingKey)}${lot.isInferred ? " (inferred)" : ""}`,
        quantity: formatDecimal(lot.quantity),
        cost: formatDecimal(lot.value),
        fees: amountsText(lot.fees),
        funding: amountsText(funding),
        state: strandedAt === null ? "open" : `stranded at ${clockText(strandedAt)}`,
      })),
    ],
    [
      "unassigned funding",
      booked.unassigned.map(({ settledAt, asset, amount, reason }) => ({
        at: clockText(settledAt),
        amount: amountsText([{ asset, amount }]),
        reason,
      })),
    ],
    ["results", LOT_METHODS.map((method) => resultsRow(method, events, booked))],
  ];
  return tables
    .filter(([, rows]) => rows.length > 0)
    .map(([title, rows]) => `-- ${title}\n${tableText(Object.keys(rows[0] ?? {}), rows)}`)
    .join("");
}

/** The result in USDT under each treatment: unlike them, unassigned funding and fees in other assets are the same in all. */
function resultsRow(method: string, events: readonly BookEvent[], booked: Booked): Row {
  const own = booked.disposals.filter((disposal) => disposal.method === method);
  const total = (amounts: readonly Decimal[]) => sum(amounts);
  const realized = total(own.map(({ proceeds, cost }) => proceeds.minus(cost)));
  const feesOutside = total(
    events.flatMap((event) => (event.kind === "fill" && event.feeAsset === ASSET ? [event.fee] : [])),
  );
  const feesInside = total(
    own.map(({ openingFees, closingFees }) =>
      amountIn(openingFees, ASSET).plus(amountIn(closingFees, ASSET)),
    ),
  );
  const fundingOwn = total(
    events.flatMap((event) =>
      event.kind === "settlement"
        ? event.payments.filter(({ asset }) => asset === ASSET).map(({ amount }) => amount)
        : [],
    ),
  );
  const unassigned = total(
    booked.unassigned.filter(({ asset }) => asset === ASSET).map(({ amount }) => amount),
  );
  const fundingInside = total(own.map(({ funding }) => amountIn(funding, ASSET))).plus(unassigned);
  return {
    method,
    "fees outside, funding own": formatDecimal(realized.minus(feesOutside).plus(fundingOwn)),
    "fees inside, funding own": formatDecimal(realized.minus(feesInside).plus(fundingOwn)),
    "fees inside, funding inside": formatDecimal(realized.minus(feesInside).plus(fundingInside)),
    "fees outside, funding inside": formatDecimal(realized.minus(feesOutside).plus(fundingInside)),
  };
}

/** A fill of BOTH for tests that are about nothing but quantities and values. */
export type PlainFill = { readonly signedQuantity: Decimal; readonly value: Decimal; readonly fee?: Decimal };

/** The position at average cost after each of some fills: quantity and cost are signed, `closed` is what the fill closed. */
export type AverageStep = {
  readonly before: { readonly quantity: Decimal; readonly cost: Decimal };
  readonly after: { readonly quantity: Decimal; readonly cost: Decimal; readonly fees: Decimal };
  readonly closed: Disposal | null;
  /** Of all four methods. */
  readonly disposals: readonly Disposal[];
};

export function plainEvents(fills: readonly PlainFill[]): readonly FillEvent[] {
  return fills.map((fill, place) => {
    const at = later(clockInstant("00:00"), place * 1_000);
    return {
      kind: "fill",
      key: `fill ${place + 1}`,
      postedAt: at,
      occurredAt: at,
      positionSide: "BOTH",
      signedQuantity: fill.signedQuantity,
      value: fill.value,
      fee: fill.fee ?? ZERO,
      feeAsset: ASSET,
      asset: ASSET,
      venueRealizedPnl: ZERO,
    };
  });
}

/** What is open before the first fill, signed; flat if left out. */
type PlainOpening = { readonly quantity: Decimal; readonly cost: Decimal };

export function averageSteps(
  fills: readonly PlainFill[],
  opening: PlainOpening | null = null,
): readonly AverageStep[] {
  const openings: Opening[] =
    opening === null ? [] : [{ ...opening, positionSide: "BOTH", openedAt: instant(0), isInferred: true }];
  const book = new SymbolBook({ ...NO_FACTS, openings }, null);
  let before: AverageStep["after"] = { quantity: ZERO, cost: ZERO, fees: ZERO, ...opening };
  return plainEvents(fills).map((event) => {
    const outcome: Outcome = { disposals: [], roundTrips: [], unassigned: [] };
    book.book(event, outcome);
    const held = book.heldLots().find(({ method }) => method === "average");
    const signed = (amount: Decimal) => (held?.isShort ? amount.negated() : amount);
    const after =
      held === undefined
        ? { quantity: ZERO, cost: ZERO, fees: ZERO }
        : {
            quantity: signed(held.lot.quantity),
            cost: signed(held.lot.value),
            fees: amountIn(held.lot.fees, ASSET),
          };
    const closed = outcome.disposals.find(({ method }) => method === "average") ?? null;
    const step = { before, after, closed, disposals: outcome.disposals };
    before = after;
    return step;
  });
}

export function realizedPnl(disposal: Disposal | null): Decimal {
  return disposal === null ? ZERO : disposal.proceeds.minus(disposal.cost);
}
