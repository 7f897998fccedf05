/**
 * How a client behaves: what a venue would ban it for, counted. Requests that were already on their way when
 * a client was told to stop are not counted, up to as many as it may have under way at once.
 */
import {
  type DurationMs,
  type Instant,
  instant,
  latest,
  plus,
  readMilliseconds,
  SECOND_MS,
} from "../../domain/instant.ts";
import { type Delivery, readQuery, type SimulatedRequest } from "./exchange.ts";
import type { SimulatedClock } from "./simulated-clock.ts";

export type Violations = {
  /**
   * Requests sent before the instant until which the client had been told to wait. Not counted while the
   * clock stands.
   */
  readonly sentWhileToldToWait: number;
  /** Requests refused because the limit of weight had been reached, and the client had heard so. */
  readonly refusedAgain: number;
  /** Paths that the venue does not have, and methods other than GET. */
  readonly notAllowed: number;
  readonly nonceRepeated: number;
  /**
   * Requests that came sooner after the one before than the pace that was agreed. Not counted while the clock
   * stands.
   */
  readonly sentTooSoon: number;
};

type ConductTerms = {
  /** What the client has under way at once. */
  readonly underWayMax?: number;
  /** From one request to the next at least; none by default. */
  readonly paceMs?: DurationMs;
};

type Conduct = {
  /** Called for each request, before it is answered. */
  heard(request: SimulatedRequest): void;
  /** Called with each answer as it goes out. `isOwn` is false for one that a fault plan made up. */
  told(delivery: Delivery, isOwn: boolean): void;
  violations(): Violations;
};

/** What the program has under way for one account. */
const UNDER_WAY_DEFAULT = 4;

export function watchConduct(
  clock: SimulatedClock,
  { underWayMax = UNDER_WAY_DEFAULT, paceMs = 0 }: ConductTerms = {},
): Conduct {
  let [sentWhileToldToWait, refusedAgain, notAllowed, nonceRepeated, sentTooSoon] = [0, 0, 0, 0, 0];
  let heardAt: Instant | null = null;
  let waitUntil = instant(0);
  let sentSinceTold = 0;
  let refusedInARow = 0;
  const nonces = new Set<string>();

  return {
    heard({ rawQuery }) {
      const now = clock.now();
      if (clock.runs && heardAt !== null && now - heardAt < paceMs) sentTooSoon += 1;
      heardAt = now;
      if (clock.runs && now < waitUntil) {
        sentSinceTold += 1;
        if (sentSinceTold >= underWayMax) sentWhileToldToWait += 1;
      }
      const find = (sought: string) =>
        readQuery(rawQuery)?.find(({ name }) => name === sought)?.value ?? null;
      const nonce = find("nonce");
      if (nonce === null) return;
      const signed = `${find("signer")} ${nonce}`;
      if (nonces.has(signed)) nonceRepeated += 1;
      nonces.add(signed);
    },
    told(delivery, isOwn) {
      const until = toldToWait(delivery, clock);
      if (until !== null && until > waitUntil) [waitUntil, sentSinceTold] = [until, 0];
      if (!isOwn) return;
      if (delivery.status === 404 || delivery.status === 405) notAllowed += 1;
      if (delivery.status !== 429 && delivery.status !== 418) refusedInARow = 0;
      else {
        refusedInARow += 1;
        if (refusedInARow > underWayMax) refusedAgain += 1;
      }
    },
    violations: () => ({ sentWhileToldToWait, refusedAgain, notAllowed, nonceRepeated, sentTooSoon }),
  };
}

/**
 * Until when the answer tells to wait, by the venue's own clock without its skew; null where it names no
 * time.
 */
function toldToWait({ status, headers, body }: Delivery, clock: SimulatedClock): Instant | null {
  if (status !== 429 && status !== 418) return null;
  const seconds = readMilliseconds(headers["Retry-After"] ?? "");
  const bannedUntil = readMilliseconds(/banned until (\d{13})/.exec(String(body))?.[1] ?? "");
  const now = clock.now();
  const afterSeconds = seconds === null ? null : plus(now, seconds * SECOND_MS);
  const afterBan = bannedUntil === null ? null : plus(bannedUntil, now - clock.shown());
  if (afterSeconds === null || afterBan === null) return afterSeconds ?? afterBan;
  return latest(afterSeconds, afterBan);
}
