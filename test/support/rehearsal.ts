/**
 * What one seed is played with: a world in the simulator's hands, the venue that reads it, and who compares
 * at the end.
 */
import type { Instant } from "../../src/domain/instant.ts";
import { STREAM_NAMES, type StreamName } from "../../src/domain/record.ts";
import type { FaultPlan } from "../../src/simulator/faults/plan.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import type { Store } from "../../src/store/store.ts";
import type { StreamSupport, Venue } from "../../src/venues/venue.ts";
import type { Worth } from "./equity-auditor.ts";

export type Rehearsal = {
  readonly since: Instant;
  /** When it is read. */
  readonly nights: readonly Instant[];
  readonly venue: Venue;
  /** Why the last night, too, leaves something for a person. */
  readonly leavesOpen: readonly string[];
  /** How many checks must differ at the last night. */
  readonly differences: number;
  start(now: () => Instant, faults: FaultPlan): Promise<Simulator>;
  /**
   * Throws where the store is not what happened: all of it, or the rows from `from` on. Returns the contracts
   * that were open at `from`.
   */
  expectTruth(store: Store, until: Instant, accountId: string, from?: Instant): Promise<readonly string[]>;
  /** What the account was worth. */
  readonly worth: Worth;
};

/** The venue as it is, but with pages of a few rows: then a small world has many. */
export function withPageRowsMax(
  venue: Venue,
  parameter: "limit" | "size",
  most: Partial<Readonly<Record<StreamName, number>>>,
): Venue {
  const smaller = (stream: StreamName): readonly [StreamName, StreamSupport][] => {
    const support = venue.streams[stream];
    if (support === undefined) return [];
    const pageRowsMax = most[stream];
    const isSmaller = support.kind === "supported" && pageRowsMax !== undefined;
    return [[stream, isSmaller ? { ...support, pageRowsMax } : support]];
  };
  return {
    ...venue,
    streams: Object.fromEntries(STREAM_NAMES.flatMap(smaller)) as Venue["streams"],
    pageRequest: (pageQuery) => {
      const request = venue.pageRequest(pageQuery);
      const query = request.query.map(
        ([name, value]) => [name, name === parameter ? String(most[pageQuery.stream]) : value] as const,
      );
      return { ...request, query };
    },
  };
}
