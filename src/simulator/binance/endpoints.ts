/**
 * The endpoints of Binance's USDⓈ-M futures: the path of each, its weight, the parameters it knows, and its
 * answer. Sources: the venue's documentation and its official client of July 2026; a comment marks what was
 * only seen in use.
 */
import type { Instant } from "../../domain/instant.ts";
import type { ShownPosition } from "../binance-family/account-view.ts";
import {
  type AccountRequest,
  answerAccount,
  answerExchangeInfo,
  answerFills,
  answerForcedOrders,
  answerIncome,
  answerMarginChanges,
  type Endpoint,
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
  bare,
  commissionRatePayload,
  flagPayload,
  maintenanceMargin,
  object,
  timePayload,
  unrealizedPnl,
} from "../binance-family/payload.ts";
import { refusals } from "../binance-family/refusal.ts";
import type { WorldInstrument } from "../binance-family/world/world.ts";
import { multiply, parseFraction, signOf, truncatedText } from "../shared/fraction.ts";
import type { Downloads } from "./downloads.ts";

type BinanceEndpoint = Endpoint & { readonly path: string };

type BinanceTerms = {
  readonly downloads: Downloads;
  /** The host by which the client reached the simulator, as the client wrote it. */
  readonly host: () => string;
  readonly canReadMarginHistory: boolean;
  readonly keyRights: Readonly<Record<string, boolean>>;
  readonly burnsFees: boolean;
  readonly hasMultiAssetsMargin: boolean;
};

/** What a read-only key without an IP restriction is shown as. */
const KEY_RIGHTS: Readonly<Record<string, boolean>> = {
  ipRestrict: false,
  enableReading: true,
  enableWithdrawals: false,
  enableInternalTransfer: false,
  enableMargin: false,
  enableFutures: false,
  permitsUniversalTransfer: false,
  enableVanillaOptions: false,
  enableFixApiTrade: false,
  enableFixReadOnly: true,
  enableSpotAndMarginTrading: false,
  enablePortfolioMarginTrading: false,
};

export function binanceEndpoints(terms: BinanceTerms): readonly BinanceEndpoint[] {
  return [
    {
      kind: "public",
      path: "/fapi/v1/time",
      ...weighs(1),
      answer: ({ shownTime }) => timePayload(shownTime),
    },
    { kind: "public", path: "/fapi/v1/exchangeInfo", ...weighs(1), answer: answerExchangeInfo },
    { kind: "market", path: "/fapi/v1/klines", ...KLINES },
    { kind: "market", path: "/fapi/v1/markPriceKlines", ...MARK_KLINES },
    // Its limit is a count of its own, beside the weight: 500 in five minutes.
    { kind: "market", path: "/fapi/v1/fundingRate", ...weighs(0), ...FUNDING_RATES },
    ...historyEndpoints(terms),
    ...snapshotEndpoints(terms),
    ...settingEndpoints(terms),
    ...downloadEndpoints(terms),
  ];
}

function historyEndpoints({ canReadMarginHistory }: BinanceTerms): readonly BinanceEndpoint[] {
  return [
    {
      kind: "signed",
      path: "/fapi/v1/income",
      ...weighs(30),
      known: ["symbol", "incomeType", "page", ...TIMES],
      answer: answerIncome,
    },
    {
      kind: "signed",
      path: "/fapi/v1/userTrades",
      ...weighs(5),
      known: ["symbol", "orderId", "fromId", ...TIMES],
      answer: answerFills,
    },
    {
      kind: "signed",
      path: "/fapi/v1/forceOrders",
      ...weighsBySymbol,
      known: ["symbol", "autoCloseType", ...TIMES],
      answer: answerForcedOrders,
    },
    {
      kind: "signed",
      path: "/fapi/v1/positionMargin/history",
      ...weighs(1),
      known: ["symbol", "type", ...TIMES],
      answer: (request) => {
        // Of the security type TRADE, though it only reads.
        if (!canReadMarginHistory) throw refusals.key();
        return answerMarginChanges(request);
      },
    },
  ];
}

function snapshotEndpoints({ hasMultiAssetsMargin }: BinanceTerms): readonly BinanceEndpoint[] {
  const balances = (request: AccountRequest): string => array(wallets(request).map(balancePayload));
  return [
    { kind: "signed", path: "/fapi/v2/balance", ...weighs(5), known: [], answer: balances },
    { kind: "signed", path: "/fapi/v3/balance", ...weighs(5), known: [], answer: balances },
    {
      kind: "signed",
      path: "/fapi/v3/positionRisk",
      ...weighs(5),
      known: ["symbol"],
      answer: answerPositions,
    },
    {
      kind: "signed",
      path: "/fapi/v2/account",
      ...weighs(5),
      known: [],
      answer: (request) => answerAccount(request, { multiAssetsMargin: hasMultiAssetsMargin }),
    },
    {
      kind: "signed",
      path: "/fapi/v1/accountConfig",
      ...weighs(5),
      known: [],
      answer: ({ view }) =>
        object({
          feeTier: bare(0),
          canTrade: true,
          canDeposit: true,
          canWithdraw: true,
          dualSidePosition: view.account.mode === "hedge",
          updateTime: bare(0),
          multiAssetsMargin: hasMultiAssetsMargin,
          tradeGroupId: bare(-1),
        }),
    },
  ];
}

function settingEndpoints(terms: BinanceTerms): readonly BinanceEndpoint[] {
  return [
    {
      kind: "signed",
      path: "/fapi/v1/positionSide/dual",
      ...weighs(30),
      known: [],
      answer: ({ view }) => flagPayload("dualSidePosition", view.account.mode === "hedge"),
    },
    {
      kind: "signed",
      path: "/fapi/v1/multiAssetsMargin",
      ...weighs(30),
      known: [],
      answer: () => flagPayload("multiAssetsMargin", terms.hasMultiAssetsMargin),
    },
    {
      kind: "signed",
      path: "/fapi/v1/feeBurn",
      ...weighs(30),
      known: [],
      answer: () => flagPayload("feeBurn", terms.burnsFees),
    },
    {
      kind: "signed",
      path: "/fapi/v1/commissionRate",
      ...weighs(20),
      known: ["symbol"],
      answer: (request) =>
        commissionRatePayload(instrumentOf(request, request.parameters.mandatory("symbol"))),
    },
    {
      // The venue serves it from another host with a count of its own; a simulator has one of each.
      kind: "signed",
      path: "/sapi/v1/account/apiRestrictions",
      ...weighs(1),
      known: [],
      answer: () =>
        object({
          createTime: bare(1_700_000_000_000),
          ...KEY_RIGHTS,
          enableFutures: terms.canReadMarginHistory,
          ...terms.keyRights,
        }),
    },
  ];
}

function downloadEndpoints({ downloads, host }: BinanceTerms): readonly BinanceEndpoint[] {
  return (["income", "trade"] as const).flatMap((kind): BinanceEndpoint[] => [
    {
      kind: "signed",
      path: `/fapi/v1/${kind}/asyn`,
      ...weighs(1000),
      known: ["startTime", "endTime"],
      answer: ({ parameters, view, now }) => {
        const from = parameters.integer("startTime");
        const until = parameters.integer("endTime");
        if (from === null) throw refusals.missing("startTime");
        if (until === null) throw refusals.missing("endTime");
        if (from > until) throw refusals.startAfterEnd();
        const span = { from: from as Instant, until: until as Instant };
        return downloads.order({ kind, view, span, now });
      },
    },
    {
      kind: "signed",
      path: `/fapi/v1/${kind}/asyn/id`,
      ...weighs(10),
      known: ["downloadId"],
      answer: ({ parameters, view, now }) =>
        downloads.state({ kind, view, downloadId: parameters.mandatory("downloadId"), now, host: host() }),
    },
  ]);
}

/** V3 lists only symbols with an open position (or open orders, which nobody has here). */
function answerPositions(request: AccountRequest): string {
  const { parameters, world, view, now } = request;
  const symbol = parameters.text("symbol");
  const requested = symbol === null ? world.instruments : [instrumentOf(request, symbol)];
  const rows = requested.flatMap((instrument) =>
    (["BOTH", "LONG", "SHORT"] as const).flatMap((side) => {
      const position = view.position(instrument.symbol, side, now);
      const isOpen = position !== null && signOf(parseFraction(position.quantity)) !== 0;
      return isOpen ? [positionPayload(instrument, position)] : [];
    }),
  );
  return array(rows);
}

function positionPayload(instrument: WorldInstrument, position: ShownPosition): string {
  const notional = multiply(parseFraction(position.quantity), parseFraction(position.markPrice));
  return object({
    symbol: position.symbol,
    positionSide: position.positionSide,
    positionAmt: position.quantity,
    entryPrice: position.averageEntry,
    breakEvenPrice: position.averageEntry,
    markPrice: position.markPrice,
    unRealizedProfit: unrealizedPnl(position),
    liquidationPrice: "0",
    isolatedMargin: "0",
    notional: truncatedText(notional, instrument.priceDecimals),
    marginAsset: instrument.marginAsset,
    isolatedWallet: "0",
    initialMargin: "0",
    maintMargin: maintenanceMargin(position),
    positionInitialMargin: "0",
    openOrderInitialMargin: "0",
    adl: bare(2),
    bidNotional: "0",
    askNotional: "0",
    updateTime: bare(position.updatedAt ?? 0),
  });
}
