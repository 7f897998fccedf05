/**
 * Small worlds full of traps, behind a venue that fails by plan. `npm test` runs a share; `npm run simulate
 * -- --seeds N` runs as many as wanted, from `--from`. A failing seed is named, and repeats: `npm run
 * simulate -- --seeds 1 --from SEED`.
 */
import { expect, test } from "vitest";
import { sampleOf } from "../support/sample.ts";
import { FAMILIES, type Family, runSeed } from "../support/seeded-run.ts";
import { newStore } from "../support/stores.ts";

/** Every third one is played on PGlite, and with a venue that cuts the newest rows off. */
const SEEDS = Number(process.env["PERPBOOKS_TEST_SEEDS"] ?? sampleOf(1, 6));
const FROM = Number(process.env["PERPBOOKS_TEST_SEEDS_FROM"] ?? "1");
const FAULT_RATE = 0.08;
/** The others sign in another way, and are played where more is. */
const PLAYED =
  SEEDS > 1 ? FAMILIES : sampleOf<readonly Family[]>(["aster-v3", "binance-usdm", "edgex-v2"], FAMILIES);

for (const family of PLAYED) {
  test(`${family}: ${SEEDS} worlds × fault plans end with the venue's rows, once each, and no word of its rules broken`, {
    timeout: 3_600_000,
  }, async () => {
    const faults: Record<string, number> = {};
    const failures: string[] = [];
    let requests = 0;
    for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
      // Of its own: simulated worlds have ids in common, which of two accounts in one store says that they
      // are one.
      const store = await newStore(seed % 3 === 0 ? "PGlite" : "Postgres");
      try {
        const outcome = await runSeed({ family, seed, faultRate: FAULT_RATE, store });
        for (const [kind, times] of Object.entries(outcome.faults))
          faults[kind] = (faults[kind] ?? 0) + times;
        requests += outcome.requests;
        expect(outcome.violations).toEqual({
          sentWhileToldToWait: 0,
          refusedAgain: 0,
          notAllowed: 0,
          nonceRepeated: 0,
          sentTooSoon: 0,
        });
        expect(outcome.differences.length, outcome.differences.join("\n")).toBe(outcome.expectedDifferences);
      } catch (error) {
        failures.push(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
      } finally {
        await store.close();
      }
    }
    process.stdout.write(
      `${family}: ${SEEDS} seeds from ${FROM}, ${requests} requests; harmed: ${JSON.stringify(faults)}\n`,
    );
    expect(failures.join("\n\n")).toBe("");
  });
}
