/**
 * Aster's REST interface over a world: who asks, whether they may, and what they are told. Rows later than the venue's clock
 * do not exist yet.
 */
import type { DurationMs } from "../domain/instant.ts";
import { AccountView, type Truncation } from "./account-view.ts";
import { type AsterCredential, makeAsterAuthority, PROOF_PARAMETERS } from "./aster-auth.ts";
import { ASTER_ENDPOINTS, type Endpoint, type Scene } from "./aster-endpoints.ts";
import { checkedParameters } from "./aster-parameters.ts";
import { type Answer, readQuery, type SeenRequest, type SimulatedRequest } from "./exchange.ts";
import { Refusal, refusals } from "./refusal.ts";
import type { SimulatedClock } from "./simulated-clock.ts";
import type { Admission, WeightLimit } from "./weight-limit.ts";
import type { World } from "./world.ts";

export type AsterPlan = {
  readonly world: World;
  readonly clock: SimulatedClock;
  readonly credentials: readonly AsterCredential[];
  readonly weightLimit: WeightLimit;
  readonly weightPerMinute: number;
  readonly truncate: Truncation;
  readonly retention: DurationMs | null;
  /** Whether a 429 says how long to wait; the documentation of the futures does not promise it. */
  readonly sendsRetryAfter: boolean;
};

export type SimulatedVenue = {
  answer(request: SimulatedRequest): Answer;
  /** What was asked so far, in order. */
  seen(): readonly SeenRequest[];
};

type Route = { readonly generation: "v1" | "v3"; readonly endpoint: Endpoint };
type Headers = Readonly<Record<string, string>>;

const ROUTES: ReadonlyMap<string, Route> = new Map(
  ASTER_ENDPOINTS.flatMap((endpoint): [string, Route][] => [
    [endpoint.v1, { generation: "v1", endpoint }],
    [endpoint.v3, { generation: "v3", endpoint }],
  ]),
);

export function simulateAster(plan: AsterPlan): SimulatedVenue {
  const authority = makeAsterAuthority(plan.credentials, plan.clock);
  const views = new Map(plan.world.accounts.map((account) => [account.name, new AccountView(account)]));
  const seen: SeenRequest[] = [];

  function bodyFor({ endpoint, generation }: Route, request: SimulatedRequest): string {
    const { world, clock, weightPerMinute, truncate, retention } = plan;
    const scene: Scene = { world, now: clock.now(), weightPerMinute, truncate, retention };
    if (endpoint.kind === "public") return endpoint.answer(scene);
    const { account, parameters } = authority[generation](request);
    const view = views.get(account);
    if (view === undefined) throw refusals.key();
    return endpoint.answer({ ...scene, view, parameters: checkedParameters(parameters, endpoint.known) });
  }

  function answer(request: SimulatedRequest): Answer {
    const route = ROUTES.get(request.path);
    const weight = route?.endpoint.weight(request.rawQuery) ?? 1;
    const admission = plan.weightLimit.admit(weight);
    const headers = {
      "Content-Type": "application/json;charset=UTF-8",
      "X-MBX-USED-WEIGHT-1M": String(admission.usedWeight),
    };
    if (admission.kind !== "admitted") return { ...turnedAway(plan, admission, headers), weight };
    if (route === undefined) {
      // Not even JSON: what a proxy in front of the venue says.
      const html = { ...headers, "Content-Type": "text/html" };
      return { status: 404, headers: html, body: "<html><body>404 Not Found</body></html>", weight };
    }
    try {
      if (request.method !== "GET") throw refusals.method(request.method);
      return { status: 200, headers, body: bodyFor(route, request), weight };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, headers, body: error.body, weight };
    }
  }

  return {
    answer: (request) => {
      const given = answer(request);
      const params = (readQuery(request.rawQuery) ?? []).filter(({ name }) => !PROOF_PARAMETERS.has(name));
      seen.push({
        path: request.path,
        params: Object.fromEntries(params.map(({ name, value }) => [name, value])),
        status: given.status,
        weight: given.weight,
      });
      return given;
    },
    seen: () => seen,
  };
}

function turnedAway(
  plan: AsterPlan,
  admission: Exclude<Admission, { kind: "admitted" }>,
  headers: Headers,
): Omit<Answer, "weight"> {
  const { retryAfterMs } = admission;
  const refusal =
    admission.kind === "banned"
      ? refusals.banned(plan.clock.now() + Math.ceil(retryAfterMs))
      : refusals.tooManyRequests(plan.weightPerMinute);
  const advice = plan.sendsRetryAfter ? { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) } : {};
  return { status: refusal.status, headers: { ...headers, ...advice }, body: refusal.body };
}
