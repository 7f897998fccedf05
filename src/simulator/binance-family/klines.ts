/**
 * Klines as the family serves them: a minute from the contract's first price on, up to the one that is still
 * running. A minute opens at the price in force and closes at the last one that came in it. Volumes are none
 * of this simulator's truths: they are zero.
 */
import { type Instant, instant, MINUTE_MS, readMilliseconds } from "../../domain/instant.ts";
import { readQuery } from "../shared/exchange.ts";
import { instrumentOf, type MarketRequest, TIMES } from "./answers.ts";
import { array } from "./payload.ts";
import { refusals } from "./refusal.ts";
import type { WorldPrice } from "./world/world.ts";

const ROWS = { byDefault: 500, most: 1500 } as const;

export const KLINES = {
  known: ["symbol", "interval", ...TIMES],
  weight: weightOf,
  answer: answerKlines,
} as const;

/** Below 100 rows 1, below 500 2, up to 1,000 5, more 10. */
function weightOf(rawQuery: string): number {
  const sent = readQuery(rawQuery)?.find(({ name }) => name === "limit")?.value ?? "";
  const limit = readMilliseconds(sent) ?? ROWS.byDefault;
  return limit < 100 ? 1 : limit < 500 ? 2 : limit <= 1000 ? 5 : 10;
}

function answerKlines(request: MarketRequest): string {
  const { parameters, world, now } = request;
  const { symbol } = instrumentOf(request, parameters.mandatory("symbol"));
  if (parameters.mandatory("interval") !== "1m") throw refusals.invalid("interval");
  const limit = parameters.limit(ROWS.byDefault, ROWS.most);
  const prices = (world.prices ?? []).filter((one) => one.symbol === symbol);
  const [first] = prices;
  if (first === undefined) return array([]);
  const start = parameters.integer("startTime") ?? now - limit * MINUTE_MS;
  const end = Math.min(parameters.integer("endTime") ?? now, now);
  const rows: string[] = [];
  const from = Math.max(Math.ceil(start / MINUTE_MS), Math.floor(first.from / MINUTE_MS)) * MINUTE_MS;
  for (let minute = from; minute <= end && rows.length < limit; minute += MINUTE_MS)
    rows.push(klinePayload(prices, instant(minute), now));
  return array(rows);
}

function klinePayload(prices: readonly WorldPrice[], openedAt: Instant, now: Instant): string {
  const closesAt = openedAt + MINUTE_MS - 1;
  const before = prices.findLast((one) => one.from <= openedAt);
  const inside = prices.filter((one) => one.from > openedAt && one.from <= Math.min(closesAt, now));
  const all = [...(before === undefined ? [] : [before]), ...inside].map((one) => one.price);
  // Prices of one contract have the same decimals, so that longer text is a higher price and equal lengths
  // compare as text.
  const ranked = all.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  const text = (price: string | undefined) => JSON.stringify(price ?? "0");
  return array([
    String(openedAt),
    text(all[0]),
    text(ranked.at(-1)),
    text(ranked[0]),
    text(all.at(-1)),
    '"0"',
    String(closesAt),
    '"0"',
    "0",
    '"0"',
    '"0"',
    '"0"',
  ]);
}
