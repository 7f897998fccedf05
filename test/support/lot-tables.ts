/** Events of one symbol as a table of words, and what the books make of them as tables. */
import { type Amounts, amountIn } from "../../src/book/lots/amounts.ts";
import type {
  BookEvent,
  Disposal,
  FillEvent,
  FundingPayment,
  HeldLot,
  Opening,
  SettlementEvent,
} from "../../src/book/lots/events.ts";
import { type Fixed, formatFixed, parseFixed } from "../../src/book/lots/fixed.ts";
import { type Outcome, SymbolBook, type SymbolFacts } from "../../src/book/lots/symbol-book.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../../src/domain/decimal.ts";
import { formatInstant, type Instant, plus } from "../../src/domain/instant.ts";
import type { PositionSide } from "../../src/domain/record.ts";
import { LOT_METHODS } from "../../src/domain/treatment.ts";
import { cell, readTable, tableText } from "./text-table.ts";

export const ASSET = "USDT";
const DAY = "2026-05-01";

type Row = Readonly<Record<string, string>>;

export function clockInstant(clock: string): Instant {
  return parseInstant(`${DAY}T${clock.length === 5 ? `${clock}:00` : clock}Z`);
}

/**
 * A figure of a test as the books count it, and back: the tests reckon in decimals, so that the books are
 * held against another arithmetic.
 */
export function fixed(amount: Decimal): Fixed {
  return parseFixed(formatDecimal(amount));
}

export function decimal(amount: Fixed): Decimal {
  return parseDecimal(formatFixed(amount));
}

function clockText(at: Instant): string {
  return formatInstant(at).slice(11, 19);
}

const TRADE = /^(BUY|SELL) (\S+) at (\S+)$/;
const FUNDING = /^FUNDING (\S+)(?: (\S+))?$/;
const SETTLED = /^SETTLED (\S+)$/;

/**
 * Rows `at | event`, and if wanted `posted` where the event counts later than it occurred, `position`, `fee`
 * ("0.1", or "0.1 BNB") and `venue`. An event is `BUY 2 at 100`, `SELL 1 at 120`, `FUNDING -0.5`, or `SETTLED
 * -5` where the venue ends the contract by cash; what is settled at one instant is one settlement.
 */
export function readEvents(table: string): readonly BookEvent[] {
  const events: BookEvent[] = [];
  for (const [place, row] of readTable(table).entries()) {
    const at = clockInstant(cell(row, "at"));
    const postedAt = clockInstant(row["posted"] || cell(row, "at"));
    const text = cell(row, "event");
    const trade = text.match(TRADE);
    if (trade !== null) {
      const [, side, quantity = "", price = ""] = trade;
      const [fee = "", feeAsset = ASSET] = (row["fee"] ?? "").split(" ");
      events.push({
        kind: "fill",
        key: `fill ${place + 1}`,
        postedAt,
        occurredAt: at,
        positionSide: (row["position"] ?? "BOTH") as PositionSide,
        signedQuantity: parseFixed(side === "BUY" ? quantity : `-${quantity}`),
        value: fixed(parseDecimal(quantity).times(parseDecimal(price))),
        fee: fee === "" ? 0n : parseFixed(fee),
        feeAsset,
        asset: ASSET,
        venueRealizedPnl: parseFixed(row["venue"] || "0"),
      });
      continue;
    }
    const [, result] = text.match(SETTLED) ?? [];
    const [, amount, asset = ASSET] = text.match(FUNDING) ?? [];
    if (amount === undefined && result === undefined) throw new RangeError(`no event is called "${text}"`);
    const before = events.at(-1);
    const isSame = before?.kind === "settlement" && before.occurredAt === at && before.postedAt === postedAt;
    const settlement: SettlementEvent = isSame
      ? before
      : { kind: "settlement", postedAt, occurredAt: at, payments: [], contract: [] };
    const payment = (of: string): FundingPayment => ({
      key: `funding ${place + 1}`,
      part: "",
      asset,
      amount: parseFixed(of),
    });
    const ended = (of: string) => ({ key: `settlement ${place + 1}`, asset: ASSET, amount: parseFixed(of) });
    if (isSame) events.pop();
    events.push({
      ...settlement,
      payments: [...settlement.payments, ...(amount === undefined ? [] : [payment(amount)])],
      contract: [...settlement.contract, ...(result === undefined ? [] : [ended(result)])],
    });
  }
  return events;
}

/** Rows `position | quantity | cost | source`. */
export function readOpenings(table: string): readonly Opening[] {
  return readTable(table).map((row) => ({
    positionSide: cell(row, "position") as PositionSide,
    quantity: parseFixed(cell(row, "quantity")),
    cost: parseFixed(cell(row, "cost")),
    isInferred: cell(row, "source") === "inferred",
  }));
}

export type Booked = Outcome & { readonly heldLots: readonly HeldLot[]; readonly book: SymbolBook };

export const NO_FACTS: SymbolFacts = {
  listedAt: null,
  asset: ASSET,
  tolerance: parseFixed("0.0000001"),
  openings: [],
};

export function bookAll(events: readonly BookEvent[], facts: SymbolFacts = NO_FACTS): Booked {
  const book = new SymbolBook(facts, null);
  const outcome: Outcome = { disposals: [], roundTrips: [], unassigned: [] };
  for (const event of events) book.book(event, outcome);
  return { ...outcome, heldLots: book.heldLots(), book };
}

function amountsText(amounts: Amounts): string {
  return amounts
    .map(({ asset, amount }) => (asset === ASSET ? formatFixed(amount) : `${formatFixed(amount)} ${asset}`))
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
            quantity: formatFixed(disposal.quantity),
            proceeds: formatFixed(disposal.proceeds),
            cost: formatFixed(disposal.cost),
            realizes: formatFixed(disposal.proceeds - disposal.cost),
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
        from: trip.openedAt === null ? "" : clockText(trip.openedAt),
        until: clockText(trip.closedAt),
        quantity: formatFixed(trip.quantity),
        "at most": formatFixed(trip.largestQuantity),
        proceeds: formatFixed(trip.proceeds),
        cost: formatFixed(trip.cost),
        realizes: formatFixed(trip.proceeds - trip.cost),
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
        quantity: formatFixed(lot.quantity),
        cost: formatFixed(lot.value),
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

/**
 * The result in USDT under each treatment: unlike them, unassigned funding and fees in other assets are the
 * same in all.
 */
function resultsRow(method: string, events: readonly BookEvent[], booked: Booked): Row {
  const own = booked.disposals.filter((disposal) => disposal.method === method);
  const total = (amounts: readonly Fixed[]) => amounts.reduce((all, amount) => all + amount, 0n);
  const realized = total(own.map(({ proceeds, cost }) => proceeds - cost));
  const feesOutside = total(
    events.flatMap((event) => (event.kind === "fill" && event.feeAsset === ASSET ? [event.fee] : [])),
  );
  const feesInside = total(
    own.map(({ openingFees, closingFees }) => amountIn(openingFees, ASSET) + amountIn(closingFees, ASSET)),
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
  const fundingInside = total(own.map(({ funding }) => amountIn(funding, ASSET))) + unassigned;
  return {
    method,
    "fees outside, funding own": formatFixed(realized - feesOutside + fundingOwn),
    "fees inside, funding own": formatFixed(realized - feesInside + fundingOwn),
    "fees inside, funding inside": formatFixed(realized - feesInside + fundingInside),
    "fees outside, funding inside": formatFixed(realized - feesOutside + fundingInside),
  };
}

/** A fill of BOTH for tests that are about nothing but quantities and values. */
export type PlainFill = { readonly signedQuantity: Decimal; readonly value: Decimal; readonly fee?: Decimal };

/** The piece that a fill closed at average cost; the fees are those in `ASSET`. */
export type ClosedPiece = {
  readonly quantity: Decimal;
  readonly proceeds: Decimal;
  readonly cost: Decimal;
  readonly openingFees: Decimal;
  readonly closingFees: Decimal;
};

/**
 * The position at average cost after each of some fills: quantity and cost are signed, `closed` is what the
 * fill closed.
 */
export type AverageStep = {
  readonly before: { readonly quantity: Decimal; readonly cost: Decimal };
  readonly after: { readonly quantity: Decimal; readonly cost: Decimal; readonly fees: Decimal };
  readonly closed: ClosedPiece | null;
};

export function plainEvents(fills: readonly PlainFill[]): readonly FillEvent[] {
  return fills.map((fill, place) => {
    const at = plus(clockInstant("00:00"), place * 1_000);
    return {
      kind: "fill",
      key: `fill ${place + 1}`,
      postedAt: at,
      occurredAt: at,
      positionSide: "BOTH",
      signedQuantity: fixed(fill.signedQuantity),
      value: fixed(fill.value),
      fee: fixed(fill.fee ?? ZERO),
      feeAsset: ASSET,
      asset: ASSET,
      venueRealizedPnl: 0n,
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
    opening === null
      ? []
      : [
          {
            positionSide: "BOTH",
            quantity: fixed(opening.quantity),
            cost: fixed(opening.cost),
            isInferred: true,
          },
        ];
  const book = new SymbolBook({ ...NO_FACTS, openings }, null);
  let before: AverageStep["after"] = { quantity: ZERO, cost: ZERO, fees: ZERO, ...opening };
  return plainEvents(fills).map((event) => {
    const outcome: Outcome = { disposals: [], roundTrips: [], unassigned: [] };
    book.book(event, outcome);
    const held = book.heldLots().find(({ method }) => method === "average");
    const signed = (amount: Fixed) => decimal(held?.isShort ? -amount : amount);
    const after =
      held === undefined
        ? { quantity: ZERO, cost: ZERO, fees: ZERO }
        : {
            quantity: signed(held.lot.quantity),
            cost: signed(held.lot.value),
            fees: decimal(amountIn(held.lot.fees, ASSET)),
          };
    const disposal = outcome.disposals.find(({ method }) => method === "average");
    const step = { before, after, closed: disposal === undefined ? null : closedPiece(disposal) };
    before = after;
    return step;
  });
}

export function closedPiece(disposal: Disposal): ClosedPiece {
  return {
    quantity: decimal(disposal.quantity),
    proceeds: decimal(disposal.proceeds),
    cost: decimal(disposal.cost),
    openingFees: decimal(amountIn(disposal.openingFees, ASSET)),
    closingFees: decimal(amountIn(disposal.closingFees, ASSET)),
  };
}

export function realizedPnl(closed: ClosedPiece | null): Decimal {
  return closed === null ? ZERO : closed.proceeds.minus(closed.cost);
}
