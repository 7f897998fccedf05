/**
 * A funding row for every settlement in which a position was open. What it should amount to is the matter of
 * `funding-amounts.ts`, where the venue publishes rate and mark.
 */
import { counted } from "../domain/counted.ts";
import { parseDecimal } from "../domain/decimal.ts";
import { formatInstant, parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import { covers, type Finding } from "./finding.ts";
import { fundingSettlements, type Settlement } from "./funding-settlements.ts";
import { isProven, type WalletLink } from "./wallets.ts";

/**
 * `doubtful` are contracts whose positions do not agree with the venue's: when they were open is not known.
 */
export async function checkFundingIntervals(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
  wallets: readonly WalletLink[],
  doubtful: ReadonlySet<string>,
): Promise<Finding[]> {
  const settlements = (await readSettlements(transaction, account_id, checked_at)).filter(
    ({ symbol }) => !doubtful.has(symbol),
  );
  const symbols = [...new Set(settlements.map(({ symbol }) => symbol))];
  return symbols.flatMap((symbol) => {
    const own = settlements.filter((settlement) => settlement.symbol === symbol);
    const findings = own.flatMap((settlement) => findingOf(settlement, settlements, wallets));
    const due = own.filter(({ expected, found }) => expected > 0 && found >= expected);
    return due.length === 0 ? findings : [agreeing(symbol, due, checked_at), ...findings];
  });
}

async function readSettlements(
  transaction: Transaction,
  account_id: string,
  checked_at: string,
): Promise<Settlement[]> {
  type SpanRow = { symbol: string; asset: string; from_time: string; until_time: string | null };
  type HourRow = { symbol: string; asset: string; hour: string; rows: number };
  const spans = await runSqlFile<SpanRow>(transaction, "reconcile/open-spans", { account_id });
  const hours = await runSqlFile<HourRow>(transaction, "reconcile/funding-rows", { account_id });
  const covered = await transaction
    .selectFrom("raw.window")
    .select(["from_time", "until_time"])
    .where("account_id", "=", account_id)
    .where("stream", "=", "income")
    .where("symbol", "=", "")
    .where("is_settled", "=", true)
    .execute();
  return fundingSettlements({
    spans: spans.map(({ symbol, asset, from_time, until_time }) => ({
      symbol,
      asset,
      from: parseUtcInstant(from_time),
      until: until_time === null ? null : parseUtcInstant(until_time),
    })),
    rows: hours.map(({ symbol, hour, rows }) => ({ symbol, hour: parseUtcInstant(hour), rows })),
    covered: covered.map((row) => ({
      from: parseUtcInstant(row.from_time),
      until: parseUtcInstant(row.until_time),
    })),
    until: parseUtcInstant(checked_at),
  });
}

/**
 * A row that is not there moved no money where the wallet proves that: it is inferred that the rate was zero,
 * unless another contract has a row too many at the same hour. A row too many alone is no difference: venues
 * settle dividends beside the rate, and the wallet proves them.
 *
 * The first wallet may be taken from the rows themselves, and proves nothing of them. A row too many is
 * inferred to be right there all the same, and so is it that a contract did not settle before its first row;
 * but a hole among its rows nobody can tell from a row that is lost, so a person must look.
 */
function findingOf(
  settlement: Settlement,
  all: readonly Settlement[],
  wallets: readonly WalletLink[],
): Finding[] {
  const { symbol, asset, expected, found, most } = settlement;
  const hour = formatInstant(settlement.hour);
  const isMissing = found < expected;
  const isExtra = found > most;
  const covering = wallets.filter(
    (link) =>
      link.asset === asset && link.agrees && covers({ from_time: link.from, checked_at: link.takenAt }, hour),
  );
  const isSumProven = covering.some(isProven);
  const isSwapped = all.some(
    (other) =>
      other.asset === asset &&
      other.hour === settlement.hour &&
      (isMissing ? other.found > other.most : other.found < other.expected),
  );
  if (!isMissing && !(isExtra && (isSwapped || !isSumProven))) return [];
  const isHole =
    isMissing &&
    all.some((other) => other.symbol === symbol && other.found > 0 && other.hour < settlement.hour);
  const isInferred = !isSwapped && (isSumProven || (covering.length > 0 && !isHole));
  return [
    {
      check_name: "funding_interval",
      subject: `${symbol} ${hour}`,
      asset,
      symbol,
      from_time: hour,
      checked_at: hour,
      expected: parseDecimal(String(isMissing ? expected : most)),
      found: parseDecimal(String(found)),
      status: isInferred ? "inferred" : "differs",
      class: isSwapped ? "altered_row" : isMissing ? "missing_row" : "doubled_row",
      ...(isInferred
        ? { note: inferredFrom(isExtra, isSumProven) }
        : {
            suspect: isSwapped
              ? "a funding row under another contract"
              : isExtra
                ? "a funding row that is there twice"
                : "a funding row that is missing",
            next: "compare the hour's funding rows with the venue's statement",
          }),
      ...(isMissing && !isSwapped && !isInferred
        ? { lacking: { streams: ["income"], symbol: "", from: hour, until: hour } }
        : {}),
    },
  ];
}

function inferredFrom(isExtra: boolean, isSumProven: boolean): string {
  if (isSumProven)
    return "a position was open and no funding row is there; the wallet shows that nothing was paid";
  const what = isExtra
    ? "more rows than sides that were open"
    : "a position was open, and the contract has no row until then";
  return `${what}; the first wallet is taken from the rows and proves none of them`;
}

function agreeing(symbol: string, due: readonly Settlement[], checked_at: string): Finding {
  const rows = parseDecimal(String(due.reduce((total, { expected }) => total + expected, 0)));
  return {
    check_name: "funding_interval",
    subject: symbol,
    asset: "",
    symbol,
    from_time: null,
    checked_at,
    expected: rows,
    found: rows,
    status: "agrees",
    class: "",
    note: `${counted(due.length, "settlement")} with an open position, a row each`,
  };
}
