/**
 * Binance's USDⓈ-M futures as a venue, for HMAC keys (apiKey + apiSecret) and RSA or Ed25519 keys (apiKey +
 * private key).
 */
import { parseInstant } from "../../domain/calendar.ts";
import { feeRatesAt } from "../binance-family/fee-rates.ts";
import { fundingRatesAt } from "../binance-family/funding-rates.ts";
import { klinesAt, marksAt } from "../binance-family/klines.ts";
import { plainRequest, signedRequest } from "../binance-family/queries.ts";
import type { Venue } from "../venue.ts";
import { decode } from "./decode.ts";
import { downloads } from "./downloads.ts";
import { modes, rights } from "./inquiries.ts";
import {
  readAccount,
  readBalances,
  readInstruments,
  readPage,
  readPositions,
  readTime,
  readWeightLimit,
} from "./payloads.ts";
import { refusal, usedWeight } from "./refusals.ts";
import { numberedPage, PATHS, pageRequest, STREAMS, splitInstant } from "./requests.ts";
import { type BinanceCredentials, createSigner } from "./sign.ts";

export type { BinanceCredentials, BinanceHmacCredentials, BinanceKeyCredentials } from "./sign.ts";

/** The month in which the venue's first contract, BTCUSDT, was opened for trading. */
const HISTORY_BEGINS = parseInstant("2019-09-01T00:00:00Z");

/**
 * They have a limit of their own: 500 requests in five minutes of an address, shared with whatever else asks
 * for them there. So a request counts as the part of a minute's weight that leaves a hundred a minute.
 */
const FUNDING_RATES_WEIGHT = 24;

/** Throws a `UsageError` for credentials that cannot be right. Nothing is sent. */
export function binanceUsdmVenue(credentials: BinanceCredentials): Venue {
  const signer = createSigner(credentials);
  return {
    id: "binance-usdm",
    title: "Binance USDⓈ-M",
    historyBegins: HISTORY_BEGINS,
    weightPerMinute: 2400,
    streams: STREAMS,
    allowedPaths: new Set(Object.values(PATHS)),
    timeRequest: plainRequest(PATHS.time),
    instrumentsRequest: plainRequest(PATHS.instruments),
    balancesRequest: signedRequest(PATHS.balances, 5),
    positionsRequest: signedRequest(PATHS.positions, 5),
    pageRequest,
    splitInstant,
    numberedPage,
    hasIdCursor: (stream) => stream === "fills",
    sign: signer.sign,
    usedWeight,
    refusal: (reply, where, now, request) => refusal(reply, where, now, request, signer.redact),
    readTime,
    readInstruments,
    readWeightLimit,
    readBalances,
    readPositions,
    readPage,
    account: { request: signedRequest(PATHS.account, 5), read: readAccount },
    decode,
    amountDecimals: 8,
    rights,
    modes,
    downloads,
    klines: klinesAt("binance-usdm", PATHS.klines),
    marks: marksAt("binance-usdm", PATHS.markKlines),
    feeRates: feeRatesAt("binance-usdm", PATHS.feeRates),
    fundingRates: fundingRatesAt("binance-usdm", PATHS.fundingRates, FUNDING_RATES_WEIGHT),
  };
}
