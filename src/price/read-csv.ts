/**
 * A person's own table of prices: `time,base,quote,price` and perhaps `quality`. A price says how much of
 * `quote` one `base` is worth.
 *
 * `time` is a date (the price is of that day in UTC, and holds for it alone) or an instant with its offset on
 * a full minute (the price is the close of the minute that begins then, and holds for it alone). `quality`,
 * where it is given, must say the same: day or minute.
 */
import { parseInstant } from "../domain/calendar.ts";
import { DAY_MS, type Instant, MINUTE_MS, plus } from "../domain/instant.ts";
import { isStorableInstant, readStorableDecimal } from "../domain/storable.ts";
import { Mistakes, readLines } from "./csv-table.ts";
import type { PriceQuote } from "./price-quote.ts";

const HEADER = ["time", "base", "quote", "price", "quality"] as const;
const ASSET = /^[^\s,"]{1,32}$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::00(?:\.0+)?)?(?:Z|[+-]\d{2}:\d{2})$/;
const LENGTHS = { day: DAY_MS, minute: MINUTE_MS } as const;

const NEXT = "correct the lines that are named, and import the file again";

/** Throws a `UsageError` that names every mistake with its line. */
export function readPriceTable(file: string, text: string): readonly PriceQuote[] {
  const mistakes = new Mistakes(file);
  const [header, ...lines] = readLines(file, text);
  const names = header?.cells ?? [];
  const hasQuality = names.length === HEADER.length;
  if (names.length < HEADER.length - 1 || names.some((name, index) => name !== HEADER[index])) {
    mistakes.add(
      header?.line ?? 1,
      `expected the header "time,base,quote,price" or "${HEADER.join(",")}", found "${names.join(",")}"`,
    );
  }
  mistakes.refuse(NEXT);
  if (lines.length === 0) mistakes.add(1, "expected a line for each price, found none");
  const lineOfKey = new Map<string, number>();
  const quotes = lines.flatMap(({ line, cells }): PriceQuote[] => {
    if (cells.length !== names.length) {
      mistakes.add(line, `expected ${names.length} cells as the header has, found ${cells.length}`);
      return [];
    }
    const quote = readQuote({ line, cells, quality: hasQuality ? (cells[4] ?? "") : "" }, mistakes);
    if (quote === null) return [];
    const key = [quote.quality, quote.quotedAt, quote.base, quote.quote].join(",");
    const first = lineOfKey.get(key);
    if (first !== undefined) {
      mistakes.add(
        line,
        `the price of ${quote.base} in ${quote.quote} at that time is on line ${first} already`,
      );
      return [];
    }
    lineOfKey.set(key, line);
    return [{ ...quote, source: `${file} line ${line}` }];
  });
  mistakes.refuse(NEXT);
  return quotes;
}

type Line = { readonly line: number; readonly cells: readonly string[]; readonly quality: string };

function readQuote({ line, cells, quality }: Line, mistakes: Mistakes): PriceQuote | null {
  const [time = "", base = "", quote = "", price = ""] = cells;
  const at = readTime(time);
  const faults = [
    ...(at === null
      ? [`time: expected 2026-03-27 or 2026-03-27T14:05Z (a full minute, with its offset), found "${time}"`]
      : []),
    ...(ASSET.test(base) ? [] : [`base: expected an asset such as BNB, found "${base}"`]),
    ...(ASSET.test(quote) ? [] : [`quote: expected an asset such as USDT, found "${quote}"`]),
    ...(base === quote && ASSET.test(base) ? [`${base} is priced in itself`] : []),
    ...(readStorableDecimal(price)?.greaterThan(0)
      ? []
      : [`price: expected a plain decimal above zero, found "${price}"`]),
    ...(at === null || quality === "" || quality === at.quality
      ? []
      : [`quality: expected ${at.quality}, as the time is written, found "${quality}"`]),
  ];
  for (const fault of faults) mistakes.add(line, fault);
  if (at === null || faults.length > 0) return null;
  const validUntil = plus(at.quotedAt, LENGTHS[at.quality]);
  return { base, quote, ...at, validUntil, price, source: "" };
}

function readTime(text: string): { quality: "day" | "minute"; quotedAt: Instant } | null {
  const quality = DATE.test(text) ? "day" : INSTANT.test(text) ? "minute" : null;
  if (quality === null) return null;
  try {
    const quotedAt = parseInstant(text);
    return isStorableInstant(quotedAt) && isStorableInstant(plus(quotedAt, DAY_MS))
      ? { quality, quotedAt }
      : null;
  } catch {
    return null;
  }
}
