import { describe, expect, test } from "vitest";
import { FAMILY_DIALECT } from "../../src/simulator/binance-family/faults.ts";
import { generateWorld } from "../../src/simulator/binance-family/world/generate.ts";
import {
  type FaultKind,
  type FaultOptions,
  type FaultStage,
  faultPlan,
  type HarmedDelivery,
  LIES,
  TRANSIENT_FAULTS,
} from "../../src/simulator/faults/plan.ts";
import type { SimulatedRequest } from "../../src/simulator/shared/exchange.ts";
import { makeClock } from "../../src/simulator/shared/simulated-clock.ts";
import { FROM, get, plan, requestV1, rowsOf, started, UNTIL } from "./requesting.ts";

const BODY =
  '[{"symbol":"A","time":1,"id":9007199254740993},{"symbol":"A","time":1,"id":2},{"symbol":"A","time":5,"id":3}]';

function request(target: string): SimulatedRequest {
  const [path = "", rawQuery = ""] = target.split("?");
  return { method: "GET", path, rawQuery, header: () => null };
}

/** A venue that always answers the same. */
function stage(body: string | ((target: string) => string) = BODY): FaultStage {
  return {
    dialect: FAMILY_DIALECT,
    clock: makeClock({ kind: "frozen", at: UNTIL }),
    venue: {
      answer: ({ path, rawQuery }) => ({
        status: 200,
        headers: { "Content-Type": "application/json" },
        body: typeof body === "string" ? body : body(`${path}?${rawQuery}`),
        weight: 30,
      }),
    },
  };
}

const PAGE = "/fapi/v1/income?symbol=A&startTime=0&endTime=10&limit=1000&signature=x";

function always(kind: FaultKind, changes: Partial<FaultOptions> = {}): (target?: string) => HarmedDelivery {
  const faults = faultPlan({ seed: 1, rate: 1, kinds: [kind], ...changes });
  const scene = stage();
  return (target = PAGE) => faults.deliver(request(target), scene);
}

describe("what each fault does", () => {
  test.each([
    ["rate_limited", { status: 429, headers: { "Retry-After": expect.stringMatching(/^\d+$/) } }],
    ["banned", { status: 418, body: expect.stringMatching(/IP banned until \d{13}/) }],
    [
      "unavailable",
      { status: expect.toSatisfy((status: number) => status >= 500), body: expect.stringMatching(/^<html>/) },
    ],
    ["html", { status: 200, body: expect.stringMatching(/^<html>/) }],
    ["reset", { breaks: "before" }],
    ["broken_body", { breaks: "in_body" }],
    ["error_object", { status: 200, body: expect.stringMatching(/"code":-100[13]/) }],
    ["clock_refused", { status: 400, body: expect.stringContaining("-1021") }],
    ["slow", { status: 200, body: BODY, delayMs: expect.any(Number) }],
  ] as const)("%s", (kind, expected) => {
    expect(always(kind)()).toMatchObject({ ...expected, fault: kind });
  });
  test("a bare 429 says nothing of when", () => {
    const { status, headers } = always("rate_limited_bare")();
    expect([status, "Retry-After" in headers]).toEqual([429, false]);
  });
  test("a V3 request is refused by its nonce", () => {
    expect(always("clock_refused")("/fapi/v3/income?nonce=1&signature=x").body).toContain("-4225");
  });
  test("cut JSON is never JSON", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const { body } = always("cut_json", { seed })();
      expect(() => JSON.parse(String(body))).toThrow(SyntaxError);
    }
  });
  test("rows change places within their instant alone, and keep their digits", () => {
    const bodies = Array.from({ length: 20 }, (_, seed) => String(always("reordered", { seed })().body));
    const [a, b, c] = BODY.slice(1, -1).split(/(?<=\}),/);
    expect(new Set(bodies)).toEqual(new Set([BODY, `[${b},${a},${c}]`]));
  });
  test("a clock that jumped refuses the old time, and shows the new one", async () => {
    const simulator = await started({ faults: faultPlan({ seed: 1, rate: 1, kinds: ["clock_jump"] }) });
    expect((await requestV1(simulator, "/fapi/v1/income?recvWindow=60000")).body).toContain("-1021");
    const { serverTime } = JSON.parse((await get(`${simulator.url}/fapi/v1/time`)).body) as {
      serverTime: number;
    };
    expect(serverTime).toBeGreaterThanOrEqual(UNTIL + 75_000);
    expect((await requestV1(simulator, "/fapi/v1/income?recvWindow=60000", serverTime)).status).toBe(200);
    await simulator.close();
  });
  test("a page cut at the other end holds the newest rows; a numbered one is left alone", async () => {
    const world = generateWorld(plan());
    const simulator = await started({
      world,
      faults: faultPlan({ seed: 1, rate: 1, kinds: ["cut_at_other_end"] }),
    });
    const rows = rowsOf(
      await requestV1(simulator, `/fapi/v1/income?startTime=${FROM}&endTime=${UNTIL}&limit=5`),
    );
    expect(rows.map((row) => row["tranId"])).toEqual(
      world.accounts[0]?.incomes.slice(-5).map((row) => row.tranId),
    );
    const byId = rowsOf(await requestV1(simulator, "/fapi/v1/userTrades?symbol=BTCUSDT&fromId=1&limit=1"));
    const [first] = world.accounts[0]?.fills.filter((fill) => fill.symbol === "BTCUSDT") ?? [];
    expect(String(byId[0]?.["id"])).toBe(first?.fillId);
    await simulator.close();
  });
  test("over the wire: a reset, and a body that ends in its middle", async () => {
    for (const kind of ["reset", "broken_body"] as const) {
      const simulator = await started({
        faults: faultPlan({ seed: 1, rate: 1, kinds: [kind], patience: 1 }),
      });
      await expect(get(`${simulator.url}/fapi/v1/exchangeInfo`)).rejects.toThrow();
      expect((await get(`${simulator.url}/fapi/v1/exchangeInfo`)).status).toBe(200);
      expect(simulator.requests().map(({ fault }) => fault)).toEqual([kind, undefined]);
      await simulator.close();
    }
  });
});

describe("a lie can be noticed, or is not told", () => {
  const lie = (kind: FaultKind, targets: readonly string[], body: (target: string) => string) => {
    const faults = faultPlan({ seed: 1, rate: 1, kinds: [kind] });
    return targets.map((target) => faults.deliver(request(target), stage(body)));
  };
  const at = (time: number): string => `[{"symbol":"A","time":${time}}]`;
  const window = (from: number, until: number, more = ""): string =>
    `/fapi/v1/income?startTime=${from}&endTime=${until}${more}&limit=3`;

  test("a page again, for another window", () => {
    const told = lie("repeated_page", [window(0, 9), window(10, 19)], (target) =>
      at(target.includes("startTime=0") ? 5 : 15),
    );
    expect(told.map(({ fault, body }) => [fault, body])).toEqual([
      [undefined, at(5)],
      ["repeated_page", at(5)],
    ]);
  });
  test("not an empty one, and not one that lies within", () => {
    const empty = lie("repeated_page", [window(0, 9), window(10, 19)], (target) =>
      target.includes("startTime=0") ? "[]" : at(15),
    );
    const within = lie("repeated_page", [window(0, 9), window(0, 19)], (target) =>
      target.includes("endTime=9") ? at(5) : `[{"symbol":"A","time":5},{"symbol":"A","time":15}]`,
    );
    expect([...empty, ...within].map(({ fault }) => fault)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
  test("the page before, for the next number", () => {
    const told = lie("repeated_page", [window(5, 5, "&page=1"), window(5, 5, "&page=2")], (target) =>
      target.includes("page=1") ? at(5) : "[]",
    );
    expect(told[1]).toMatchObject({ fault: "repeated_page", body: at(5) });
  });
  test("a row outside the window, of another symbol, or too many", () => {
    const times = (body: unknown): number[] =>
      (JSON.parse(String(body)) as { time: number }[]).map((row) => row.time);
    expect(times(lie("row_outside", [window(0, 9)], () => at(5))[0]?.body)[0]).toBeGreaterThan(9);
    const [foreign] = lie("foreign_symbol", [window(0, 9, "&symbol=A")], () => at(5));
    expect(foreign?.body).toContain('"symbol":"OTHERA"');
    expect(times(lie("too_many_rows", [window(0, 9)], () => at(5))[0]?.body)).toHaveLength(4);
  });
  test("nothing can be added to what has no rows", () => {
    for (const kind of LIES) {
      expect(lie(kind, [window(0, 9, "&symbol=A")], () => "[]")[0]?.fault).toBeUndefined();
    }
  });
});

describe("how often, and in what order", () => {
  const run = (options: Partial<FaultOptions>, targets: readonly string[]): string[] => {
    const faults = faultPlan({ seed: 7, rate: 0.5, ...options });
    return targets.map((target) => faults.deliver(request(target), stage()).fault ?? "none");
  };
  const targets = Array.from({ length: 60 }, (_, nth) => `${PAGE}&page=${1 + (nth % 6)}`);
  const kinds = TRANSIENT_FAULTS.filter((kind) => !kind.startsWith("clock_"));

  test("the seed decides, and nothing else", () => {
    expect(run({}, targets)).toEqual(run({}, targets));
    expect(run({}, targets)).not.toEqual(run({ seed: 8 }, targets));
  });
  test("whatever overtakes what, a request meets the same harm the same time it is sent", () => {
    const harmOf = (order: readonly string[]): Record<string, string[]> => {
      const harm = run({ kinds }, order);
      return Object.fromEntries(
        targets.slice(0, 6).map((one) => [one, harm.filter((_, nth) => order[nth] === one)]),
      );
    };
    expect(harmOf(targets.toSorted())).toEqual(harmOf(targets));
  });
  test("never more failures in a row for one request than the patience", () => {
    for (const patience of [1, 3, 5]) {
      const harm = run(
        { rate: 1, kinds: ["unavailable"], patience },
        Array.from({ length: 30 }, () => PAGE),
      );
      const longest = Math.max(
        ...harm
          .join(" ")
          .split("none")
          .map((part) => part.split(" ").filter((word) => word !== "").length),
      );
      expect(longest).toBe(patience);
    }
  });
  test("the clock is left alone for a while", () => {
    const harm = run(
      { rate: 1, kinds: ["clock_refused"] },
      Array.from({ length: 100 }, () => PAGE),
    );
    const at = harm.flatMap((fault, nth) => (fault === "clock_refused" ? [nth] : []));
    expect(at).toEqual([0, 41, 82]);
  });
  test("none at a rate of zero, and none while it is paused; what was done is counted", () => {
    expect(new Set(run({ rate: 0 }, targets))).toEqual(new Set(["none"]));
    const faults = faultPlan({ seed: 1, rate: 1, kinds: ["html"] });
    faults.pause();
    faults.deliver(request(PAGE), stage());
    expect(faults.done()).toEqual({});
    faults.resume();
    faults.deliver(request(PAGE), stage());
    expect(faults.done()).toEqual({ html: 1 });
  });
  test("a file is bytes, which only the wire can harm", () => {
    const bytes: FaultStage = {
      ...stage(),
      venue: { answer: () => ({ status: 200, headers: {}, body: new Uint8Array(9), weight: 0 }) },
    };
    const faults = faultPlan({ seed: 1, rate: 1, kinds: ["cut_json", "reordered", ...LIES] });
    for (let nth = 0; nth < 20; nth += 1)
      expect(faults.deliver(request("/downloads/1.zip"), bytes).fault).toBeUndefined();
  });
});

test("a refusal of the venue's own is left as it is", () => {
  const refusing: FaultStage = {
    ...stage(),
    venue: {
      answer: () => ({ status: 400, headers: {}, body: '{"code":-1121,"msg":"Invalid symbol."}', weight: 5 }),
    },
  };
  const faults = faultPlan({ seed: 1, rate: 1, kinds: ["html"] });
  expect(faults.deliver(request(PAGE), refusing)).toMatchObject({ status: 400 });
  expect(faults.done()).toEqual({});
});
