/** Batches of bookings in the reporting currency: a file for each month, with all accounts. */
import { roundHalfUp } from "../../domain/decimal.ts";
import { type Instant, plus } from "../../domain/instant.ts";
import type { ExportEvent } from "../events.ts";
import { type CalendarSpan, calendar } from "../granularity.ts";
import type { Books, Piece, Target, TargetFacts, Writer } from "../target.ts";
import { CENTS, carrier, valuer } from "./amounts.ts";

/** Called `2026-01`; as clocks of the books' zone show it. */
export type Month = CalendarSpan;

export type MonthlyBatches = TargetFacts &
  Pick<Target, "form" | "words"> &
  Required<Pick<Piece, "encoding">> & {
    /** What the files' names begin with, before the month. */
    readonly file: string;
    readonly head: (month: Month, books: Books) => string;
    /** The amount is in the currency, in cents. */
    readonly row: (event: ExportEvent, books: Books) => string;
  };

export function monthlyBatches(of: MonthlyBatches): Target {
  return {
    ...of,
    reads: "events",
    zone: "configured",
    skipsTwins: false,
    columns: [],
    open: (books) => batchWriter(of, books),
  };
}

function batchWriter({ file, encoding, head, row }: MonthlyBatches, books: Books): Writer {
  const { timeZone, fileName, period } = books;
  const [priced, carry] = [valuer(), carrier(CENTS, roundHalfUp)];
  const months = calendar("month", timeZone);
  const begun = new Map<string, Month>();
  const pieceOf = (month: Month, rows: readonly ExportEvent[]): Piece => {
    const before = begun.has(month.name) ? "" : head(month, books);
    begun.set(month.name, month);
    const text = before + rows.map((event) => row(event, books)).join("");
    return { file: fileName(`${file}_${month.name}`, "csv"), text, encoding, rows };
  };
  return {
    begin: () => [],
    add: (events) => {
      const rows = events.flatMap((event) => priced.add(event)).flatMap((event) => carry.add(event));
      const pieces: Piece[] = [];
      for (let from = 0; from < rows.length; ) {
        const month = months.around(rows[from]?.at as Instant);
        let until = from;
        while ((rows[until]?.at ?? month.until) < month.until) until += 1;
        pieces.push(pieceOf(month, rows.slice(from, until)));
        from = until;
      }
      return pieces;
    },
    end: () => {
      const rests = [...priced.rests(), ...carry.rests()];
      const last = [...begun.values()].toSorted((a, b) => a.from - b.from).at(-1);
      if (rests.length === 0) return [];
      return [{ ...pieceOf(last ?? months.around(plus(period.until, -1)), []), rests }];
    },
  };
}
