/**
 * A contract that the venue no longer serves: what it may have held is one open item, the same every night,
 * until a person has accepted it.
 */
import { expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { DAY_MS, formatInstant, HOUR_MS, type Instant, plus } from "../../src/domain/instant.ts";
import type { World, WorldDelisting } from "../../src/simulator/binance-family/world/world.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { type HarmfulProxy, makeHarmfulProxy } from "../support/harmful-proxy.ts";
import { type ScriptedAccount, scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const NOW = parseInstant("2026-07-01T09:30:00Z");
const BECAUSE = "it was never traded after it was read";
const night = (nth: number): Instant => plus(NOW, nth * DAY_MS);

/** An account that traded ETHUSDT, long sold, or never touched it; with what happens later. */
function worldOf(
  delisting: WorldDelisting | null,
  hasTraded: boolean,
  more: (account: ScriptedAccount) => void = () => {},
): World {
  const world = scriptedWorld([
    {
      name: "main",
      play: (account) => {
        account.cash(plus(NOW, -16 * DAY_MS), "TRANSFER", "10000");
        if (hasTraded) {
          account
            .trade(plus(NOW, -15 * DAY_MS), "BUY 1 ETHUSDT at 2000", { fee: "0.8" })
            .trade(plus(NOW, -14 * DAY_MS), "SELL 1 ETHUSDT at 2001", { fee: "0.8" });
        }
        more(account);
      },
    },
  ]);
  const instruments = world.instruments.map((one) =>
    one.symbol === "ETHUSDT" && delisting !== null ? { ...one, delisting } : one,
  );
  return { ...world, instruments };
}

function newRigOf(
  world: World,
  since: string | null,
  proxy?: HarmfulProxy,
  accountLines: readonly string[] = ["symbols: [ETHUSDT]"],
): Promise<BinanceRig> {
  return newBinanceRig({
    ...(proxy === undefined ? {} : { proxy }),
    kind: QUICK_KIND,
    world,
    now: NOW,
    since,
    accountLines,
    reports: "at the end",
  });
}

/** The contract's gaps that no one has accepted, as the report has them. */
async function gaps(rig: BinanceRig): Promise<readonly string[]> {
  const { output } = await rig.run("report", "gaps", "--format", "csv");
  return output
    .split(/\r?\n/)
    .filter((line) => line.includes(",gap,") && line.includes("ETHUSDT"))
    .map((line) => line.replaceAll(".000+00:00", "Z"));
}

async function exitAt(rig: BinanceRig, nth: number): Promise<number> {
  rig.setNow(night(nth));
  return (await rig.run("run")).exitCode;
}

test.each([
  { leaves: "closed", delistedAt: 0.5, hasTraded: true },
  { leaves: "nothing", delistedAt: -10, hasTraded: false },
] as const)(
  "a contract that leaves $leaves on day $delistedAt is one open item that does not grow, and silent once a person has accepted it",
  async ({ leaves, delistedAt, hasTraded }) => {
    const rig = await newRigOf(
      worldOf({ leaves, at: night(delistedAt) }, hasTraded, (account) =>
        account
          .trade(plus(NOW, -13 * DAY_MS), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
          .trade(plus(NOW, -12 * DAY_MS), "SELL 1 BTCUSDT at 101", { fee: "0.05" }),
      ),
      null,
    );
    const first = delistedAt > 0 ? 1 : 0;
    if (first === 1) expect(await exitAt(rig, 0), "while it is served").toBe(0);

    expect(await exitAt(rig, first)).toBe(3);
    const open = await gaps(rig);
    expect(open.map((line) => line.split(",").slice(1, 4).join(" "))).toEqual([
      "gap fills ETHUSDT",
      "gap margin_changes ETHUSDT",
    ]);
    // What the venue refuses is told as a gap, and hides nothing of the others.
    const [{ streams }] = JSON.parse((await rig.run("status", "--json")).output);
    const [fills] = streams.filter(({ stream }: { stream: string }) => stream === "fills");
    expect(parseInstant(fills.complete_from)).toBeLessThan(night(-1));
    expect(fills.gaps).toBe("1");
    expect(open[0]).toContain(`,${formatInstant(night(first)).replace(".000Z", "Z")},`);
    for (const nth of [2, 3]) {
      expect([await exitAt(rig, nth), await gaps(rig)], `night ${nth}`).toEqual([3, open]);
    }

    await rig.run("gap", "accept", "--account", "main", "--period", "2026", "--because", BECAUSE);
    for (const nth of [4, 5, 6]) {
      expect([await exitAt(rig, nth), await gaps(rig)], `night ${nth}`).toEqual([0, []]);
    }
    await rig.close();
  },
);

test("a contract that trades on while the venue refuses it is a gap up to its last sign of life, and is read when it is served again", async () => {
  const bought = plus(night(2), HOUR_MS);
  const world = worldOf(null, false, (account) =>
    account
      .trade(bought, "BUY 1 ETHUSDT at 2000", { fee: "0.8" })
      .trade(plus(bought, HOUR_MS), "SELL 1 ETHUSDT at 2001", { fee: "0.8" }),
  );
  const proxy = makeHarmfulProxy();
  const rig = await newRigOf(world, "2026-06-15", proxy);
  proxy.harm(({ target }) =>
    target.includes("symbol=ETHUSDT")
      ? { kind: "answer", status: 400, body: '{"code":-4141,"msg":"Symbol is closed."}' }
      : null,
  );
  // Nothing is heard of it until it trades between the nights 2 and 3.
  for (const [nth, until] of [
    [0, 0],
    [2, 0],
    [3, 3],
    [4, 3],
  ] as const) {
    expect(await exitAt(rig, nth), `night ${nth}`).toBe(3);
    const end = formatInstant(night(until)).replace(".000Z", "Z");
    expect((await gaps(rig))[0], `night ${nth}`).toContain(`,2026-06-15T00:00:00Z,${end},`);
  }
  proxy.harm(null);
  expect([await exitAt(rig, 5), await gaps(rig)]).toEqual([0, []]);
  expect(
    (await rig.run("sql", "select count(*) as fills from history.fill where symbol = 'ETHUSDT'")).output,
  ).toContain("2");
  await rig.close();
});

test("a contract that is refused while all listed ones are sought is no gap, and its free trades are read once it is served", async () => {
  const world = worldOf(null, false, (account) =>
    account
      .trade(plus(NOW, -3 * DAY_MS), "BUY 1 ETHUSDT at 2000", { fee: "0" })
      .trade(plus(NOW, -2 * DAY_MS), "SELL 1 ETHUSDT at 2000", { fee: "0" }),
  );
  const proxy = makeHarmfulProxy();
  const rig = await newRigOf(world, "2026-06-15", proxy, []);
  proxy.harm(({ target }) =>
    target.includes("symbol=ETHUSDT")
      ? { kind: "answer", status: 400, body: '{"code":-1122,"msg":"Invalid symbol status."}' }
      : null,
  );
  const fills = async () => (await rig.run("sql", "select count(*) as fills from history.fill")).output;
  for (const nth of [0, 1])
    expect([await exitAt(rig, nth), await gaps(rig)], `night ${nth}`).toEqual([0, []]);
  expect(await fills()).toContain("0");
  proxy.harm(null);
  expect(await exitAt(rig, 2)).toBe(0);
  expect(await fills()).toContain("2");
  await rig.close();
});
