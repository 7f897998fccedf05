/** Venues as they write themselves; the books have short names without spaces. */
const VENUE_NAMES: Readonly<Record<string, string>> = {
  aster: "Aster",
  "binance-usdm": "Binance USDⓈ-M",
  edgex: "edgeX",
};

export function venueName(venue: string): string {
  return VENUE_NAMES[venue] ?? venue;
}
