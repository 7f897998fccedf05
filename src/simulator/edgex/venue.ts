/**
 * edgeX's REST interface over a world, of both generations: V1 below `/api/v1/` with Stark signatures, V2
 * below `/api/v2/` with HMAC keys. Rows later than the venue's clock do not exist yet.
 */

import {
  type Answer,
  readQuery,
  type SimulatedRequest,
  type SimulatedVenue,
  type Whim,
} from "../shared/exchange.ts";
import type { VenuePlan } from "../shared/venue-plan.ts";
import { EdgexAccountView } from "./account-view.ts";
import { type EdgexCredential, makeEdgexAuthority } from "./auth.ts";
import { EDGEX_ENDPOINTS, type EdgexEndpoint, type EdgexPageRows } from "./endpoints.ts";
import { EdgexParameters } from "./page.ts";
import { type EdgexContent, EdgexRefusal, edgexEnvelope, edgexRefusals, refusedContent } from "./refusal.ts";
import type { EdgexGeneration, EdgexWorld } from "./world/world.ts";

type EdgexPlan = VenuePlan & {
  readonly world: EdgexWorld;
  readonly credentials: readonly EdgexCredential[];
  readonly pageRows: EdgexPageRows;
};

type Route = { readonly endpoint: EdgexEndpoint; readonly generation: EdgexGeneration };

const JSON_HEADERS = { "Content-Type": "application/json;charset=UTF-8" } as const;

export function simulateEdgex(plan: EdgexPlan): SimulatedVenue {
  const { world, clock } = plan;
  const views = new Map(
    world.accounts.map((account) => [account.name, new EdgexAccountView(account, world)]),
  );
  const authority = makeEdgexAuthority(
    plan.credentials,
    (name) => views.get(name)?.account.accountId ?? null,
    clock,
  );
  const routes = new Map<string, Route>(
    (["v1", "v2"] as const).flatMap((generation) =>
      EDGEX_ENDPOINTS.map((endpoint): [string, Route] => [
        `/api/${generation}/${endpoint.path}`,
        { endpoint, generation },
      ]),
    ),
  );
  let answered = 0;

  function respond(request: SimulatedRequest, { endpoint, generation }: Route, whim: Whim): object {
    const [now, shown] = [clock.now(), clock.shown()];
    if (endpoint.kind === "public") return endpoint.answer(world, generation, { now, shown });
    const view = views.get(authority.admit(request, generation));
    const query = readQuery(request.rawQuery);
    if (view === undefined || view.account.generation !== generation) throw edgexRefusals.accountId("");
    if (query === null) throw edgexRefusals.parameter("");
    const parameters = new EdgexParameters(query, endpoint.known, whim);
    return endpoint.answer({ world, view, now, parameters, pageRows: plan.pageRows });
  }

  function envelope(content: EdgexContent): string {
    answered += 1;
    return edgexEnvelope(content, clock.shown(), answered);
  }

  function refuse(refusal: EdgexRefusal, headers: Readonly<Record<string, string>> = {}): Answer {
    const body = envelope(refusedContent(refusal));
    return { status: refusal.status, headers: { ...JSON_HEADERS, ...headers }, body, weight: 1 };
  }

  function answer(request: SimulatedRequest, whim: Whim = {}): Answer {
    const admission = plan.weightLimit.admit(1);
    if (admission.kind !== "admitted") {
      const seconds = String(Math.ceil(admission.retryAfterMs / 1000));
      return refuse(edgexRefusals.tooMany(), plan.sendsRetryAfter ? { "Retry-After": seconds } : {});
    }
    const route = routes.get(request.path);
    if (route === undefined) {
      // What a proxy in front of the venue says.
      const body = "<!DOCTYPE html><html><body>404 Not Found</body></html>";
      return { status: 404, headers: { "Content-Type": "text/html" }, body, weight: 1 };
    }
    try {
      if (request.method !== "GET") throw edgexRefusals.method();
      const data = respond(request, route, whim);
      const body = envelope({ code: "SUCCESS", data, msg: null, errorParam: null });
      return { status: 200, headers: JSON_HEADERS, body, weight: 1 };
    } catch (error) {
      if (error instanceof EdgexRefusal) return refuse(error);
      throw error;
    }
  }

  return { answer };
}
