/**
 * Laws of the four lot methods, of fees and of funding, over whatever may happen to the positions of a
 * symbol.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Amounts, amountIn } from "../../../src/book/lots/amounts.ts";
import type { BookEvent, Disposal, FundingPayment } from "../../../src/book/lots/events.ts";
import { formatFixed, parseFixed } from "../../../src/book/lots/fixed.ts";
import { readState, writeState } from "../../../src/book/lots/state-text.ts";
import { type Outcome, SymbolBook } from "../../../src/book/lots/symbol-book.ts";
import { type Decimal, formatDecimal, parseDecimal, sum, ZERO } from "../../../src/domain/decimal.ts";
import { plus } from "../../../src/domain/instant.ts";
import type { PositionSide } from "../../../src/domain/record.ts";
import { LOT_METHODS } from "../../../src/domain/treatment.ts";
import {
  ASSET,
  bookAll,
  booksText,
  clockInstant,
  decimal,
  fixed,
  NO_FACTS,
} from "../../support/lot-tables.ts";

/**
 * Digits of venues: quantities of up to 8 decimals, prices of up to 10, some of both large; sums of
 * 0.00000001 too.
 */
const decimals = (scale: number, max: bigint) =>
  fc.bigInt({ min: 1n, max }).map((digits) => {
    const text = digits.toString().padStart(scale + 1, "0");
    return parseDecimal(scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`);
  });
const anyQuantity = fc.oneof(decimals(0, 9n), decimals(3, 99_999n), decimals(8, 999_999_999_999n));
const anyPrice = fc.oneof(decimals(0, 200n), decimals(2, 99_999_999n), decimals(10, 999_999_999_999_999n));
const anyAmount = fc
  .record({ size: decimals(8, 99_999_999n), isNegative: fc.boolean() })
  .map(({ size, isNegative }) => (isNegative ? size.negated() : size));
const anyAsset = fc.oneof(
  { weight: 4, arbitrary: fc.constant(ASSET) },
  { weight: 1, arbitrary: fc.constant("BNB") },
);

type Step =
  | {
      readonly kind: "fill";
      readonly quantity: Decimal;
      readonly price: Decimal;
      readonly isSale: boolean;
      readonly fee: Decimal;
      readonly feeAsset: string;
    }
  | { readonly kind: "funding"; readonly amounts: readonly Decimal[]; readonly asset: string };
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("fill" as const),
      quantity: anyQuantity,
      price: anyPrice,
      isSale: fc.boolean(),
      fee: anyAmount,
      feeAsset: anyAsset,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("funding" as const),
      amounts: fc.array(anyAmount, { minLength: 1, maxLength: 2 }),
      asset: anyAsset,
    }),
  },
);

function eventsOf(steps: readonly Step[], sides: readonly PositionSide[]): readonly BookEvent[] {
  return steps.map((step, place): BookEvent => {
    const at = plus(clockInstant("00:00"), place * 1_000);
    const times = { postedAt: at, occurredAt: at };
    if (step.kind === "funding") {
      const payments = step.amounts.map(
        (amount, part): FundingPayment => ({
          key: `${place}`,
          part: `${part}`,
          asset: step.asset,
          amount: fixed(amount),
        }),
      );
      return { kind: "settlement", ...times, payments, contract: [] };
    }
    return {
      kind: "fill",
      key: `fill ${place}`,
      ...times,
      positionSide: sides[place % sides.length] ?? "BOTH",
      signedQuantity: fixed(step.isSale ? step.quantity.negated() : step.quantity),
      value: fixed(step.quantity.times(step.price)),
      fee: fixed(step.fee),
      feeAsset: step.feeAsset,
      asset: ASSET,
      venueRealizedPnl: 0n,
    };
  });
}

/** In one-way mode, or with both sides of hedge mode by turns. */
const anyEvents = fc
  .record({
    steps: fc.array(anyStep, { minLength: 1, maxLength: 40 }),
    sides: fc.constantFrom<readonly PositionSide[]>(["BOTH"], ["LONG", "SHORT"]),
  })
  .map(({ steps, sides }) => eventsOf(steps, sides));

/** The same, and then everything is closed. */
const anyFlatEvents = fc.record({ events: anyEvents, price: anyPrice }).map(({ events, price }) => {
  const closes = bookAll(events)
    .heldLots.filter(({ method }) => method === "average")
    .map(({ positionSide, isShort, lot }, place): BookEvent => {
      const at = plus(clockInstant("12:00"), place);
      return {
        kind: "fill",
        key: `close ${place}`,
        postedAt: at,
        occurredAt: at,
        positionSide,
        signedQuantity: isShort ? lot.quantity : -lot.quantity,
        value: fixed(decimal(lot.quantity).times(price)),
        fee: parseFixed("0.00000001"),
        feeAsset: ASSET,
        asset: ASSET,
        venueRealizedPnl: 0n,
      };
    });
  return [...events, ...closes];
});

const ASSETS = [ASSET, "BNB"];
const byMethod = (disposals: readonly Disposal[], method: string) =>
  disposals.filter((disposal) => disposal.method === method);
const total = (amounts: readonly Amounts[], asset: string) =>
  sum(amounts.map((one) => decimal(amountIn(one, asset))));
const text = (amount: Decimal) => formatDecimal(amount);
const fillsOf = (events: readonly BookEvent[]) =>
  events.flatMap((event) => (event.kind === "fill" ? [event] : []));
const paymentsOf = (events: readonly BookEvent[]) =>
  events.flatMap((event) => (event.kind === "settlement" ? event.payments : []));

function expectForEachMethod(
  events: readonly BookEvent[],
  law: (method: string, asset: string) => void,
): void {
  expect(events.length).toBeGreaterThan(0);
  for (const method of LOT_METHODS) for (const asset of ASSETS) law(method, asset);
}

describe("laws of every method", () => {
  test("what was opened is what was closed and what is open", () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const { disposals, heldLots } = bookAll(events);
        for (const side of ["BOTH", "LONG", "SHORT"]) {
          const fills = fillsOf(events).filter(({ positionSide }) => positionSide === side);
          const net = sum(fills.map(({ signedQuantity }) => decimal(signedQuantity)));
          const turned = sum(fills.map(({ signedQuantity }) => decimal(signedQuantity).abs()));
          for (const method of LOT_METHODS) {
            const open = heldLots.filter((held) => held.method === method && held.positionSide === side);
            const closed = byMethod(disposals, method).filter(({ positionSide }) => positionSide === side);
            const signed = open.map(({ isShort, lot }) => decimal(isShort ? -lot.quantity : lot.quantity));
            expect(text(sum(signed))).toBe(text(net));
            // Each closed quantity was filled twice: once to open it and once to close it.
            const quantity = sum(closed.map((disposal) => decimal(disposal.quantity)));
            expect(text(quantity.times(2).plus(sum(open.map(({ lot }) => decimal(lot.quantity)))))).toBe(
              text(turned),
            );
          }
        }
      }),
    );
  });

  test("Σ realized PnL = what was sold − what was bought + the cost of what is open, to the last digit", () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const { disposals, heldLots } = bookAll(events);
        const cash = sum(
          fillsOf(events).map(({ signedQuantity, value }) => decimal(signedQuantity < 0n ? value : -value)),
        );
        for (const method of LOT_METHODS) {
          const realized = sum(
            byMethod(disposals, method).map(({ proceeds, cost }) => decimal(proceeds - cost)),
          );
          const open = sum(
            heldLots
              .filter((held) => held.method === method)
              .map(({ isShort, lot }) => decimal(isShort ? -lot.value : lot.value)),
          );
          expect(text(realized)).toBe(text(cash.plus(open)));
        }
      }),
    );
  });

  test("fees of closed pieces + fees held by open lots = all fees, each asset for itself", () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const { disposals, heldLots } = bookAll(events);
        expectForEachMethod(events, (method, asset) => {
          const closed = byMethod(disposals, method);
          const held = heldLots.filter((one) => one.method === method).map(({ lot }) => lot.fees);
          const paid = sum(
            fillsOf(events).map((fill) => (fill.feeAsset === asset ? decimal(fill.fee) : ZERO)),
          );
          const released = total(
            closed.flatMap(({ openingFees, closingFees }) => [openingFees, closingFees]),
            asset,
          );
          expect(text(released.plus(total(held, asset)))).toBe(text(paid));
        });
      }),
    );
  });

  test("funding of closed pieces + funding held by open lots + unassigned funding = all funding, each asset for itself", () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        const { disposals, heldLots, unassigned } = bookAll(events);
        expectForEachMethod(events, (method, asset) => {
          const parts = [
            total(
              byMethod(disposals, method).map(({ funding }) => funding),
              asset,
            ),
            total(
              heldLots.filter((one) => one.method === method).map(({ funding }) => funding),
              asset,
            ),
            sum(unassigned.map((one) => (one.asset === asset ? decimal(one.amount) : ZERO))),
          ];
          const all = sum(
            paymentsOf(events).map((one) => (one.asset === asset ? decimal(one.amount) : ZERO)),
          );
          expect(text(sum(parts))).toBe(text(all));
        });
      }),
    );
  });

  test("where everything is flat, all methods and all treatments have the same total, and no lot is left", () => {
    fc.assert(
      fc.property(anyFlatEvents, (events) => {
        const booked = bookAll(events);
        expect(booked.heldLots).toEqual([]);
        const results = booksText(events, booked).split("-- results\n")[1] ?? "";
        const figures = results
          .trim()
          .split("\n")
          .slice(1)
          .flatMap((line) => line.split("|").slice(1))
          .map((figure) => figure.trim());
        expect(figures).toHaveLength(16);
        expect(new Set(figures).size).toBe(1);
      }),
    );
  });

  test("a round trip is the sum of its disposals, by any method", () => {
    fc.assert(
      fc.property(anyFlatEvents, (events) => {
        const { disposals, roundTrips } = bookAll(events);
        for (const trip of roundTrips) {
          for (const method of LOT_METHODS) {
            const own = byMethod(disposals, method).filter(
              (one) => one.roundTripKey === trip.roundTripKey && one.positionSide === trip.positionSide,
            );
            expect(text(sum(own.map(({ quantity }) => decimal(quantity))))).toBe(formatFixed(trip.quantity));
            expect(text(sum(own.map(({ proceeds }) => decimal(proceeds))))).toBe(formatFixed(trip.proceeds));
            expect(text(sum(own.map(({ cost }) => decimal(cost))))).toBe(formatFixed(trip.cost));
            for (const asset of ASSETS) {
              for (const name of ["openingFees", "closingFees", "funding"] as const)
                expect(
                  text(
                    total(
                      own.map((one) => one[name]),
                      asset,
                    ),
                  ),
                ).toBe(formatFixed(amountIn(trip[name], asset)));
            }
          }
        }
      }),
    );
  });

  test("a book that is written down and read again anywhere goes on as if it had never stopped", () => {
    fc.assert(
      fc.property(anyEvents, fc.nat(40), (events, stop) => {
        const outcome: Outcome = { disposals: [], roundTrips: [], unassigned: [] };
        let book = new SymbolBook(NO_FACTS, null);
        for (const [place, event] of events.entries()) {
          if (place === stop) book = new SymbolBook(NO_FACTS, readState(writeState(book.state())));
          book.book(event, outcome);
        }
        const whole = bookAll(events);
        expect(writeState(book.state())).toBe(writeState(whole.book.state()));
        expect(booksText(events, { ...outcome, heldLots: book.heldLots(), book })).toBe(
          booksText(events, whole),
        );
      }),
    );
  });
});

test("ten thousand lots that are opened and closed again take no time that grows with their square", () => {
  const lots = 10_000;
  const steps = Array.from(
    { length: lots + 1 },
    (_, place): Step => ({
      kind: "fill",
      quantity: parseDecimal(place === lots ? `${lots}` : "1"),
      price: parseDecimal(`${100 + ((place * 7919) % 1000)}`),
      isSale: place === lots,
      fee: ZERO,
      feeAsset: ASSET,
    }),
  );
  const { disposals, heldLots } = bookAll(eventsOf(steps, ["BOTH"]));
  expect(LOT_METHODS.map((method) => byMethod(disposals, method).length)).toEqual([1, lots, lots, lots]);
  expect(heldLots).toEqual([]);
  const entries = byMethod(disposals, "hifo").map(({ cost }) => cost);
  expect(entries.every((cost, place) => place === 0 || cost <= (entries[place - 1] ?? cost))).toBe(true);
}, 10_000);
