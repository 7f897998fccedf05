/** Aster's refusals: its codes are Binance's, with its own -4225 for a V3 nonce. */
import type { Instant } from "../../domain/instant.ts";
import type { PerpbooksError } from "../../errors.ts";
import { FAMILY_REMEDIES, type Remedy, refusalOf } from "../binance-family/refusals.ts";
import type { Reply } from "../venue.ts";

export { usedWeight } from "../binance-family/refusals.ts";

const REMEDIES: ReadonlyMap<string, Remedy> = new Map([...FAMILY_REMEDIES, ["-4225", "clock"]]);

/** The refusal that a reply is, or null. `redact` takes out of the venue's text what signs in. */
export function refusal(
  reply: Reply,
  where: string,
  now: Instant,
  redact: (text: string) => string,
): PerpbooksError | null {
  const terms = {
    venue: "aster",
    remedies: REMEDIES,
    nextForClock:
      "set this machine's clock by a time server; with V3 keys, give each process an agent of its own",
    nextForCredentials:
      "check key and secret, or agent and signer, their expiry, and whether they are limited to another IP address",
    redact,
  };
  return refusalOf(terms, reply, where, now);
}
