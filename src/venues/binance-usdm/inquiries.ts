/**
 * What people want to know of an account: its key's rights, and how it is set up. None of it enters the
 * books.
 */
import {
  booleanField,
  FieldError,
  isJsonObject,
  type JsonObject,
  parseJsonExactly,
} from "../../domain/json.ts";
import { RequestRefusedError } from "../../errors.ts";
import { excerpt } from "../binance-family/answers.ts";
import { signedRequest } from "../binance-family/queries.ts";
import { textOrEmpty } from "../fields.ts";
import type { Inquiry } from "../venue.ts";
import { PATHS, SPOT_BASE_URL } from "./requests.ts";

/** In words, what each right beyond reading would let a thief do. */
const RIGHTS: ReadonlyMap<string, string> = new Map([
  ["enableWithdrawals", "withdraw"],
  ["enableInternalTransfer", "move money between the main account and its sub-accounts"],
  ["permitsUniversalTransfer", "move money between wallets"],
  ["enableFutures", "trade futures"],
  ["enableSpotAndMarginTrading", "trade spot and margin"],
  ["enableMargin", "borrow on margin"],
  ["enableVanillaOptions", "trade options"],
  ["enablePortfolioMarginTrading", "trade in portfolio margin"],
  ["enableFixApiTrade", "trade over FIX"],
]);

const HARMLESS: readonly string[] = ["enableReading", "enableFixReadOnly"];

/** The wallet API tells a key's rights; it is another host, with a weight count of its own. */
export const rights: Inquiry = {
  request: signedRequest(PATHS.keyRights, 1),
  baseUrl: SPOT_BASE_URL,
  read: (body) =>
    readObject("binance-usdm key rights", body, (row) => {
      const canRead = booleanField(row, "enableReading");
      // A right that is new to us is one too many as well.
      const beyond = Object.keys(row)
        .filter((name) => /^(?:enable|permits)[A-Z]/.test(name) && !HARMLESS.includes(name))
        .filter((name) => row[name] === true)
        .map((name) => `the key can ${RIGHTS.get(name) ?? "do more than read"} (${name})`);
      return [
        ...(canRead ? [] : ["the key may not read (enableReading)"]),
        ...beyond,
        ...(booleanField(row, "ipRestrict") ? [] : ["the key works from any IP address (ipRestrict)"]),
      ];
    }),
};

export const modes: readonly Inquiry[] = [
  {
    request: signedRequest(PATHS.accountConfig, 5),
    read: (body) =>
      readObject("binance-usdm account configuration", body, (row) => [
        booleanField(row, "dualSidePosition")
          ? "positions: hedge mode, LONG and SHORT apart"
          : "positions: one-way mode",
        booleanField(row, "multiAssetsMargin")
          ? "margin: multi-assets mode, the venue may exchange assets by itself"
          : "margin: single-asset mode",
        `fee tier: ${textOrEmpty(row, "feeTier")}`,
        ...["canTrade", "canDeposit", "canWithdraw"]
          .filter((name) => row[name] === false)
          .map((name) => `the venue has restricted the account (${name} is false)`),
      ]),
  },
  {
    request: signedRequest(PATHS.feeBurn, 30),
    read: (body) =>
      readObject("binance-usdm fee burn", body, (row) => [
        booleanField(row, "feeBurn")
          ? "fees: paid in BNB while there is some, at a discount"
          : "fees: paid in the margin asset",
      ]),
  },
];

function readObject(
  where: string,
  body: string,
  read: (row: JsonObject) => readonly string[],
): readonly string[] {
  try {
    const row = parseJsonExactly(body);
    if (!isJsonObject(row)) throw new FieldError("an object was expected");
    return read(row);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw new RequestRefusedError({
      where,
      what: `the answer cannot be read: ${error.message}`,
      evidence: [`it begins: ${excerpt(body)}`],
      next: "nothing is lost, the books do not need it; if it persists, the venue has changed its answer: report it",
    });
  }
}
