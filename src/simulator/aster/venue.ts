/**
 * Aster's REST interface over a world: who asks, whether they may, and what they are told. Rows later than the venue's clock
 * do not exist yet.
 */
import { AccountView } from "../binance-family/account-view.ts";
import type { Scene, VenueRules } from "../binance-family/answers.ts";
import { checkedParameters, publicParameters } from "../binance-family/parameters.ts";
import { refusals } from "../binance-family/refusal.ts";
import { type Route, simulateVenue } from "../binance-family/venue.ts";
import type { World } from "../binance-family/world/world.ts";
import { type SimulatedVenue, type Truncation, truncationOf } from "../shared/exchange.ts";
import type { VenuePlan } from "../shared/venue-plan.ts";
import { type AsterCredential, makeAsterAuthority } from "./auth.ts";
import { ASTER_ENDPOINTS, type AsterEndpoint } from "./endpoints.ts";

export type AsterPlan = VenuePlan & {
  readonly world: World;
  readonly credentials: readonly AsterCredential[];
  readonly truncate: Truncation;
  readonly rules: VenueRules;
};

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
  const { world, clock, rules, weightPerMinute } = plan;
  const authority = makeAsterAuthority(plan.credentials, clock);
  const views = new Map(world.accounts.map((account) => [account.name, new AccountView(account)]));

  const routeOf = (endpoint: AsterEndpoint, generation: "v1" | "v3"): Route => ({
    weight: endpoint.weight,
    respond(request, whim) {
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
      const { account, parameters } = authority[generation](request);
      const view = views.get(account);
      if (view === undefined) throw refusals.key();
      return endpoint.answer({ ...scene, view, parameters: checkedParameters(parameters, endpoint.known) });
    },
  });
  return simulateVenue(
    plan,
    new Map(
      ASTER_ENDPOINTS.flatMap((endpoint): [string, Route][] => [
        [endpoint.v1, routeOf(endpoint, "v1")],
        [endpoint.v3, routeOf(endpoint, "v3")],
      ]),
    ),
  );
}
