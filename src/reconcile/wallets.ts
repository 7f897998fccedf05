/**
 * wallet now = wallet at the last snapshot + the postings between, to the last digit, for every snapshot
 * there is.
 *
 * What a wallet held before the history begins may have been taken from the first snapshot itself. That
 * wallet agrees whatever the rows say, and so proves none of them: it is inferred, and where it shows that
 * there was less than nothing before, a person must look.
 */

import type { Onward } from "../book/onward.ts";
import type { PnlTolerance } from "../book/pnl-tolerance.ts";
import { lawOfWalletSums, type WalletSum } from "../book/wallet-sums.ts";
import { type Decimal, formatDecimal, parseDecimal, ZERO } from "../domain/decimal.ts";
import { runSqlFile } from "../store/sql-file.ts";
import type { Transaction } from "../store/store.ts";
import { chain, type Link, type Shown } from "./chain.ts";
import { differenceOf, type Finding } from "./finding.ts";
import { mayBeLate } from "./reread.ts";
import { classifyWallet, type WalletClass, type WalletEvidence } from "./wallet-class.ts";

type ShownWallet = Shown & {
  readonly asset: string;
  /** What the books say was there before the history begins. */
  readonly opening: Decimal;
  /** Whether that was taken from the first snapshot. */
  readonly isOpeningInferred: boolean;
};
export type WalletLink = Link<ShownWallet>;

/**
 * Whether the wallet could have differed: where it agrees, the postings of its time are then all there are.
 */
export function isProven(link: WalletLink): boolean {
  return link.agrees && !isInferred(link);
}

function isInferred(link: WalletLink): boolean {
  return link.from === null && link.isOpeningInferred;
}

/** Goes on from what was added up when all wallets agreed. */
export function readWallets(
  transaction: Transaction,
  account_id: string,
  onward: Onward,
): Promise<WalletLink[]> {
  return onward.prove(
    lawOfWalletSums(transaction, account_id, {
      say: (sums) => readLinks(transaction, account_id, sums),
      isClean: (links: readonly WalletLink[]) =>
        links.every(({ agrees }) => agrees) && links.filter(isInferred).flatMap(openingFinding).length === 0,
    }),
  );
}

async function readLinks(
  transaction: Transaction,
  account_id: string,
  sums: readonly WalletSum[],
): Promise<WalletLink[]> {
  type Row = {
    asset: string;
    taken_at: string;
    wallet: string;
    until_request: string;
    until_answer: string;
    opening: string;
    is_inferred: boolean;
  };
  const rows = await runSqlFile<Row>(transaction, "reconcile/wallet", {
    account_id,
    sums: JSON.stringify(sums),
  });
  return chain(
    rows.map((row) => ({
      series: row.asset,
      asset: row.asset,
      takenAt: row.taken_at,
      shown: parseDecimal(row.wallet),
      untilRequest: parseDecimal(row.until_request),
      untilAnswer: parseDecimal(row.until_answer),
      opening: parseDecimal(row.opening),
      isOpeningInferred: row.is_inferred,
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
  transaction: Transaction,
  account_id: string,
  links: readonly WalletLink[],
  others: readonly Finding[],
  tolerance: PnlTolerance,
): Promise<Finding[]> {
  const differing = links.filter((link) => !link.agrees);
  const evidence = await readEvidence(transaction, account_id, differing);
  const findings = links.map((link): Finding => {
    const shared = {
      check_name: "wallet",
      subject: link.asset,
      asset: link.asset,
      symbol: "",
      from_time: link.from,
      checked_at: link.takenAt,
      expected: link.shown,
      found: link.found,
    } satisfies Partial<Finding>;
    if (link.agrees) {
      return {
        ...shared,
        status: isInferred(link) ? "inferred" : "agrees",
        class: "",
        note: noteOfAgreement(link),
        ...(isInferred(link) && !link.opening.isZero()
          ? { lacking: mayBeLate("income", "", link.takenAt) }
          : {}),
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
      suspect: explained.because === "" ? suspect : `${suspect} (${explained.because})`,
      next,
      ...(MAY_LACK.has(explained.class)
        ? { lacking: { streams: ["income"], symbol: "", from: link.from, until: link.takenAt } }
        : {}),
    };
  });
  return [...findings, ...links.filter(isInferred).flatMap(openingFinding)];
}

function noteOfAgreement(link: WalletLink): string {
  if (link.from !== null) return "the wallet at the snapshot before, and all postings since";
  if (isInferred(link)) {
    return `what was there before the history begins (${formatDecimal(link.opening)}) is taken from this wallet, so it proves no row before it`;
  }
  return "what was there before the first row, and all postings since";
}

/**
 * A wallet that opened with less than nothing: rarely a debt, mostly a row that the books have and the wallet
 * does not.
 */
function openingFinding(link: WalletLink): Finding[] {
  if (!link.opening.isNegative() || link.opening.isZero()) return [];
  return [
    {
      check_name: "wallet_opening",
      subject: link.asset,
      asset: link.asset,
      symbol: "",
      from_time: null,
      checked_at: link.takenAt,
      is_standing: true,
      expected: ZERO,
      found: link.opening,
      status: "differs",
      class: "unexplained",
      suspect:
        "a row before the first snapshot that the wallet does not hold, or one with another amount or asset, or rows that are missing",
      next: "compare the rows before the first snapshot with the venue's statement, and accept it if the wallet was in debt before the history begins",
      lacking: { streams: ["income"], symbol: "", from: null, until: link.takenAt },
    },
  ];
}

/**
 * Only for what differs: the postings of the same size, whether rows may still come, and what was set aside.
 */
function readEvidence(
  transaction: Transaction,
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
  return runSqlFile<WalletEvidence>(transaction, "reconcile/wallet-evidence", {
    account_id,
    intervals: JSON.stringify(intervals),
  });
}
