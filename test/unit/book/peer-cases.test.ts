/**
 * Realized PnL as the test suites of other open-source traders and bookkeepers expect it (nautilus_trader,
 * bbgo, freqtrade, hummingbot, jesse), each under the convention that its case names. The cases lie beside
 * the repository, not in it: without them nothing is compared, and the test says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { amountIn, amountOf } from "../../../src/book/lots/amounts.ts";
import type { Disposal, SettlementEvent } from "../../../src/book/lots/events.ts";
import { type Decimal, divide, formatDecimal, parseDecimal, sum, ZERO } from "../../../src/domain/decimal.ts";
import { plus } from "../../../src/domain/instant.ts";
import { LOT_METHODS } from "../../../src/domain/treatment.ts";
import {
  ASSET,
  averageSteps,
  bookAll,
  closedPiece,
  decimal,
  fixed,
  type PlainFill,
  plainEvents,
  realizedPnl,
} from "../../support/lot-tables.ts";

const CASES = join(import.meta.dirname, "..", "..", "..", "..", "shared", "data", "peer-pnl-cases.json");

type PeerFill = {
  readonly side: string;
  readonly qty: string;
  readonly price: string;
  readonly commission?: string;
  readonly fee?: string;
  readonly fee_rate?: string;
};
type PeerCase = {
  readonly source: string;
  readonly test?: string;
  readonly convention: string;
  readonly fills?: readonly PeerFill[];
  readonly commission_rate?: string;
  readonly fee_rate?: string;
  readonly avg?: string;
  readonly expect?: Readonly<Record<string, string>>;
  readonly expect_after?: readonly (Readonly<Record<string, string | null>> | null)[];
  readonly expect_cycles?: readonly string[];
  readonly end_profit?: string;
  readonly side?: string;
  readonly amount?: string;
  readonly open?: string;
  readonly close?: string;
  readonly funding_fees?: string;
  readonly expect_profit?: string;
  readonly expect_funding?: string;
};

/** A figure of theirs against ours. */
type Comparison = { readonly what: string; readonly theirs: string; readonly ours: Decimal };

/** The case's figures, or why none can be compared. */
function compare(peer: PeerCase): readonly Comparison[] | string {
  if (peer.expect_funding !== undefined)
    return "funding is booked as the venue charged it; perpbooks computes none";
  if (peer.expect_profit !== undefined) return compareOneTrade(peer, peer.expect_profit);
  if (peer.convention.includes("proportional entry fee")) return compareFeesInside(peer);
  return [...compareStates(peer), ...compareCycles(peer), ...compareEnd(peer)];
}

type State = {
  readonly position: { readonly quantity: Decimal; readonly cost: Decimal; readonly fees: Decimal };
  /** Gross, of all fills so far. */
  readonly realized: Decimal;
  readonly fees: Decimal;
  /** The shares of opening and of closing fees in what was closed so far. */
  readonly openingFees: Decimal;
  readonly closingFees: Decimal;
  /** What all fills so far brought: − for purchases, + for sales. */
  readonly cash: Decimal;
};

function feeOf(peer: PeerCase, fill: PeerFill): Decimal {
  const rate = fill.fee_rate ?? peer.commission_rate ?? peer.fee_rate ?? "0";
  return parseDecimal(fill.commission ?? fill.fee ?? formatDecimal(notional(fill).times(parseDecimal(rate))));
}

function notional(fill: PeerFill): Decimal {
  return parseDecimal(fill.qty).times(parseDecimal(fill.price));
}

function plainFills(peer: PeerCase): readonly PlainFill[] {
  return (peer.fills ?? []).map((fill) => {
    const quantity = parseDecimal(fill.qty);
    return {
      signedQuantity: fill.side === "BUY" ? quantity : quantity.negated(),
      value: notional(fill),
      fee: feeOf(peer, fill),
    };
  });
}

/** The state after each fill, at average cost. */
function book(peer: PeerCase): readonly State[] {
  let state: State = {
    position: { quantity: ZERO, cost: ZERO, fees: ZERO },
    realized: ZERO,
    fees: ZERO,
    openingFees: ZERO,
    closingFees: ZERO,
    cash: ZERO,
  };
  const fills = plainFills(peer);
  return averageSteps(fills).map(({ after, closed }, place) => {
    const fill = fills[place];
    const value = fill?.value ?? ZERO;
    state = {
      position: after,
      realized: state.realized.plus(realizedPnl(closed)),
      fees: state.fees.plus(fill?.fee ?? ZERO),
      openingFees: state.openingFees.plus(closed?.openingFees ?? ZERO),
      closingFees: state.closingFees.plus(closed?.closingFees ?? ZERO),
      cash: fill?.signedQuantity.isNegative() ? state.cash.plus(value) : state.cash.minus(value),
    };
    return state;
  });
}

function average({ position }: State): Decimal {
  return divide(position.cost, position.quantity, 18);
}

/**
 * Where a case ends flat, all four lot methods come to its end; fees inside and outside are the same then,
 * and funding too.
 */
function compareMethods(peer: PeerCase, what: string, theirs: string | null | undefined, funding: Decimal) {
  const fills = plainFills(peer);
  const flat = sum(fills.map(({ signedQuantity }) => signedQuantity)).isZero();
  if (!flat) return [];
  const events = plainEvents(fills);
  const first = events[0];
  if (first === undefined) return [];
  const settlement: SettlementEvent = {
    kind: "settlement",
    postedAt: plus(first.postedAt, 1),
    occurredAt: plus(first.occurredAt, 1),
    payments: amountOf(ASSET, fixed(funding)).map((one) => ({ ...one, key: "funding", part: "" })),
    contract: [],
  };
  const { disposals } = bookAll([first, settlement, ...events.slice(1)]);
  return LOT_METHODS.flatMap((method) =>
    figure(
      `${what} by ${method}`,
      theirs,
      sum(disposals.filter((disposal) => disposal.method === method).map(netOf)),
    ),
  );
}

function netOf(disposal: Disposal): Decimal {
  const closed = closedPiece(disposal);
  return realizedPnl(closed)
    .minus(closed.openingFees)
    .minus(closed.closingFees)
    .plus(decimal(amountIn(disposal.funding, ASSET)));
}

/** nautilus: after each fill, PnL net of all commissions so far, those of opening fills included. */
function compareStates(peer: PeerCase): Comparison[] {
  const states = book(peer);
  return (peer.expect_after ?? []).flatMap((expected, position) => {
    const state = states[position];
    if (expected === null || state === undefined) return [];
    return [
      ...figure(`quantity after fill ${position + 1}`, expected["qty"], state.position.quantity.abs()),
      ...figure(
        `net PnL after fill ${position + 1}`,
        expected["realized_pnl"],
        state.realized.minus(state.fees),
      ),
      ...figure(`average after fill ${position + 1}`, expected["avg"], average(state)),
    ];
  });
}

/** nautilus: the net PnL of each round trip; and the average before the last fill closes it. */
function compareCycles(peer: PeerCase): Comparison[] {
  const states = book(peer);
  const net = states
    .filter(({ position }) => position.quantity.isZero())
    .map(({ realized, fees }) => realized.minus(fees));
  return [
    ...(peer.expect_cycles ?? []).flatMap((expected, cycle) =>
      figure(
        `net PnL of round trip ${cycle + 1}`,
        expected,
        (net[cycle] ?? ZERO).minus(net[cycle - 1] ?? ZERO),
      ),
    ),
    ...states.slice(-2, -1).flatMap((state) => figure("average before the close", peer.avg, average(state))),
  ];
}

/**
 * bbgo, hummingbot, jesse: figures of the end. Where bbgo is given a fee, that of the opening is part of the
 * average.
 */
function compareEnd(peer: PeerCase): Comparison[] {
  const { expect: expected = {} } = peer;
  const states = book(peer);
  const end = states.at(-1);
  if (end === undefined) return [];
  const net = expected["total_pnl"] ?? expected["net_profit"];
  return [
    ...(end.position.quantity.isZero() ? [] : figure("average", expected["avg"], average(end))),
    ...figure("quantity", expected["base"], end.position.quantity),
    ...figure("cash", expected["quote"], end.cash),
    ...figure("gross PnL", expected["trade_pnl"], end.realized),
    ...figure("net PnL", net, end.realized.minus(end.fees)),
    ...compareMethods(peer, "net PnL", net, ZERO),
    ...figure("PnL with the opening fee inside", expected["profit"], end.realized.minus(end.openingFees)),
    ...states
      .slice(0, 1)
      .flatMap(({ position }) =>
        figure(
          "average with the opening fee inside",
          expected["avg_after_buy"],
          divide(position.cost.plus(position.fees), position.quantity, 18),
        ),
      ),
  ];
}

/** freqtrade: an exit is net of its own fee and its share of the entry's; the open rate is without fees. */
function compareFeesInside(peer: PeerCase): Comparison[] {
  const states = book(peer);
  const net = (state: State) => state.realized.minus(state.openingFees).minus(state.closingFees);
  return [
    ...(peer.expect_after ?? []).flatMap((expected, position) => {
      const state = states[position];
      // After the last exit freqtrade goes on showing the position that it closed.
      if (expected === null || state === undefined || state.position.quantity.isZero()) return [];
      return [
        ...figure(`quantity after fill ${position + 1}`, expected["amount"], state.position.quantity),
        ...figure(`average after fill ${position + 1}`, expected["open_rate"], average(state)),
        ...figure(`net PnL after fill ${position + 1}`, expected["cum_realized"], net(state)),
      ];
    }),
    ...states.slice(-1).flatMap((state) => figure("net PnL", peer.end_profit, net(state))),
    ...compareMethods(peer, "net PnL", peer.end_profit, ZERO),
  ];
}

/** freqtrade: one trade, net of both fees and of its funding. Leverage has no part in it. */
function compareOneTrade(peer: PeerCase, expected: string): Comparison[] {
  const isShort = peer.side === "SHORT";
  const fill = (isPurchase: boolean, price = "0"): PeerFill => ({
    side: isPurchase ? "BUY" : "SELL",
    qty: peer.amount ?? "0",
    price,
  });
  const trade = { ...peer, fills: [fill(!isShort, peer.open), fill(isShort, peer.close)] };
  return compareMethods(trade, "net PnL", expected, parseDecimal(peer.funding_fees ?? "0"));
}

function figure(what: string, theirs: string | null | undefined, ours: Decimal): Comparison[] {
  return theirs === null || theirs === undefined ? [] : [{ what, theirs, ours }];
}

/**
 * They calculate in floats, or round each step: a figure that is printed to many decimals is known to two
 * units of the last.
 */
const ROUNDED_FROM_DECIMALS = 6;
const THEIR_UNITS_MAX = 2;

function isEqualAsPrinted({ theirs, ours }: Comparison): boolean {
  const decimals = theirs.split(".")[1]?.length ?? 0;
  const off = ours.minus(parseDecimal(theirs)).abs();
  if (decimals < ROUNDED_FROM_DECIMALS) return off.isZero();
  return off.lte(parseDecimal(`0.${"1".padStart(decimals, "0")}`).times(THEIR_UNITS_MAX));
}

test("realized PnL is what the test suites of five other projects expect, each by its own convention", async (context) => {
  if (!existsSync(CASES)) {
    const notice = "the peers' cases are not here (../shared/data/peer-pnl-cases.json): nothing was compared";
    process.stdout.write(`${notice}\n`);
    await context.annotate(notice);
    return;
  }
  const peers = JSON.parse(readFileSync(CASES, "utf8")) as readonly PeerCase[];
  const compared = peers.map((peer, position) => ({
    name: `case ${position + 1}, ${peer.source} ${peer.test ?? ""}`.trim(),
    outcome: compare(peer),
  }));
  const left = compared.flatMap(({ name, outcome }) =>
    typeof outcome === "string" ? [`  ${name}: ${outcome}`] : [],
  );
  process.stdout.write(
    `${peers.length} cases of peers, of which ${left.length} cannot be compared:\n${left.join("\n")}\n`,
  );
  expect(
    compared.flatMap(({ name, outcome }) =>
      typeof outcome === "string"
        ? []
        : outcome
            .filter((comparison) => !isEqualAsPrinted(comparison))
            .map(
              ({ what, theirs, ours }) => `${name}: ${what}: theirs ${theirs}, ours ${formatDecimal(ours)}`,
            ),
    ),
  ).toEqual([]);
  // No case may pass because nothing of it was understood.
  expect(compared.filter(({ outcome }) => outcome.length === 0).map(({ name }) => name)).toEqual([]);
  expect({ cases: peers.length, left: left.length }).toEqual({ cases: 37, left: 3 });
});
