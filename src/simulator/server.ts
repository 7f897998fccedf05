/** Starts simulated venues. Adding one is adding its folder and a function like these. */
import type { DurationMs, Instant } from "../domain/instant.ts";
import type { AsterCredential } from "./aster/auth.ts";
import { ASTER_RULES, simulateAster } from "./aster/venue.ts";
import type { BinanceCredential } from "./binance/auth.ts";
import type { DownloadOptions } from "./binance/downloads.ts";
import { BINANCE_RULES, simulateBinance } from "./binance/venue.ts";
import { ofHistories, type PageLimits, type VenueRules } from "./binance-family/answers.ts";
import { FAMILY_DIALECT } from "./binance-family/faults.ts";
import type { World } from "./binance-family/world/world.ts";
import type { EdgexCredential } from "./edgex/auth.ts";
import { EDGEX_PAGE_ROWS, type EdgexPageRows } from "./edgex/endpoints.ts";
import { EDGEX_DIALECT } from "./edgex/faults.ts";
import { simulateEdgex } from "./edgex/venue.ts";
import type { EdgexWorld } from "./edgex/world/world.ts";
import type { FaultDialect } from "./faults/dialect.ts";
import type { FaultPlan, HarmedDelivery } from "./faults/plan.ts";
import { type AnswerRule, answerByRule } from "./shared/answer-rules.ts";
import { type Violations, watchConduct } from "./shared/conduct.ts";
import {
  businessParameters,
  type SeenRequest,
  type SimulatedRequest,
  type SimulatedVenue,
  type Truncation,
} from "./shared/exchange.ts";
import { serve } from "./shared/serve.ts";
import { type ClockPlan, makeClock, type SimulatedClock } from "./shared/simulated-clock.ts";
import type { VenuePlan } from "./shared/venue-plan.ts";
import { makeWeightLimit, type WeightPlan } from "./shared/weight-limit.ts";

export type {
  AnswerRule,
  AsterCredential,
  BinanceCredential,
  ClockPlan,
  EdgexCredential,
  SeenRequest,
  Violations,
};

/** What all simulated venues can be told. */
type SimulatorOptions = {
  readonly clock: ClockPlan;
  /** Default: 2,400; of edgeX, where every request weighs one, 60. Infinity: no limit. */
  readonly weightPerMinute?: number;
  /** More of the limit, for tests of it. */
  readonly weightPlan?: Omit<WeightPlan, "weightPerMinute">;
  /** Default: any free port. */
  readonly port?: number;
  /** Default: true. */
  readonly sendsRetryAfter?: boolean;
  /** What goes wrong between the venue and the wire. Default: nothing. */
  readonly faults?: FaultPlan;
  /** Rules that answer instead of the venue. Read at each request: they may change between two requests. */
  readonly rules?: () => readonly AnswerRule[];
  /**
   * Requests that the client may have under way at once, which it cannot call back when it is told to stop.
   * Default 4.
   */
  readonly underWayMax?: number;
  /** From one request to the next at least, or it is a violation. Default: none. */
  readonly paceMs?: DurationMs;
};

/** What those of the Binance family can be told. */
type FamilyOptions = SimulatorOptions & {
  readonly world: World;
  /** Which end of a page that is too long is kept. Default: the oldest rows. */
  readonly truncate?: Truncation;
  /** Default: the venue's own. Small ones make many pages of a small world. */
  readonly pageLimits?: Partial<PageLimits>;
};

export type AsterSimulatorOptions = FamilyOptions & {
  readonly credentials: readonly AsterCredential[];
  /** How far back rows are served. Default: no limit, as Aster states none. */
  readonly retention?: DurationMs;
};

export type BinanceSimulatorOptions = FamilyOptions & {
  readonly credentials: readonly BinanceCredential[];
  /** How far back each history is served; null for no limit. Default: 90 days, margin changes 30. */
  readonly retention?: Partial<VenueRules["retention"]>;
  /** Default: true. False for a key that may only read. */
  readonly canReadMarginHistory?: boolean;
  /**
   * Rights of every key that differ from those of a key that may only read, by their names in the venue's
   * answer.
   */
  readonly keyRights?: Readonly<Record<string, boolean>>;
  /** Whether fees are paid in BNB while there is some, as it is shown. Default: true. */
  readonly burnsFees?: boolean;
  /** Default: false. */
  readonly hasMultiAssetsMargin?: boolean;
  readonly downloads?: DownloadOptions;
};

export type EdgexSimulatorOptions = SimulatorOptions & {
  readonly world: EdgexWorld;
  readonly credentials: readonly EdgexCredential[];
  /** The most rows a page. Default: the venue's 100, and 1,000 valuations. */
  readonly pageRowsMax?: Partial<Readonly<Record<keyof EdgexPageRows, number>>>;
};

export type Simulator = {
  readonly url: string;
  /** What was requested so far, in order, without what proves who asks. */
  requests(): readonly SeenRequest[];
  /** What the client did that a venue would ban it for. */
  violations(): Violations;
  /** Moves the venue's clock: what has happened by then is served from now on. */
  setClock(at: Instant): void;
  close(): Promise<void>;
};

/** An Aster on the loopback interface. */
export function startAsterSimulator(options: AsterSimulatorOptions): Promise<Simulator> {
  const { retention = null } = options;
  const everywhere = ofHistories(() => retention);
  const rules = withPageLimits({ ...ASTER_RULES, retention: everywhere }, options.pageLimits);
  return start(options, (plan) =>
    simulateAster({ ...plan, ...shared(options), credentials: options.credentials, rules }),
  );
}

/** Binance's USDⓈ-M futures on the loopback interface. */
export function startBinanceSimulator(options: BinanceSimulatorOptions): Promise<Simulator> {
  const retention = { ...BINANCE_RULES.retention, ...options.retention };
  const rules = withPageLimits({ ...BINANCE_RULES, retention }, options.pageLimits);
  return start(options, (plan) =>
    simulateBinance({
      ...plan,
      ...shared(options),
      credentials: options.credentials,
      rules,
      canReadMarginHistory: options.canReadMarginHistory ?? true,
      keyRights: options.keyRights ?? {},
      burnsFees: options.burnsFees ?? true,
      hasMultiAssetsMargin: options.hasMultiAssetsMargin ?? false,
      downloads: options.downloads ?? {},
    }),
  );
}

/** edgeX, both generations, on the loopback interface. */
export function startEdgexSimulator(options: EdgexSimulatorOptions): Promise<Simulator> {
  const { world, credentials, pageRowsMax = {} } = options;
  const pageRows = (name: keyof EdgexPageRows) => {
    const most = pageRowsMax[name] ?? EDGEX_PAGE_ROWS[name].most;
    return { most, byDefault: Math.min(most, EDGEX_PAGE_ROWS[name].byDefault) };
  };
  return start(
    { weightPerMinute: EDGEX_REQUESTS_PER_MINUTE, ...options },
    (plan) =>
      simulateEdgex({
        ...plan,
        world,
        credentials,
        pageRows: { transactions: pageRows("transactions"), snapshots: pageRows("snapshots") },
      }),
    EDGEX_DIALECT,
  );
}

/**
 * The venue publishes no limit: the simulated one allows what a careful client asks at most, one a second.
 */
const EDGEX_REQUESTS_PER_MINUTE = 60;

function shared({ world, truncate }: FamilyOptions): { world: World; truncate: Truncation } {
  return { world, truncate: truncate ?? "oldest" };
}

function withPageLimits(rules: VenueRules, limits: Partial<PageLimits> = {}): VenueRules {
  const pageRows = ofHistories((name) => ({
    ...rules.pageRows[name],
    most: limits[name] ?? rules.pageRows[name].most,
  }));
  return { ...rules, pageRows };
}

async function start(
  options: SimulatorOptions,
  simulate: (plan: VenuePlan) => SimulatedVenue,
  dialect: FaultDialect = FAMILY_DIALECT,
): Promise<Simulator> {
  const weightPerMinute = options.weightPerMinute ?? 2400;
  const clock: SimulatedClock = makeClock(options.clock, options.weightPlan?.stopwatch);
  const venue = simulate({
    clock,
    weightLimit: makeWeightLimit({ ...options.weightPlan, weightPerMinute }),
    weightPerMinute,
    sendsRetryAfter: options.sendsRetryAfter ?? true,
  });
  const conduct = watchConduct(clock, options);
  const seen: SeenRequest[] = [];

  function deliver(request: SimulatedRequest): HarmedDelivery {
    conduct.heard(request);
    const delivery =
      answerByRule(options.rules?.() ?? [], request) ??
      options.faults?.deliver(request, { venue, clock, dialect }) ??
      venue.answer(request);
    const { status, weight, fault }: HarmedDelivery = delivery;
    conduct.told(delivery, fault === undefined);
    const seenRequest = { path: request.path, params: businessParameters(request), status, weight };
    seen.push(fault === undefined ? seenRequest : { ...seenRequest, fault });
    return delivery;
  }

  const served = await serve(deliver, options.port);
  return {
    url: served.url,
    requests: () => seen,
    violations: () => conduct.violations(),
    setClock: (at) => clock.set(at),
    close: () => served.close(),
  };
}
