/**
 * Assigns funding to a side. A row of the cash statement names the symbol and not the side. In one-way mode
 * only one position can be meant. In hedge mode both sides may be open: the two payments of one settlement
 * have one price and one rate, so their sizes are in the ratio of the quantities, and one is paid while the
 * other is received. Where only one assignment fits, it is certain. Everything else stays unassigned.
 */

import type { PositionSide } from "../../domain/record.ts";
import type { FundingPayment } from "./events.ts";
import { absolute, type Fixed, parseFixed } from "./fixed.ts";

/** The venues on which both sides can be open truncate each payment at 8 decimals. */
const PAYMENT_UNIT = parseFixed("0.00000001");

export type OpenSide = { readonly positionSide: PositionSide; readonly quantity: Fixed };
export type Assignment =
  | { readonly to: PositionSide; readonly payment: FundingPayment }
  | { readonly to: null; readonly payment: FundingPayment; readonly reason: string };

/**
 * `open` are the positions of the symbol that were open at the settlement and are still open in the books.
 * `mayBeClosed`: the payments came after the period of their time was closed, so positions that were open
 * then may have been closed in the books since.
 */
export function assignFunding(
  open: readonly OpenSide[],
  payments: readonly FundingPayment[],
  mayBeClosed: boolean,
): readonly Assignment[] {
  const [one, other] = open;
  const isOfAnother = one?.positionSide !== "BOTH" && payments.length > open.length;
  if (one === undefined || (mayBeClosed && isOfAnother))
    return unassigned(
      payments,
      mayBeClosed
        ? "it came after the close of its time, and the books no longer hold what was open at the settlement"
        : "no position was open at the settlement",
    );
  if (other === undefined) return payments.map((payment) => ({ to: one.positionSide, payment }));
  const [first, second] = payments;
  if (open.length === 2 && payments.length === 2 && first !== undefined && second !== undefined) {
    const straight = isInProportion(first, one, second, other);
    const crossed = isInProportion(first, other, second, one);
    if (straight !== crossed) {
      const [sideOfFirst, sideOfSecond] = straight ? [one, other] : [other, one];
      return [
        { to: sideOfFirst.positionSide, payment: first },
        { to: sideOfSecond.positionSide, payment: second },
      ];
    }
  }
  return unassigned(
    payments,
    "both sides were open at the settlement, and the rows do not say which was meant",
  );
}

function unassigned(payments: readonly FundingPayment[], reason: string): readonly Assignment[] {
  return payments.map((payment) => ({ to: null, payment, reason }));
}

/**
 * |a| : |b| = quantity of a : quantity of b, within the truncation of the two payments; one of them paid, one
 * received.
 */
function isInProportion(a: FundingPayment, ofA: OpenSide, b: FundingPayment, ofB: OpenSide): boolean {
  if (a.asset !== b.asset || a.amount < 0n === b.amount < 0n) return false;
  const off = absolute(absolute(a.amount) * ofB.quantity - absolute(b.amount) * ofA.quantity);
  return off <= PAYMENT_UNIT * (ofA.quantity + ofB.quantity);
}
