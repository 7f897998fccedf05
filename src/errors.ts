/**
 * Errors are typed by remedy first and place second, because the remedy decides what the run does: retry
 * (within a budget), set aside (keep the record, go on, exit 3), stop (exit 1; configuration 2, a held lock
 * 75), bug (crash).
 *
 * One form: *where: what happened*, the evidence line by line, then `next:` what to do. People read them; no
 * code parses them.
 */
import type { DurationMs, Instant } from "./domain/instant.ts";
import { printable } from "./domain/printable.ts";

export type Remedy = "retry" | "set_aside" | "stop";

export type ErrorWords = {
  /** The place in the reader's words: `main income [2026-01-01…, 2026-01-08…)`. */
  readonly where: string;
  readonly what: string;
  /** Facts, one a line: what was found, what is safe. */
  readonly evidence?: readonly string[];
  readonly next: string;
};

export abstract class PerpbooksError extends Error {
  abstract readonly remedy: Remedy;
  readonly exitCode: number = 1;
  readonly words: ErrorWords;

  constructor(said: ErrorWords, options?: ErrorOptions) {
    const words = printableWords(said);
    super(
      [
        `${words.where}: ${words.what}`,
        ...(words.evidence ?? []).map((line) => `  ${line}`),
        `  next: ${words.next}`,
      ].join("\n"),
      options,
    );
    this.name = new.target.name;
    this.words = words;
  }
}

/** A venue's words are among them, and they are shown, logged and kept. */
function printableWords({ where, what, evidence, next }: ErrorWords): ErrorWords {
  return {
    where: printable(where),
    what: printable(what),
    ...(evidence === undefined ? {} : { evidence: evidence.map(printable) }),
    next: printable(next),
  };
}

/** Worth another try. `wait` is the venue's own word on when, or null. */
export abstract class RetryableError extends PerpbooksError {
  readonly remedy = "retry";
}

/** 429, 418 or -1003: everything on this host waits until `retryAt` (null: the venue did not say). */
export class RateLimitedError extends RetryableError {
  readonly retryAt: Instant | null;
  constructor(words: ErrorWords, retryAt: Instant | null) {
    super(words);
    this.retryAt = retryAt;
  }
}
/** 5xx, an HTML page, a body that is cut off: the venue is there, but not well. */
export class VenueUnavailableError extends RetryableError {}
export class ConnectionLostError extends RetryableError {}
/** Our time or nonce was refused: measure the venue's clock and sign again, once. */
export class ClockSkewedError extends RetryableError {}

/** The record or stream is kept and shown, the run goes on and ends with exit code 3. */
abstract class SetAsideError extends PerpbooksError {
  readonly remedy = "set_aside";
  override readonly exitCode = 3;
}
/** A part of the history that the venue will not show: it is kept as a gap, and the rest is read. */
export abstract class NotServedError extends SetAsideError {}
/** The venue does not serve this symbol (delisted, or never listed). */
export class SymbolNotServedError extends NotServedError {}
/** The window requested is older than what the venue still serves; younger ones are served. */
export class OutsideRetentionError extends NotServedError {}
/** The key works, but does not give the right to this one stream. */
export class RightMissingError extends NotServedError {}

/** The account's run ends; what was done is kept. */
abstract class StopError extends PerpbooksError {
  readonly remedy = "stop";
}
export class CredentialsRejectedError extends StopError {}
/** The account rests at the venue, and shows nothing until its owner wakes it. */
export class AccountArchivedError extends StopError {}
/**
 * The venue refused a request as malformed, or answered something that no rule covers: a mistake of ours or a
 * change of theirs.
 */
export class RequestRefusedError extends StopError {}
/** A page ignored what was requested, brought nothing new where more must be, or contradicts another page. */
export class PageStalledError extends StopError {}
/** More rows share one millisecond than the endpoint can be made to show. */
export class SaturatedInstantError extends StopError {}
/** The venue went on failing for longer than the retry budget. */
export class GaveUpError extends StopError {}
export class SchemaMismatchError extends StopError {}
export class StoreUnavailableError extends StopError {}
/** The store can be opened, but what it holds cannot be trusted. */
export class StoreDamagedError extends StopError {}
/**
 * The operating system refuses something about a file: the disk is full, it may not be written, something
 * else is in its place.
 */
export class FileTroubleError extends StopError {}
/** A statement took longer than it may. */
export class StatementTimedOutError extends StopError {}
/** A figure that a format has no room for. */
export class AmountTooLongError extends StopError {}
export class InterruptedError extends StopError {}
/**
 * Whoever read the output has gone (`| head`): there is nothing more to do, and that is no failure. It has no
 * words, as nobody is there to read them.
 */
export class ReaderGoneError extends Error {
  override readonly name = "ReaderGoneError";
  readonly exitCode = 0;
}
/** The time that the command was given is over. */
export class DeadlinePassedError extends StopError {}

/** Something is open that a close would hide: a person has to settle or accept it. Nothing was closed. */
export class PeriodNotReadyError extends StopError {
  override readonly exitCode = 3;
}
/** All mistakes of a configuration or command line at once; nothing was done. */
export class UsageError extends StopError {
  override readonly exitCode = 2;
}
/** What is to be read was not made yet. */
export class NothingYetError extends UsageError {}
export class LockHeldError extends StopError {
  override readonly exitCode = 75;
}
/** The folder's file system holds no sockets, which its lock is made of. */
export class LockImpossibleError extends StopError {}

/** For what can only be a mistake in this program. */
export class Bug extends Error {
  override readonly name = "Bug";
}

export function assert(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Bug(why);
}

/** A span of time in words: `250 ms`, `1 min 30 s`, `5 h 3 min`, `151 days 12 h`. */
export function durationText(ms: DurationMs): string {
  if (ms < 1000) return `${ms} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return withRest(`${minutes} min`, seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return withRest(`${hours} h`, minutes % 60, "min");
  return withRest(`${Math.floor(hours / 24)} days`, hours % 24, "h");
}

function withRest(whole: string, rest: number, unit: string): string {
  return rest === 0 ? whole : `${whole} ${rest} ${unit}`;
}
