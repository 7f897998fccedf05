/**
 * edgeX's perpetual futures as a venue, for V1 accounts (accountId + starkPrivateKey) and V2 accounts
 * (accountId + key, secret, passphrase).
 */
import { parseInstant } from "../../domain/calendar.ts";
import { type Instant, SECOND_MS } from "../../domain/instant.ts";
import type { Venue } from "../venue.ts";
import { AMOUNT_DECIMALS, decode } from "./decode.ts";
import {
  readAccount,
  readBalances,
  readCursor,
  readInstruments,
  readNames,
  readPage,
  readPositions,
  readStatement,
  readTime,
} from "./payloads.ts";
import { refusal } from "./refusals.ts";
import {
  accountRequest,
  allowedPaths,
  type Generation,
  pageRequest,
  plainRequest,
  STREAMS,
} from "./requests.ts";
import { createSigner, type EdgexCredentials } from "./sign.ts";

export type { EdgexCredentials, EdgexV1Credentials, EdgexV2Credentials } from "./sign.ts";

/**
 * No document says when the venue began. Of V1 the oldest account known was opened on 2024-10-29. Of V2 the
 * oldest candles are of 2026-05-09, but an account's number and records of it are of March 2026. Each begins
 * here some months before its oldest sign of life: too early costs empty windows, too late would lose
 * history.
 */
const HISTORY_BEGINS: Readonly<Record<Generation, Instant>> = {
  v1: parseInstant("2024-01-01T00:00:00Z"),
  v2: parseInstant("2026-01-01T00:00:00Z"),
};

/** Throws a `UsageError` for credentials that cannot be right. Nothing is sent. */
export function edgexVenue(credentials: EdgexCredentials): Venue {
  const { kind: generation, accountId } = credentials;
  // One answer shows both balances and positions, of one state of the account.
  const account = accountRequest(generation, accountId);
  return {
    id: "edgex",
    title: "edgeX",
    historyBegins: HISTORY_BEGINS[generation],
    // No limit is published: one request a second.
    weightPerMinute: 60,
    paceMs: SECOND_MS,
    streams: STREAMS,
    allowedPaths: allowedPaths(generation),
    timeRequest: plainRequest(generation, "time"),
    instrumentsRequest: plainRequest(generation, "metadata"),
    balancesRequest: account,
    positionsRequest: account,
    pageRequest: (pageQuery) => pageRequest(generation, accountId, pageQuery),
    // The cursor passes through a millisecond of any number of rows.
    splitInstant: () => null,
    hasIdCursor: () => false,
    sign: createSigner(credentials),
    usedWeight: () => null,
    refusal,
    readTime,
    readInstruments,
    readNames,
    readBalances,
    readPositions,
    readStatement,
    account: { request: account, read: readAccount },
    readPage: (pageQuery, body) => readPage(generation, pageQuery, body),
    readCursor,
    decode,
    amountDecimals: AMOUNT_DECIMALS,
    ...(generation === "v1"
      ? { keyPower: "can trade and withdraw: edgeX V1 has no key that only reads" }
      : {}),
  };
}
