/**
 * Binance's refusals: the codes of its family; what is its own is an endpoint that requires one right more
 * than the others.
 */
import type { Instant } from "../../domain/instant.ts";
import { type PerpbooksError, RightMissingError } from "../../errors.ts";
import { excerpt } from "../binance-family/answers.ts";
import { FAMILY_RULES, PAUSE_RULES, type RefusalRule } from "../binance-family/refusal-rules.ts";
import { errorCode, refusalOf } from "../binance-family/refusals.ts";
import type { Reply, VenueRequest } from "../venue.ts";
import { PATHS } from "./requests.ts";

export { usedWeight } from "../binance-family/refusals.ts";

const RULES: readonly RefusalRule[] = [
  ...PAUSE_RULES,
  {
    remedy: "credentials",
    codes: ["-2015"],
    note: "an account in Portfolio Margin is refused in the same way: its history is at papi.binance.com, which perpbooks does not read",
  },
  ...FAMILY_RULES,
];

/**
 * The refusal that a reply is, or null. `redact` removes credentials and signatures from the venue's text.
 */
export function refusal(
  reply: Reply,
  where: string,
  now: Instant,
  request: VenueRequest | undefined,
  redact: (text: string) => string,
): PerpbooksError | null {
  // The one endpoint of the type TRADE: a key that may only read is refused here and works everywhere else.
  if (request?.path === PATHS.margin_changes && errorCode(reply.body) === "-2015") {
    return new RightMissingError({
      where,
      what: "the key may not read margin changes",
      evidence: [
        `HTTP ${reply.status}, code -2015: ${excerpt(redact(reply.body))}`,
        "the venue requires the right to trade here; everything else is read without it",
      ],
      next: "nothing, if you use no isolated margin; never give a key the right to trade for this alone",
    });
  }
  const terms = {
    rules: RULES,
    nextForClock: "set this machine's clock by a time server",
    nextForCredentials:
      "check key and secret, that the key may read futures, and whether it is limited to another IP address; a key made before the futures account was opened never works, and one that worked minutes ago may be banned for a while",
    redact,
  };
  return refusalOf(terms, reply, where, now, request);
}
