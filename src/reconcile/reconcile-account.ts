/**
 * Proves the books: against the venue, and against what was loaded. One file a law in `reconcile/`. Every
 * proof is a row with what is expected, what is found, what it is about, and, if they differ, what the
 * difference is by the evidence, and a next step.
 *
 * The rows are made anew from the books and snapshots each time, so that they are the same whenever and
 * however often this is run. What no evidence explains is never booked away: it stays listed as
 * `unexplained`, which is the suspense of the reconciliation.
 */

import { goOn, lastSnapshot, type Onward, type ProofTerms } from "../book/onward.ts";
import { pnlTolerance } from "../book/pnl-tolerance.ts";
import { insertRows } from "../store/insert-rows.ts";
import type { Store, Transaction } from "../store/store.ts";
import { checkAveragePnl } from "./average-pnl.ts";
import { checkCoinNames } from "./coin-names.ts";
import { checkCollateral, checkOwnTransfers } from "./collateral.ts";
import { checkContractSettlements } from "./contract-settlements.ts";
import { checkEquity } from "./equity.ts";
import { explained } from "./explain.ts";
import { checkFeeAmounts } from "./fee-amounts.ts";
import { checkFillCash } from "./fill-cash.ts";
import { type Finding, toRow } from "./finding.ts";
import { checkForcedOrders, checkLiquidationOrders } from "./forced-orders.ts";
import { checkFundingAmounts } from "./funding-amounts.ts";
import { checkFundingIntervals } from "./funding-intervals.ts";
import { readFillGaps, withGapsNamed } from "./gaps.ts";
import { checkLateFunding } from "./late-funding.ts";
import { checkPositions } from "./positions.ts";
import { recordRereads } from "./reread.ts";
import { checkSameAccount } from "./same-account.ts";
import { checkSeal } from "./seal.ts";
import { checkStrandedLots } from "./stranded-lots.ts";
import { checkWallets, readWallets } from "./wallets.ts";

/** Returns how many checks found a difference. `amountDecimals` is the venue's (`Venue.amountDecimals`). */
export async function reconcileAccount(
  store: Store,
  account_id: string,
  amountDecimals: number,
  terms: ProofTerms = { isWhole: false, program: "" },
): Promise<number> {
  return store.db.transaction().execute(async (transaction) => {
    const checkedAt = await lastSnapshot(transaction, account_id);
    const onward = await goOn(transaction, account_id, checkedAt, terms);
    const seal = await checkSeal(transaction, account_id, checkedAt, onward);
    const findings =
      checkedAt === null
        ? seal
        : await checkBooks(transaction, account_id, checkedAt, { seal, onward, amountDecimals });
    const doubled = await checkSameAccount(transaction, account_id);
    const advised = await recordRereads(transaction, account_id, [...findings, ...doubled]);
    const rows = advised.map((finding) => toRow(account_id, finding));
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

/**
 * Proves anew only what another account's books are evidence for: for an account whose own night came to
 * nothing, after the others have been booked.
 */
export async function reconcileAcrossAccounts(
  store: Store,
  account_id: string,
  amountDecimals: number,
): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const checkedAt = await lastSnapshot(transaction, account_id);
    if (checkedAt === null) return;
    const findings = [
      ...(await checkOwnTransfers(transaction, account_id, checkedAt, pnlTolerance(amountDecimals))),
      ...(await checkSameAccount(transaction, account_id)),
    ];
    await transaction
      .deleteFrom("ledger.reconciliation")
      .where("account_id", "=", account_id)
      .where("check_name", "in", ["own_transfers", "same_account"])
      .execute();
    await insertRows(
      transaction,
      "ledger.reconciliation",
      ["account_id", "check_name", "subject", "checked_at"],
      findings.map((finding) => toRow(account_id, finding)),
    );
  });
}

async function checkBooks(
  transaction: Transaction,
  account_id: string,
  checkedAt: string,
  { seal, onward, amountDecimals }: { seal: readonly Finding[]; onward: Onward; amountDecimals: number },
): Promise<Finding[]> {
  const tolerance = pnlTolerance(amountDecimals);
  const wallets = await readWallets(transaction, account_id, onward);
  const fillCash = await checkFillCash(transaction, account_id, checkedAt, tolerance, onward);
  const averagePnl = await checkAveragePnl(transaction, account_id, checkedAt, tolerance, onward);
  const positions = await checkPositions(transaction, account_id, onward);
  const forcedOrders = await checkForcedOrders(transaction, account_id);
  const liquidations = await checkLiquidationOrders(transaction, account_id, checkedAt);
  const doubtful = new Set(
    positions.filter(({ status }) => status === "differs").map(({ symbol }) => symbol),
  );
  const funding = await checkFundingIntervals(transaction, account_id, checkedAt, wallets, doubtful);
  const fundingAmounts = await checkFundingAmounts(
    transaction,
    account_id,
    checkedAt,
    { wallets, doubtful, amountDecimals },
    onward,
  );
  const feeAmounts = await checkFeeAmounts(transaction, account_id, checkedAt, { wallets, fillCash }, onward);
  const collateral = await checkCollateral(transaction, account_id, checkedAt, tolerance);
  const others = [
    ...seal,
    ...fillCash,
    ...averagePnl,
    ...positions,
    ...forcedOrders,
    ...liquidations,
    ...funding,
    ...fundingAmounts,
    ...feeAmounts,
    ...collateral,
  ];
  const findings = explained([
    ...(await checkWallets(transaction, account_id, wallets, others, tolerance)),
    ...others,
    ...(await checkContractSettlements(transaction, account_id, tolerance)),
    ...(await checkStrandedLots(transaction, account_id)),
    ...(await checkLateFunding(transaction, account_id)),
    ...(await checkCoinNames(transaction, account_id, checkedAt)),
  ]);
  const equity = await checkEquity(transaction, account_id, wallets, positions, tolerance);
  return [...withGapsNamed(findings, await readFillGaps(transaction, account_id)), ...equity];
}
