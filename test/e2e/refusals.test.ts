/** What a venue says no to, the whole way: what stops the account at once, and what is only a gap. */
import { describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import { HOUR_MS, plus } from "../../src/domain/instant.ts";
import type { AnswerRule } from "../../src/simulator/server.ts";
import { newBinanceRig } from "../support/binance-rig.ts";
import { newRig } from "../support/rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { QUICK_KIND } from "../support/stores.ts";

const FROM = parseInstant("2026-05-18T00:00:00Z");
const NOW = parseInstant("2026-05-20T09:30:00Z");
const PRIVATE = "balance|income|positionRisk|userTrades";

/** Flat in both contracts, so that whoever lacks the one has nothing else to explain. */
const world = scriptedWorld([
  {
    name: "main",
    play: (account) =>
      account
        .cash(FROM, "TRANSFER", "1000")
        .trade(plus(FROM, HOUR_MS), "BUY 1 BTCUSDT at 100", { fee: "0.05" })
        .trade(plus(FROM, 2 * HOUR_MS), "SELL 1 BTCUSDT at 130", { fee: "0.065" })
        .trade(plus(FROM, 3 * HOUR_MS), "BUY 1 ETHUSDT at 2000", { fee: "0.8" })
        .trade(plus(FROM, 4 * HOUR_MS), "SELL 1 ETHUSDT at 2010", { fee: "0.8" }),
  },
]);

function refuse(status: number, code: number, text: string, path = PRIVATE, query = ""): AnswerRule {
  return { path, query, status, body: JSON.stringify({ code, msg: text }) };
}

async function binanceNight(rule: AnswerRule) {
  let rules: readonly AnswerRule[] = [rule];
  const rig = await newBinanceRig({
    kind: QUICK_KIND,
    world,
    now: NOW,
    since: "2026-05-18",
    simulator: { rules: () => rules },
  });
  const lift = (): void => {
    rules = [];
  };
  return { rig, lift, night: await rig.run("run") };
}

describe("an account that cannot be read stops at its first request, and says what to do", () => {
  test.each([
    {
      title: "a key that is no longer known",
      rule: refuse(401, -2008, "Invalid Api-Key ID."),
      what: "the venue rejected the credentials",
      names: /check key and secret/,
    },
    {
      title: "a key of an account in Portfolio Margin",
      rule: refuse(401, -2015, "Invalid API-key, IP, or permissions for action, request ip: 192.0.2.7"),
      what: "the venue rejected the credentials",
      names: /an account in Portfolio Margin/,
    },
    {
      title: "a 401 with a code that nobody knows",
      rule: refuse(401, -7777, "Something new."),
      what: "the venue rejected the credentials",
      names: /check key and secret/,
    },
    {
      title: "an archived account",
      rule: refuse(400, -4109, "This account is inactive, please activate the account first."),
      what: "the venue has archived this account, as it was not used for long",
      names: /transfer any amount into its futures wallet/,
    },
  ])("$title", async ({ rule, what, names }) => {
    const { rig, lift, night } = await binanceNight(rule);
    expect(night.exitCode).toBe(1);
    expect(night.errors).toContain(`main snapshot: ${what}\n`);
    expect(night.errors).toMatch(names);
    expect(rig.simulator.requests().filter(({ status }) => status === rule.status)).toHaveLength(1);
    lift();
    expect((await rig.run("run")).exitCode).toBe(0);
    await rig.close();
  });

  test("an agent that Aster does not find is no outage", async () => {
    const rig = await newRig({
      kind: QUICK_KIND,
      world,
      now: NOW,
      accountLines: ["since: 2026-05-18"],
      v3Account: "main",
      simulator: { rules: () => [refuse(400, -1000, "No agent found")] },
    });
    const night = await rig.run("run");
    expect(night.exitCode).toBe(1);
    expect(night.errors).toContain(`main snapshot: the venue rejected the credentials
  HTTP 400, code -1000: {"code":-1000,"msg":"No agent found"}
  what was loaded before is safe
  next: check key and secret, or agent and signer, their expiry`);
    expect(rig.simulator.requests().filter(({ status }) => status === 400)).toHaveLength(1);
    await rig.close();
  });
});

test("one symbol that is refused is a gap of that symbol: everything else is read, booked and reported", async () => {
  const { rig, lift, night } = await binanceNight(
    refuse(400, -1122, "Invalid symbol status.", "userTrades|positionMargin", "symbol=ETHUSDT"),
  );
  expect(night.exitCode).toBe(3);
  const gaps = await rig.inspect(({ db }) =>
    db.selectFrom("raw.gap").select(["stream", "symbol", "reason"]).orderBy("stream").execute(),
  );
  const reason = "Binance USDⓈ-M does not serve this symbol";
  expect(gaps).toEqual([
    { stream: "fills", symbol: "ETHUSDT", reason },
    { stream: "margin_changes", symbol: "ETHUSDT", reason },
  ]);
  const fills = await rig.inspect(({ db }) =>
    db.selectFrom("history.fill").select("symbol").distinct().execute(),
  );
  expect(fills).toEqual([{ symbol: "BTCUSDT" }]);
  expect(night.output).toContain("main (binance-usdm)");

  lift();
  expect((await rig.run("run")).exitCode).toBe(0);
  await rig.close();
});
