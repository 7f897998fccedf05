/**
 * How much of a sync is still to come, as far as it can be foreseen: a busy window takes more requests than
 * one, and which contracts an account traded only its rows tell.
 */

import { MINUTE_MS } from "../domain/instant.ts";
import type { Doing } from "../domain/share.ts";
import { durationText } from "../errors.ts";
import type { VenueClient } from "../http/client.ts";
import type { Extraction } from "./extraction.ts";
import { planOf, type StreamRead } from "./read-stream.ts";

export type Foreseen = { readonly requests: number; readonly weight: number };

/** Of each read as many requests as its plan has windows, and no more than `most`. */
export function foresee(
  { venue }: VenueClient,
  reads: readonly StreamRead[],
  most = Number.POSITIVE_INFINITY,
): Foreseen {
  let [requests, weight] = [0, 0];
  for (const read of reads) {
    const { windows, probes } = planOf(read);
    const planned = [...windows, ...probes];
    const [window] = planned;
    if (window === undefined) continue;
    const { stream, symbol } = read;
    const count = Math.min(planned.length, most);
    requests += count;
    weight += count * venue.pageRequest({ stream, symbol, filters: {}, span: { by: "time", window } }).weight;
  }
  return { requests, weight };
}

export function together(...parts: readonly Foreseen[]): Foreseen {
  return {
    requests: parts.reduce((sum, part) => sum + part.requests, 0),
    weight: parts.reduce((sum, part) => sum + part.weight, 0),
  };
}

/** What is done of a sync and what is left, for whoever waits. */
export type SyncShare = {
  /** As `Doing`, with the share of the whole sync that is done. */
  readonly progress: Doing;
  /** What is left from here on. */
  foresee(left: Foreseen): void;
};

export function newSyncShare({ progress, accountId, client }: Extraction): SyncShare {
  const begun = client.weightSpent;
  const spent = () => client.weightSpent - begun;
  let total: number | null = null;
  return {
    progress: (what) =>
      progress(
        what,
        total === null
          ? undefined
          : { of: `${accountId} sync`, done: spent(), total: Math.max(total, spent()) },
      ),
    foresee: ({ weight }) => {
      total = spent() + weight;
    },
  };
}

/** Says before the first of many requests how long they will take. Quiet where nobody has to wait. */
export function tellForeseen({ accountId, client, log, tell }: Extraction, foreseen: Foreseen): void {
  const duration = client.timeFor(foreseen);
  if (duration < MINUTE_MS) return;
  log("sync_foreseen", { account: accountId, ...foreseen, ms: duration });
  tell(
    `${accountId}: about ${foreseen.requests} requests, some ${durationText(Math.ceil(duration / MINUTE_MS) * MINUTE_MS)} within the limits of ${client.venue.title} (an estimate)`,
  );
}
