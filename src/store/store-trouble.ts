import { StoreUnavailableError } from "../errors.ts";

/**
 * What Postgres and the network say when a connection ends: a restart, a shutdown, too many connections, a
 * cut line.
 */
const LOST: ReadonlySet<string> = new Set([
  ...["57P01", "57P02", "57P03", "08000", "08003", "08006", "53300"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"],
]);
/** What the driver says, without a code, of a connection that ends under a query or before it. */
const LOST_WORDS = /^(?:Connection terminated|Client has encountered a connection error)/;
/** What the pool says when none became free, or could be made, in time. */
const NONE_FREE = "timeout exceeded when trying to connect";
/** No room, a disk that fails, a file that is not there or may not be opened: of either kind of store. */
const DISK: ReadonlySet<string> = new Set(["53100", "58030", "58P01"]);

/** The store's own trouble as an error with a remedy; null for whatever else went wrong. */
export function storeTrouble(error: unknown): StoreUnavailableError | null {
  if (!(error instanceof Error)) return null;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (DISK.has(code))
    return trouble(error, "the store's disk refuses to work", "make room on it, or fix it, and run again");
  if (error.message === NONE_FREE) {
    return trouble(
      error,
      "no connection to the Postgres server became free in time",
      "see what keeps the server busy, and run again: it goes on where this run stopped",
    );
  }
  if (!LOST.has(code) && !LOST_WORDS.test(error.message)) return null;
  return trouble(
    error,
    "the connection to the Postgres server was lost",
    "see that the server is well and run again: it goes on where this run stopped",
  );
}

const INSUFFICIENT_PRIVILEGE = "42501";

/**
 * What the server's user may not do, as an error with a remedy; null for whatever else went wrong. Not part
 * of `storeTrouble`: what a select of somebody else's may not do is a mistake in that select.
 */
export function rightsTrouble(error: unknown): StoreUnavailableError | null {
  if (!(error instanceof Error && "code" in error && error.code === INSUFFICIENT_PRIVILEGE)) return null;
  return trouble(
    error,
    "the store's user may not do that on the Postgres server",
    "run the command as the owner of the books, who also brings an upgrade in; or grant the right",
  );
}

function trouble(cause: Error, what: string, next: string): StoreUnavailableError {
  const evidence = [cause.message, "what was committed is kept; nothing is half-written"];
  return new StoreUnavailableError({ where: "store", what, evidence, next }, { cause });
}
