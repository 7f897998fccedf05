/** Whether the figures can be believed, in the words that stand before all of them. */
import { counted } from "../domain/counted.ts";
import type { Decimal } from "../domain/decimal.ts";
import { amountOf, change } from "./amounts.ts";
import { html, type Part } from "./html.ts";
import type { Page } from "./page.ts";
import { textOf } from "./stated-rows.ts";
import type { StatedAccount } from "./statement-input.ts";

export type Verdict = {
  readonly state: "proven" | "differs" | "incomplete" | "unproven";
  readonly sign: string;
  readonly words: string;
  readonly lines: readonly Part[];
};

/** The worst state wins: what is missing is said before what differs. */
export function verdictOf(page: Page): Verdict {
  const { input, rows } = page;
  const differs = countOf(page, "differs");
  const wallets = rows.kept.balances.filter((row) => isOff(amountOf(row["difference"])));
  const proofs = proofWords(page);
  const accepted =
    input.accepted.length === 0
      ? []
      : [
          `with ${counted(input.accepted.length, "matter", "matters")} accepted by a person, quoted under Basis`,
        ];
  if (!input.isComplete)
    return {
      state: "incomplete",
      sign: "!",
      words: "Incomplete",
      lines: [...shortened(input.incomplete), ...(proofs === "" ? [] : [proofs]), ...accepted],
    };
  if (differs > 0 || wallets.length > 0) {
    const largest = wallets
      .toSorted((a, b) => sizeOf(b).comparedTo(sizeOf(a)))
      .slice(0, NAMED_MAX)
      .map(
        (row) =>
          html`${textOf(row, "account")}: the books differ from the wallet by ${change(amountOf(row["difference"]), textOf(row, "asset"))} ${textOf(row, "asset")}`,
      );
    return {
      state: "differs",
      sign: "≠",
      words: counted(Math.max(differs, wallets.length), "comparison differs", "comparisons differ"),
      lines: [...largest, proofs, ...accepted],
    };
  }
  if (proofs === "")
    return {
      state: "unproven",
      sign: "–",
      words: "Not proven yet",
      lines: ["no comparison with the venues was made", ...accepted],
    };
  return { state: "proven", sign: "✓", words: "Proven against the venues", lines: [proofs, ...accepted] };
}

const NAMED_MAX = 2;

function isOff(difference: Decimal | null): boolean {
  return difference !== null && !difference.isZero();
}

function sizeOf(row: Parameters<typeof textOf>[0]): Decimal {
  const difference = amountOf(row["difference"]);
  if (difference === null) throw new TypeError("a difference was filtered for");
  return difference.abs();
}

/** Sentences that fit beside the heading; all of them stand at the end. */
function shortened(sentences: readonly string[]): Part[] {
  if (sentences.length <= SENTENCES_MAX) return [...sentences];
  return [...sentences.slice(0, SENTENCES_MAX), `and ${sentences.length - SENTENCES_MAX} more, under Basis`];
}

const SENTENCES_MAX = 4;

/** How many comparisons ended so, of all accounts, as the manifest counts them. */
function countOf({ input }: Page, status: string): number {
  return input.accounts.reduce((sum, account) => sum + countOfAccount(account, status), 0);
}

function countOfAccount({ counts }: StatedAccount, status: string): number {
  return counts[`checks/${status}`] ?? 0;
}

/** Of one account: what differs before what agrees. */
export function accountVerdict(account: StatedAccount): Pick<Verdict, "state" | "sign" | "words"> {
  const differs = countOfAccount(account, "differs");
  if (differs > 0)
    return {
      state: "differs",
      sign: "≠",
      words: counted(differs, "comparison differs", "comparisons differ"),
    };
  const compared = comparedText((status) => countOfAccount(account, status));
  return compared === ""
    ? { state: "unproven", sign: "–", words: "no comparison with the venue was made" }
    : { state: "proven", sign: "✓", words: compared };
}

function proofWords(page: Page): string {
  return comparedText((status) => countOf(page, status));
}

/** The counts are never merged: what is inferred proves nothing. Empty where nothing was compared. */
function comparedText(countOf: (status: string) => number): string {
  const [agree, tolerated, inferred] = ["agrees", "within_tolerance", "inferred"].map(countOf);
  const parts = [
    ...(agree ? [`${counted(agree, "comparison agrees", "comparisons agree")} to the last digit`] : []),
    ...(tolerated ? [`${tolerated} within a named tolerance`] : []),
    ...(inferred ? [`${inferred} taken from evidence`] : []),
  ];
  return parts.join(", ");
}
