/**
 * The true figures of a world of edgeX, by other means than its bookkeeping: from the fills alone (which
 * carry sizes, values and fees without sign, and know nothing of what is open), and the rows of money and
 * funding.
 *
 * The collateral is a plain sum. The wallet is that and the cost of what is open, which the venue rounds at
 * each partial close: so the exact cost is found backwards, from the last fill to the beginning of the term,
 * and the venue's may differ by half a unit of its sixth decimal for each close. Price results need no
 * average: they are what was received, and the cost of what is still open.
 */
import { type Instant, instant } from "../../../domain/instant.ts";
import {
  add,
  divide,
  type Fraction,
  multiply,
  negate,
  parseFraction,
  plainText,
  signOf,
  subtract,
  sumOf,
  truncatedText,
  ZERO_FRACTION,
} from "../../shared/fraction.ts";
import {
  contractName,
  type EdgexAccountHistory,
  type EdgexContract,
  type EdgexEvent,
  type EdgexPositionRow,
  type EdgexWorld,
} from "./world.ts";

export type EdgexTruth = {
  readonly account: string;
  /** Rows that the venue shows when all have appeared. */
  readonly rows: {
    readonly collateral: number;
    readonly positions: number;
    readonly fills: number;
    readonly terms: number;
  };
  /** What the wallet must be said to have seen: one event for each of these. */
  readonly walletEvents: {
    /** Fills that closed something. */
    readonly results: number;
    /** Fills that cost a fee. */
    readonly fees: number;
    readonly liquidationFees: number;
    /** Settlements of nothing among them. */
    readonly fundings: number;
    readonly cash: number;
  };
  /** Fills by force. */
  readonly forcedFills: number;
  /** Collateral as the venue counts it: cash, with every purchase taken whole. */
  readonly amount: string;
  /**
   * The conventional wallet: collateral and the venue's cost of what is open; of rows from `from` on, what
   * they moved it by.
   */
  readonly wallet: string;
  /** Of the rows of money by type and reason, in the order of their names. */
  readonly cash: readonly { readonly type: string; readonly reason: string; readonly amount: string }[];
  readonly contracts: readonly EdgexContractTruth[];
};

type EdgexContractTruth = {
  readonly contractId: string;
  readonly symbol: string;
  /** The venue's price results, before fees, funding and what liquidations take. */
  readonly realizedPnl: string;
  /** Positive when paid. */
  readonly fees: string;
  readonly funding: string;
  /** What liquidations took, negative. */
  readonly liquidationFees: string;
  readonly fills: number;
  readonly terms: number;
  /** Signed. */
  readonly quantity: string;
  /** Signed: exact, truncated at 18 decimals; and as the venue keeps it. */
  readonly exactCost: string;
  readonly venueCost: string;
  /** Truncated at 18 decimals. */
  readonly exactPnl: string;
  /** Fills that closed something: each rounded the venue's cost once. */
  readonly closingFills: number;
};

const SHOWN_DECIMALS = 18;

/**
 * Nothing later than `until` is counted, and no row from before `from`; default: everything. `nameOf` is what
 * contracts are called; default: their first names.
 */
export function edgexTruthOf(
  world: EdgexWorld,
  until?: Instant,
  nameOf: (contract: EdgexContract) => string = (contract) => contractName(contract, instant(0)),
  from: Instant = instant(0),
): readonly EdgexTruth[] {
  return world.accounts.map((account) => {
    const events = account.events.filter(
      ({ appliedAt, createdAt }) => (until === undefined || appliedAt <= until) && createdAt >= from,
    );
    return accountTruth(world, account, events, nameOf);
  });
}

function accountTruth(
  world: EdgexWorld,
  account: EdgexAccountHistory,
  events: readonly EdgexEvent[],
  nameOf: (contract: EdgexContract) => string,
): EdgexTruth {
  const contracts = world.contracts
    .filter(({ contractId }) => events.some(({ position }) => position?.contractId === contractId))
    .map((contract): EdgexContractTruth => {
      const own = events.filter(({ position }) => position?.contractId === contract.contractId);
      return contractTruth(contract.contractId, nameOf(contract), own);
    });
  const fills = events.flatMap(({ fill }) => (fill === null ? [] : [fill]));
  const money = events.filter(({ position }) => position === null).map(({ collateral }) => collateral);
  const cashTotal = total(money.map(({ deltaAmount }) => deltaAmount));
  const trades = contracts.map(({ contractId }) =>
    sumOf(tradesOf(events, contractId).map(({ signedValue, fee }) => negate(add(signedValue, fee)))),
  );
  const fundings = total(contracts.map(({ funding }) => funding));
  const amount = add(cashTotal, add(sumOf(trades), fundings));
  const openingCosts = contracts.map(({ contractId }) => firstOf(events, contractId)?.beforeOpenValue ?? "0");
  const groups = new Map<string, string[]>();
  for (const { type, transferReason, deltaAmount } of money) {
    const key = `${type} ${transferReason}`;
    groups.set(key, [...(groups.get(key) ?? []), deltaAmount]);
  }
  return {
    account: account.name,
    rows: {
      collateral: events.length,
      positions: events.filter(({ position }) => position !== null).length,
      fills: fills.length,
      terms: contracts.reduce((sum, { terms }) => sum + terms, 0),
    },
    walletEvents: {
      results: contracts.reduce((sum, { closingFills }) => sum + closingFills, 0),
      fees: fills.filter(({ fillFee }) => signOf(parseFraction(fillFee)) !== 0).length,
      liquidationFees: fills.filter(({ liquidateFee }) => signOf(parseFraction(liquidateFee)) !== 0).length,
      fundings: events.filter(({ position, fill }) => position !== null && fill === null).length,
      cash: money.length,
    },
    forcedFills: fills.filter(({ isLiquidate, isDeleverage }) => isLiquidate || isDeleverage).length,
    amount: plainText(amount),
    wallet: plainText(
      add(amount, subtract(total(contracts.map(({ venueCost }) => venueCost)), total(openingCosts))),
    ),
    cash: [...groups]
      .map(([key, amounts]) => {
        const [type = "", reason = ""] = key.split(" ");
        return { type, reason, amount: plainText(total(amounts)) };
      })
      .toSorted((a, b) => (`${a.type} ${a.reason}` < `${b.type} ${b.reason}` ? -1 : 1)),
    contracts,
  };
}

/** The first row of a contract's position: it tells what was open before it. */
function firstOf(events: readonly EdgexEvent[], contractId: string): EdgexPositionRow | null {
  return events.find(({ position }) => position?.contractId === contractId)?.position ?? null;
}

type Trade = {
  /** + bought, − sold. */
  readonly signed: Fraction;
  /** What was paid (+) or received (−), with what a liquidation took. */
  readonly signedValue: Fraction;
  readonly fee: Fraction;
  /** Zero or negative. */
  readonly liquidateFee: Fraction;
};

/** From the fills alone. */
function tradesOf(events: readonly EdgexEvent[], contractId: string): readonly Trade[] {
  return events.flatMap(({ fill }) => {
    if (fill?.contractId !== contractId) return [];
    const [size, value] = [parseFraction(fill.fillSize), parseFraction(fill.fillValue)];
    const isBuy = fill.orderSide === "BUY";
    return [
      {
        signed: isBuy ? size : negate(size),
        signedValue: isBuy ? value : negate(value),
        fee: parseFraction(fill.fillFee),
        liquidateFee: parseFraction(fill.liquidateFee),
      },
    ];
  });
}

function contractTruth(
  contractId: string,
  symbol: string,
  events: readonly EdgexEvent[],
): EdgexContractTruth {
  const trades = tradesOf(events, contractId);
  // Without what liquidations took: the price alone.
  const paid = sumOf(trades.map(({ signedValue, liquidateFee }) => add(signedValue, liquidateFee)));
  const last = events.at(-1)?.position;
  const venueCost = total([last?.beforeOpenValue ?? "0", last?.deltaOpenValue ?? "0"]);
  const exactCost = openCost(trades);
  const fundings = events.flatMap(({ collateral }) =>
    collateral.type === "POSITION_FUNDING" ? [collateral.deltaAmount] : [],
  );
  const first = events[0]?.position;
  const openingCost = parseFraction(first?.beforeOpenValue ?? "0");
  let quantity = parseFraction(first?.beforeOpenSize ?? "0");
  let [terms, closingFills] = [0, 0];
  for (const { signed } of trades) {
    const after = add(quantity, signed);
    if (signOf(quantity) * signOf(signed) < 0) closingFills += 1;
    if (signOf(after) !== 0 && signOf(after) !== signOf(quantity)) terms += 1;
    quantity = after;
  }
  return {
    contractId,
    symbol,
    realizedPnl: plainText(subtract(subtract(venueCost, openingCost), paid)),
    fees: plainText(sumOf(trades.map(({ fee }) => fee))),
    funding: plainText(total(fundings)),
    liquidationFees: plainText(sumOf(trades.map(({ liquidateFee }) => liquidateFee))),
    fills: trades.length,
    terms,
    quantity: plainText(quantity),
    exactCost: truncatedText(exactCost, SHOWN_DECIMALS),
    venueCost: plainText(venueCost),
    exactPnl: truncatedText(subtract(exactCost, paid), SHOWN_DECIMALS),
    closingFills,
  };
}

/**
 * The signed cost of what is open at the end, found backwards: of each opening fill there survives what later
 * closes left.
 */
function openCost(trades: readonly Trade[]): Fraction {
  let after = sumOf(trades.map(({ signed }) => signed));
  let surviving: Fraction = { numerator: 1n, denominator: 1n };
  let cost = ZERO_FRACTION;
  for (const { signed, signedValue } of trades.toReversed()) {
    if (signOf(after) === 0) return cost;
    const before = subtract(after, signed);
    if (signOf(before) * signOf(after) < 0) {
      // It crossed zero: what it left is its own share, and nothing before it survives.
      return add(cost, multiply(multiply(signedValue, divide(after, signed)), surviving));
    }
    if (signOf(signed) === signOf(after)) cost = add(cost, multiply(signedValue, surviving));
    else surviving = multiply(surviving, divide(after, before));
    after = before;
  }
  return cost;
}

function total(amounts: readonly string[]): Fraction {
  return sumOf(amounts.map(parseFraction));
}
