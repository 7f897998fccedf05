/**
 * What every venue of this family does with a request: counts its weight, and refuses or answers it. Paths,
 * authentication and answers are each venue's own.
 */
import type { Answer, SimulatedRequest, SimulatedVenue, Whim } from "../shared/exchange.ts";
import type { VenuePlan } from "../shared/venue-plan.ts";
import type { Admission } from "../shared/weight-limit.ts";
import { Refusal, refusals } from "./refusal.ts";

export type Route = {
  readonly weight: (rawQuery: string) => number;
  /** The body of an answer; throws a `Refusal`. */
  readonly respond: (request: SimulatedRequest, whim: Whim) => string;
};

type Headers = Readonly<Record<string, string>>;

export function simulateVenue(plan: VenuePlan, routes: ReadonlyMap<string, Route>): SimulatedVenue {
  function answer(request: SimulatedRequest, whim: Whim): Answer {
    const route = routes.get(request.path);
    const weight = route?.weight(request.rawQuery) ?? 1;
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
      return { status: 200, headers, body: route.respond(request, whim), weight };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, headers, body: error.body, weight };
    }
  }

  return { answer: (request, whim = {}) => answer(request, whim) };
}

function turnedAway(
  plan: VenuePlan,
  admission: Exclude<Admission, { kind: "admitted" }>,
  headers: Headers,
): Omit<Answer, "weight"> {
  const { retryAfterMs } = admission;
  const refusal =
    admission.kind === "banned"
      ? refusals.banned(plan.clock.shown() + Math.ceil(retryAfterMs))
      : refusals.tooManyRequests(plan.weightPerMinute);
  const advice = plan.sendsRetryAfter ? { "Retry-After": String(Math.ceil(retryAfterMs / 1000)) } : {};
  return { status: refusal.status, headers: { ...headers, ...advice }, body: refusal.body };
}
