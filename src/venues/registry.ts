/** The only list of venues. A new venue is one folder beside this file and one line in here. */
import type { AccountConfiguration, Credentials, VenueConfiguration } from "../config/configuration.ts";
import { assert } from "../errors.ts";
import { asterListing } from "./aster/listing.ts";
import { binanceUsdmListing } from "./binance-usdm/listing.ts";
import { edgexListing } from "./edgex/listing.ts";
import type { HistoryFile, HistoryFileTable, Venue } from "./venue.ts";

export type VenueListing = {
  /** What the configuration must know of the venue. */
  readonly configuration: VenueConfiguration;
  /** What it serves, and for how long; the same for every account. */
  readonly streams: Venue["streams"];
  /** The venue as one account sees it. Throws a `UsageError` for credentials that cannot be. */
  open(credentials: Credentials): Venue;
  /**
   * Reads a file that the venue made, table by table. Throws a `UsageError` for one that is not understood;
   * absent where the venue makes none.
   */
  readHistoryFile?(file: HistoryFile): AsyncIterable<HistoryFileTable>;
};

export const VENUES: Readonly<Record<string, VenueListing>> = {
  aster: asterListing,
  "binance-usdm": binanceUsdmListing,
  edgex: edgexListing,
};

/** The venue as the account sees it. Throws a `UsageError` for credentials that cannot be. */
export function openVenue({
  venue,
  credentials,
}: Pick<AccountConfiguration, "venue" | "credentials">): Venue {
  const listing = VENUES[venue];
  assert(listing !== undefined, `the configuration let the venue "${venue}" pass`);
  return listing.open(credentials);
}

export const VENUE_CONFIGURATIONS: Readonly<Record<string, VenueConfiguration>> = Object.fromEntries(
  Object.entries(VENUES).map(([name, listing]) => [name, listing.configuration]),
);
