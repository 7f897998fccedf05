import { type DurationMs, type Instant, plus } from "../domain/instant.ts";
import type { Window } from "../domain/window.ts";

/**
 * Windows of `spanMax` at most that hold all of the instants (in order), each from one of them to `step`
 * behind another: as few requests as that takes.
 */
export function windowsAround(
  instants: readonly Instant[],
  step: DurationMs,
  spanMax: DurationMs,
): readonly Window[] {
  const windows: Window[] = [];
  for (const at of instants) {
    const last = windows.at(-1);
    const until = plus(at, step);
    if (last !== undefined && until - last.from <= spanMax) windows.splice(-1, 1, { from: last.from, until });
    else windows.push({ from: at, until });
  }
  return windows;
}
