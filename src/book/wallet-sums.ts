/** What the postings add to each wallet between one instant of a snapshot and the next. */
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import { snapshotsTaken } from "./depends-on.ts";
import { addingUp, type Law, sumsOf } from "./onward.ts";

export type WalletSum = {
  asset: string;
  until_instant: string;
  is_kept: boolean;
  amount: string;
  opening: string;
};

/** `say` and `isClean` as those of `Law`. */
export function lawOfWalletSums<Said>(
  transaction: Transaction,
  account_id: string,
  judged: Pick<Law<WalletSum, Said>, "say" | "isClean">,
): Law<WalletSum, Said> {
  return {
    name: "book/wallet-sums",
    read: ({ from_time, keep_until }) =>
      runSqlFile<WalletSum>(transaction, "book/wallet-sums", { account_id, from_time, keep_until }),
    dependsOn: (until) => snapshotsTaken(transaction, account_id, until),
    isKept: ({ is_kept }) => is_kept,
    add: addingUp(["asset", "until_instant"], (one, other) => ({
      ...one,
      ...sumsOf(["amount", "opening"], one, other),
    })),
    ...judged,
  };
}
