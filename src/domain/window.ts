import { type DurationMs, earliest, formatInstant, type Instant, instant, latest } from "./instant.ts";

/** A span of time, half-open: `from` belongs to it, `until` does not. */
export type Window = { readonly from: Instant; readonly until: Instant };

export function windowText(window: Window): string {
  return `[${formatInstant(window.from)}, ${formatInstant(window.until)})`;
}

export function contains(window: Window, at: Instant): boolean {
  return window.from <= at && at < window.until;
}

/**
 * The parts of `span` that no window of `covered` covers, in order. `covered` may overlap and be in any
 * order.
 */
export function difference(span: Window, covered: readonly Window[]): Window[] {
  const gaps: Window[] = [];
  let reached = span.from;
  for (const window of covered.toSorted((a, b) => a.from - b.from)) {
    if (window.from >= span.until) break;
    if (window.from > reached) gaps.push({ from: reached, until: window.from });
    reached = latest(reached, window.until);
  }
  if (reached < span.until) gaps.push({ from: reached, until: span.until });
  return gaps;
}

/** Joins windows that touch or overlap; the result is in order. */
export function union(windows: readonly Window[]): Window[] {
  const result: Window[] = [];
  for (const window of windows.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || window.from > last.until) result.push(window);
    else result[result.length - 1] = { from: last.from, until: latest(last.until, window.until) };
  }
  return result;
}

/**
 * Cuts `span` into windows of at most `longest`, in order and without holes; the last one takes what is left.
 */
export function* cutWindows(span: Window, longest: DurationMs): Generator<Window> {
  for (let from = span.from; from < span.until; ) {
    const until = earliest(instant(from + longest), span.until);
    yield { from, until };
    from = until;
  }
}

/** The spans that both lists cover; each list must be in order, and its windows must not touch. */
export function intersection(some: readonly Window[], others: readonly Window[]): Window[] {
  return some.flatMap((one) =>
    others
      .map((other) => ({ from: latest(one.from, other.from), until: earliest(one.until, other.until) }))
      .filter((both) => both.from < both.until),
  );
}
