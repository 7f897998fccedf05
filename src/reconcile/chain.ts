/**
 * A figure that the venue showed at each snapshot, link by link: the figure before + what was posted since =
 * the figure now. Each link stands for itself, so a row that is missing shows between the two snapshots
 * around it and nowhere else.
 */
import { type Decimal, ZERO } from "../domain/decimal.ts";

export type Shown = {
  /** Whose figure it is: an asset, or a contract and side. */
  readonly series: string;
  /** Just before the venue was queried. */
  readonly takenAt: string;
  readonly shown: Decimal;
  /** All that was posted until just before the request, and until just after the answer. */
  readonly untilRequest: Decimal;
  readonly untilAnswer: Decimal;
};

export type Link<Kind extends Shown = Shown> = Kind & {
  /** The snapshot before; null for the first, which proves from the beginning of the books. */
  readonly from: string | null;
  readonly found: Decimal;
  readonly agrees: boolean;
  /** The end of the snapshot that the figure was taken to be of. */
  readonly readAt: "request" | "answer";
};

/** `snapshots` series by series, each in the order of time. */
export function chain<Kind extends Shown>(snapshots: readonly Kind[]): Link<Kind>[] {
  let series: string | null = null;
  let [from, shownBefore, postedBefore]: [string | null, Decimal, Decimal] = [null, ZERO, ZERO];
  return snapshots.map((snapshot) => {
    if (snapshot.series !== series)
      [series, from, shownBefore, postedBefore] = [snapshot.series, null, ZERO, ZERO];
    const computed = (posted: Decimal) => shownBefore.plus(posted).minus(postedBefore);
    // The figure is of some instant between request and answer: postings in between may or may not be in it.
    const isOfAnswer =
      !computed(snapshot.untilRequest).eq(snapshot.shown) &&
      computed(snapshot.untilAnswer).eq(snapshot.shown);
    const posted = isOfAnswer ? snapshot.untilAnswer : snapshot.untilRequest;
    const found = computed(posted);
    const link: Link<Kind> = {
      ...snapshot,
      from,
      found,
      agrees: found.eq(snapshot.shown),
      readAt: isOfAnswer ? "answer" : "request",
    };
    [from, shownBefore, postedBefore] = [snapshot.takenAt, snapshot.shown, posted];
    return link;
  });
}
