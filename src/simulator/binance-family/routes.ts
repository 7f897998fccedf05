/** From an endpoint to its answer: authenticates the request, and chooses the account that it sees. */
import { type SimulatedRequest, type Truncation, truncationOf } from "../shared/exchange.ts";
import type { VenuePlan } from "../shared/venue-plan.ts";
import { AccountView } from "./account-view.ts";
import type { Endpoint, Scene, VenueRules } from "./answers.ts";
import { Marks } from "./marks.ts";
import { checkedParameters, publicParameters } from "./parameters.ts";
import { refusals } from "./refusal.ts";
import type { Authorised } from "./signed-query.ts";
import type { Route } from "./venue.ts";
import type { World } from "./world/world.ts";

export type FamilyPlan = VenuePlan & {
  readonly world: World;
  readonly truncate: Truncation;
  readonly rules: VenueRules;
};

/** Throws a `Refusal` where the request may not be answered. */
type Authority = (request: SimulatedRequest) => Authorised;

/** Makes routes over one world. Rows later than the venue's clock do not exist yet. */
export function routesOver(plan: FamilyPlan): (endpoint: Endpoint, authority: Authority) => Route {
  const { world, clock, rules, weightPerMinute } = plan;
  const marks = new Marks(world.prices ?? []);
  const views = new Map(world.accounts.map((account) => [account.name, new AccountView(account, marks)]));
  return (endpoint, authority) => ({
    weight: endpoint.weight,
    respond(request, whim) {
      const scene: Scene = {
        world,
        marks,
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
}
