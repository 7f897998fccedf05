/** wallet now = wallet at the last snapshot + the postings between, to the last digit, for every snapshot there is. */
import { formatDecimal, parseDecimal } from "../../domain/decimal.ts";
import { runSqlFile } from "../../store/sql-file.ts";
import type { Database } from "../../store/store.ts";
import { chain, type Link, type Shown } from "./chain.ts";
import { differenceOf, type Finding } from "./finding.ts";
import type { PnlTolerance } from "./pnl-tolerance.ts";
import { classifyWallet, type WalletClass, type WalletEvidence } from "./wallet-class.ts";

export type WalletLink = Link<Shown & { readonly asset: string }>;

export async function readWallets(transaction: Database, account_id: string): Promise<WalletLink[]> {
  type Row = {
    asset: string;
    taken_at: string;
    wallet: string;
    until_question: string;
    until_answer: string;
  };
  const rows = await runSqlFile<Row>(transaction, "checks/wallet", { account_id });
  return chain(
    rows.map((row) => ({
      series: row.asset,
      asset: row.asset,
      takenAt: row.taken_at,
      shown: parseDecimal(row.wallet),
      untilQuestion: parseDecimal(row.until_question),
      untilAnswer: parseDecimal(row.until_answer),
    })),
  );
}

const WORDS: Readonly<Record<WalletClass, { readonly suspect: string; readonly next: string }>> = {
  late_row: {
    suspect: "a cash row that came late; rows of this time may still appear",
    next: "run again after a day",
  },
  snapshot_skew: {
    suspect: "a row close to the snapshot, counted on its other side",
    next: "nothing, the next snapshot evens it out",
  },
  unknown_kind: { suspect: "a record set aside as not understood", next: "look at it in the report gaps" },
  truncation: {
    suspect: "the venue's truncation, at most one unit of its last decimal a row",
    next: "tell us, the books take its rows as they are",
  },
  missing_row: { suspect: "a cash row that is missing", next: "look at what is named beside it" },
  doubled_row: {
    suspect: "a cash row that is there twice",
    next: "compare it with the venue's statement",
  },
  altered_row: {
    suspect: "a cash row with another amount or time than the venue's",
    next: "compare it with its statement",
  },
  unexplained: {
    suspect: "a cash row that came late, is missing, or moves the wallet without a row",
    next: "look at this asset's postings since the snapshot before",
  },
};

/** Of these, a row that the statement did not have when it was read may be the reason. */
const MAY_LACK: ReadonlySet<WalletClass> = new Set(["late_row", "missing_row", "altered_row", "unexplained"]);

/** What other laws found is evidence of what a difference here is. */
export async function checkWallets(
  transaction: Database,
  account_id: string,
  links: readonly WalletLink[],
  others: readonly Finding[],
  tolerance: PnlTolerance,
): Promise<Finding[]> {
  const differing = links.filter((link) => !link.agrees);
  const evidence = await readEvidence(transaction, account_id, differing);
  return links.map((link): Finding => {
    const shared = {
      check_name: "wallet",
      subject: link.asset,
      asset: link.asset,
      symbol: "",
      from_time: link.from,
      checked_at: link.takenAt,
      expected: link.shown,
      found: link.found,
    };
    if (link.agrees) {
      return {
        ...shared,
        status: "agrees",
        class: "",
        note: "the wallet at the snapshot before, and all postings since",
      };
    }
    const own = evidence.filter((row) => row.asset === link.asset && row.taken_at === link.takenAt);
    const explained = classifyWallet({
      link,
      differing,
      postings: own,
      others,
      amountUnit: tolerance.tradeCash,
    });
    const { suspect, next } = WORDS[explained.class];
    return {
      ...shared,
      status: "differs",
      class: explained.class,
      note: `suspect: ${suspect}${explained.because === "" ? "" : ` (${explained.because})`}`,
      next,
      ...(MAY_LACK.has(explained.class)
        ? { lacking: { streams: ["income"], symbol: "", from: link.from, until: link.takenAt } }
        : {}),
    };
  });
}

/** Only for what differs: the postings of the same size, whether rows may still come, and what was set aside. */
function readEvidence(
  transaction: Database,
  account_id: string,
  differing: readonly WalletLink[],
): Promise<WalletEvidence[]> {
  if (differing.length === 0) return Promise.resolve([]);
  const intervals = differing.map((link) => ({
    asset: link.asset,
    taken_at: link.takenAt,
    from_time: link.from,
    difference: formatDecimal(differenceOf({ expected: link.shown, found: link.found })),
  }));
  return runSqlFile<WalletEvidence>(transaction, "checks/wallet-evidence", {
    account_id,
    intervals: JSON.stringify(intervals),
  });
}
