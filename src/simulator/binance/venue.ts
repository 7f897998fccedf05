/**
 * The REST interface of Binance's USDⓈ-M futures over a world: who asks, whether they may, and what they are told. Rows later than the
 * venue's clock do not exist yet, and those older than its memory no more.
 */
import { DAY_MS } from "../../domain/instant.ts";
import { AccountView } from "../binance-family/account-view.ts";
import type { Scene, VenueRules } from "../binance-family/answers.ts";
import { checkedParameters, publicParameters } from "../binance-family/parameters.ts";
import { refusals } from "../binance-family/refusal.ts";
import { type Route, simulateVenue } from "../binance-family/venue.ts";
import type { World } from "../binance-family/world/world.ts";
import { type SimulatedVenue, type Truncation, truncationOf } from "../shared/exchange.ts";
import type { VenuePlan } from "../shared/venue-plan.ts";
import { type BinanceCredential, makeBinanceAuthority } from "./auth.ts";
import { type DownloadOptions, makeDownloads } from "./downloads.ts";
import { type BinanceEndpoint, binanceEndpoints } from "./endpoints.ts";

export type BinancePlan = VenuePlan & {
  readonly world: World;
  readonly credentials: readonly BinanceCredential[];
  readonly truncate: Truncation;
  readonly rules: VenueRules;
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
  const { world, clock, rules, weightPerMinute } = plan;
  const authority = makeBinanceAuthority(plan.credentials, clock);
  const views = new Map(world.accounts.map((account) => [account.name, new AccountView(account)]));
  const downloads = makeDownloads(plan.downloads);
  let host = "";

  const routeOf = (endpoint: BinanceEndpoint): Route => ({
    weight: endpoint.weight,
    respond(request, whim) {
      host = request.header("host") ?? "";
      const scene: Scene = {
        world,
        rules,
        now: clock.now(),
        shownTime: clock.shown(),
        weightPerMinute,
        truncate: truncationOf(plan.truncate, whim),
      };
      if (endpoint.kind === "public") return endpoint.answer(scene);
      if (endpoint.kind === "market")
        return endpoint.answer({ ...scene, parameters: publicParameters(request, endpoint.known) });
      const { account, parameters } = authority(request);
      const view = views.get(account);
      if (view === undefined) throw refusals.key();
      return endpoint.answer({ ...scene, view, parameters: checkedParameters(parameters, endpoint.known) });
    },
  });
  const endpoints = binanceEndpoints({ ...plan, downloads, host: () => host });
  const venue = simulateVenue(plan, new Map(endpoints.map((endpoint) => [endpoint.path, routeOf(endpoint)])));
  return {
    // Files come from another host, which counts no weight.
    answer: (request, whim) => downloads.file(request, clock.now()) ?? venue.answer(request, whim),
  };
}
