import { StoreUnavailableError } from "../errors.ts";

/** What Postgres and the network say when a connection ends: a restart, a shutdown, too many connections, a cut line. */
const CODES: ReadonlySet<string> = new Set([
  ...["57P01", "57P02", "57P03", "08000", "08003", "08006", "53300"],
  ...["ECONNREFUSED", "ECONNRESET", "EPIPE", "ETIMEDOUT"],
]);
/** What the driver says, without a code, of a connection that ends under a query or before it. */
const WORDS = /^(?:Connection terminated|Client has encountered a connection error)/;

/** The store's own loss as an error with a remedy; null for whatever else went wrong. */
export function connectionLost(error: unknown): StoreUnavailableError | null {
  if (!(error instanceof Error)) return null;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (!CODES.has(code) && !WORDS.test(error.message)) return null;
  return new StoreUnavailableError(
    {
      where: "store",
      what: "the connection to the Postgres server was lost",
      evidence: [error.message, "what was committed is kept; nothing is half-written"],
      next: "see that the server is well and run again: it goes on where this run stopped",
    },
    { cause: error },
  );
}
