/**
 * Realized PnL as the test suites of other open-source traders and bookkeepers expect it (nautilus_trader, bbgo, freqtrade, hummingbot, jesse),
 * each under the convention that its case names. The cases lie beside the repository, not in it: without them nothing is compared, and
 * the test says so.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bookFill, FLAT, type OpenPosition } from "../../../src/book/position.ts";
import { type Decimal, divide, formatDecimal, parseDecimal, sum, ZERO } from "../../../src/domain/decimal.ts";

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
  readonly position: OpenPosition;
  /** Gross, of all fills so far. */
  readonly realized: Decimal;
  readonly fees: Decimal;
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

/** The state after each fill. With fees inside, a purchase costs and a sale brings what is left after its fee. */
function book(peer: PeerCase, fees: "outside" | "inside" | "inside while opening"): readonly State[] {
  let state: State = { position: FLAT, realized: ZERO, fees: ZERO, cash: ZERO };
  return (peer.fills ?? []).map((fill) => {
    const isPurchase = fill.side === "BUY";
    const quantity = parseDecimal(fill.qty);
    const fee = feeOf(peer, fill);
    const isOpening = state.position.quantity.isZero() || state.position.quantity.isNegative() !== isPurchase;
    const inside = fees === "inside" || (fees === "inside while opening" && isOpening) ? fee : ZERO;
    const exchanged = notional(fill).plus(isPurchase ? inside : inside.negated());
    const { position, closed } = bookFill(state.position, {
      signedQuantity: isPurchase ? quantity : quantity.negated(),
      price: divide(exchanged, quantity, 18),
    });
    state = {
      position,
      realized: state.realized.plus(closed?.realizedPnl ?? ZERO),
      fees: state.fees.plus(fee),
      cash: isPurchase ? state.cash.minus(notional(fill)) : state.cash.plus(notional(fill)),
    };
    return state;
  });
}

function average({ position }: State): Decimal {
  return divide(position.cost, position.quantity, 18);
}

/** nautilus: after each fill, PnL net of all commissions so far, those of opening fills included. */
function compareStates(peer: PeerCase): Comparison[] {
  const states = book(peer, "outside");
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
  const states = book(peer, "outside");
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

/** bbgo, hummingbot, jesse: figures of the end. Where bbgo is given a fee, that of the opening is part of the average. */
function compareEnd(peer: PeerCase): Comparison[] {
  const { expect: expected = {} } = peer;
  const end = book(peer, "outside").at(-1);
  if (end === undefined) return [];
  const inside = book(peer, "inside while opening");
  const withFee = inside.at(-1) ?? end;
  const openingFee = inside.slice(0, 1);
  return [
    ...(end.position.quantity.isZero() ? [] : figure("average", expected["avg"], average(end))),
    ...figure("quantity", expected["base"], end.position.quantity),
    ...figure("cash", expected["quote"], end.cash),
    ...figure("gross PnL", expected["trade_pnl"], end.realized),
    ...figure("net PnL", expected["total_pnl"] ?? expected["net_profit"], end.realized.minus(end.fees)),
    ...figure("PnL with the opening fee inside", expected["profit"], withFee.realized),
    ...openingFee.flatMap((state) =>
      figure("average with the opening fee inside", expected["avg_after_buy"], average(state)),
    ),
  ];
}

/** freqtrade: an exit is net of its own fee and its share of the entry's; the open rate is without fees. */
function compareFeesInside(peer: PeerCase): Comparison[] {
  const gross = book(peer, "outside");
  const net = book(peer, "inside");
  return [
    ...(peer.expect_after ?? []).flatMap((expected, position) => {
      const [state, after] = [gross[position], net[position]];
      // After the last exit freqtrade goes on showing the position that it closed.
      if (expected === null || state === undefined || after === undefined || state.position.quantity.isZero())
        return [];
      return [
        ...figure(`quantity after fill ${position + 1}`, expected["amount"], state.position.quantity),
        ...figure(`average after fill ${position + 1}`, expected["open_rate"], average(state)),
        ...figure(`net PnL after fill ${position + 1}`, expected["cum_realized"], after.realized),
      ];
    }),
    ...figure("net PnL", peer.end_profit, net.at(-1)?.realized ?? ZERO),
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
  const end = book({ ...peer, fills: [fill(!isShort, peer.open), fill(isShort, peer.close)] }, "outside").at(
    -1,
  );
  if (end === undefined) return [];
  return figure(
    "net PnL",
    expected,
    sum([end.realized, end.fees.negated(), parseDecimal(peer.funding_fees ?? "0")]),
  );
}

function figure(what: string, theirs: string | null | undefined, ours: Decimal): Comparison[] {
  return theirs === null || theirs === undefined ? [] : [{ what, theirs, ours }];
}

/** They calculate in floats, or round each step: a figure that is printed to many decimals is known to two units of the last. */
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
