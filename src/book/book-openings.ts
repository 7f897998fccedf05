/**
 * The wallet at the beginning of the history, for an account that is older. Where the statement's first row
 * says what the wallet held before it, that is the opening, and the wallet checks prove it. Otherwise it is
 * inferred from the first snapshot less what is booked until then; the check of that wallet then says that it
 * proves nothing. An account whose history reaches its beginning opened with nothing: there, what is left
 * over is a difference for the reconciliation to show, and is never booked away.
 *
 * An opening that was inferred at a close stays as it was; what is inferred differently since is booked as an
 * adjustment in the open period.
 */
import { type Closing, openFrom } from "../domain/closing.ts";
import { type Decimal, parseDecimal, ZERO } from "../domain/decimal.ts";
import { walletMovement } from "../domain/entry.ts";
import { type Instant, parseUtcInstant } from "../domain/instant.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Store, Transaction } from "../store/store.ts";
import { goOn, lastSnapshot, type ProofTerms, WHOLE } from "./onward.ts";
import { lawOfWalletSums } from "./wallet-sums.ts";
import { replaceEntries, type SourcedEntry } from "./write-entries.ts";

type OpeningEntry = {
  readonly entryId: string;
  readonly asset: string;
  /** The row of the statement that says what the wallet held before it; null where that was inferred. */
  readonly recordKey: string | null;
  readonly amount: Decimal;
  readonly postedAt: Instant;
};

type InferredRow = { asset: string; record_key: string | null; opening: string };
type ClosedRow = { entry_id: string; asset: string; amount: string; posted_at: string };

export async function bookOpenings(
  store: Store,
  account_id: string,
  closings: readonly Closing[],
  terms: ProofTerms = WHOLE,
): Promise<void> {
  await store.db.transaction().execute(async (transaction) => {
    const account = await transaction
      .selectFrom("raw.account")
      .selectAll()
      .where("account_id", "=", account_id)
      .executeTakeFirst();
    const history = await transaction
      .selectFrom("ledger.beginning")
      .select("begins_at")
      .where("account_id", "=", account_id)
      .executeTakeFirst();
    // While nothing of the cash statement was read there is nothing to open.
    if (account === undefined || typeof history?.begins_at !== "string") return;
    const booked = await transaction
      .selectFrom("ledger.entry")
      .select("entry_id")
      .where("account_id", "=", account_id)
      .where("entry_id", "like", "opening/%")
      .execute();
    const inferred = account.is_from_beginning ? [] : await inferAll(transaction, account_id, terms);
    const closed = await runSqlFile<ClosedRow>(transaction, "book/closed-openings", { account_id });
    const beginsAt = parseUtcInstant(history.begins_at);
    const openings = openingsOf(
      inferred.map(({ asset, record_key, opening }) => ({
        asset,
        recordKey: record_key,
        amount: parseDecimal(opening),
      })),
      closed.map((row) => ({
        entryId: row.entry_id,
        asset: row.asset,
        recordKey: inferred.find(({ asset }) => asset === row.asset)?.record_key ?? null,
        amount: parseDecimal(row.amount),
        postedAt: parseUtcInstant(row.posted_at),
      })),
      beginsAt,
      closings,
    );
    const entries = openings.map(
      ({ entryId, asset, recordKey, amount, postedAt }): SourcedEntry => ({
        entryId,
        kind: "opening",
        symbol: "",
        occurredAt: beginsAt,
        movements: walletMovement(amount, asset, "equity:opening"),
        stream: recordKey === null ? "snapshot" : "income",
        recordKey: recordKey ?? asset,
        basis: "inferred",
        valueAt: beginsAt,
        postedAt,
      }),
    );
    await replaceEntries(
      transaction,
      account_id,
      booked.map((entry) => entry.entry_id),
      entries,
    );
  });
}

async function inferAll(
  transaction: Transaction,
  account_id: string,
  terms: ProofTerms,
): Promise<readonly InferredRow[]> {
  const checkedAt = await lastSnapshot(transaction, account_id);
  const onward = await goOn(transaction, account_id, checkedAt, terms);
  return onward.prove(
    lawOfWalletSums(transaction, account_id, {
      say: (sums) =>
        runSqlFile<InferredRow>(transaction, "book/opening-balances", {
          account_id,
          sums: JSON.stringify(sums),
        }),
      isClean: () => true,
    }),
  );
}

/**
 * The openings of a close as they were, and for each asset the difference between them and what is inferred
 * now. Pure. Each amount is + for a wallet that held something.
 */
function openingsOf(
  inferred: readonly Pick<OpeningEntry, "asset" | "recordKey" | "amount">[],
  closed: readonly OpeningEntry[],
  beginsAt: Instant,
  closings: readonly Closing[],
): OpeningEntry[] {
  const last = closings.at(-1);
  const assets = [...new Set([...inferred, ...closed].map((one) => one.asset))];
  const rest = assets.map((asset): OpeningEntry => {
    const now = inferred.find((one) => one.asset === asset);
    const stands = closed.filter((one) => one.asset === asset);
    return {
      // The id names the close it comes after, so that an adjustment after the next close has another id.
      entryId: `opening/${asset}${last === undefined ? "" : `/after-close-${last.number}`}`,
      asset,
      recordKey: now?.recordKey ?? null,
      amount: stands.reduce((left, one) => left.minus(one.amount), now?.amount ?? ZERO),
      postedAt: openFrom(beginsAt, closings),
    };
  });
  return [...closed, ...rest.filter((one) => !one.amount.isZero())];
}
