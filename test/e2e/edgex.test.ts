import { expect, test } from "vitest";
import { DAY_MS, later, parseInstant } from "../../src/domain/instant.ts";
import { generateEdgexWorld } from "../../src/simulator/edgex-generate.ts";
import { expectEdgexTruth } from "../support/edgex-auditor.ts";
import { newEdgexRig } from "../support/edgex-rig.ts";
import { STORE_KINDS } from "../support/stores.ts";

const FROM = parseInstant("2026-05-04T00:00:00Z");
const NOW = later(FROM, 10 * DAY_MS + 20_000_000);
const WORLD = generateEdgexWorld({
  seed: "e2e",
  from: FROM,
  until: NOW,
  fills: 160,
  accounts: [
    { name: "first", generation: "v1" },
    { name: "second", generation: "v2" },
  ],
});
const IDS = { first: "first", second: "second" };

test.each(STORE_KINDS)(
  "%s: an account of each generation is read, booked and proven, in two nights as in one",
  { timeout: 240_000 },
  async (kind) => {
    const first = later(FROM, 6 * DAY_MS + 5_000);
    const nights = await newEdgexRig({ kind, world: WORLD, now: first, since: "2026-05-01" });
    await nights.run("run");
    await nights.inspect((store) => expectEdgexTruth(store, WORLD, first, IDS));
    nights.setNow(NOW);
    const last = await nights.run("run");
    await nights.inspect((store) => expectEdgexTruth(store, WORLD, NOW, IDS));
    expect(last.errors).toBe("");
    expect(nights.simulator.violations()).toMatchObject({ notAllowed: 0 });
    await nights.close();
  },
);
