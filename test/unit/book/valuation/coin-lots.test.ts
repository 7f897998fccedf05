import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decimal, formatDecimal, parseDecimal, sum } from "../../../../src/domain/decimal.ts";
import { instant } from "../../../../src/domain/instant.ts";
import { type CoinEvent, disposeFirstInFirstOut } from "../../../../src/price/valuation/coin-lots.ts";
import { cell, readTable, tableText } from "../../../support/text-table.ts";

/** Events in their order; a price of ? is missing. */
function eventsOf(text: string): readonly CoinEvent[] {
  return readTable(`event | change | quantity | price\n${text}`).map((row, index): CoinEvent => {
    const price = cell(row, "price");
    return {
      entryId: cell(row, "event"),
      line: 1,
      kind: cell(row, "event"),
      change: cell(row, "change") as CoinEvent["change"],
      quantity: parseDecimal(cell(row, "quantity")),
      unit:
        price === "?" ? { kind: "missing", why: "no price" } : { kind: "known", price: parseDecimal(price) },
      occurredAt: instant(index),
      postedAt: instant(index),
    };
  });
}

function expectDisposals(events: string, expected: string): void {
  const columns = ["event", "part", "lot", "quantity", "proceeds", "cost", "result", "missing"];
  const text = (amount: Decimal | null) => (amount === null ? "" : formatDecimal(amount));
  const rows = disposeFirstInFirstOut(eventsOf(events)).map((disposal) => ({
    event: disposal.event.entryId,
    part: String(disposal.part),
    lot: disposal.lot?.entryId ?? "",
    quantity: text(disposal.quantity),
    proceeds: text(disposal.proceeds),
    cost: text(disposal.cost),
    result: text(disposal.result),
    missing: disposal.missing ?? "",
  }));
  const wanted = readTable(expected);
  expect(tableText(columns, rows)).toBe(tableText(columns, wanted));
}

describe("coins leave first in, first out", () => {
  test("fees take from the oldest lot, and from the next where it is used up", () => {
    expectDisposals(
      `
        bought | acquired | 0.5  | 600
        reward | acquired | 0.25 | 610
        fee 1  | disposed | 0.4  | 640
        fee 2  | disposed | 0.3  | 620
      `,
      `
        event | part | lot    | quantity | proceeds | cost  | result | missing
        fee 1 | 1    | bought | 0.4      | 256      | 240   | 16     |
        fee 2 | 1    | bought | 0.1      | 62       | 60    | 2      |
        fee 2 | 2    | reward | 0.2      | 124      | 122   | 2      |
      `,
    );
  });

  test("a transfer out is no disposal, but takes its lots along", () => {
    expectDisposals(
      `
        bought  | acquired  | 1 | 600
        reward  | acquired  | 1 | 700
        to spot | withdrawn | 1 | 900
        swap    | disposed  | 1 | 650
      `,
      `
        event | part | lot    | quantity | proceeds | cost | result | missing
        swap  | 1    | reward | 1        | 650      | 700  | -50    |
      `,
    );
  });

  test("what cannot be known is empty and named, and never a zero", () => {
    expectDisposals(
      `
        opening | acquired | 0.1 | ?
        bought  | acquired | 0.1 | 600
        fee 1   | disposed | 0.1 | 640
        fee 2   | disposed | 0.1 | ?
        fee 3   | disposed | 0.1 | 640
      `,
      `
        event | part | lot     | quantity | proceeds | cost | result | missing
        fee 1 | 1    | opening | 0.1      | 64       |      |        | cost: no price
        fee 2 | 1    | bought  | 0.1      |          | 60   |        | proceeds: no price
        fee 3 | 1    |         | 0.1      | 64       |      |        | cost: the books know of no coins that were left
      `,
    );
  });

  test("a lot that comes after its coins were spent is not used for them", () => {
    expectDisposals(
      `
        fee 1  | disposed | 0.1 | 640
        bought | acquired | 0.1 | 600
        fee 2  | disposed | 0.1 | 650
      `,
      `
        event | part | lot    | quantity | proceeds | cost | result | missing
        fee 1 | 1    |        | 0.1      | 64       |      |        | cost: the books know of no coins that were left
        fee 2 | 1    | bought | 0.1      | 65       | 60   | 5      |
      `,
    );
  });
});

const event = fc.record({
  change: fc.constantFrom<CoinEvent["change"]>("acquired", "disposed", "withdrawn"),
  units: fc.integer({ min: 1, max: 1_000_000 }),
  cents: fc.integer({ min: 1, max: 90_000 }),
});

test("each disposal is told whole, no lot gives more than came, and costs are those of the lots", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (given) => {
      const events = given.map(({ change, units, cents }, index): CoinEvent => {
        const at = instant(index);
        const quantity = parseDecimal(`${units}`).times(parseDecimal("0.00000001"));
        const price = parseDecimal(`${cents}`).times(parseDecimal("0.01"));
        const unit = { kind: "known", price } as const;
        return {
          entryId: `${index}`,
          line: 1,
          kind: change,
          change,
          quantity,
          unit,
          occurredAt: at,
          postedAt: at,
        };
      });
      const disposals = disposeFirstInFirstOut(events);
      for (const one of events) {
        const own = disposals.filter((disposal) => disposal.event === one);
        const whole = one.change === "disposed" ? formatDecimal(one.quantity) : "0";
        expect(formatDecimal(sum(own.map(({ quantity }) => quantity)))).toBe(whole);
        const given = disposals.filter((disposal) => disposal.lot === one);
        expect(sum(given.map(({ quantity }) => quantity)).lessThanOrEqualTo(one.quantity)).toBe(true);
      }
      for (const {
        lot,
        cost,
        quantity,
        event: { occurredAt },
      } of disposals) {
        expect((lot?.occurredAt ?? -1) < occurredAt).toBe(true);
        if (lot?.unit.kind !== "known") continue;
        expect(formatDecimal(cost ?? parseDecimal("0"))).toBe(formatDecimal(quantity.times(lot.unit.price)));
      }
    }),
  );
});
