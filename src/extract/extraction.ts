import type { Instant } from "../domain/instant.ts";
import type { Doing } from "../domain/share.ts";
import type { VenueClient } from "../http/client.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";

/** What one account's extraction works with. */
export type Extraction = {
  readonly accountId: string;
  readonly store: Store;
  readonly client: VenueClient;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly runId: string;
  /** Shows a person what is being done. */
  readonly progress: Doing;
  /** A line that stays, for a person who waits. */
  readonly tell: (text: string) => void;
};

export type SyncOptions = {
  /** The beginning of the history wanted; null for as far back as the venue serves. */
  readonly since: Instant | null;
  /** Symbols to request even if no record ever named them. */
  readonly symbols: readonly string[];
  /** Whether every listed symbol is to be requested again, as on the first sync. */
  readonly sweepAgain: boolean;
  /** How many requests of the account may be under way at once. */
  readonly requestsAtOnce: number;
};
