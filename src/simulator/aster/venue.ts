/**
 * Aster's REST interface over a world: authenticates requests, and answers or refuses them. Rows later than
 * the venue's clock do not exist yet.
 */
import type { VenueRules } from "../binance-family/answers.ts";
import { type FamilyPlan, routesOver } from "../binance-family/routes.ts";
import { type Route, simulateVenue } from "../binance-family/venue.ts";
import type { SimulatedVenue } from "../shared/exchange.ts";
import { type AsterCredential, makeAsterAuthority } from "./auth.ts";
import { ASTER_ENDPOINTS } from "./endpoints.ts";

type AsterPlan = FamilyPlan & { readonly credentials: readonly AsterCredential[] };

/** Aster states no retention; it documents that fills may span seven days. */
export const ASTER_RULES: VenueRules = {
  pageRows: {
    income: { byDefault: 100, most: 1000 },
    fills: { byDefault: 500, most: 1000 },
    forcedOrders: { byDefault: 50, most: 100 },
    marginChanges: { byDefault: 500, most: 500 },
  },
  retention: { income: null, fills: null, forcedOrders: null, marginChanges: null },
  refusesOld: [],
  spanDaysMax: { income: null, fills: 7, forcedOrders: null, marginChanges: null },
  dialect: { tranIds: "quoted", showsReasons: false },
  marginAssets: ["USDT", "USDC", "BTC", "ASTER"],
};

export function simulateAster(plan: AsterPlan): SimulatedVenue {
  const authority = makeAsterAuthority(plan.credentials, plan.clock);
  const routeOf = routesOver(plan);
  return simulateVenue(
    plan,
    new Map(
      ASTER_ENDPOINTS.flatMap((endpoint): [string, Route][] => [
        [endpoint.v1, routeOf(endpoint, authority.v1)],
        [endpoint.v3, routeOf(endpoint, authority.v3)],
      ]),
    ),
  );
}
