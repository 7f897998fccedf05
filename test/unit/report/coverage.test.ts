/** Which holes need a person: a file can fill them, or the next run. */
import { expect, test } from "vitest";
import { parseInstant } from "../../../src/domain/calendar.ts";
import { isEssential } from "../../../src/report/coverage.ts";

const day = (text: string) => parseInstant(`2026-${text}T00:00:00Z`);
/** Cash was served for three days more than fills. */
const SERVED = new Map([
  ["income", day("03-01")],
  ["fills", day("03-04")],
]);

test.each([
  {
    what: "fills before the venue served them, of the time of which it served cash",
    span: ["03-01", "03-04"],
    isOpen: false,
  },
  {
    what: "the same where a person gave the beginning",
    span: ["03-01", "03-04"],
    isRequested: true,
    isOpen: true,
  },
  {
    what: "fills of a time before, the cash of which came from a file",
    span: ["01-01", "03-04"],
    isOpen: true,
  },
  {
    what: "fills of a contract that was listed while nobody read, when others had been read",
    span: ["04-01", "06-01"],
    isOpen: true,
  },
  { what: "fills between others", span: ["03-02", "03-03"], isBeginning: false, isOpen: true },
  { what: "margin changes before any", stream: "margin_changes", span: ["03-01", "05-01"], isOpen: false },
])(
  "$what need a person: $isOpen",
  ({ span, stream = "fills", isRequested = false, isBeginning = true, isOpen }) => {
    const [from = "", until = ""] = span;
    const window = { from: day(from), until: day(until) };
    const hole = { stream, symbol: "BTCUSDT", window, isBeginning };
    expect(isEssential(hole, { isRequested, denied: [], servedFrom: SERVED })).toBe(isOpen);
  },
);
