/**
 * Aster's perpetual futures as a venue, for V1 keys (apiKey + apiSecret) and V3 agents (user + signer +
 * privateKey).
 */
import { parseInstant } from "../../domain/calendar.ts";
import { feeRatesAt } from "../binance-family/fee-rates.ts";
import { fundingRatesAt } from "../binance-family/funding-rates.ts";
import { klinesAt, marksAt } from "../binance-family/klines.ts";
import { plainRequest, signedRequest } from "../binance-family/queries.ts";
import type { Venue } from "../venue.ts";
import { decode } from "./decode.ts";
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
import { PATHS, pageRequest, STREAMS, splitInstant } from "./requests.ts";
import { type AsterCredentials, createSigner, MAINNET_CHAIN_ID } from "./sign.ts";

export type { AsterCredentials, AsterV1Credentials, AsterV3Credentials } from "./sign.ts";

export type AsterOptions = {
  /** The chain id that V3 signatures name; 714 on the testnet. */
  readonly chainId?: number;
};

/** The oldest `onboardDate` in the venue's exchange information, read in January 2026. */
const HISTORY_BEGINS = parseInstant("2021-07-30T00:00:00Z");

/** Throws a `UsageError` for credentials that cannot be right. Nothing is sent. */
export function asterVenue(credentials: AsterCredentials, options: AsterOptions = {}): Venue {
  const signer = createSigner(credentials, options.chainId ?? MAINNET_CHAIN_ID);
  const generation = credentials.kind;
  const paths = PATHS[generation];
  return {
    id: "aster",
    title: "Aster",
    historyBegins: HISTORY_BEGINS,
    weightPerMinute: 2400,
    streams: STREAMS,
    allowedPaths: new Set(Object.values(paths)),
    timeRequest: plainRequest(paths.time),
    instrumentsRequest: plainRequest(paths.instruments),
    balancesRequest: signedRequest(paths.balances, 5),
    positionsRequest: signedRequest(paths.positions, 5),
    pageRequest: (pageQuery) => pageRequest(generation, pageQuery),
    splitInstant,
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
    account: { request: signedRequest(paths.account, 5), read: readAccount },
    decode,
    amountDecimals: 8,
    klines: klinesAt("aster", paths.klines),
    marks: marksAt("aster", paths.markKlines),
    feeRates: feeRatesAt("aster", paths.feeRates),
    fundingRates: fundingRatesAt("aster", paths.fundingRates, 1),
  };
}
