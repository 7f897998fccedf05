/**
 * Proves the books against the venue: wallets, the cash of each fill, realized PnL at average cost, positions and entry prices. Every proof
 * is a row with what the venue says, what the books say, and, if they differ, a suspect and a next step.
 *
 * The rows are made anew from the books and snapshots each time, so that they are the same whenever and however often this is run.
 */
import { type Decimal, divide, formatDecimal, parseDecimal, ZERO } from "../domain/decimal.ts";
import { insertRows } from "../store/insert-rows.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Database, Store } from "../store/store.ts";
import type { ReconciliationRow } from "../store/tables.ts";
import type { Finding } from "./finding.ts";
import { type PnlTolerance, pnlTolerance } from "./pnl-tolerance.ts";
import { checkCollateral } from "./reconcile-collateral.ts";

/** Returns how many checks found a difference. `amountDecimals` is the venue's (`Venue.amountDecimals`). */
export async function reconcileAccount(
  store: Store,
  account_id: string,
  amountDecimals: number,
): Promise<number> {
  const tolerance = pnlTolerance(amountDecimals);
  return store.db.transaction().execute(async (transaction) => {
    const checkedAt = await lastSnapshot(transaction, account_id);
    const findings =
      checkedAt === null
        ? []
        : [
            ...(await checkWallets(transaction, account_id)),
            ...(await checkFillCash(transaction, account_id, checkedAt, tolerance)),
            ...(await checkAveragePnl(transaction, account_id, checkedAt, tolerance)),
            ...(await checkPositions(transaction, account_id)),
            ...(await checkCollateral(transaction, account_id, checkedAt, tolerance)),
          ];
    const rows = findings.map(
      (finding): ReconciliationRow => ({
        account_id,
        ...finding,
        expected: formatDecimal(finding.expected),
        found: formatDecimal(finding.found),
        difference: formatDecimal(finding.found.minus(finding.expected)),
      }),
    );
    await transaction.deleteFrom("ledger.reconciliation").where("account_id", "=", account_id).execute();
    await insertRows(
      transaction,
      "ledger.reconciliation",
      ["account_id", "check_name", "subject", "checked_at"],
      rows,
    );
    return rows.filter((row) => row.status === "differs").length;
  });
}

async function lastSnapshot(transaction: Database, accountId: string): Promise<string | null> {
  const row = await transaction
    .selectFrom("snapshot.balance")
    .select((expression) => expression.fn.max("taken_at").as("taken_at"))
    .where("account_id", "=", accountId)
    .executeTakeFirst();
  return row?.taken_at ?? null;
}

/** wallet now = wallet at the last snapshot + the postings between, to the last digit, for every snapshot there is. */
async function checkWallets(transaction: Database, account_id: string): Promise<Finding[]> {
  type Row = {
    asset: string;
    taken_at: string;
    wallet: string;
    until_question: string;
    until_answer: string;
  };
  const rows = await runSqlFile<Row>(transaction, "checks/wallet", { account_id });
  const findings: Finding[] = [];
  let asset = "";
  let walletBefore = ZERO;
  let postedBefore = ZERO;
  for (const row of rows) {
    if (row.asset !== asset) [asset, walletBefore, postedBefore] = [row.asset, ZERO, ZERO];
    const wallet = parseDecimal(row.wallet);
    // The wallet is of some instant between question and answer: postings in between may or may not be in it.
    const candidates = [parseDecimal(row.until_question), parseDecimal(row.until_answer)];
    const computed = (posted: Decimal) => walletBefore.plus(posted).minus(postedBefore);
    const posted = candidates.find((candidate) => computed(candidate).eq(wallet)) ?? candidates[0] ?? ZERO;
    const agrees = computed(posted).eq(wallet);
    findings.push({
      check_name: "wallet",
      subject: row.asset,
      expected: wallet,
      found: computed(posted),
      status: agrees ? "agrees" : "differs",
      note: agrees
        ? "the wallet at the snapshot before, and all postings since"
        : "suspect: a cash row that came late, is missing, or moves the wallet without a row; next: run again after a day, then look at this asset's postings since the snapshot before",
      checked_at: row.taken_at,
    });
    walletBefore = wallet;
    postedBefore = posted;
  }
  return findings;
}

/** The realized PnL and fee of each trade = the cash rows of that trade. */
async function checkFillCash(
  transaction: Database,
  account_id: string,
  checked_at: string,
  tolerance: PnlTolerance,
): Promise<Finding[]> {
  type Row = {
    kind: string;
    symbol: string;
    asset: string;
    trade_id: string | null;
    expected: string;
    found: string;
    trades: string;
    equal_trades: string;
    from_fill_trades: string;
  };
  const rows = await runSqlFile<Row>(transaction, "checks/fill-cash", {
    account_id,
    tolerance: formatDecimal(tolerance.usual),
  });
  return rows.map((row) => {
    const check_name = row.kind === "realized_pnl" ? "realized_pnl_cash" : "fee_cash";
    const amounts = { expected: parseDecimal(row.expected), found: parseDecimal(row.found) };
    if (row.trade_id !== null) {
      return {
        check_name,
        subject: `${row.symbol} ${row.asset} trade ${row.trade_id}`,
        ...amounts,
        status: "differs",
        note: "suspect: a cash row or a fill that is missing or doubled; next: compare the trade's fill and income rows",
        checked_at,
      };
    }
    const fromFills =
      row.from_fill_trades === "0"
        ? ""
        : `; ${row.from_fill_trades} have no cash row and are booked from the fill`;
    return {
      check_name,
      subject: `${row.symbol} ${row.asset}`,
      ...amounts,
      status:
        row.from_fill_trades !== "0"
          ? "inferred"
          : row.equal_trades === row.trades
            ? "agrees"
            : "within_tolerance",
      note: `${row.trades} trades compared, ${row.equal_trades} equal to the last digit${fromFills}`,
      checked_at,
    };
  });
}

/** The venue's realized PnL of each fill = ours at average cost. */
async function checkAveragePnl(
  transaction: Database,
  account_id: string,
  checked_at: string,
  tolerance: PnlTolerance,
): Promise<Finding[]> {
  type Row = {
    symbol: string;
    position_side: string;
    asset: string;
    record_key: string | null;
    fill_id: string;
    expected: string;
    found: string;
    fills: string;
    close_fills: string;
  };
  const rows = await runSqlFile<Row>(transaction, "checks/average-pnl", {
    account_id,
    tolerance: formatDecimal(tolerance.usual),
    tolerance_large: formatDecimal(tolerance.large),
  });
  return rows.map((row) => {
    const series = `${row.symbol} ${row.position_side} ${row.asset}`;
    const amounts = { expected: parseDecimal(row.expected), found: parseDecimal(row.found) };
    const shared = { check_name: "realized_pnl_average", ...amounts, checked_at };
    if (row.record_key !== null) {
      return {
        ...shared,
        subject: `${series} fill ${row.record_key}`,
        status: "differs",
        note: "suspect: the history begins with this position open, or a fill before this one is missing; next: begin the history earlier",
      };
    }
    return {
      ...shared,
      subject: series,
      status: row.close_fills === row.fills ? "agrees" : "within_tolerance",
      note: `${row.fills} closing fills compared, ${row.close_fills} within ${formatDecimal(tolerance.usual)}, all within ${formatDecimal(tolerance.large)}`,
    };
  });
}

/** The venue's position = the sum of all fills; its entry price = our cost ÷ quantity, as far as the venue prints it. */
async function checkPositions(transaction: Database, account_id: string): Promise<Finding[]> {
  type Row = {
    symbol: string;
    position_side: string;
    shown_quantity: string;
    shown_entry_price: string | null;
    until_question: string;
    until_answer: string;
    fill_count: string;
    booked_quantity: string | null;
    booked_cost: string | null;
    taken_at: string;
  };
  const rows = await runSqlFile<Row>(transaction, "checks/positions", { account_id });
  return rows.flatMap((row) => {
    const subject = `${row.symbol} ${row.position_side}`;
    const shown = parseDecimal(row.shown_quantity);
    const candidates = [parseDecimal(row.until_question), parseDecimal(row.until_answer)];
    const found = candidates.find((candidate) => candidate.eq(shown)) ?? candidates[0] ?? ZERO;
    const agrees = found.eq(shown);
    const findings: Finding[] = [
      {
        check_name: "position",
        subject,
        expected: shown,
        found,
        status: agrees ? "agrees" : "differs",
        note: agrees
          ? `the sum of ${row.fill_count} fills`
          : "suspect: the history begins with a position open, or fills are missing; next: begin the history earlier",
        checked_at: row.taken_at,
      },
    ];
    const { booked_quantity, booked_cost, shown_entry_price } = row;
    if (
      agrees &&
      !shown.isZero() &&
      booked_quantity !== null &&
      booked_cost !== null &&
      shown_entry_price !== null
    ) {
      if (parseDecimal(booked_quantity).eq(shown)) {
        findings.push(
          entryPriceFinding(subject, shown_entry_price, parseDecimal(booked_cost), shown, row.taken_at),
        );
      }
    }
    return findings;
  });
}

/** Compared to one unit of the last decimal the venue prints: it may round or truncate there. */
function entryPriceFinding(
  subject: string,
  shownText: string,
  cost: Decimal,
  quantity: Decimal,
  checked_at: string,
): Finding {
  const shown = parseDecimal(shownText);
  const decimals = shownText.split(".")[1]?.length ?? 0;
  const unit = divide(parseDecimal("1"), parseDecimal("10").pow(decimals), decimals);
  const average = divide(cost, quantity, 18);
  const distance = average.minus(shown).abs();
  return {
    check_name: "entry_price",
    subject,
    expected: shown,
    found: average,
    status: distance.isZero() ? "agrees" : distance.lte(unit) ? "within_tolerance" : "differs",
    note: distance.lte(unit)
      ? `cost ÷ quantity, to within one unit of the venue's ${decimals} decimals`
      : "suspect: the history begins with this position open, or a fill before the snapshot is missing; next: look at realized_pnl_average of this symbol",
    checked_at,
  };
}
