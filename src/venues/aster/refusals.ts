/** Aster's refusals: its codes are Binance's, with its own for a V3 nonce and for an agent. */
import type { Instant } from "../../domain/instant.ts";
import type { PerpbooksError } from "../../errors.ts";
import { FAMILY_RULES, PAUSE_RULES, type RefusalRule } from "../binance-family/refusal-rules.ts";
import { refusalOf } from "../binance-family/refusals.ts";
import type { Reply, VenueRequest } from "../venue.ts";

export { usedWeight } from "../binance-family/refusals.ts";

const RULES: readonly RefusalRule[] = [
  ...PAUSE_RULES,
  { remedy: "clock", codes: ["-4225"] },
  // "No agent found": one that was never approved, has expired, or is of another wallet. With any other text
  // the code is an outage.
  { remedy: "credentials", codes: ["-1000"], text: /\b(?:agent|signer)\b/i },
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
  const terms = {
    rules: RULES,
    nextForClock:
      "set this machine's clock by a time server; with V3 keys, give each process an agent of its own",
    nextForCredentials:
      "check key and secret, or agent and signer, their expiry, and whether they are limited to another IP address",
    redact,
  };
  return refusalOf(terms, reply, where, now, request);
}
