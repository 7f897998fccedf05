import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, plus } from "../../src/domain/instant.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex/world/generate.ts";
import { faultPlan } from "../../src/simulator/faults/plan.ts";
import { expectEdgexTruth } from "../support/edgex-auditor.ts";
import { newEdgexRig } from "../support/edgex-rig.ts";
import { inPart } from "../support/sample.ts";
import { heavyKinds, QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-04T00:00:00Z");
const NOW = plus(FROM, 10 * DAY_MS + 20_000_000);
const WORLD = generateEdgexWorld({
  seed: "e2e",
  from: FROM,
  until: NOW,
  fills: 160,
  accounts: [
    { name: "first", generation: "v1" },
    { name: "second", generation: "v2" },
    { name: "sub", generation: "v1" },
  ],
});
const IDS = { first: "first", second: "second", sub: "sub" };

const STATEMENT_LAWS = [
  "collateral_chain",
  "position_chain",
  "collateral_totals",
  "collateral_identities",
  "collateral_cash",
  "fill_legs",
  "funding_pairs",
  "position_states",
  "side_statistics",
  "position_cycles",
  "position_cost",
  "liquidation_fees",
  "equity_snapshots",
];

type Traced = {
  readonly rows: readonly {
    readonly cells: Readonly<Record<string, string | null>>;
    readonly branches: readonly {
      readonly sums: readonly { readonly difference: string | null }[];
      readonly facts: readonly { readonly record: object | null }[];
    }[];
  }[];
};

test.each(heavyKinds("Postgres"))(
  "%s: accounts of both generations are read, booked and proven, night after night, with money moved between two of them",
  { timeout: 240_000 },
  async (kind) => {
    const first = plus(FROM, 6 * DAY_MS + 5_000);
    const nights = await newEdgexRig({
      kind,
      world: WORLD,
      now: first,
      since: "2026-05-01",
      reports: "at the end",
    });
    await nights.run("run");
    await nights.inspect((store) => expectEdgexTruth(store, WORLD, first, IDS));
    nights.setNow(NOW);
    const last = await nights.run("run");
    await nights.inspect((store) => expectEdgexTruth(store, WORLD, NOW, IDS));
    expect([last.exitCode, last.errors]).toEqual([0, ""]);
    expect(last.output).not.toMatch(/INCOMPLETE|NOT PROVEN/);
    // What other venues have no report of, or no stream: its figures lead to the venue's rows all the same.
    for (const report of ["collateral-statement", "liquidations"]) {
      const { output } = await nights.run("trace", "report", report, "--format", "json");
      const { rows } = JSON.parse(output) as Traced;
      expect(rows.length, report).toBeGreaterThan(0);
      for (const { cells, branches } of rows) {
        const untied = branches
          .flatMap(({ sums }) => sums)
          .filter(({ difference }) => (difference ?? "0") !== "0");
        const records = branches.flatMap(({ facts }) => facts.map(({ record }) => record));
        expect({ cells, untied, isWhole: records.length > 0 && !records.includes(null) }).toEqual({
          cells,
          untied: [],
          isWhole: true,
        });
      }
    }
    // Every law of the statement was tried on either account, and none found a difference.
    await nights.inspect(async (store) => {
      for (const account of ["first", "second"]) {
        const proofs = await store.db
          .selectFrom("ledger.reconciliation")
          .select(["check_name", "status"])
          .where("account_id", "=", account)
          .execute();
        expect(proofs.filter((proof) => proof.status === "differs")).toEqual([]);
        expect([...new Set(proofs.map((proof) => proof.check_name))]).toEqual(
          expect.arrayContaining(STATEMENT_LAWS),
        );
      }
    });
    expect(nights.simulator.violations()).toMatchObject({ notAllowed: 0 });
    await nights.close();
  },
);

test.each(
  inPart(2, ["row_outside", "too_many_rows", "repeated_cursor", "times_ignored", "repeated_page"] as const),
)(
  "%s: an answer that cannot be true stops the run, and the next one ends complete",
  { timeout: 120_000 },
  async (lie) => {
    const faults = faultPlan({ seed: 1, rate: 1, kinds: [lie] });
    const rig = await newEdgexRig({
      kind: QUICK_KIND,
      world: WORLD,
      now: NOW,
      since: "2026-05-01",
      simulator: { faults },
      reports: "at the end",
    });
    const harmed = await rig.run("run");
    expect(harmed.exitCode).toBe(1);
    expect(harmed.errors).toMatch(/next: /);
    expect(faults.done()[lie]).toBeGreaterThan(0);
    faults.pause();
    const next = await rig.run("run");
    expect([next.exitCode, next.errors]).toEqual([0, ""]);
    await rig.inspect((store) => expectEdgexTruth(store, WORLD, NOW, IDS, [NOW]));
    await rig.close();
  },
);

test("without a beginning, accounts of both generations are read from their first cash on, and no night says anything", async () => {
  const rig = await newEdgexRig({
    kind: QUICK_KIND,
    world: generateEdgexWorld({
      seed: "plain",
      from: FROM,
      until: NOW,
      fills: 60,
      accounts: [
        { name: "first", generation: "v1" },
        { name: "second", generation: "v2" },
      ],
    }),
    now: plus(NOW, -2 * DAY_MS),
    since: null,
    reports: "at the end",
  });
  for (const days of [2, 1, 0]) {
    rig.setNow(plus(NOW, -days * DAY_MS));
    const { exitCode, output, errors } = await rig.runUnwatched("run");
    expect({ exitCode, said: output + errors }).toEqual({ exitCode: 0, said: "" });
  }
  const { output } = await rig.run("status");
  expect(output.match(/open items: none/g)).toHaveLength(2);
  expect(output.match(/because the first cash row is of 2026-05-0\S+ \(inferred\)/g)).toHaveLength(2);
  await rig.close();
});
