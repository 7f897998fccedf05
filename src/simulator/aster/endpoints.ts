/**
 * Aster's endpoints: the path of each in both generations, its weight, the parameters it knows, and its
 * answer. Sources: the venue's API documentation of V1 and V3; a comment marks what was only seen in use.
 */
import {
  type AccountRequest,
  answerAccount,
  answerExchangeInfo,
  answerFills,
  answerForcedOrders,
  answerIncome,
  answerMarginChanges,
  type Endpoint,
  everyPosition,
  FUNDING_RATES,
  instrumentOf,
  TIMES,
  wallets,
  weighs,
  weighsBySymbol,
} from "../binance-family/answers.ts";
import { KLINES, MARK_KLINES } from "../binance-family/klines.ts";
import {
  array,
  balancePayload,
  commissionRatePayload,
  flagPayload,
  positionPayload,
  timePayload,
} from "../binance-family/payload.ts";

type AsterEndpoint = Endpoint & { readonly v1: string; readonly v3: string };

/** The same name in both generations. */
const named = (name: string) => ({ v1: `/fapi/v1/${name}`, v3: `/fapi/v3/${name}` });

export const ASTER_ENDPOINTS: readonly AsterEndpoint[] = [
  { kind: "public", ...named("time"), ...weighs(1), answer: ({ shownTime }) => timePayload(shownTime) },
  { kind: "public", ...named("exchangeInfo"), ...weighs(1), answer: answerExchangeInfo },
  { kind: "market", ...named("klines"), ...KLINES },
  { kind: "market", ...named("markPriceKlines"), ...MARK_KLINES },
  { kind: "market", ...named("fundingRate"), ...weighs(1), ...FUNDING_RATES },
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
    ...weighsBySymbol,
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
    answer: (request) => array(wallets(request).map(balancePayload)),
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
    answer: (request) => answerAccount(request),
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
    answer: (request) => commissionRatePayload(instrumentOf(request, request.parameters.mandatory("symbol"))),
  },
];

function answerPositions(request: AccountRequest): string {
  const { parameters, world } = request;
  const symbol = parameters.text("symbol");
  const requested = symbol === null ? world.instruments : [instrumentOf(request, symbol)];
  return array(
    requested.flatMap((instrument) =>
      everyPosition(request, [instrument]).map((position) => positionPayload(instrument, position)),
    ),
  );
}
