/**
 * Real fills of 24 accounts (Binance USDⓈ-M copy traders, 2024) replayed through the simulator, the real
 * client and the real pipeline; our realized PnL at average cost is then compared with the venue's own figure
 * for every closing fill of every series that starts flat.
 *
 * The recorded data lies beside the repository, not in it: without it nothing is compared, and the test says
 * so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { inferOpening, type VenueFill } from "../../src/book/infer-opening.ts";
import { pnlTolerance } from "../../src/book/pnl-tolerance.ts";
import { parseInstant } from "../../src/domain/calendar.ts";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../../src/domain/decimal.ts";
import { formatInstant, instant } from "../../src/domain/instant.ts";
import {
  type RecordedFill,
  readRecordedFills,
  replayFills,
} from "../../src/simulator/binance-family/world/replay.ts";
import { insertRows } from "../../src/store/insert-rows.ts";
import { fill } from "../report/small-books.ts";
import { averageSteps, realizedPnl } from "../support/lot-tables.ts";
import { newRig } from "../support/rig.ts";
import { newStore, QUICK_KIND } from "../support/stores.ts";

const RECORDED = join(import.meta.dirname, "..", "..", "..", "shared", "data", "recorded-fills.jsonl");
const NOW = parseInstant("2024-06-30T00:00:00Z");
/** Binance keeps 8 decimals of an amount. */
const TOLERANCE = pnlTolerance(8);

test("our realized PnL at average cost is the venue's, on every closing fill of every recorded series that starts flat", {
  timeout: 300_000,
}, async (context) => {
  if (!existsSync(RECORDED)) {
    const notice =
      "the recorded fills are not here (../shared/data/recorded-fills.jsonl): nothing was compared";
    process.stdout.write(`${notice}\n`);
    await context.annotate(notice);
    return;
  }
  const fills = readRecordedFills(readFileSync(RECORDED, "utf8"));
  const rig = await newRig({
    kind: QUICK_KIND,
    world: replayFills(fills),
    now: NOW,
    accountLines: ["since: 2024-04-15"],
  });
  const outcomes = [await rig.run("sync"), await rig.run("book")];
  expect(outcomes.map(({ exitCode, errors }) => ({ exitCode, errors }))).toEqual(
    Array(2).fill({ exitCode: 0, errors: "" }),
  );
  const compared = await rig.inspect((store) =>
    store.db
      .selectFrom("history.fill as fill")
      .leftJoin("ledger.disposal as disposal", (join) =>
        join
          .onRef("fill.account_id", "=", "disposal.account_id")
          .onRef("fill.record_key", "=", "disposal.fill_key")
          .on("disposal.method", "=", "average"),
      )
      .select([
        "fill.account_id",
        "fill.symbol",
        "fill.position_side",
        "fill.fill_id",
        "fill.realized_pnl as venue",
        "disposal.realized_pnl as ours",
      ])
      .execute(),
  );
  await rig.close();
  expect(compared).toHaveLength(fills.length);

  const series = groupedBy(fills, (fill) => `${fill.account} ${fill.symbol} ${fill.positionSide}`);
  const differences = groupedBy(
    compared.filter((row) => row.ours !== null || !parseDecimal(row.venue).isZero()),
    (row) => `${row.account_id} ${row.symbol} ${row.position_side}`,
  );
  const lines: string[] = [];
  const beganOpen: string[] = [];
  const off: Decimal[] = [];
  let flatSeries = 0;
  for (const [name, recorded] of series) {
    const evidence = evidenceOfOpenPosition(recorded);
    if (evidence !== null) {
      beganOpen.push(`${name}: ${evidence}`);
      continue;
    }
    flatSeries += 1;
    for (const row of differences.get(name) ?? []) {
      const difference = parseDecimal(row.ours ?? "0")
        .minus(parseDecimal(row.venue))
        .abs();
      off.push(difference);
      if (difference.gt(TOLERANCE.tradeCash))
        lines.push(
          `${name} fill ${row.fill_id}: venue ${row.venue}, ours ${row.ours}, off by ${formatDecimal(difference)}`,
        );
    }
  }
  const close = off.filter((difference) => difference.lte(TOLERANCE.tradeCash)).length;
  process.stdout.write(
    [
      `recorded fills: ${fills.length} in ${series.size} series`,
      `  ${flatSeries} series start flat: of their ${off.length} closing fills ${close} agree within ${formatDecimal(TOLERANCE.tradeCash)}, the others are`,
      ...lines.map((line) => `    ${line}`),
      `  ${beganOpen.length} series began with a position open:`,
      ...beganOpen.map((line) => `    ${line}`),
      "",
    ].join("\n"),
  );
  expect(off.length).toBeGreaterThan(400);
  expect(close / off.length).toBeGreaterThanOrEqual(0.99);
  expect(off.filter((difference) => difference.gt(TOLERANCE.fillAverage))).toEqual([]);
});

test("with the opening inferred, every figure of a recorded series that began with a position open is explained, where it can be", async (context) => {
  if (!existsSync(RECORDED)) {
    await context.annotate("the recorded fills are not here: nothing was compared");
    return;
  }
  const fills = readRecordedFills(readFileSync(RECORDED, "utf8"));
  const series = groupedBy(fills, (fill) => `${fill.account} ${fill.symbol} ${fill.positionSide}`);
  const beganOpen = [...series].filter(([, recorded]) => evidenceOfOpenPosition(recorded) !== null);
  const outcomes = beganOpen.map(([name, recorded]) => ({ name, ...bestOpening(recorded) }));
  const count = (outcome: string) => outcomes.filter((one) => one.outcome === outcome).length;
  const closes = (outcome: string) =>
    outcomes.filter((one) => one.outcome === outcome).reduce((total, one) => total + one.closes, 0);
  process.stdout.write(
    [
      `recorded fills: of ${series.size} series ${series.size - beganOpen.length} were proved as they are`,
      `  of the ${beganOpen.length} that began with a position open, an inferred opening explains all ${closes("proved")} closes of ${count("proved")};`,
      `  of ${count("unconfirmed")} it explains all ${closes("unconfirmed")} closes too, but one figure alone speaks for it;`,
      `  of ${count("not provable")} no opening after which the series was ever flat explains them:`,
      ...outcomes.filter((one) => one.outcome === "not provable").map((one) => `    ${one.name}`),
      "",
    ].join("\n"),
  );
  expect(series.size - beganOpen.length).toBe(67);
  expect([count("proved"), count("unconfirmed"), count("not provable")]).toEqual([19, 7, 8]);
});

test("every recorded fee in the contract's asset is the value × a rate; those in BNB that the list calls USDT are of none", async (context) => {
  if (!existsSync(RECORDED)) {
    await context.annotate("the recorded fills are not here: nothing was compared");
    return;
  }
  const store = await newStore(QUICK_KIND);
  const rows = readRecordedFills(readFileSync(RECORDED, "utf8")).map((one, place) => ({
    ...fill(
      one.account,
      `${place}`,
      `${place}`,
      "",
      one.side,
      formatInstant(instant(one.time)),
      one.price,
      one.qty,
    ),
    symbol: one.symbol,
    margin_asset: "USDT",
    fee: formatDecimal(parseDecimal(one.fee).negated()),
    is_maker: (one.side === "BUY") !== one.activeBuy,
  }));
  await insertRows(store.db, "history.fill", ["account_id", "record_key"], rows);
  await insertRows(
    store.db,
    "ledger.tolerance",
    ["account_id"],
    [...new Set(rows.map(({ account_id }) => account_id))].map((account_id) => ({
      account_id,
      trade_cash: formatDecimal(TOLERANCE.tradeCash),
      fill_average: formatDecimal(TOLERANCE.fillAverage),
    })),
  );
  const counts = await sql<{ bnb: boolean; role: string; rate: string | null; fees: number; below: number }>`
    select account_id = 'trader-14' as bnb, role, rate::text as rate, count(*)::integer as fees,
      count(*) filter (where fee = value * rate - unit)::integer as below
    from report.recomputed_fee(null)
    group by account_id = 'trader-14', role, rate
    order by fees desc, role, rate`.execute(store.db);
  await store.close();
  const others = counts.rows.filter(({ bnb }) => !bnb);
  expect(others).toEqual([
    { bnb: false, role: "taker", rate: "0.0005", fees: 2083, below: 114 },
    { bnb: false, role: "maker", rate: "0.0002", fees: 351, below: 26 },
  ]);
  const inBnb = counts.rows.filter(({ bnb }) => bnb);
  expect(inBnb[0]).toMatchObject({ rate: null });
  expect(inBnb.reduce((total, { fees }) => total + fees, 0)).toBe(109);
});

type OpeningOutcome = {
  readonly outcome: "proved" | "unconfirmed" | "not provable";
  /** The closing fills it explains, each within the larger tolerance. */
  readonly closes: number;
};

/**
 * These lists come without a position to begin from. But a trader is flat at times: the opening is then what
 * the fills until such a time add up to, the other way round. Of those that explain every figure of the
 * venue, before and after, the one with the most figures to speak for it.
 */
function bestOpening(recorded: readonly RecordedFill[]): OpeningOutcome {
  const fills = recorded.map((fill) => ({
    signedQuantity: parseDecimal(fill.side === "BUY" ? fill.qty : `-${fill.qty}`),
    value: parseDecimal(fill.price).times(parseDecimal(fill.qty)),
    realizedPnl: parseDecimal(fill.realizedProfit),
  }));
  const side = recorded[0]?.positionSide ?? "BOTH";
  let added = ZERO;
  const quantities = fills.map((fill) => {
    added = added.plus(fill.signedQuantity);
    return added.negated();
  });
  let figures = 0;
  let closes = 0;
  for (const quantity of quantities.filter((one) => !one.isZero() && staysOnItsSide(one, quantities, side))) {
    for (const unit of [TOLERANCE.tradeCash, TOLERANCE.fillAverage]) {
      const opening = inferOpening(quantity, fills, unit);
      if (opening.kind !== "opening" || opening.figures <= figures) continue;
      const explained = closesExplained({ quantity, cost: opening.cost }, fills);
      if (explained !== null) [figures, closes] = [opening.figures, explained];
    }
  }
  return { outcome: figures > 1 ? "proved" : figures === 1 ? "unconfirmed" : "not provable", closes };
}

/**
 * In hedge mode a position never passes zero. `quantities` are the openings after which the series would be
 * flat.
 */
function staysOnItsSide(opening: Decimal, quantities: readonly Decimal[], side: string): boolean {
  const positions = [opening, ...quantities.map((flat) => opening.minus(flat))];
  if (side === "LONG") return positions.every((position) => position.gte(ZERO));
  if (side === "SHORT") return positions.every((position) => position.lte(ZERO));
  return true;
}

/** How many closes the venue's figures and ours agree on; null where one of them does not. */
function closesExplained(
  opening: { readonly quantity: Decimal; readonly cost: Decimal },
  fills: readonly VenueFill[],
): number | null {
  const steps = averageSteps(fills, opening);
  const isOff = steps.some(({ closed }, place) =>
    realizedPnl(closed)
      .minus(fills[place]?.realizedPnl ?? ZERO)
      .abs()
      .gt(TOLERANCE.fillAverage),
  );
  return isOff ? null : steps.filter(({ closed }) => closed !== null).length;
}

/**
 * What in the fills themselves shows that a position was open before the first of them; null where nothing
 * does. It rests on the venue's figures and plain arithmetic, not on our booking.
 */
function evidenceOfOpenPosition(fills: readonly RecordedFill[]): string | null {
  let quantity = parseDecimal("0");
  const openingPrices: Decimal[] = [];
  for (const [position, fill] of fills.entries()) {
    const signed = parseDecimal(fill.side === "BUY" ? fill.qty : `-${fill.qty}`);
    const pnl = parseDecimal(fill.realizedProfit);
    const price = parseDecimal(fill.price);
    const closes = !quantity.isZero() && quantity.isNegative() !== signed.isNegative();
    if (!closes && !pnl.isZero())
      return `fill ${position + 1} realizes PnL where a series that starts flat opens`;
    if (closes) {
      const closed = signed.abs().lt(quantity.abs()) ? signed.abs() : quantity.abs();
      // pnl = closed × (price − entry) for a long, the other way round for a short; the venue truncates at 8
      // decimals.
      const perUnit = pnl.div(closed).times(quantity.isNegative() ? -1 : 1);
      const entry = price.minus(perUnit);
      const slack = parseDecimal("0.00000002").div(closed);
      const within =
        openingPrices.some((opening) => opening.lte(entry.plus(slack))) &&
        openingPrices.some((opening) => opening.gte(entry.minus(slack)));
      if (!within)
        return `fill ${position + 1} implies an entry of ${entry.toSignificantDigits(8)}, outside all prices paid`;
    } else openingPrices.push(price);
    quantity = quantity.plus(signed);
    const isWrongSide =
      (fill.positionSide === "LONG" && quantity.isNegative()) ||
      (fill.positionSide === "SHORT" && quantity.gt(0));
    if (isWrongSide) return `fill ${position + 1} would take a ${fill.positionSide} position past zero`;
    if (quantity.isZero()) openingPrices.length = 0;
    else if (closes && quantity.isNegative() === signed.isNegative())
      openingPrices.splice(0, openingPrices.length, price);
  }
  return null;
}

function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
