import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "../../../src/domain/instant.ts";
import {
  contains,
  cutWindows,
  difference,
  intersection,
  union,
  type Window,
  windowText,
} from "../../../src/domain/window.ts";

const span = (from: number, until: number): Window => ({ from: instant(from), until: instant(until) });
const shown = (windows: readonly Window[]): string =>
  windows.map(({ from, until }) => `${from}–${until}`).join(" ");

test("a window holds its first instant and not its last, and says so", () => {
  expect([4, 5, 9, 10].map((at) => contains(span(5, 10), instant(at)))).toEqual([false, true, true, false]);
  expect(windowText(span(0, 86_400_000))).toBe("[1970-01-01T00:00:00.000Z, 1970-01-02T00:00:00.000Z)");
});

describe("of the span 10–20", () => {
  test.each<readonly [covered: readonly Window[], difference: string]>([
    [[], "10–20"],
    [[span(0, 100)], ""],
    [[span(10, 20)], ""],
    [[span(0, 10), span(20, 30)], "10–20"], // windows that only touch it cover nothing
    [[span(12, 14)], "10–12 14–20"],
    [[span(16, 25), span(5, 12)], "12–16"],
    [[span(12, 18), span(13, 15)], "10–12 18–20"],
    [[span(12, 14), span(14, 16)], "10–12 16–20"],
  ])("with %j covered, what is left is %s", (covered, left) =>
    expect(shown(difference(span(10, 20), covered))).toBe(left),
  );
});

test("windows that touch or overlap are joined, in order", () => {
  expect(shown(union([span(5, 7), span(0, 2), span(2, 3), span(6, 9), span(11, 12), span(5, 6)]))).toBe(
    "0–3 5–9 11–12",
  );
  expect(union([])).toEqual([]);
});

test("a span is cut into windows, the last of which takes what is left", () => {
  expect(shown([...cutWindows(span(0, 10), 4)])).toBe("0–4 4–8 8–10");
  expect(shown([...cutWindows(span(0, 8), 4)])).toBe("0–4 4–8");
  expect(shown([...cutWindows(span(0, 1), 4)])).toBe("0–1");
  expect(shown([...cutWindows(span(3, 3), 4)])).toBe("");
});

describe("laws", () => {
  const anyWindow = fc
    .record({ from: fc.nat({ max: 60 }), length: fc.integer({ min: 1, max: 30 }) })
    .map(({ from, length }) => span(from, from + length));
  const anyWindows = fc.array(anyWindow, { maxLength: 8 });
  /** The instants that windows hold, one by one: the plainest way to say the same. */
  const instants = (windows: readonly Window[]): readonly number[] =>
    Array.from({ length: 100 }, (_, at) => at).filter((at) =>
      windows.some((window) => contains(window, instant(at))),
    );

  test("cut windows tile the span: in order, without hole or overlap, none too long", () => {
    fc.assert(
      fc.property(anyWindow, fc.integer({ min: 1, max: 40 }), (whole, longest) => {
        let reached = whole.from;
        for (const window of cutWindows(whole, longest)) {
          expect(window.from).toBe(reached);
          expect(window.until - window.from).toBeGreaterThan(0);
          expect(window.until - window.from).toBeLessThanOrEqual(longest);
          reached = window.until;
        }
        expect(reached).toBe(whole.until);
      }),
    );
  });

  test("an instant of the span is covered or uncovered, and never both", () => {
    fc.assert(
      fc.property(anyWindow, anyWindows, (whole, covered) => {
        const left = difference(whole, covered);
        const held = new Set(instants(covered));
        expect(instants(left)).toEqual(instants([whole]).filter((at) => !held.has(at)));
        expect(left, "and what is left is in as few pieces as it can be").toEqual(union(left));
      }),
    );
  });

  test("joining loses and adds no instant", () => {
    fc.assert(
      fc.property(anyWindows, (windows) => {
        const result = union(windows);
        expect(instants(result)).toEqual(instants(windows));
        for (const [position, window] of result.entries()) {
          const before = result[position - 1];
          if (before !== undefined) expect(window.from).toBeGreaterThan(before.until);
        }
      }),
    );
  });

  test("what two sets of windows have in common is what both hold", () => {
    fc.assert(
      fc.property(anyWindows, anyWindows, (some, others) => {
        const both = new Set(instants(others));
        expect(instants(intersection(union(some), union(others)))).toEqual(
          instants(some).filter((at) => both.has(at)),
        );
      }),
    );
  });
});
