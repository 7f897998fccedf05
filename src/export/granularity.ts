/**
 * How much of the detail an export keeps. Events of one day, position or month become one where account,
 * kind, asset, symbol and direction are the same; received and paid stay apart, because most tools and tax
 * offices want both, and their difference would hide the turnover. What has a counterpart elsewhere
 * (transfers), or is not understood, is never merged, so that it can be found.
 *
 * Events come in the order of the books and leave in the order of their instants. What is held is a day, a
 * month, or what is in open positions.
 */

import { addCalendar, formatLocal, startOf } from "../domain/calendar.ts";
import type { Granularity } from "../domain/granularity.ts";
import { HOUR_MS, type Instant, plus, SECOND_MS } from "../domain/instant.ts";
import { append } from "../domain/lists.ts";
import { type EventKind, type ExportEvent, mergeEvents } from "./events.ts";

/** Takes the events of one account, and gives the merged events as they are complete; the rest at the end. */
export type Merger = {
  add(events: readonly ExportEvent[]): readonly ExportEvent[];
  end(): readonly ExportEvent[];
};

/** When a symbol's position was open, from flat to flat; null where it was before the history begins. */
export type OpenSpan = {
  readonly symbol: string;
  readonly from: Instant | null;
  readonly until: Instant;
};

const NEVER_MERGED: ReadonlySet<EventKind> = new Set(["opening", "transfer", "own_transfer", "unknown"]);

/**
 * Of a row that stands for a whole day: far enough from midnight to keep its date in the zones in which
 * people live.
 */
const TIME_OF_DAY_MS = 10 * HOUR_MS;

/**
 * Where amounts are in the reporting currency, an event without a price is not merged: the merged row would
 * have no price either.
 */
export function mergerOf(
  granularity: Granularity,
  timeZone: string,
  spans: readonly OpenSpan[],
  isInReportingCurrency: boolean,
): Merger {
  const key = isInReportingCurrency
    ? (event: ExportEvent) => `${keyOf(event)}\n${event.value === null}`
    : keyOf;
  switch (granularity) {
    case "event":
      return { add: (events) => events, end: () => [] };
    case "position":
      return positionMerger(spans, key);
    case "day":
    case "month":
      return calendarMerger(granularity, timeZone, key);
  }
}

/** What stands between two blanks cannot be in the names of assets and symbols. */
function keyOf({ kind, asset, symbol, amount }: ExportEvent): string {
  return [kind, amount.isNegative() ? "paid" : "received", asset, symbol ?? ""].join("\n");
}

type KeyOf = (event: ExportEvent) => string;

type Group = { readonly events: ExportEvent[] };

function calendarMerger(unit: "day" | "month", timeZone: string, keyOf: KeyOf): Merger {
  const groups = new Map<string, Group>();
  const alone: ExportEvent[] = [];
  const units = calendar(unit, timeZone);
  const days = calendar("day", timeZone);
  let until: Instant | null = null;
  const flush = (): ExportEvent[] => {
    const merged = [...groups.values()].map(({ events }) =>
      mergeEvents(events, plus(days.around(events.at(-1)?.at as Instant).from, TIME_OF_DAY_MS)),
    );
    append(merged, alone);
    groups.clear();
    alone.length = 0;
    return inOrder(merged);
  };
  return {
    add: (events) => {
      const done: ExportEvent[] = [];
      for (const event of events) {
        if (until !== null && event.at >= until) append(done, flush());
        until = units.around(event.at).until;
        if (NEVER_MERGED.has(event.kind)) alone.push(event);
        else addTo(groups, keyOf(event), event);
      }
      return done;
    },
    end: flush,
  };
}

/**
 * What happened while a symbol's position was open becomes one row of the instant at which it is flat again,
 * and what belongs to one that is still open at the end one of the last event's. In hedge mode both sides of
 * a symbol are one position, because funding does not name the side.
 */
function positionMerger(spans: readonly OpenSpan[], keyOf: KeyOf): Merger {
  const bySymbol = unitedSpans(spans);
  const closing = new Map<string, { readonly until: Instant; readonly groups: Map<string, Group> }>();
  const open = new Map<string, Group>();
  let last: Instant | null = null;
  const closedBefore = (at: Instant): ExportEvent[] => {
    const merged: ExportEvent[] = [];
    for (const [key, { until, groups }] of closing) {
      if (until >= at) continue;
      for (const { events } of groups.values()) merged.push(mergeEvents(events, until));
      closing.delete(key);
    }
    return inOrder(merged);
  };
  return {
    add: (events) => {
      const done: ExportEvent[] = [];
      for (const event of events) {
        append(done, closedBefore(event.at));
        last = event.at;
        const symbol = event.symbol ?? "";
        const all = bySymbol.get(symbol) ?? [];
        const isOwn = !NEVER_MERGED.has(event.kind) && symbol !== "";
        const span = isOwn ? spanAround(all, event.at) : null;
        if (span !== null) {
          const key = `${symbol}\n${span.from}`;
          const position = closing.get(key) ?? { until: span.until, groups: new Map<string, Group>() };
          closing.set(key, position);
          addTo(position.groups, keyOf(event), event);
        } else if (isOwn && event.at > (all.at(-1)?.until ?? -1)) addTo(open, keyOf(event), event);
        else done.push(event);
      }
      return done;
    },
    // Where a position goes on after the period, its part of the period gets the instant of the last event.
    end: () => {
      const at = last;
      const rest = [...[...closing.values()].map(({ groups }) => groups), open];
      closing.clear();
      return at === null
        ? []
        : rest.flatMap((groups) => [...groups.values()].map(({ events }) => mergeEvents(events, at)));
    },
  };
}

/**
 * Those of each symbol in order, with none that overlap; one that begins where another ends is another
 * position.
 */
function unitedSpans(spans: readonly OpenSpan[]): ReadonlyMap<string, readonly OpenSpan[]> {
  const bySymbol = new Map<string, OpenSpan[]>();
  for (const span of spans.toSorted(byBeginning)) {
    const united = bySymbol.get(span.symbol) ?? [];
    bySymbol.set(span.symbol, united);
    const before = united.at(-1);
    if (before === undefined || (span.from !== null && span.from >= before.until)) united.push(span);
    else if (span.until > before.until) united[united.length - 1] = { ...before, until: span.until };
  }
  return bySymbol;
}

function byBeginning(a: OpenSpan, b: OpenSpan): number {
  if (a.from === b.from) return a.until - b.until;
  if (a.from === null || b.from === null) return a.from === null ? -1 : 1;
  return a.from - b.from;
}

/** The first that holds the instant, its ends included; null where none does. */
function spanAround(spans: readonly OpenSpan[], at: Instant): OpenSpan | null {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle]?.until ?? at) < at) low = middle + 1;
    else high = middle;
  }
  const span = spans[low];
  return span !== undefined && (span.from === null || span.from <= at) ? span : null;
}

/**
 * For tools that skip a row which they have seen before: partial fills of one order give such rows all the
 * time. Where two rows of one second would be the same, all of that second with their word, asset and
 * direction become one, so that no two can be.
 */
export function twinMerger(wordOf: (event: ExportEvent) => string): Merger {
  let second: ExportEvent[] = [];
  const flush = (): ExportEvent[] => {
    const merged = second.length < 2 ? second : withoutTwins(second, wordOf);
    second = [];
    return merged;
  };
  return {
    add: (events) => {
      const done: ExportEvent[] = [];
      for (const event of events) {
        if (second.length > 0 && secondOf(second[0]) !== secondOf(event)) append(done, flush());
        second.push(event);
      }
      return done;
    },
    end: flush,
  };
}

function secondOf(event: ExportEvent | undefined): number {
  return Math.floor((event?.at ?? 0) / SECOND_MS);
}

function withoutTwins(events: readonly ExportEvent[], wordOf: (event: ExportEvent) => string): ExportEvent[] {
  const groups = new Map<string, Group>();
  for (const event of events)
    addTo(groups, [wordOf(event), event.amount.isNegative(), event.asset].join("\n"), event);
  return inOrder(
    [...groups.values()].flatMap(({ events: alike }) => {
      const amounts = new Set(alike.map(({ amount }) => amount.toFixed()));
      return amounts.size === alike.length ? alike : [mergeEvents(alike, alike[0]?.at as Instant)];
    }),
  );
}

function addTo(groups: Map<string, Group>, key: string, event: ExportEvent): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, { events: [event] });
  else group.events.push(event);
}

/** Stable: events of one instant stay in the order of the books. */
function inOrder(events: readonly ExportEvent[]): ExportEvent[] {
  return events.toSorted((a, b) => a.at - b.at);
}

export type CalendarSpan = { readonly name: string; readonly from: Instant; readonly until: Instant };

/**
 * The days or months around instants, as clocks in the zone show them. Instants come in order, so the last
 * answer mostly serves again.
 */
export function calendar(unit: "day" | "month", timeZone: string): { around(at: Instant): CalendarSpan } {
  let span: CalendarSpan | null = null;
  return {
    around: (at) => {
      if (span !== null && at >= span.from && at < span.until) return span;
      const from = startOf(at, unit, timeZone);
      const name = formatLocal(from, timeZone).slice(
        0,
        unit === "day" ? "2026-01-31".length : "2026-01".length,
      );
      span = { name, from, until: addCalendar(from, 1, unit, timeZone) };
      return span;
    },
  };
}
