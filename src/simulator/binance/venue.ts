/**
 * The REST interface of Binance's USDⓈ-M futures over a world: authenticates requests, and answers or refuses
 * them. Rows later than the venue's clock do not exist yet, and those older than its retention no longer.
 */
import { DAY_MS } from "../../domain/instant.ts";
import type { VenueRules } from "../binance-family/answers.ts";
import { type FamilyPlan, routesOver } from "../binance-family/routes.ts";
import { simulateVenue } from "../binance-family/venue.ts";
import type { SimulatedVenue } from "../shared/exchange.ts";
import { type BinanceCredential, makeBinanceAuthority } from "./auth.ts";
import { type DownloadOptions, makeDownloads } from "./downloads.ts";
import { binanceEndpoints } from "./endpoints.ts";

type BinancePlan = FamilyPlan & {
  readonly credentials: readonly BinanceCredential[];
  /** False for a key that may only read: the history of margin changes wants the right to trade. */
  readonly canReadMarginHistory: boolean;
  /** Rights of every key that differ from those of a key that may only read. */
  readonly keyRights: Readonly<Record<string, boolean>>;
  readonly burnsFees: boolean;
  readonly hasMultiAssetsMargin: boolean;
  readonly downloads: DownloadOptions;
};

/** Three months are 90 days here; that forced orders are kept as long is a guess. */
export const BINANCE_RULES: VenueRules = {
  pageRows: {
    income: { byDefault: 100, most: 1000 },
    fills: { byDefault: 500, most: 1000 },
    forcedOrders: { byDefault: 50, most: 100 },
    marginChanges: { byDefault: 500, most: 500 },
  },
  retention: {
    income: 90 * DAY_MS,
    fills: 90 * DAY_MS,
    forcedOrders: 90 * DAY_MS,
    marginChanges: 30 * DAY_MS,
  },
  refusesOld: ["fills", "marginChanges"],
  spanDaysMax: { income: null, fills: 7, forcedOrders: null, marginChanges: 30 },
  dialect: { tranIds: "bare", showsReasons: true },
  marginAssets: ["USDT", "USDC", "BNB", "BTC", "FDUSD"],
};

export function simulateBinance(plan: BinancePlan): SimulatedVenue {
  const { clock } = plan;
  const authority = makeBinanceAuthority(plan.credentials, clock);
  const downloads = makeDownloads(plan.downloads);
  let host = "";
  const routeOf = routesOver(plan);
  const endpoints = binanceEndpoints({ ...plan, downloads, host: () => host });
  const venue = simulateVenue(
    plan,
    new Map(endpoints.map((endpoint) => [endpoint.path, routeOf(endpoint, authority)])),
  );
  return {
    // Files come from another host, which counts no weight.
    answer(request, whim) {
      host = request.header("host") ?? "";
      return downloads.file(request, clock.now()) ?? venue.answer(request, whim);
    },
  };
}
