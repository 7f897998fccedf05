/** Accounts whose history begins with positions open: on the whole way over HTTP, what they held is inferred, marked, and proven by what follows. */
import { expect, test } from "vitest";
import { HOUR_MS, later, parseInstant } from "../../src/domain/instant.ts";
import { generateWorld } from "../../src/simulator/generate.ts";
import { newRig } from "../support/rig.ts";
import { QUICK_KIND, STORE_KINDS } from "../support/stores.ts";

const FROM = parseInstant("2026-05-02T00:00:00Z");
const NOW = parseInstant("2026-06-01T09:30:00Z");

function world(hasOlderPositions: boolean) {
  return generateWorld({
    seed: "openings",
    from: FROM,
    until: NOW,
    fills: 400,
    accounts: [{ name: "main" }, { name: "hedge", mode: "hedge" }],
    openingPositions: hasOlderPositions,
  });
}

test.each(STORE_KINDS)(
  "%s: positions older than the history are inferred; every later figure of the venue agrees, night after night and from empty",
  async (kind) => {
    const rig = await newRig({
      kind,
      world: world(true),
      now: later(NOW, -72 * HOUR_MS),
      v3Account: "hedge",
    });
    const first = await rig.run("run");
    expect(first.output).toMatch(
      /note: \d+ positions? (?:was|were) open before the history begins; what it cost is \d+ inferred/,
    );
    rig.setNow(NOW);
    const second = await rig.run("run");
    expect([second.exitCode, second.errors]).toEqual([0, ""]);
    expect(second.output).not.toMatch(/INCOMPLETE|DIFFER/);
    const openings = await rig.inspect((store) =>
      store.db.selectFrom("ledger.position_opening").select(["account_id", "source", "quantity"]).execute(),
    );
    expect(openings.length).toBeGreaterThan(1);
    expect(openings.every(({ source }) => source === "inferred")).toBe(true);

    const files = await rig.files();
    await rig.run("book", "--from-empty");
    await rig.run("reconcile");
    await rig.run("report");
    expect(await rig.files()).toEqual(files);
    await rig.close();
  },
);

test("a `since` in the middle of a history gives the same positions and results from there on as the whole history", async () => {
  const since = "2026-05-15";
  const whole = await newRig({ kind: QUICK_KIND, world: world(false), now: NOW, v3Account: "hedge" });
  const cut = await newRig({
    kind: QUICK_KIND,
    world: world(false),
    now: NOW,
    v3Account: "hedge",
    accountLines: [`since: ${since}`],
  });
  const outcomes = [await whole.run("run"), await cut.run("run")];
  expect(outcomes.map(({ exitCode, errors }) => [exitCode, errors])).toEqual([
    [0, ""],
    [0, ""],
  ]);
  const results = (rig: typeof whole) =>
    rig.inspect((store) =>
      store.db
        .selectFrom("ledger.disposal")
        .select(["account_id", "symbol", "position_side", "fill_key", "quantity", "venue_realized_pnl"])
        .where("method", "=", "average")
        .where("closed_at", ">=", `${since}T00:00:00.000Z`)
        .orderBy("account_id")
        .orderBy("fill_key")
        .execute(),
    );
  expect(await results(cut)).toEqual(await results(whole));
  const positions = (rig: typeof whole) =>
    rig.inspect((store) =>
      store.db
        .selectFrom("ledger.position")
        .select(["account_id", "symbol", "position_side", "quantity"])
        .where("method", "=", "average")
        .orderBy("account_id")
        .orderBy("symbol")
        .orderBy("position_side")
        .execute(),
    );
  expect(await positions(cut)).toEqual(await positions(whole));
  await whole.close();
  await cut.close();
});
