/**
 * Fees paid in BNB, valued over HTTP: a simulated Binance tells what BNB was traded at, minute by minute; the ECB's file what a dollar was
 * worth; and a peg what USDT is. Every expected figure is worked out by hand beside it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/instant.ts";
import type { World, WorldInstrument } from "../../src/simulator/world.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { STORE_KINDS, type StoreKind } from "../support/stores.ts";

/** 1 May 2026 is a Friday and a holiday of the ECB; 2 and 3 May are the weekend behind it. */
const at = (text: string) => parseInstant(`2026-05-${text}:00Z`);
const NOW = at("05T12:00");

const BNB: WorldInstrument = {
  symbol: "BNBUSDT",
  status: "TRADING",
  baseAsset: "BNB",
  marginAsset: "USDT",
  priceDecimals: 2,
  quantityDecimals: 2,
  makerFeeRate: "0.0002",
  takerFeeRate: "0.0005",
  liquidationFeeRate: "0.0125",
  listedAt: at("01T00:00"),
};

const ECB = `Date,USD,JPY,GBP,
2026-05-05,1.2,180,0.85,
2026-05-04,1.25,181,0.86,
2026-04-30,1.28,182,N/A,
2026-04-29,1.27,183,0.87,
`;

function world(): World {
  const scripted = scriptedWorld([
    {
      name: "main",
      play: (account) => {
        account
          .cash(at("01T10:00"), "TRANSFER", "1000")
          .cash(at("01T10:05"), "TRANSFER", "0.5", { asset: "BNB" })
          .cash(at("01T10:06"), "TRANSFER", "1", { asset: "BNB" })
          .trade(at("02T12:30"), "BUY 1 BTCUSDT at 100", { fee: "0.4", feeAsset: "BNB" })
          .trade(at("04T12:30"), "SELL 1 BTCUSDT at 132", { fee: "0.4", feeAsset: "BNB" });
      },
    },
  ]);
  return {
    ...scripted,
    instruments: [...scripted.instruments, BNB],
    prices: [
      { symbol: "BNBUSDT", from: at("01T00:00"), price: "600.00" },
      { symbol: "BNBUSDT", from: at("01T10:06"), price: "610.00" },
      { symbol: "BNBUSDT", from: at("02T12:00"), price: "640.00" },
      // Within the minute of the fee: its close is what counts.
      { symbol: "BNBUSDT", from: parseInstant("2026-05-02T12:30:59Z"), price: "641.00" },
      { symbol: "BNBUSDT", from: at("04T00:00"), price: "625.00" },
    ],
  };
}

const CURRENCY = `reportingCurrency: EUR
pegs:
  - asset: USDT
    currency: USD
    price: 1
    because: redeemed at par by its issuer
`;

describe.each(STORE_KINDS)("on %s", (kind) => {
  let rig: BinanceRig;
  beforeEach(async () => {
    rig = await newRig(kind, CURRENCY);
  });
  afterEach(() => rig.close());

  test("fees in BNB are valued by the minute's close, the declared peg and the last ECB rate", async () => {
    expect((await rig.run("price", "import", "eurofxref-hist.csv", "--kind", "ecb")).output).toBe(
      "eurofxref-hist.csv: 11 prices, 11 of them new\n",
    );
    const outcome = await rig.run("run");
    expect(outcome.errors).toBe("");
    expect(outcome.exitCode).toBe(0);
    // 1.5 BNB came and 0.8 went, at four minutes; 32 USDT of profit: 32 ÷ 1.25 − 0.4 × 641 ÷ 1.28 − 0.4 × 625 ÷ 1.25.
    expect(outcome.output).toContain("in EUR: net -374.71 (rounded)\n");
    expect(await csv(rig, "valued-result")).toEqual([
      "main,2026-05-01,BNB,0,EUR,0,0,0,0,0,0,0,0.00,0,710.9375,0,2,0,0,0,",
      "main,2026-05-01,USDT,0,EUR,0,0,0,0,0,0,0,0.00,0,781.25,0,1,0,0,0,",
      "main,2026-05-02,BNB,-0.4,EUR,0,-200.3125,0,0,0,0,-200.3125,-200.31,-200.3125,0,0,1,0,0,0,",
      "main,2026-05-04,BNB,-0.4,EUR,0,-200,0,0,0,0,-200,-200.00,-200,0,0,1,0,0,0,",
      "main,2026-05-04,USDT,32,EUR,25.6,0,0,0,0,0,25.6,25.60,25.6,0,0,1,0,0,0,",
    ]);
  });
});

async function newRig(kind: StoreKind, lines: string): Promise<BinanceRig> {
  const rig = await newBinanceRig({ kind, world: world(), now: NOW, since: "2026-04-30" });
  const path = join(rig.folder, "perpbooks.yaml");
  await rig.write("perpbooks.yaml", `${lines}${await readFile(path, "utf8")}`);
  await rig.write("eurofxref-hist.csv", ECB);
  return rig;
}

/** A report's lines without its header. */
async function csv(rig: BinanceRig, name: string): Promise<readonly string[]> {
  const text = await readFile(join(rig.folder, "out", `${name}.csv`), "utf8");
  return text.trimEnd().split("\r\n").slice(1);
}
