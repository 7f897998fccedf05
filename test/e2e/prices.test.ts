/**
 * Fees paid in BNB, valued over HTTP: a simulated Binance tells what BNB was traded at, minute by minute; the
 * ECB's file what a dollar was worth; and a peg what USDT is. Every expected figure is worked out by hand
 * beside it.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parseInstant } from "../../src/domain/calendar.ts";
import type { World, WorldInstrument } from "../../src/simulator/binance-family/world/world.ts";
import { type BinanceRig, newBinanceRig } from "../support/binance-rig.ts";
import { scriptedWorld } from "../support/scripted-world.ts";
import { heavyKinds, QUICK_KIND, type StoreKind } from "../support/stores.ts";

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
      { symbol: "BTCUSDT", from: at("01T00:00"), price: "100.0" },
      { symbol: "BTCUSDT", from: at("03T00:00"), price: "110.0" },
      { symbol: "BTCUSDT", from: at("04T00:00"), price: "120.0" },
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

describe.each(heavyKinds("Postgres"))("on %s", (kind) => {
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
    // 1.5 BNB came and 0.8 went, at four minutes; 32 USDT of profit: 32 ÷ 1.25 − 0.4 × 641 ÷ 1.28 − 0.4 × 625
    // ÷ 1.25.
    expect(outcome.output).toContain("in EUR: net -374.71 (rounded)\n");
    expect(await csv(rig, "valued-result")).toEqual([
      "main,2026-05-01,BNB,0,EUR,0,0,0,0,0,0,0,0.00,0,710.9375,0,2,0,0,0,",
      "main,2026-05-01,USDT,0,EUR,0,0,0,0,0,0,0,0.00,0,781.25,0,1,0,0,0,",
      "main,2026-05-02,BNB,-0.4,EUR,0,-200.3125,0,0,0,0,-200.3125,-200.31,-200.3125,0,0,1,0,0,0,",
      "main,2026-05-04,BNB,-0.4,EUR,0,-200,0,0,0,0,-200,-200.00,-200,0,0,1,0,0,0,",
      "main,2026-05-04,USDT,32,EUR,25.6,0,0,0,0,0,25.6,25.60,25.6,0,0,1,0,0,0,",
    ]);
    expect(await csv(rig, "prices-used")).toEqual([
      "main,BNB,2026-05-01T10:05:00.000+00:00,1,BNB,USDT,600,false,minute,2026-05-01T10:05:00.000+00:00,binance-usdm /fapi/v1/klines BNBUSDT,468.75,EUR,",
      "main,BNB,2026-05-01T10:05:00.000+00:00,2,USDT,USD,1,false,peg,,declared: redeemed at par by its issuer,468.75,EUR,",
      // The rate of Thursday holds on the holiday and the weekend.
      "main,BNB,2026-05-01T10:05:00.000+00:00,3,EUR,USD,1.28,true,day,2026-04-29T22:00:00.000+00:00,ECB eurofxref-hist.csv line 4,468.75,EUR,",
      ...(await csv(rig, "prices-used")).slice(3),
    ]);
    // Two lots: half a coin of 600 USDT, and of the second fee 0.1 from that and 0.3 from the coin of 610.
    expect(await csv(rig, "2026/05/fee-coin-disposals")).toEqual([
      ...[
        "2026-05-02T12:30:00.000+00:00,trading_fee,2026-05-01T10:05:00.000+00:00,transfer,0.4,EUR,200.3125,187.5,12.8125,12.81,",
        "2026-05-04T12:30:00.000+00:00,trading_fee,2026-05-01T10:05:00.000+00:00,transfer,0.1,EUR,50,46.875,3.125,3.12,",
        "2026-05-04T12:30:00.000+00:00,trading_fee,2026-05-01T10:06:00.000+00:00,transfer,0.3,EUR,150,142.96875,7.03125,7.03,",
      ].map((line) => expect.stringContaining(`main,BNB,${line}`)),
    ]);

    // 1032 USDT and 0.7 BNB at 625 are 1469.5 USDT, at 1.2 a euro; 1492.1875 EUR came. Nothing else did, so
    // the returns of the days come to that. The deepest and the best day: 1339.921875 of 1496.09375, and
    // 1380.08 of 1339.921875.
    expect(await csv(rig, "valued-performance")).toEqual([
      "main,EUR,2026-05-01..2026-05-05,2026-05-01,2026-05-05,5,0,1224.5833333333333329891,1492.1875,-267.6041666666666670109,-0.1793368237,-0.1793368237,-0.1814795474,2026-05-01,2026-05-04,2026-05-03,0.0299704973,2026-05-04,-0.1126722122,0,,",
    ]);
    // All at the prices of now: what was booked at others is in valued-result.
    expect(await csv(rig, "valued-balance-sheet")).toEqual(
      [
        "BNB,assets,wallet,0.7,,,,EUR,PRICE_AT,520.833333333333333333,364.5833333333333333331,364.58,,,,0,",
        "BNB,equity,equity:transfers,1.5,,,,EUR,PRICE_AT,520.833333333333333333,781.2499999999999999995,781.25,,,,0,",
        "BNB,equity,expenses:trading_fees,-0.8,,,,EUR,PRICE_AT,520.833333333333333333,-416.6666666666666666664,-416.67,,,,0,",
        "USDT,assets,wallet,1032,,,,EUR,PRICE_AT,0.833333333333333333,859.999999999999999656,860.00,,,,0,",
        "USDT,equity,equity:transfers,1000,,,,EUR,PRICE_AT,0.833333333333333333,833.333333333333333,833.33,,,,0,",
        "USDT,equity,income:realized_pnl,32,,,,EUR,PRICE_AT,0.833333333333333333,26.666666666666666656,26.67,,,,0,",
        ",assets,total,,,,,EUR,PRICE_AT,,1224.5833333333333329891,1224.58,,,1224.5833333333333329891,0,",
        ",equity,total,,,,,EUR,PRICE_AT,,1224.5833333333333329891,1224.58,,,1224.5833333333333329891,0,",
      ].map((line) => `main,${line.replace("PRICE_AT", "2026-05-05T11:59:00.000+00:00")}`),
    );

    const files = await readAll(rig);
    const requested = klineRequests(rig);
    expect(requested.map(({ params, weight }) => `${params["limit"]} minutes weigh ${weight}`)).toEqual([
      "2 minutes weigh 1",
      // Two fees, four midnights, and now.
      ...Array.from({ length: 7 }, () => "1 minutes weigh 1"),
    ]);
    expect((await rig.run("run")).exitCode).toBe(0);
    expect(klineRequests(rig), "what is known is not requested again").toHaveLength(requested.length);
    await rig.run("book", "--from-empty");
    await rig.run("reconcile");
    await rig.run("report");
    expect(await readAll(rig), "valued again from empty, the same bytes").toEqual(files);
  });

  test("without the ECB's rates what is in EUR is INCOMPLETE, and the rest is not; an import fixes it", async () => {
    const outcome = await rig.run("run");
    expect(outcome.exitCode).toBe(3);
    expect(outcome.output).toContain("in EUR: net unknown; 6 amounts have no price\n");
    expect(klineRequests(rig), "a price that leads nowhere is not requested").toEqual([]);
    const names = await rig.reportNames();
    expect(names.filter((name) => name.includes("INCOMPLETE"))).toEqual([
      "2026/05/fee-coin-disposals-INCOMPLETE.csv",
      "2026/05/prices-used-INCOMPLETE.csv",
      "2026/05/statement-INCOMPLETE.html",
      "2026/05/valued-balance-sheet-INCOMPLETE.csv",
      "2026/05/valued-performance-INCOMPLETE.csv",
      "2026/05/valued-result-INCOMPLETE.csv",
      "2026/prices-used-INCOMPLETE.csv",
      "2026/statement-INCOMPLETE.html",
      "2026/valued-balance-sheet-INCOMPLETE.csv",
      "2026/valued-performance-INCOMPLETE.csv",
      "2026/valued-result-INCOMPLETE.csv",
      "prices-used-INCOMPLETE.csv",
      "statement-INCOMPLETE.html",
      "valued-balance-sheet-INCOMPLETE.csv",
      "valued-performance-INCOMPLETE.csv",
      "valued-result-INCOMPLETE.csv",
    ]);
    expect(names).toContain("daily-result.csv");
    const manifest = JSON.parse(await readFile(join(rig.folder, "out", "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({
      isComplete: false,
      incomplete: [],
      reportingCurrency: {
        incomplete: [
          "main: nothing has a price in EUR (6 amounts, the first at 2026-05-01T10:00:00.000Z); next: perpbooks price import eurofxref-hist.csv --kind ecb, and pegs in the configuration for what the ECB has no rate of",
        ],
      },
    });
    expect(await csv(rig, "valued-result-INCOMPLETE")).toContain(
      "main,2026-05-04,USDT,32,EUR,,0,0,0,0,0,,,,0,0,0,0,0,1,no price leads from USDT to EUR",
    );

    await rig.run("price", "import", "eurofxref-hist.csv", "--kind", "ecb");
    expect(await rig.run("price", "fetch")).toMatchObject({
      exitCode: 0,
      errors: "",
      output: "main: 9 prices fetched\n",
    });
    expect((await rig.run("report")).exitCode).toBe(0);
    expect((await rig.reportNames()).filter((name) => name.includes("INCOMPLETE"))).toEqual([]);
    const again = await rig.run("price", "import", "eurofxref-hist.csv", "--kind", "ecb");
    expect(again.output).toBe("eurofxref-hist.csv: 11 prices, 0 of them new\n");
  });
});

test("a run that may not fetch requests no price; without a reporting currency nothing is valued and no such report is written", async () => {
  const rig = await newRig(QUICK_KIND, `${CURRENCY}prices: { fetch: false }\n`);
  await rig.run("price", "import", "eurofxref-hist.csv", "--kind", "ecb");
  expect((await rig.run("run")).output).toContain("4 amounts have none");
  expect(klineRequests(rig)).toEqual([]);
  await rig.close();

  const plain = await newRig(QUICK_KIND, "");
  expect(await plain.run("run")).toMatchObject({ exitCode: 0, errors: "" });
  expect(await plain.reportNames()).not.toContain("valued-result.csv");
  expect(
    await plain.inspect((store) => store.db.selectFrom("ledger.valuation").selectAll().execute()),
  ).toEqual([]);
  await plain.close();
});

function klineRequests(rig: BinanceRig) {
  return rig.simulator.requests().filter(({ path }) => path === "/fapi/v1/klines");
}

async function readAll(rig: BinanceRig): Promise<Readonly<Record<string, string>>> {
  const names = await rig.reportNames();
  const texts = await Promise.all(names.map((name) => readFile(join(rig.folder, "out", name), "utf8")));
  return Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ""]));
}

test("a contract that the venue shows no more leaves its minutes without a price; the books are proven all the same", async () => {
  const gone = world();
  const instruments = gone.instruments.map((one) =>
    one.symbol === "BNBUSDT" ? { ...one, delisting: { at: at("05T00:00"), leaves: "closed" as const } } : one,
  );
  const rig = await newRig(QUICK_KIND, CURRENCY, { ...gone, instruments });
  await rig.run("price", "import", "eurofxref-hist.csv", "--kind", "ecb");
  const outcome = await rig.run("run");
  expect(outcome.exitCode).toBe(3);
  expect(outcome.errors).toBe("main prices: BNBUSDT: the venue does not serve this symbol\n");
  expect(outcome.output).toContain("4 amounts have none");
  expect(outcome.output).toContain("proven:");
  const openItems = async () => {
    const { exitCode, output } = await rig.run("status");
    return `${exitCode} ${output.match(/open items: .*\n(?: {2}accepted.*\n)?/)?.[0]}`;
  };
  expect(await openItems()).toBe("3 open items: no price for BNB\n");
  const accept = (...words: string[]) => rig.run("accept", "--account", "main", ...words);
  expect(
    (await accept("--price", "USDT", "--because", "x")).errors,
  ).toBe(`perpbooks accept: no price of USDT is missing
  nothing was changed
  next: see \`perpbooks status\`: the asset, or the reporting currency where nothing has a price in it
`);
  expect(await accept("--price", "BNB", "--because", "dust")).toEqual({
    exitCode: 0,
    output: "main prices of BNB: accepted, because dust\n",
    errors: "",
    log: "",
  });
  expect(await openItems()).toBe("0 open items: none\n  accepted: no price for BNB\n");
  expect((await rig.runUnwatched("run")).exitCode).toBe(0);
  expect((await rig.reportNames()).filter((name) => name.includes("INCOMPLETE"))).toEqual([]);
  const { reportingCurrency } = JSON.parse(await readFile(join(rig.folder, "out", "manifest.json"), "utf8"));
  expect(reportingCurrency).toEqual({
    incomplete: [],
    accepted: [
      "main: 4 amounts in BNB have no price (the first at 2026-05-01T10:05:00.000Z): no price leads from BNB to EUR; accepted, because dust",
    ],
    remarks: [],
  });
  expect((await accept("--price", "BNB", "--because", "it is not", "--undo")).exitCode).toBe(0);
  expect(await openItems()).toBe("3 open items: no price for BNB\n");
  await rig.close();
});

async function newRig(kind: StoreKind, lines: string, of: World = world()): Promise<BinanceRig> {
  const rig = await newBinanceRig({ kind, world: of, now: NOW, since: "2026-04-30" });
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
