/** Names of accounts where a tool takes fewer characters than a name may have. */

/** No name of an account contains it, so a shortened name never equals another account's whole name. */
const CUT = "~";

/**
 * A prime below 36 ** 7, so that a check has seven digits. A name of ASCII characters is a number to the base
 * 128, and the prime is above 128 ** 5: so any two names that differ in their last five characters alone have
 * different checks. Of other two, one pair in 78 thousand million has the same.
 */
const PRIME = 78_364_164_083n;
const BASE = 128n;
const RADIX = 36;
const CHECK_LENGTH = 7;

/**
 * The name, or its beginning and a check of the whole: `long-n~01gq7zk`. The same name gives the same text in
 * every export, whatever other accounts are in it.
 */
export function shortName(name: string, charactersMax: number): string {
  if (name.length <= charactersMax) return name;
  const check = checkOf(name).toString(RADIX).padStart(CHECK_LENGTH, "0");
  return `${name.slice(0, charactersMax - CUT.length - check.length)}${CUT}${check}`;
}

function checkOf(name: string): bigint {
  let check = 0n;
  for (const sign of name) check = (check * BASE + BigInt(sign.codePointAt(0) ?? 0)) % PRIME;
  return check;
}
