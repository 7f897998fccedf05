/**
 * Aster's endpoints: what each is called in both generations, what it weighs, which parameters it knows, what it answers.
 * Sources: the venue's API documentation of V1 and V3; what is only seen in use says so.
 */
import type { DurationMs, Instant } from "../domain/instant.ts";
import type { AccountView, RowsAsked, ShownPosition, Truncation } from "./account-view.ts";
import { type Parameters, refuseLongerThanDefault, spanAsked } from "./aster-parameters.ts";
import {
  accountPayload,
  array,
  balancePayload,
  commissionRatePayload,
  exchangeInfoPayload,
  fillPayload,
  flagPayload,
  forcedOrderPayload,
  incomePayload,
  marginChangePayload,
  marginChangeType,
  NO_MONEY,
  positionPayload,
  type ShownWallet,
  timePayload,
} from "./aster-payload.ts";
import { refusals } from "./refusal.ts";
import type { World, WorldInstrument, WorldPositionSide } from "./world.ts";

/** The venue as an endpoint sees it. */
export type Scene = {
  readonly world: World;
  readonly now: Instant;
  readonly weightPerMinute: number;
  readonly truncate: Truncation;
  readonly retention: DurationMs | null;
};

/** What one account asks, its parameters checked for being known. */
export type Question = Scene & { readonly view: AccountView; readonly parameters: Parameters };

export type Endpoint = {
  readonly v1: string;
  readonly v3: string;
  readonly weight: (rawQuery: string) => number;
} & (
  | { readonly kind: "public"; readonly answer: (scene: Scene) => string }
  | {
      readonly kind: "signed";
      readonly known: readonly string[];
      readonly answer: (question: Question) => string;
    }
);

const TIMES = ["startTime", "endTime", "limit"] as const;
/** Assets that the venue lists besides those an account holds; their wallets are empty. */
const MARGIN_ASSETS = ["USDT", "USDC", "BTC", "ASTER"];
const WEIGHT_SHOWN_WHERE_UNLIMITED = 2400;

/** The same name in both generations. */
const named = (name: string) => ({ v1: `/fapi/v1/${name}`, v3: `/fapi/v3/${name}` });
const weighs = (weight: number) => ({ weight: () => weight });

export const ASTER_ENDPOINTS: readonly Endpoint[] = [
  { kind: "public", ...named("time"), ...weighs(1), answer: ({ now }) => timePayload(now) },
  { kind: "public", ...named("exchangeInfo"), ...weighs(1), answer: answerExchangeInfo },
  {
    kind: "signed",
    ...named("income"),
    ...weighs(30),
    // No `page`: Binance has it, Aster documents none.
    known: ["symbol", "incomeType", ...TIMES],
    answer: answerIncome,
  },
  {
    kind: "signed",
    ...named("userTrades"),
    ...weighs(5),
    known: ["symbol", "fromId", ...TIMES],
    answer: answerFills,
  },
  {
    kind: "signed",
    ...named("forceOrders"),
    weight: (rawQuery) => (/(^|&)symbol=/.test(rawQuery) ? 20 : 50),
    known: ["symbol", "autoCloseType", ...TIMES],
    answer: answerForcedOrders,
  },
  {
    kind: "signed",
    ...named("positionMargin/history"),
    ...weighs(1),
    known: ["symbol", "type", ...TIMES],
    answer: answerMarginChanges,
  },
  {
    kind: "signed",
    v1: "/fapi/v2/balance",
    v3: "/fapi/v3/balance",
    ...weighs(5),
    known: [],
    answer: (question) => array(wallets(question).map(balancePayload)),
  },
  {
    kind: "signed",
    v1: "/fapi/v2/positionRisk",
    v3: "/fapi/v3/positionRisk",
    ...weighs(5),
    known: ["symbol"],
    answer: answerPositions,
  },
  {
    kind: "signed",
    v1: "/fapi/v4/account",
    v3: "/fapi/v3/accountWithJoinMargin",
    ...weighs(5),
    known: [],
    answer: (question) => accountPayload(wallets(question), positions(question, question.world.instruments)),
  },
  {
    kind: "signed",
    ...named("positionSide/dual"),
    ...weighs(30),
    known: [],
    answer: ({ view }) => flagPayload("dualSidePosition", view.account.mode === "hedge"),
  },
  {
    kind: "signed",
    ...named("multiAssetsMargin"),
    ...weighs(30),
    known: [],
    answer: () => flagPayload("multiAssetsMargin", false),
  },
  {
    kind: "signed",
    ...named("commissionRate"),
    ...weighs(20),
    known: ["symbol"],
    answer: ({ world, parameters }) =>
      commissionRatePayload(instrumentOf(world, parameters.mandatory("symbol"))),
  },
];

function answerExchangeInfo({ world, now, weightPerMinute }: Scene): string {
  const limit = Number.isFinite(weightPerMinute) ? weightPerMinute : WEIGHT_SHOWN_WHERE_UNLIMITED;
  return exchangeInfoPayload(world.instruments, now, limit);
}

function answerIncome(question: Question): string {
  const { parameters, view } = question;
  const asked = rowsAsked(question, { byDefault: 100, most: 1000 });
  const incomeType = parameters.text("incomeType");
  // One type at a time: Binance was seen to refuse a list.
  if (incomeType !== null && !/^[A-Z_]+$/.test(incomeType)) throw refusals.invalid("incomeType");
  // A symbol that is no longer listed still has its income.
  return array(view.incomes(asked, { symbol: parameters.text("symbol"), incomeType }).map(incomePayload));
}

function answerFills(question: Question): string {
  const { parameters, view, world } = question;
  const { symbol } = instrumentOf(world, parameters.mandatory("symbol"));
  const fromId = parameters.text("fromId");
  const asked = rowsAsked(question, { byDefault: 500, most: 1000 });
  if (fromId === null) {
    refuseLongerThanDefault(asked);
    return array(view.fills(symbol, asked).map(fillPayload));
  }
  if (!/^\d+$/.test(fromId)) throw refusals.illegalCharacters("fromId");
  if (parameters.text("startTime") !== null || parameters.text("endTime") !== null)
    throw refusals.combination();
  return array(view.fillsFromId(symbol, BigInt(fromId), asked).map(fillPayload));
}

function answerForcedOrders(question: Question): string {
  const { parameters, view, world } = question;
  const asked = rowsAsked(question, { byDefault: 50, most: 100 });
  const symbol = parameters.text("symbol");
  if (symbol !== null) instrumentOf(world, symbol);
  const autoCloseType = parameters.text("autoCloseType");
  if (autoCloseType !== null && !["LIQUIDATION", "ADL"].includes(autoCloseType)) {
    throw refusals.invalid("autoCloseType");
  }
  const kind = autoCloseType === null ? null : autoCloseType === "ADL" ? "adl" : "liquidation";
  return array(view.forcedOrders(asked, { symbol, kind }).map(forcedOrderPayload));
}

function answerMarginChanges(question: Question): string {
  const { parameters, view, world } = question;
  const { symbol } = instrumentOf(world, parameters.mandatory("symbol"));
  const type = parameters.text("type");
  if (type !== null && type !== "1" && type !== "2") throw refusals.invalid("type");
  const asked = rowsAsked(question, { byDefault: 500, most: 500 });
  const rows = view.marginChanges(
    symbol,
    asked,
    (row) => type === null || String(marginChangeType(row)) === type,
  );
  return array(rows.map(marginChangePayload));
}

function answerPositions(question: Question): string {
  const { parameters, world } = question;
  const symbol = parameters.text("symbol");
  const asked = symbol === null ? world.instruments : [instrumentOf(world, symbol)];
  return array(
    asked.flatMap((instrument) =>
      positions(question, [instrument]).map((position) => positionPayload(instrument, position)),
    ),
  );
}

function instrumentOf(world: World, symbol: string): WorldInstrument {
  const listed = world.instruments.find((instrument) => instrument.symbol === symbol);
  if (listed === undefined) throw refusals.symbol();
  return listed;
}

function rowsAsked(
  question: Question,
  rows: { readonly byDefault: number; readonly most: number },
): RowsAsked {
  const { parameters, now, truncate, retention } = question;
  return {
    ...spanAsked(parameters, now),
    limit: parameters.limit(rows.byDefault, rows.most),
    truncate,
    now,
    retention,
  };
}

function wallets({ view, now }: Question): ShownWallet[] {
  const held = view.wallets(now);
  return [...new Set([...MARGIN_ASSETS, ...held.keys()])].map((asset) => ({
    asset,
    wallet: held.get(asset) ?? NO_MONEY,
  }));
}

/**
 * Every symbol is listed, whether a position was ever held or not: one row in one-way mode, two in hedge mode, and a third where
 * an account that changed its mode still has one.
 */
function positions({ view, now }: Question, instruments: readonly WorldInstrument[]): ShownPosition[] {
  const isHedge = view.account.mode === "hedge";
  return instruments.flatMap(({ symbol }) => {
    const shown: ShownPosition[] = [];
    for (const positionSide of ["BOTH", "LONG", "SHORT"] as const) {
      const position = view.position(symbol, positionSide, now);
      if (position !== null) shown.push(position);
      else if ((positionSide !== "BOTH") === isHedge) shown.push(neverHeld(symbol, positionSide));
    }
    return shown;
  });
}

function neverHeld(symbol: string, positionSide: WorldPositionSide): ShownPosition {
  return { symbol, positionSide, quantity: "0", averageEntry: "0.0", markPrice: "0", updatedAt: null };
}
