/**
 * Worlds for a venue's simulator that are written down row by row: for histories that a generated world would
 * have only by chance.
 */
import { parseInstant } from "../../src/domain/calendar.ts";
import type { Instant } from "../../src/domain/instant.ts";
import {
  isSelfTrade,
  numberFills,
  SHOWS_ALL,
  VenueAccount,
} from "../../src/simulator/binance-family/world/account.ts";
import type {
  World,
  WorldAccount,
  WorldFill,
  WorldIncome,
  WorldInstrument,
  WorldPositionSide,
} from "../../src/simulator/binance-family/world/world.ts";
import { parseFraction, truncatedUnits } from "../../src/simulator/shared/fraction.ts";

export type AccountScript = {
  readonly name: string;
  readonly mode?: "one-way" | "hedge";
  readonly play: (account: ScriptedAccount) => void;
};

export type TradeTerms = {
  /** Negative for a rebate. Default "0", which leaves no COMMISSION. */
  readonly fee?: string;
  readonly feeAsset?: string;
  readonly positionSide?: WorldPositionSide;
  readonly isMaker?: boolean;
};

export type CashTerms = { readonly asset?: string; readonly tranId?: bigint };

const INSTRUMENTS = ["BTCUSDT", "ETHUSDT", "币安人生USDT"].map(
  (symbol): WorldInstrument => ({
    symbol,
    status: "TRADING",
    baseAsset: symbol.slice(0, -"USDT".length),
    marginAsset: "USDT",
    priceDecimals: 2,
    quantityDecimals: 3,
    makerFeeRate: "0.0002",
    takerFeeRate: "0.0005",
    liquidationFeeRate: "0.0125",
    listedAt: parseInstant("2025-01-01T00:00:00Z"),
  }),
);

export function scriptedWorld(scripts: readonly AccountScript[], firstFillId = 1000n): World {
  const accounts = scripts.map(({ name, mode, play }, ordinal) => {
    const account = new VenueAccount({ name, mode: mode ?? "one-way", ordinal, shown: SHOWS_ALL });
    play(new ScriptedAccount(account));
    return account;
  });
  numberFills(accounts, () => 1, isSelfTrade, { firstId: firstFillId });
  return {
    instruments: INSTRUMENTS,
    fundingRates: [],
    accounts: accounts.map((account) => account.finished()),
  };
}

export class ScriptedAccount {
  readonly #account: VenueAccount;

  constructor(account: VenueAccount) {
    this.#account = account;
  }

  /**
   * A position that is older than everything the venue still shows, e.g. `10 BTCUSDT at 90`; negative for a
   * short.
   */
  holds(position: string, positionSide: WorldPositionSide = "BOTH"): this {
    const [quantity = "", symbol, , price = ""] = position.split(" ");
    this.#account.openBeforeHistory(instrumentOf(symbol), positionSide, {
      quantity: parseFraction(quantity),
      average: parseFraction(price),
    });
    return this;
  }

  /** A row of cash that no trade caused. */
  cash(at: Instant, incomeType: string, amount: string, { asset = "USDT", tranId }: CashTerms = {}): this {
    this.#account.receive(incomeType, asset, unitsOf(amount), at, tranId);
    return this;
  }

  /** Rows of one cause, in one millisecond and with one id. */
  together(
    at: Instant,
    rows: readonly (readonly [incomeType: string, asset: string, amount: string])[],
  ): this {
    this.#account.receiveTogether(
      rows.map(([incomeType, asset, amount]) => ({ incomeType, asset, units: unitsOf(amount) })),
      at,
    );
    return this;
  }

  /**
   * An order that is filled at once, e.g. `BUY 0.5 BTCUSDT at 100`; `times` in as many equal parts of this
   * size.
   */
  trade(at: Instant, order: string, terms: TradeTerms = {}, times = 1): this {
    const [side, quantity, symbol, word, price] = order.split(" ");
    const instrument = instrumentOf(symbol);
    if ((side !== "BUY" && side !== "SELL") || word !== "at")
      throw new RangeError(`"${order}" is not like "BUY 0.5 BTCUSDT at 100"`);
    const { fee = "0", feeAsset = "USDT", positionSide = "BOTH", isMaker = false } = terms;
    const orderId = this.#account.nextOrderId();
    const part = { price: parseFraction(price ?? ""), quantity: parseFraction(quantity ?? ""), at };
    const paid = { kind: "amount", asset: feeAsset, amount: parseFraction(fee) } as const;
    for (let nth = 0; nth < times; nth += 1)
      this.#account.fill({ instrument, side, positionSide, isMaker, fee: paid }, orderId, part);
    return this;
  }

  /** The venue ends a contract and settles what is open by cash alone, e.g. `BTCUSDT at 85`. */
  settle(at: Instant, contract: string, positionSide: WorldPositionSide = "BOTH"): this {
    const [symbol, , price = ""] = contract.split(" ");
    this.#account.settle({
      instrument: instrumentOf(symbol),
      positionSide,
      price: parseFraction(price),
      at,
      leaves: "no fill",
    });
    return this;
  }

  fund(at: Instant, symbol: string, amount: string): this {
    this.#account.fund(instrumentOf(symbol), parseFraction(amount), at);
    return this;
  }
}

/** The world with its income rows changed: shown late, not shown, of another id. */
export function withIncomes(
  world: World,
  change: (row: WorldIncome, account: WorldAccount) => WorldIncome,
): World {
  return {
    ...world,
    accounts: world.accounts.map((account) => ({
      ...account,
      incomes: account.incomes.map((row) => change(row, account)),
    })),
  };
}

export function withFills(world: World, change: (row: WorldFill) => WorldFill): World {
  return {
    ...world,
    accounts: world.accounts.map((account) => ({ ...account, fills: account.fills.map(change) })),
  };
}

function instrumentOf(symbol: string | undefined): WorldInstrument {
  const instrument = INSTRUMENTS.find((one) => one.symbol === symbol);
  if (instrument === undefined) throw new RangeError(`no contract is called ${symbol}`);
  return instrument;
}

function unitsOf(amount: string): bigint {
  return truncatedUnits(parseFraction(amount), 8);
}
